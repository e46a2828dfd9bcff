"""What a column or table that any database can have is on MySQL, so that it keeps there what it keeps elsewhere.

Migrations need not think of it: without this, times lose their fractions of a second, text is cut off at 64 KiB, and
keys that differ by case or by a space at their end are the same key.
"""

from typing import Any

from sqlalchemy import DateTime, LargeBinary, Text, Uuid
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateTable

DIALECT = "mysql"
#: Compares byte by byte, with the spaces at the end; the two servers have different names for it.
COLLATION = {"mariadb": "utf8mb4_nopad_bin", "mysql": "utf8mb4_0900_bin"}


@compiles(DateTime, DIALECT)
def _to_the_microsecond(_element: Any, _compiler: Any, **_: Any) -> str:
    return "DATETIME(6)"


@compiles(LargeBinary, DIALECT)
def _as_long_as_a_message(_element: Any, _compiler: Any, **_: Any) -> str:
    return "LONGBLOB"


@compiles(Text, DIALECT)
def _as_long_as_it_is(_element: Any, _compiler: Any, **_: Any) -> str:
    return "LONGTEXT"


@compiles(Uuid, DIALECT)
def _in_the_order_of_its_digits(_element: Any, _compiler: Any, **_: Any) -> str:
    # MariaDB's own type has an order of its own, and MySQL has no such type.
    return "CHAR(32)"


@compiles(CreateTable, DIALECT)
def _transactional_and_exact(element: Any, compiler: Any, **more: Any) -> str:
    collation = COLLATION["mariadb" if compiler.dialect.is_mariadb else "mysql"]
    statement = compiler.visit_create_table(element, **more).rstrip()
    return f"{statement} ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE {collation}"
