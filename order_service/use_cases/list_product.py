"""A product gets a name and a price."""

from events.envelope import Envelope
from events.external import ProductListed
from order_service.domain.product import Product
from order_service.use_cases.ports import UnitOfWork


def put_product(
    sku: str, *, name: str, unit_price_cents: int, active: bool, unit_of_work: UnitOfWork
) -> tuple[Product, bool]:
    """Set a product; also tells whether it is new."""
    now = unit_of_work.now
    product = unit_of_work.products.find(sku)
    if product is not None:
        product.put(name=name, unit_price_cents=unit_price_cents, active=active, now=now)
        return product, False
    product = Product(
        sku=sku, name=name, unit_price_cents=unit_price_cents, active=active, updated_at=now, listed_at=now
    )
    unit_of_work.products.add(product)
    return product, True


def list_product(envelope: Envelope[ProductListed], unit_of_work: UnitOfWork) -> None:
    """Take the product that another system listed, unless a newer listing is known."""
    event, now = envelope.event, unit_of_work.now
    product = unit_of_work.products.find(event.sku)
    if product is not None:
        product.take(
            name=event.name,
            unit_price_cents=event.unit_price_cents,
            active=event.active,
            listed_at=envelope.time,
            now=now,
        )
        return
    unit_of_work.products.add(
        Product(
            sku=event.sku,
            name=event.name,
            unit_price_cents=event.unit_price_cents,
            active=event.active,
            updated_at=now,
            listed_at=envelope.time,
        )
    )
