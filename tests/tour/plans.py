"""How a database would find the rows of a statement, and what of that grows with its tables."""

import json
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import text

from tests.tour.statements import Statement

#: Tables of a handful of rows, whatever goes on.
SMALL = {"lease", "clients", "signing_keys"}
#: What reads on although it may stop early, or reads all there is: complaint and statement -> why that is right.
RIGHTFUL = {
    r"count\(\*\)": "how many wait is counted when somebody looks, over an index that has no other rows",
    r"orders by (?!.*status.* SELECT).*rejection_reason": "only what came before oneself is left out: if any, a few",
    r"outbox by \(\(not_before": "what is postponed is parked within ten minutes",
    r"ix_outbox_failing|Index.* Scan of outbox .*reason IS NOT NULL": "an operator sees all that failed, and no more",
    r"outbox by .*reason IS NOT NULL": "what is still tried is passed over, in an index of nothing but what failed",
    r"outbox\.type IN": "an audit reads all that waits, page by page",
}
#: What PostgreSQL would rather do with tables as small as these.
NOT_BY = ("seqscan", "bitmapscan", "hashjoin", "mergejoin")


def complaints(statement: Statement) -> Iterator[str]:
    """What is wrong with the way to the statement's rows: they are not found by an index, or only after others."""
    if statement.sql.lstrip().startswith("INSERT"):
        return
    found = {"sqlite": _of_sqlite, "postgresql": _of_postgresql}[statement.engine.dialect.name]
    for complaint in found(statement):
        if not any(re.search(reason, f"{complaint} {statement.short}") for reason in RIGHTFUL):
            yield complaint


def _of_sqlite(statement: Statement) -> Iterator[str]:
    with statement.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement.sql}", statement.parameters).all()
    steps = [row.detail for row in rows]
    sorts = any("TEMP B-TREE FOR ORDER BY" in step for step in steps)
    is_page = "LIMIT" in statement.sql
    for step in steps:
        scanned = re.match(r"SCAN (\w+)", step)
        if scanned and scanned[1] in _growing(statement) and (sorts or not is_page):
            yield step
    if sorts and is_page:
        yield "sorts all that it finds for one page"


def _of_postgresql(statement: Statement) -> Iterator[str]:
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", statement.sql)))
    sql = re.sub(r"%\((\w+)\)s", lambda match: f"${names.index(match[1]) + 1}", statement.sql).replace("%%", "%")
    arguments = f"({', '.join('NULL' for _ in names)})" if names else ""
    # Also of what is committed by itself: what is set here is for this transaction.
    with statement.engine.connect().execution_options(isolation_level="READ COMMITTED") as connection:
        connection.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
        # What is done all the same could be done in no other way.
        for way in (*NOT_BY, *(("sort",) if "LIMIT" in sql else ())):
            connection.execute(text(f"SET LOCAL enable_{way} = off"))
        connection.exec_driver_sql(f"PREPARE planned AS {sql.replace('%', '%%')}")
        found = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) EXECUTE planned{arguments}").scalar()
        connection.exec_driver_sql("DEALLOCATE planned")
    plan: Any = json.loads(found) if isinstance(found, str) else found
    yield from _of_node(plan[0]["Plan"], _growing(statement), in_page=False)


def _of_node(node: dict[str, Any], growing: set[str], *, in_page: bool) -> Iterator[str]:
    kind, table = node["Node Type"], node.get("Relation Name")
    in_page = in_page or kind == "Limit"
    if in_page and kind == "Sort":
        yield "sorts all that it finds for one page"
    if table in growing and kind.endswith("Scan"):
        if "Index Cond" not in node and (kind == "Seq Scan" or not in_page):
            yield f"{kind} of {table}"
        if in_page and "Filter" in node:
            yield f"passes over rows of {table} by {node['Filter']}"
    for child in node.get("Plans", ()):
        yield from _of_node(child, growing, in_page=in_page and child.get("Parent Relationship") != "InitPlan")


def _growing(statement: Statement) -> set[str]:
    return set(re.findall(r"\b[a-z_]+\b", statement.sql)) - SMALL
