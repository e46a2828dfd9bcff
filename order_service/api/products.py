"""``/products``: the price list."""

from typing import Any

from flask import Response, jsonify, url_for
from marshmallow import ValidationError

from chassis.api import etags
from chassis.api.blueprint import Blueprint, PathPart
from chassis.api.cached import shown
from chassis.api.etags import tagged
from chassis.api.openapi.headers import sent
from chassis.api.openapi.markers import leads_to
from chassis.api.paging import cursor, page
from chassis.api.permissions import requires
from events.fields import sku as sku_field
from order_service.api.schemas import NewProduct, ProductPage, ProductQuery, ProductView
from order_service.api.transactions import transactions
from order_service.domain.errors import ProductNotFound
from order_service.domain.product import Product
from order_service.use_cases.list_product import put_product

VALID_SKU = sku_field()
blueprint = Blueprint(
    "products",
    __name__,
    description="What can be ordered",
    parts={"sku": PathPart(VALID_SKU, none="There is no such product.")},
)


@blueprint.get("/products")
@blueprint.arguments(ProductQuery, location="query")
@blueprint.response(200, ProductPage, description="A page of the active products, by sku.")
def list_products(query: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Page through the active products."""
    after = cursor(query["after"], _sku)
    with transactions.reading() as unit_of_work:
        products = unit_of_work.products.active(after=after, limit=query["limit"] + 1)
    return page(products, query["limit"], lambda product: [product.sku])


@blueprint.get("/products/<sku>")
@tagged
@blueprint.response(200, ProductView, description="The product.")
def get_product(sku: str) -> Response:
    """Look at a product."""
    _check(sku)
    product = shown("product", sku, ProductView, lambda: _product(sku))
    if product is None:
        raise ProductNotFound(f"There is no product {sku}.")
    return jsonify(product)


def _product(sku: str) -> Product | None:
    with transactions.reading() as unit_of_work:
        return unit_of_work.products.find(sku)


@blueprint.put("/products/<sku>")
@requires("products:write")
@tagged
@leads_to("get_product", sku="sku")
@blueprint.arguments(NewProduct)
@blueprint.response(200, ProductView, description="The product, changed.", headers=sent("Location"))
@blueprint.alt_response(
    201, schema=ProductView, description="The new product.", headers=sent("Location"), success=True
)
def set_product(body: dict[str, Any], sku: str) -> tuple[Product, int, dict[str, str]]:
    """Set a product's name and price."""
    _check(sku)
    with transactions.writing() as unit_of_work:
        etags.check(ProductView, lambda: unit_of_work.products.find(sku))
        product, is_new = put_product(
            sku,
            name=body["name"],
            unit_price_cents=body["unit_price_cents"],
            active=body["active"],
            unit_of_work=unit_of_work,
        )
    return product, 201 if is_new else 200, {"Location": url_for("products.get_product", sku=sku)}


def _sku(text: str) -> str:
    return str(VALID_SKU.deserialize(text))


def _check(sku: str) -> None:
    try:
        VALID_SKU.deserialize(sku)
    except ValidationError as error:
        raise ProductNotFound("A path that is no sku.") from error
