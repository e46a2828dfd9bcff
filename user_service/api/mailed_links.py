"""``/password-resets`` and ``/email-confirmations``: asking for links by mail, and what they do."""

from flask import Response, current_app
from marshmallow import fields

from chassis.api.addresses import client_address
from chassis.api.blueprint import Blueprint, PathPart
from chassis.api.idempotency import idempotent
from chassis.api.limits import limits
from chassis.api.nothing import nothing
from chassis.api.openapi.markers import refuses
from events.fields import meaning
from user_service.api.schemas import ChosenPassword, EmailOnly
from user_service.api.transactions import transactions
from user_service.domain.mailed_link import Purpose
from user_service.use_cases.ports import UnitOfWork
from user_service.use_cases.use_link import confirm_email, reset_password

TOKEN = fields.String(metadata=meaning("The token of the link.", "pX0Uv8mC3oN6rQ1sT5wY9zB2dF4hJ7kLpX0Uv8mC3oN"))
blueprint = Blueprint(
    "mailed_links",
    __name__,
    description="Links that were mailed",
    parts={"token": PathPart(TOKEN, none="There is no such link, or it was used, or its time is over.")},
)


@blueprint.post("/password-resets")
@blueprint.arguments(EmailOnly)
@idempotent(transactions)
@blueprint.response(202, description="If somebody has this email, a link is mailed: good once, and for an hour.")
def ask_for_reset(body: dict[str, str], unit_of_work: UnitOfWork) -> Response:
    """Ask for a link to set a forgotten password."""
    # All that is done here is the same whether or not there is such an account: nobody can tell by it.
    settings = current_app.config["SETTINGS"]
    address = client_address(settings.trusted_proxies)
    limits().check(settings.sign_in_limit_per_account, "reset", address)
    limits().count(settings.sign_in_limit_per_account, "reset", address)
    unit_of_work.mails.ask(Purpose.PASSWORD_RESET, body["email"], unit_of_work.now)
    return nothing(202)


@blueprint.put("/password-resets/<token>")
@refuses(409, "The user has left meanwhile.")
@blueprint.arguments(ChosenPassword)
@blueprint.response(204, description="Set. All tokens of the user have ended: sign in anew.")
def put_reset(body: dict[str, str], token: str) -> None:
    """Set a new password, by a link that was mailed."""
    with transactions.writing() as unit_of_work:
        reset_password(token, body["password_hash"], unit_of_work)


@blueprint.put("/email-confirmations/<token>")
@blueprint.response(204, description="The email is known to be the user's.")
def put_confirmation(token: str) -> None:
    """Confirm an email, by a link that was mailed."""
    with transactions.writing() as unit_of_work:
        confirm_email(token, unit_of_work)
