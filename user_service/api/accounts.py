"""The parts of a user that are set one by one: password, roles, credit limit. They go by the user's tag."""

from typing import Any

from chassis.api import etags
from chassis.api.blueprint import Blueprint, PathPart
from chassis.api.etags import conditional, tagged
from chassis.api.openapi.markers import refuses
from chassis.api.permissions import requires
from chassis.api.problems import Invalid
from events.fields import user_id as user_id_field
from user_service.api.admin_actions import note_action
from user_service.api.credentials import PASSWORDS, check_password, failures_limited
from user_service.api.schemas import NewCreditLimit, NewPassword, NewRoles, UserView
from user_service.api.transactions import transactions
from user_service.domain.errors import WrongCredentials
from user_service.domain.user import User
from user_service.use_cases.change_password import change_password
from user_service.use_cases.known_user import known_user
from user_service.use_cases.set_credit_limit import set_credit_limit
from user_service.use_cases.set_roles import set_roles

blueprint = Blueprint(
    "accounts",
    __name__,
    description="Password, roles and credit limit of a user",
    parts={"user_id": PathPart(user_id_field(), none="There is no such user.")},
)


@blueprint.put("/users/<int:user_id>/password")
@requires(owner="user_id")
@conditional
@refuses(409, "The user is deactivated.")
@refuses(409, "The password was changed meanwhile.")
@refuses(429, "Too many wrong passwords; try again later.")
@refuses(422, "The current password is another one.", at="current_password")
@blueprint.arguments(NewPassword)
@blueprint.response(204, description="Changed. All tokens of the user have ended: sign in anew.")
def put_password(body: dict[str, str], user_id: int) -> None:
    """Change one's password."""
    with transactions.reading() as unit_of_work:
        user = known_user(user_id, unit_of_work)
    seen_hash = user.password_hash
    try:
        with failures_limited(user.email_key):
            check_password(seen_hash, body["current_password"])
    except WrongCredentials as error:
        raise Invalid({"current_password": ["It is another one."]}) from error
    new_hash = PASSWORDS.hash(body["new_password"])
    with transactions.writing() as unit_of_work:
        etags.check(UserView, lambda: unit_of_work.users.find(user_id))
        change_password(user_id, seen_hash, new_hash, unit_of_work)


@blueprint.put("/users/<int:user_id>/roles")
@requires("users:write")
@tagged
@refuses(409, "The user is deactivated.")
@blueprint.arguments(NewRoles)
@blueprint.response(200, UserView, description="The user. If the roles are others now, all its tokens have ended.")
def put_roles(body: dict[str, Any], user_id: int) -> User:
    """Set what a user is."""
    with transactions.writing() as unit_of_work:
        etags.check(UserView, lambda: unit_of_work.users.find(user_id))
        note_action("user.roles_set", user_id, unit_of_work)
        return set_roles(user_id, body["roles"], unit_of_work)


@blueprint.put("/users/<int:user_id>/credit-limit")
@requires("credit:write")
@tagged
@refuses(409, "The user is deactivated.")
@blueprint.arguments(NewCreditLimit)
@blueprint.response(200, UserView, description="The user.")
def put_credit_limit(body: dict[str, Any], user_id: int) -> User:
    """Set how much a user may have reserved."""
    with transactions.writing() as unit_of_work:
        etags.check(UserView, lambda: unit_of_work.users.find(user_id))
        note_action("user.credit_limit_set", user_id, unit_of_work)
        return set_credit_limit(user_id, body["credit_limit_cents"], unit_of_work)
