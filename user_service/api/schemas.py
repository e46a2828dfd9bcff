"""The bodies of user_service's REST API."""

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from chassis.api.paging import PageArguments, after, page_of
from events.fields import (
    MAX_CENTS,
    MAX_EMAIL_CHARACTERS,
    WholeNumber,
    cents,
    choice,
    email,
    flag,
    meaning,
    moment,
    name,
    order_id,
    user_id,
)
from user_service.api.passwords import Argon2Passwords
from user_service.domain.reservation import ReservationStatus
from user_service.domain.roles import Role
from user_service.domain.user import UserStatus

MIN_PASSWORD, MAX_PASSWORD = 12, 128
PASSWORDS = Argon2Passwords()
PASSWORD = "correct horse battery staple"  # noqa: S105 - an example
#: What `encodable` takes, for who reads a schema; lone surrogates are no text there anyway.
ENCODABLE = r"^[^\x00]*$"


def is_encodable(text: str) -> bool:
    """False for what a database or a hash can't take: NUL, and lone surrogates."""
    return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)


def encodable(text: str) -> None:
    """Refuse what is not encodable."""
    if not is_encodable(text):
        raise ValidationError("Not a valid text.")


def new_password() -> fields.String:
    """A password that somebody chooses."""
    return fields.String(
        required=True,
        load_only=True,
        validate=[validate.Length(MIN_PASSWORD, MAX_PASSWORD), encodable],
        metadata=meaning("12 to 128 characters; nothing else is asked of it.", PASSWORD, pattern=ENCODABLE),
    )


def password(description: str) -> fields.String:
    """A password that somebody claims to have: no rules here, a wrong one is a wrong one whatever it looks like."""
    return fields.String(
        required=True,
        load_only=True,
        validate=[validate.Length(max=1024), encodable],
        metadata=meaning(description, PASSWORD, pattern=ENCODABLE),
    )


def roles(*example: str) -> fields.List[Any]:
    """What a user is."""
    return fields.List(
        fields.String(validate=validate.OneOf(list(Role))),
        required=True,
        validate=validate.Length(max=10),
        metadata=meaning("What gives the user's tokens their scopes; a customer everybody is.", list(example)),
    )


class NewUser(Schema):
    name = name()
    email = email()
    password = new_password()

    @post_load
    def _hash(self, body: dict[str, str], **_: Any) -> dict[str, str]:
        # Takes a tenth of a second: here no transaction is open yet.
        return {**body, "password_hash": PASSWORDS.hash(body.pop("password"))}


class NewPassword(Schema):
    current_password = password("The one that is good until now.")
    new_password = new_password()


class ChosenPassword(Schema):
    """A new password, which leaves here as its hash alone."""

    new_password = new_password()

    @post_load
    def _hash(self, body: dict[str, str], **_: Any) -> dict[str, str]:
        return {"password_hash": PASSWORDS.hash(body["new_password"])}


class EmailOnly(Schema):
    email = email()


class SignInView(Schema):
    id = fields.UUID(required=True, metadata=meaning("The sign-in's id.", "01932f5e-7c1a-7b3a-9d2e-3f4a5b6c7d8e"))
    client_id = fields.String(required=True, metadata=meaning("Through which client.", "web"))
    scope = fields.String(required=True, metadata=meaning("What its tokens may allow.", "orders:read"))
    created_at = moment("When the user signed in.")
    expires_at = moment("When it ends if it is not used.")
    ended_at = moment("When it was ended.", required=False, allow_none=True)


class NewRoles(Schema):
    roles = roles("customer", "support")


class Profile(Schema):
    name = name()
    email = email()


class UserView(Schema):
    id = user_id()
    name = name()
    email = email()
    email_confirmed = flag("Whether the user has shown that the email is theirs.", example=False)
    status = choice(UserStatus, "A deactivated user takes no part any more.", UserStatus.ACTIVE)
    roles = roles("customer")
    credit_limit_cents = cents("Up to what amount the user may order, in minor units.", 100_000)
    available_credit_cents = WholeNumber(
        required=True,
        validate=validate.Range(-MAX_CENTS, MAX_CENTS),
        metadata=meaning("What is left of it: negative where the limit was set under what is reserved.", 75_000),
    )
    created_at = moment("When the user signed up.")
    updated_at = moment("When the user last changed.")


UserPage = page_of(UserView)


class UserQuery(PageArguments):
    # An email that nobody can have finds nobody.
    email = fields.String(
        load_default=None,
        allow_none=False,
        validate=[validate.Length(max=MAX_EMAIL_CHARACTERS), encodable],
        metadata=meaning("Find the user with this email, in whatever case.", "ada@example.com", pattern=ENCODABLE),
    )


class ReservationView(Schema):
    order_id = order_id()
    amount_cents = cents("What the order costs, in minor units.")
    status = choice(ReservationStatus, "What was decided.", ReservationStatus.RESERVED)
    updated_at = moment("When it was decided, or released.")


RESERVATION_KEY = ("01932f5e-7c1a-7b3a-9d2e-3f4a5b6c7d8e",)
ReservationPage = page_of(ReservationView, RESERVATION_KEY)


class ReservationQuery(PageArguments):
    after = after(*RESERVATION_KEY)


class ExportView(Schema):
    exported_at = moment("When this was put together.")
    user = fields.Nested(UserView, required=True)
    tokens_issued_before = moment("Tokens issued before are dead.", required=False, allow_none=True)
    reservations = fields.List(
        fields.Nested(ReservationView), required=True, metadata={"description": "What orders asked of the credit."}
    )
    sign_ins = fields.List(
        fields.Nested(SignInView), required=True, metadata={"description": "Where the user has signed in."}
    )


class NewCreditLimit(Schema):
    credit_limit_cents = cents("Up to what amount the user may order, in minor units.", 100_000)


class Credentials(Schema):
    email = fields.String(
        required=True,
        validate=encodable,
        metadata=meaning("The user's email, in whatever case.", "ada@example.com", pattern=ENCODABLE),
    )
    password = password("The user's password.")


class TokenResponse(Schema):
    access_token = fields.String(
        required=True, metadata=meaning("To be sent as bearer token.", "eyJhbGciOiJFUzI1NiJ9…")
    )
    token_type = fields.String(
        required=True, validate=validate.Equal("Bearer"), metadata=meaning("Always the same.", "Bearer")
    )
    expires_in = WholeNumber(
        required=True, validate=validate.Range(min=1), metadata=meaning("For how many seconds it is good.", 600)
    )
    refresh_token = fields.String(
        metadata=meaning(
            "Good once, for the next tokens, at `POST /oauth/token`.", "pX0Uv8mC3oN6rQ1sT5wY9zB2dF4hJ7kL"
        )
    )
    scope = fields.String(
        metadata=meaning("The token's scopes, parted by blanks; absent where it has none.", "orders:read users:read")
    )


class Key(Schema):
    """An RFC 7517 key; whatever else it says is to be ignored."""

    class Meta:
        unknown = EXCLUDE

    kty = fields.String(required=True, metadata=meaning("The kind of key.", "EC"))
    crv = fields.String(required=True, metadata=meaning("The curve.", "P-256"))
    x = fields.String(
        required=True, metadata=meaning("Where on it, one way.", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU")
    )
    y = fields.String(
        required=True, metadata=meaning("And the other.", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")
    )
    kid = fields.String(
        required=True, metadata=meaning("The name that tokens call it by.", "01932f5e-7c1a-7b3a-9d2e-3f4a5b6c7d8e")
    )


class KeySet(Schema):
    keys = fields.List(fields.Nested(Key), required=True, metadata={"description": "Each may have signed a token."})
