"""The bodies and queries of order_service's REST API."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate, validates

from chassis.api.paging import NumberInQuery, PageArguments, after, page_of
from events.fields import (
    MAX_LINES,
    MAX_USER_ID,
    cents,
    choice,
    flag,
    meaning,
    moment,
    name,
    order_id,
    quantity,
    sku,
    unit_price,
    user_id,
)
from events.orders import RejectionReason
from order_service.domain.order import OrderStatus


class NewLine(Schema):
    sku = sku()
    quantity = quantity()


class NewOrder(Schema):
    lines = fields.List(
        fields.Nested(NewLine),
        required=True,
        validate=validate.Length(1, MAX_LINES),
        metadata={"description": "What is wanted; each sku once."},
    )
    user_id = user_id("Who orders; without it the caller.", required=False)

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
    sku = sku()
    name = name(
        "The product's name when it was ordered; null where the product was unknown.", "Lamp", allow_none=True
    )
    quantity = quantity()
    unit_price_cents = unit_price(
        "What one piece cost then, in minor units; null where the product was unknown.", allow_none=True
    )


class OrderView(Schema):
    id = order_id()
    user_id = user_id("Whose order it is.")
    customer_name = name("The user's name; null until it is known here.", allow_none=True)
    status = choice(OrderStatus, "Where the order stands.", OrderStatus.PENDING)
    rejection_reason = choice(RejectionReason, "Why it is rejected; null unless it is.", None, allow_none=True)
    lines = fields.List(
        fields.Nested(LineView),
        required=True,
        validate=validate.Length(1, MAX_LINES),
        metadata={"description": "What was ordered."},
    )
    total_cents = cents("What all lines cost together, in minor units.")
    created_at = moment("When it was placed.")
    updated_at = moment("When its status last changed.")


#: By what orders are paged, for examples.
ORDER_KEY = ("2026-11-22T12:00:00+00:00", "01932f5e-7c1a-7b3a-9d2e-3f4a5b6c7d8e")
OrderPage = page_of(OrderView, ORDER_KEY)


class OrderQuery(PageArguments):
    after = after(*ORDER_KEY)
    status = choice(
        OrderStatus,
        "Only orders with this status.",
        OrderStatus.PENDING,
        required=False,
        load_default=None,
        allow_none=False,
    )
    user_id = NumberInQuery(
        load_default=None,
        allow_none=False,
        validate=validate.Range(1, MAX_USER_ID),
        metadata=meaning("Only this user's orders.", 42),
    )


class StatusChangeView(Schema):
    status = choice(OrderStatus, "What it became.", OrderStatus.PENDING)
    at = moment("When.")
    event_id = fields.UUID(
        required=True,
        metadata=meaning("The event that told the world of it.", "01932f5e-7c1a-7b3a-9d2e-3f4a5b6c7d8f"),
    )
    trace_id = fields.String(
        required=True,
        validate=validate.Regexp(r"^[0-9a-f]{32}\Z"),
        metadata=meaning("Leads to what caused it in logs and traces.", "0af7651916cd43dd8448eb211c80319c"),
    )


class HistoryView(Schema):
    items = fields.List(
        fields.Nested(StatusChangeView), required=True, metadata={"description": "Every change, oldest first."}
    )


class NewProduct(Schema):
    name = name("The product's name: 1 to 200 characters, not counting blanks around it.", "Lamp")
    unit_price_cents = unit_price()
    active = flag("Whether it can be ordered.", required=False, load_default=True)


class ProductView(Schema):
    sku = sku()
    name = name("The product's name.", "Lamp")
    unit_price_cents = unit_price()
    active = flag("Whether it can be ordered.")
    updated_at = moment("When it last changed.")


SKU_KEY = ("lamp",)
ProductPage = page_of(ProductView, SKU_KEY)


class ProductQuery(PageArguments):
    after = after(*SKU_KEY)
