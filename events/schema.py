"""The schema of every event's data. Marshmallow is the one source of what is on the wire."""

from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_dump, post_load, pre_load, validate

from events.event import Event
from events.external import CreditLimitSet, OrderRequested, ProductListed, RequestedLine
from events.fields import (
    MAX_LINES,
    cents,
    choice,
    email,
    flag,
    moment,
    name,
    order_id,
    quantity,
    sku,
    unit_price,
    user_id,
)
from events.orders import (
    OrderCancelled,
    OrderConfirmed,
    OrderPlaced,
    OrderRejected,
    PlacedLine,
    RejectionReason,
)
from events.users import (
    CreditRefused,
    CreditReleased,
    CreditReserved,
    RefusalReason,
    UserCreditLimitChanged,
    UserDeactivated,
    UserErased,
    UserProfileChanged,
    UserRegistered,
    UserTokensRevoked,
)


class Tolerant(Schema):
    """Ignores fields that we don't know."""

    class Meta:
        unknown = EXCLUDE

    @pre_load
    def _count_lines(self, values: Any, **_: Any) -> Any:
        # Before each is looked at: what has a hundred thousand wrong ones must not hold up a worker.
        if isinstance(values, dict) and isinstance(values.get("lines"), list) and len(values["lines"]) > MAX_LINES:
            raise ValidationError({"lines": [f"Length must be between 1 and {MAX_LINES}."]})
        return values


class DataSchema(Tolerant):
    """Loads the dataclass that it describes, tolerantly."""

    makes: ClassVar[type[Any]]

    @post_load
    def _make(self, values: dict[str, Any], **_: Any) -> Any:
        if "lines" in values:
            values["lines"] = tuple(values["lines"])
        return self.makes(**values)

    @post_dump
    def _leave_out_nothing(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        # An optional field that has no value is not sent; one that has to be there is missed by name.
        return {name: value for name, value in data.items() if value is not None}


class PlacedLineSchema(DataSchema):
    makes = PlacedLine
    sku = sku()
    quantity = quantity()
    unit_price_cents = unit_price()


class RequestedLineSchema(DataSchema):
    makes = RequestedLine
    sku = sku()
    quantity = quantity()


def each_sku_once(lines: list[Any]) -> None:
    """Refuse lines that name a sku twice."""
    skus = [line.sku for line in lines]
    if len(set(skus)) != len(skus):
        raise ValidationError("A sku is given twice.")


def lines(of: type[DataSchema]) -> fields.List[Any]:
    """1 to 100 lines, each sku once."""
    told = {"description": "What is ordered, each sku once."}
    return fields.List(
        fields.Nested(of), required=True, validate=[validate.Length(1, MAX_LINES), each_sku_once], metadata=told
    )


class UserRegisteredSchema(DataSchema):
    makes = UserRegistered
    user_id = user_id()
    name = name()
    email = email()
    credit_limit_cents = cents()


class UserProfileChangedSchema(DataSchema):
    makes = UserProfileChanged
    user_id = user_id()
    name = name()
    email = email()


class UserDeactivatedSchema(DataSchema):
    makes = UserDeactivated
    user_id = user_id()


class UserErasedSchema(DataSchema):
    makes = UserErased
    user_id = user_id()


class UserTokensRevokedSchema(DataSchema):
    makes = UserTokensRevoked
    user_id = user_id()
    issued_before = moment("Tokens issued before this time are dead.")


class UserCreditLimitChangedSchema(DataSchema):
    makes = UserCreditLimitChanged
    user_id = user_id()
    credit_limit_cents = cents()


class CreditSchema(DataSchema):
    order_id = order_id()
    user_id = user_id()
    amount_cents = cents()


class CreditReservedSchema(CreditSchema):
    makes = CreditReserved


class CreditRefusedSchema(CreditSchema):
    makes = CreditRefused
    reason = choice(RefusalReason, "Why.", RefusalReason.INSUFFICIENT_CREDIT)


class CreditReleasedSchema(CreditSchema):
    makes = CreditReleased


class OrderSchema(DataSchema):
    order_id = order_id()
    user_id = user_id()


class OrderPlacedSchema(OrderSchema):
    makes = OrderPlaced
    total_cents = cents()
    lines = lines(PlacedLineSchema)


class OrderConfirmedSchema(OrderSchema):
    makes = OrderConfirmed
    total_cents = cents()


class OrderRejectedSchema(OrderSchema):
    makes = OrderRejected
    reason = choice(RejectionReason, "Why.", RejectionReason.INSUFFICIENT_CREDIT)


class OrderCancelledSchema(OrderSchema):
    makes = OrderCancelled
    total_cents = cents()


class ProductListedSchema(DataSchema):
    makes = ProductListed
    sku = sku()
    name = name()
    unit_price_cents = unit_price()
    active = flag("Whether it can be ordered.")


class OrderRequestedSchema(OrderSchema):
    makes = OrderRequested
    lines = lines(RequestedLineSchema)


class CreditLimitSetSchema(DataSchema):
    makes = CreditLimitSet
    user_id = user_id()
    credit_limit_cents = cents()


def _leaves(of: type[DataSchema]) -> list[type[DataSchema]]:
    below = of.__subclasses__()
    return [leaf for child in below for leaf in _leaves(child)] if below else [of]


#: Event class -> its schema, ready to load and dump.
SCHEMAS: dict[type[Event], DataSchema] = {
    schema.makes: schema() for schema in _leaves(DataSchema) if issubclass(schema.makes, Event)
}
