"""What the properties of a route bring to its operation: one table, so that no route has to repeat it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.api.blueprint import PathPart
from chassis.api.bodies import WITH_BODY
from chassis.api.limits import EXEMPT
from chassis.api.openapi.markers import Refusal

Responses = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Route:
    """What is known of a route: its view, and what its arguments and answers already brought to its operation."""

    method: str
    path: str
    parts: Mapping[str, PathPart]
    view: Any
    operation: Mapping[str, Any]
    needs_database: bool

    def marked(self, marker: str) -> bool:
        """True if a decorator of the view says so."""
        return bool(getattr(self.view, marker, False))

    @property
    def writes(self) -> bool:
        """True unless the method is safe."""
        return self.method != "GET"

    @property
    def has_right(self) -> bool:
        """True if not every signed-in caller is let in."""
        return any(getattr(self.view, "required", ()))

    def asks(self, name: str | None = None) -> bool:
        """True if there is such a query parameter, or any."""
        names = [told.get("name") for told in self.operation.get("parameters", []) if told.get("in") == "query"]
        return name in names if name else bool(names)


@dataclass(frozen=True, kw_only=True)
class Trait:
    """What a route has, and what that brings."""

    of: Callable[[Route], bool]
    #: Headers of the request.
    parameters: Sequence[str] = ()
    #: Headers of each success.
    headers: Sequence[str] = ()
    refusals: Sequence[Refusal] = ()
    #: Further answers that are no refusals.
    answers: Callable[[Responses], Responses] = lambda _: {}


def _not_modified(_: Responses) -> Responses:
    return {"304": {"description": "The caller has it already: `If-None-Match` names its tag.", "headers": {}}}


def _settled(responses: Responses) -> Responses:
    return {"200": {**responses["202"], "description": "The same, settled within the time that `Prefer` gave."}}


TRAITS = (
    Trait(of=lambda _: True, parameters=["traceparent"], headers=["traceparent"]),
    Trait(
        of=lambda route: route.path not in EXEMPT,
        refusals=[Refusal(429, "Too many requests from this address; try again later.")],
    ),
    Trait(
        of=lambda route: "requestBody" in route.operation,
        refusals=[Refusal(400, "The body is no JSON."), Refusal(422, "The body is not valid.")],
    ),
    Trait(
        of=lambda route: route.method in WITH_BODY,
        refusals=[
            Refusal(413, "The body is larger than 1 MiB."),
            Refusal(415, "The body is not declared as application/json."),
        ],
    ),
    Trait(of=lambda route: route.asks(), refusals=[Refusal(422, "The query is not valid.")]),
    Trait(of=lambda route: route.asks("after"), headers=["Link"]),
    Trait(
        of=lambda route: hasattr(route.view, "required"),
        refusals=[
            Refusal(401, "No access token was sent, or it is not valid (any more)."),
            Refusal(503, "The token can't be checked: the issuer's keys were never had, and can't be had now."),
        ],
    ),
    Trait(of=lambda route: route.has_right, refusals=[Refusal(403, "The token does not give this right.")]),
    Trait(
        of=lambda route: route.needs_database,
        refusals=[Refusal(503, "The database is away, or too busy; try again.")],
    ),
    Trait(
        of=lambda route: route.needs_database and route.writes,
        refusals=[Refusal(409, "It collided with another request; try again.")],
    ),
    Trait(of=lambda route: route.marked("tagged"), headers=["ETag"]),
    Trait(
        of=lambda route: route.marked("tagged") and not route.writes,
        parameters=["If-None-Match"],
        answers=_not_modified,
    ),
    Trait(
        of=lambda route: route.writes and (route.marked("tagged") or route.marked("conditional")),
        parameters=["If-Match"],
        refusals=[Refusal(412, "The resource is not what `If-Match` says any more; get it again.")],
    ),
    Trait(
        of=lambda route: route.marked("idempotent"),
        parameters=["Idempotency-Key"],
        headers=["Idempotent-Replayed"],
        refusals=[
            Refusal(400, "The `Idempotency-Key` is not 1 to 255 visible ASCII characters."),
            Refusal(409, "A request with this `Idempotency-Key` still runs; try again."),
            Refusal(422, "The `Idempotency-Key` was used for another request.", at="Idempotency-Key"),
        ],
    ),
    Trait(
        of=lambda route: route.marked("waits"),
        parameters=["Prefer"],
        headers=["Preference-Applied"],
        answers=_settled,
    ),
)
