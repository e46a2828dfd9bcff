"""What order_service refuses.

OrderError
├── OrderNotFound
├── OrderIsRejected
├── ProductsUnavailable
├── TotalTooHigh
├── OrderIdTaken
├── AmountMismatch
└── ProductNotFound
"""


class OrderError(Exception):
    """A rule of order_service was broken."""


class OrderNotFound(OrderError):
    """There is no such order, or not for this caller."""


class OrderIsRejected(OrderError):
    """A rejected order can't be cancelled."""


class ProductsUnavailable(OrderError):
    """Some skus are unknown or inactive: their positions among the lines, with the sku."""

    def __init__(self, skus: dict[int, str]) -> None:
        super().__init__(f"Unknown or inactive: {', '.join(skus.values())}.")
        self.skus = skus


class TotalTooHigh(OrderError):
    """The order costs more than any order may."""


class OrderIdTaken(OrderError):
    """Another order has this id."""


class AmountMismatch(OrderError):
    """Credit was reserved for another amount than the order's total."""


class ProductNotFound(OrderError):
    """There is no such product."""
