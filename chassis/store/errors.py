"""The databases' errors, told as those that every edge knows."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from chassis.errors import Collision, Conflict, StoreUnavailable

#: How the databases say that they gave up a transaction for another one: psycopg by classes, MySQL by numbers
#: (a deadlock; a lock not had in time).
COLLISIONS = {"DeadlockDetected", "SerializationFailure", "LockNotAvailable", 1213, 1205}


@contextmanager
def translated() -> Iterator[None]:
    """Raise the database's errors as those that every edge knows."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(_first_line(error.orig)) from error
    except (OperationalError, InterfaceError, InternalError) as error:
        if COLLISIONS & {type(error.orig).__name__, *_number(error.orig)}:
            raise Collision(_first_line(error.orig)) from error
        raise StoreUnavailable(_first_line(error.orig)) from error
    except PoolTimeout as error:
        raise StoreUnavailable("no free connection in the pool") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StoreUnavailable(_first_line(error.orig)) from error
        raise


def _number(error: BaseException | None) -> set[int]:
    return {each for each in getattr(error, "args", ())[:1] if isinstance(each, int)}


def _first_line(error: BaseException | None) -> str:
    return f"{type(error).__name__}: {error}".partition("\n")[0]
