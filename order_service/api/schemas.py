"""The bodies and queries of order_service's REST API."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate, validates

from chassis.api.paging import PageArguments
from events.fields import MAX_LINES, Flag, Utc, name, quantity, sku, unit_price, user_id
from order_service.domain.order import OrderStatus


class NewLine(Schema):
    sku = sku()
    quantity = quantity()


class NewOrder(Schema):
    lines = fields.List(fields.Nested(NewLine), required=True, validate=validate.Length(1, MAX_LINES))
    user_id = user_id(required=False)

    @pre_load
    def _not_too_many(self, body: Any, **_: Any) -> Any:
        # Before each of them is looked at.
        if isinstance(body, dict) and isinstance(body.get("lines"), list) and len(body["lines"]) > MAX_LINES:
            raise ValidationError({"lines": [f"More than {MAX_LINES} lines."]})
        return body

    @validates("lines")
    def _each_sku_once(self, lines: list[dict[str, Any]], **_: Any) -> None:
        # Runs also where a line is invalid in itself, and then lacks its sku.
        skus = [line.get("sku") for line in lines]
        for position, wanted in enumerate(skus):
            if wanted is not None and wanted in skus[:position]:
                raise ValidationError({position: {"sku": ["This sku is given twice."]}})


class LineView(Schema):
    sku = fields.String()
    name = fields.String(allow_none=True)
    quantity = fields.Integer()
    unit_price_cents = fields.Integer(allow_none=True)


class OrderView(Schema):
    id = fields.UUID()
    user_id = fields.Integer()
    customer_name = fields.String(allow_none=True)
    status = fields.String()
    rejection_reason = fields.String(allow_none=True)
    lines = fields.List(fields.Nested(LineView))
    total_cents = fields.Integer()
    created_at = Utc()
    updated_at = Utc()


class OrderPage(Schema):
    items = fields.List(fields.Nested(OrderView))
    next = fields.String(allow_none=True)


class OrderQuery(PageArguments):
    status = fields.Enum(OrderStatus, by_value=True, load_default=None)
    user_id = fields.Integer(load_default=None, validate=validate.Range(1, 2**63 - 1))


class StatusChangeView(Schema):
    status = fields.String()
    at = Utc()
    event_id = fields.String()
    trace_id = fields.String()


class HistoryView(Schema):
    items = fields.List(fields.Nested(StatusChangeView))


class NewProduct(Schema):
    name = name()
    unit_price_cents = unit_price()
    active = Flag(load_default=True)


class ProductView(Schema):
    sku = fields.String()
    name = fields.String()
    unit_price_cents = fields.Integer()
    active = fields.Boolean()
    updated_at = Utc()


class ProductPage(Schema):
    items = fields.List(fields.Nested(ProductView))
    next = fields.String(allow_none=True)
