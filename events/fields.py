"""The kinds of values that the contract knows, each with its limits: one definition for events and REST."""

import re
import unicodedata
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields, validate

MAX_CENTS = 10**12
MAX_UNIT_PRICE_CENTS = 10**9
#: The largest id that every database of ours can hold.
MAX_USER_ID = 2**63 - 1
MAX_LINES = 100
MAX_QUANTITY = 1000
MAX_EMAIL_CHARACTERS = 254
MAX_NAME_CHARACTERS = 200
#: What Python takes for blank; `\s` is something else in each language.
BLANK = r"\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
CONTROL = r"\x00-\x1f\x7f-\x9f"
ENDS = f"[^{BLANK}{CONTROL}]"
#: 1 to 200 characters, none a control character, and blanks around them, which are cut off and not counted.
SOME_TEXT = rf"^[{BLANK}]*{ENDS}([^{CONTROL}]{{0,{MAX_NAME_CHARACTERS - 2}}}{ENDS})?[{BLANK}]*\Z"


UUID_TEXT = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")


def _has_controls(text: str) -> bool:
    return any(unicodedata.category(character) in {"Cc", "Cs"} for character in text)


class WholeNumber(fields.Integer):
    """A JSON integer as JSON Schema has it: 3 and 3.0, but neither true nor "3"."""

    def _validated(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float) or value % 1 != 0:
            raise self.make_error("invalid", input=value)
        return int(value)


class Text(fields.String):
    """A text without surrounding blanks and without control characters."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs)).strip()
        if _has_controls(text):
            raise ValidationError("Control characters are not allowed.")
        return text


class Email(fields.Email):
    """An address of valid syntax, without control characters, that is no longer when compared without case."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        if _has_controls(text) or len(text.lower()) > MAX_EMAIL_CHARACTERS:
            raise ValidationError("Not a valid email address.")
        return text


class Uuid(fields.UUID):
    """A UUID in the form of RFC 9562, with its four dashes; we write it in lower case."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> UUID:
        del attr, data, kwargs
        if not isinstance(value, str) or not UUID_TEXT.match(value):
            raise self.make_error("invalid_uuid")
        return UUID(value)


class Flag(fields.Boolean):
    """A JSON boolean: true or false, neither 1 nor "yes"."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        del attr, data, kwargs
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Utc(fields.Field[datetime]):
    """A time of RFC 3339; in UTC with Z when we write it."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        del attr, obj, kwargs
        return None if value is None else format_time(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        del attr, data, kwargs
        try:
            return parse_time(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error


RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)\Z")


def parse_time(text: object) -> datetime:
    """Read a time of RFC 3339 as aware UTC; ValueError for anything else."""
    if not isinstance(text, str) or not RFC3339.match(text):
        raise ValueError("Not a time of RFC 3339.")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("Not a time of RFC 3339.") from error


def format_time(moment: datetime) -> str:
    """Write an aware time as RFC 3339 in UTC with microseconds and Z."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def meaning(description: str, *examples: Any, **more: Any) -> dict[str, Any]:
    """What a field is, in words and by example, for the documents; ``more`` are words of JSON Schema."""
    return {"description": description, "examples": list(examples), **more}


def _required(options: dict[str, Any], description: str, example: Any, **more: Any) -> dict[str, Any]:
    return {"required": True, "metadata": meaning(description, example, **more), **options}


def cents(description: str = "In minor units.", example: int = 25_000, **options: Any) -> WholeNumber:
    """An amount in minor units, 0 to 10^12."""
    return WholeNumber(validate=validate.Range(0, MAX_CENTS), **_required(options, description, example))


def unit_price(
    description: str = "What one piece costs, in minor units.", example: int = 12_500, **options: Any
) -> WholeNumber:
    """A price of one piece in minor units, 0 to 10^9."""
    limits = validate.Range(0, MAX_UNIT_PRICE_CENTS)
    return WholeNumber(validate=limits, **_required(options, description, example))


def user_id(description: str = "The user's id.", example: int = 42, **options: Any) -> WholeNumber:
    """A positive integer."""
    return WholeNumber(validate=validate.Range(1, MAX_USER_ID), **_required(options, description, example))


def order_id(description: str = "The order's id.", **options: Any) -> Uuid:
    """Any UUID."""
    return Uuid(**_required(options, description, "01932f5e-7c1a-7b3a-9d2e-3f4a5b6c7d8e"))


def quantity(description: str = "How many pieces.", example: int = 2, **options: Any) -> WholeNumber:
    """How many pieces, 1 to 1000."""
    return WholeNumber(validate=validate.Range(1, MAX_QUANTITY), **_required(options, description, example))


def sku(description: str = "The product's sku.", example: str = "lamp", **options: Any) -> fields.String:
    """1 to 64 of ``A-Z a-z 0-9 . _ -``, a letter or digit first."""
    characters = validate.Regexp(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
    return fields.String(validate=characters, **_required(options, description, example))


def name(
    description: str = "A name: 1 to 200 characters, not counting blanks around it.",
    example: str = "Ada",
    **options: Any,
) -> Text:
    """1 to 200 characters after trimming."""
    # Not a length: that would count the blanks too for who reads the schema.
    limits = validate.Regexp(SOME_TEXT, error="Not a text of 1 to 200 characters.")
    return Text(validate=limits, **_required(options, description, example))


def email(
    description: str = "An email address; its case makes no difference.",
    example: str = "ada@example.com",
    **options: Any,
) -> Email:
    """Up to 254 characters of valid syntax."""
    limit = validate.Length(max=MAX_EMAIL_CHARACTERS)
    return Email(validate=limit, **_required(options, description, example))


def flag(description: str, *, example: bool = True, **options: Any) -> Flag:
    """True or false."""
    return Flag(**_required(options, description, example))


def moment(description: str, example: str = "2026-11-22T12:00:00.000000Z", **options: Any) -> Utc:
    """A time."""
    return Utc(**_required(options, description, example))


def choice(of: type[Enum], description: str, example: Enum | None, **options: Any) -> fields.Enum[Any]:
    """One of these values."""
    return fields.Enum(of, by_value=fields.String, **_required(options, description, example and example.value))
