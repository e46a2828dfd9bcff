"""``/users``: sign up, look, change, and set credit limits."""

from typing import Any
from uuid import UUID

from flask import Response, current_app, jsonify, url_for
from werkzeug.exceptions import Forbidden

from chassis.api import etags
from chassis.api.blueprint import Blueprint, PathPart
from chassis.api.cached import shown
from chassis.api.etags import conditional, tagged
from chassis.api.idempotency import idempotent
from chassis.api.openapi.headers import sent
from chassis.api.openapi.markers import leads_to, refuses
from chassis.api.paging import cursor, page
from chassis.api.permissions import requires, signed_in
from chassis.observability import logs
from events.fields import MAX_USER_ID
from events.fields import user_id as user_id_field
from user_service.api.admin_actions import note_action
from user_service.api.schemas import (
    NewUser,
    Profile,
    ReservationPage,
    ReservationQuery,
    UserPage,
    UserQuery,
    UserView,
)
from user_service.api.transactions import transactions
from user_service.domain.user import User
from user_service.use_cases.change_profile import change_profile
from user_service.use_cases.deactivate_user import deactivate_user
from user_service.use_cases.known_user import known_user
from user_service.use_cases.ports import UnitOfWork
from user_service.use_cases.register_user import register_user

blueprint = Blueprint(
    "users",
    __name__,
    description="Who may order, and up to what amount",
    parts={"user_id": PathPart(user_id_field(), none="There is no such user.")},
)


@blueprint.post("/users")
@refuses(409, "Somebody has signed up with this email.")
@leads_to("get_user", "patch_user", "list_reservations", user_id="id")
@blueprint.arguments(NewUser)
@idempotent(transactions, user="id")
@blueprint.response(201, UserView, description="The new user.", headers=sent("Location"))
def sign_up(body: dict[str, str], unit_of_work: UnitOfWork) -> tuple[User, int, dict[str, str]]:
    """Sign up."""
    user = register_user(
        name=body["name"],
        email=body["email"],
        password_hash=body["password_hash"],
        credit_limit_cents=current_app.config["SETTINGS"].own["DEFAULT_CREDIT_LIMIT_CENTS"],
        unit_of_work=unit_of_work,
    )
    logs.about(user_id=user.id)
    return user, 201, {"Location": url_for("users.get_user", user_id=user.id)}


@blueprint.get("/users")
@requires("users:read")
@blueprint.arguments(UserQuery, location="query")
@blueprint.response(200, UserPage, description="A page of users, by id.")
def list_users(query: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Page through the users, or find the one with an email, in whatever case."""
    with transactions.reading() as unit_of_work:
        found = unit_of_work.users.listed(
            email=query["email"], after=cursor(query["after"], _user_id), limit=query["limit"] + 1
        )
    return page(found, query["limit"], lambda user: [str(user.id)])


def _user_id(text: str) -> int:
    user_id = int(text)
    if not 0 < user_id <= MAX_USER_ID:
        raise ValueError("no user id")
    return user_id


@blueprint.get("/users/me")
@requires()
@refuses(403, "A client is no user.")
@refuses(404, "There is no such user any more.")
@tagged
@blueprint.response(200, UserView, description="The user.")
def get_me() -> Response:
    """Look at one's own account."""
    user_id = signed_in().user_id
    if user_id is None:
        raise Forbidden("A client is no user.")
    return _shown(user_id)


@blueprint.get("/users/<int:user_id>")
@requires("users:read", owner="user_id")
@tagged
@blueprint.response(200, UserView, description="The user.")
def get_user(user_id: int) -> Response:
    """Look at an account."""
    return _shown(user_id)


@blueprint.patch("/users/<int:user_id>")
@requires("users:write", owner="user_id")
@tagged
@refuses(409, "Somebody else has this email.")
@refuses(409, "The user is deactivated.")
@blueprint.arguments(Profile(partial=True))
@blueprint.response(200, UserView, description="The user.")
def patch_user(body: dict[str, str], user_id: int) -> User:
    """Change name or email."""
    with transactions.writing() as unit_of_work:
        etags.check(UserView, lambda: unit_of_work.users.find(user_id))
        note_action("user.profile_changed", user_id, unit_of_work)
        return change_profile(user_id, name=body.get("name"), email=body.get("email"), unit_of_work=unit_of_work)


@blueprint.delete("/users/<int:user_id>")
@requires("users:write", owner="user_id")
@conditional
@blueprint.response(204, description="The account is deactivated.")
def delete_user(user_id: int) -> None:
    """Deactivate an account: it can't sign in any more, its tokens end, its email stays taken."""
    with transactions.writing() as unit_of_work:
        etags.check(UserView, lambda: unit_of_work.users.find(user_id))
        note_action("user.deactivated", user_id, unit_of_work)
        deactivate_user(user_id, unit_of_work)


@blueprint.get("/users/<int:user_id>/reservations")
@requires("users:read", owner="user_id")
@blueprint.arguments(ReservationQuery, location="query")
@blueprint.response(200, ReservationPage, description="A page of reservations, newest order first.")
def list_reservations(query: dict[str, Any], user_id: int) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Page through what orders asked of a user's credit, newest order first."""
    _user(user_id)
    with transactions.reading() as unit_of_work:
        found = unit_of_work.reservations.of_user(
            user_id, before=cursor(query["after"], UUID), limit=query["limit"] + 1
        )
    return page(found, query["limit"], lambda reservation: [str(reservation.order_id)])


def _shown(user_id: int) -> Response:
    return jsonify(shown("user", user_id, UserView, lambda: _user(user_id)))


def _user(user_id: int) -> User:
    with transactions.reading() as unit_of_work:
        return known_user(user_id, unit_of_work)
