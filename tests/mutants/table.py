"""Each guarantee, the line that gives it, and the test that notices when it is gone: by the room of the line."""

from tests.mutants.mutant import Mutant
from tests.mutants.of import (
    broker,
    databases,
    deployment,
    edge,
    events,
    messaging,
    operations,
    order_service,
    process,
    store,
    user_service,
)

ROOMS = (
    *(broker, databases, deployment, edge, events, messaging, operations, order_service, process, store),
    user_service,
)
MUTANTS: tuple[Mutant, ...] = tuple(mutant for room in ROOMS for mutant in room.MUTANTS)
