"""A lease: of many who ask, one holds it, until it stops renewing it.

A migration makes the row of each lease.
"""

from sqlalchemy import ColumnElement, Connection, Table, exists, or_, update

from chassis.store.clock import clock_seconds


def hold(connection: Connection, lease: Table, name: str, owner: str, seconds: float) -> bool:
    """Take the lease if it is free or run out, or renew it; False if another holds it. By the database's clock."""
    free = or_(lease.c.owner == owner, lease.c.expires_at < clock_seconds())
    taken = connection.execute(
        update(lease).where(lease.c.name == name, free).values(owner=owner, expires_at=clock_seconds() + seconds)
    )
    return taken.rowcount == 1


def is_held(lease: Table, name: str, owner: str) -> ColumnElement[bool]:
    """The condition that the owner holds the lease."""
    return exists().where(lease.c.name == name, lease.c.owner == owner, lease.c.expires_at >= clock_seconds())


def release(connection: Connection, lease: Table, name: str, owner: str) -> None:
    """Give the lease back, so that another need not wait until it runs out."""
    connection.execute(update(lease).where(lease.c.name == name, lease.c.owner == owner).values(expires_at=0.0))
