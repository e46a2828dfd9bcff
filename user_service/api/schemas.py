"""The bodies of user_service's REST API."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from chassis.api.paging import PageArguments
from events.fields import MAX_EMAIL_CHARACTERS, Utc, cents, email, name
from user_service.api.passwords import Argon2Passwords

MIN_PASSWORD, MAX_PASSWORD = 12, 128
PASSWORDS = Argon2Passwords()


def encodable(text: str) -> None:
    """Refuse what a database or a hash can't take: NUL, and lone surrogates."""
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text):
        raise ValidationError("Not a valid text.")


class NewUser(Schema):
    name = name()
    email = email()
    password = fields.String(
        required=True, load_only=True, validate=[validate.Length(MIN_PASSWORD, MAX_PASSWORD), encodable]
    )

    @post_load
    def _hash(self, body: dict[str, str], **_: Any) -> dict[str, str]:
        # Takes a tenth of a second: here no transaction is open yet.
        return {**body, "password_hash": PASSWORDS.hash(body.pop("password"))}


class Profile(Schema):
    name = name()
    email = email()


class UserView(Schema):
    id = fields.Integer()
    name = fields.String()
    email = fields.String()
    email_confirmed = fields.Boolean()
    status = fields.String()
    roles = fields.List(fields.String())
    credit_limit_cents = fields.Integer()
    available_credit_cents = fields.Integer()
    created_at = Utc()
    updated_at = Utc()


class UserPage(Schema):
    items = fields.List(fields.Nested(UserView))
    next = fields.String(allow_none=True)


class UserQuery(PageArguments):
    # An email that nobody can have finds nobody.
    email = fields.String(load_default=None, validate=[validate.Length(max=MAX_EMAIL_CHARACTERS), encodable])


class ReservationView(Schema):
    order_id = fields.UUID()
    amount_cents = fields.Integer()
    status = fields.String()
    updated_at = Utc()


class ReservationPage(Schema):
    items = fields.List(fields.Nested(ReservationView))
    next = fields.String(allow_none=True)


class NewCreditLimit(Schema):
    credit_limit_cents = cents()


class Credentials(Schema):
    # No limits here: a wrong pair is a wrong pair, whatever it looks like.
    email = fields.String(required=True, validate=encodable)
    password = fields.String(required=True, load_only=True, validate=[validate.Length(max=1024), encodable])


class TokenResponse(Schema):
    access_token = fields.String()
    token_type = fields.String()
    expires_in = fields.Integer()
    scope = fields.String()
