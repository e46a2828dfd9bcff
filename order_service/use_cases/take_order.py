"""Another system took an order."""

from events.envelope import Envelope
from events.external import OrderRequested
from order_service.domain.errors import OrderIdTaken
from order_service.domain.order import Order
from order_service.use_cases.place_order import priced
from order_service.use_cases.ports import UnitOfWork


def take_order(envelope: Envelope[OrderRequested], unit_of_work: UnitOfWork) -> None:
    """Place the order under the sender's id, once; rejected if a product is unknown or inactive.

    OrderIdTaken if the id was used before for something else.
    """
    event = envelope.event
    wanted = [(line.sku, line.quantity) for line in event.lines]
    known = unit_of_work.orders.find(event.order_id)
    if known is not None:
        if not known.asks_for(event.user_id, wanted):
            raise OrderIdTaken(f"Order {event.order_id} is there with other data.")
        return
    lines = priced(wanted, unit_of_work)
    make = Order.refuse if any(line.unit_price_cents is None for line in lines) else Order.place
    unit_of_work.orders.add(make(order_id=event.order_id, user_id=event.user_id, lines=lines, now=unit_of_work.now))
