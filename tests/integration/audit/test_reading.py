"""How the stores are read: all of it, in order, without a way to write."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import delete, insert

from chassis.errors import StoreUnavailable
from chassis.store.reading import PAGE, read_only, require_tables
from tests import stores
from tests.integration.audit.looking import change
from tests.stores import opened
from tests.world import World
from user_service.domain.reservation import ReservationStatus
from user_service.store import audit as user_store
from user_service.store.tables import RESERVATIONS


def test_reading_for_the_audit_can_not_write(world: World) -> None:
    inbox = world.orders.tables.inbox

    with pytest.raises(StoreUnavailable), read_only(world.orders) as connection:
        connection.execute(delete(inbox))

    assert stores.count(world.orders, "inbox") == 1
    change(world.orders, delete(inbox))
    assert stores.count(world.orders, "inbox") == 0


def test_a_database_that_was_never_migrated_is_not_read(urls: tuple[str, str]) -> None:
    with opened(stores.USERS, urls[0]) as store, pytest.raises(StoreUnavailable):
        require_tables(store)


def test_every_row_is_read_in_order_whatever_the_number_of_pages(world: World) -> None:
    ids = [uuid4() for _ in range(2 * PAGE + 1)]
    row = {"user_id": 1, "amount_cents": 1, "status": ReservationStatus.REFUSED, "updated_at": datetime.now(UTC)}
    change(
        world.users,
        insert(RESERVATIONS).values([{**row, "order_id": each, "sequence": 1, "version": 1} for each in ids]),
    )

    found = [each.order_id for each in user_store.reservations(world.users)]

    assert found == sorted(ids)
