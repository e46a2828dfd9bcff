"""What a route says of itself, where neither its arguments nor its other decorators show it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Refusal:
    """A reason for which a route refuses; ``at`` is the dotted path of the field that is wrong."""

    status: int
    reason: str
    at: str | None = None


@dataclass(frozen=True)
class Links:
    """What can be called next, with which parameters: path parameter -> field of the answer's body."""

    operations: tuple[str, ...]
    parameters: dict[str, str]


def refuses(status: int, reason: str, *, at: str | None = None) -> Callable[[F], F]:
    """Document one more reason to refuse, in a sentence. Stands anywhere under the route."""

    def mark(view: F) -> F:
        view.refusals = (Refusal(status, reason, at), *getattr(view, "refusals", ()))  # type: ignore[attr-defined]
        return view

    return mark


def leads_to(*operations: str, **parameters: str) -> Callable[[F], F]:
    """Document which operations take what this one answers: ``leads_to("get_user", user_id="id")``."""

    def mark(view: F) -> F:
        view.links = Links(operations, parameters)  # type: ignore[attr-defined]
        return view

    return mark
