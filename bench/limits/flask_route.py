"""The floor of ``POST /orders``: a bare Flask route that inserts an order and an outbox row, and commits.

No authentication, no schema, no key, no ORM: psycopg alone, one connection a thread, which prepares its statements.
"""

import json
import os
import threading
from uuid import uuid4

import psycopg
from flask import Flask, request

from tests.servers.postgresql_node import plain

TABLES = """
    CREATE TABLE orders (
        id uuid PRIMARY KEY, user_id bigint NOT NULL, lines text NOT NULL, total_cents bigint NOT NULL,
        status text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
    CREATE TABLE outbox (
        position bigserial PRIMARY KEY, event_id text NOT NULL, type text NOT NULL,
        time timestamptz NOT NULL DEFAULT now(), body bytea NOT NULL);
"""
#: What an event of ours has beside its data, about as many bytes.
ATTRIBUTES = {"specversion": "1.0", "source": "/order_service", "more": "x" * 400}


def application() -> Flask:
    """The application, on the database that the environment names."""
    app = Flask(__name__)
    local = threading.local()

    def connection() -> psycopg.Connection:
        if not hasattr(local, "connection"):
            local.connection = psycopg.connect(plain(os.environ["DATABASE_URL"]), prepare_threshold=0)
        return local.connection

    @app.post("/orders")
    def post_order() -> tuple[dict[str, object], int]:
        lines = request.get_json()["lines"]
        order = {"id": str(uuid4()), "user_id": 1, "lines": lines, "total_cents": 5, "status": "pending"}
        transaction = connection()
        transaction.execute(
            "INSERT INTO orders (id, user_id, lines, total_cents, status) VALUES (%s, 1, %s, 5, 'pending')",
            [order["id"], json.dumps(lines)],
        )
        transaction.execute(
            "INSERT INTO outbox (event_id, type, body) VALUES (%s, 'order.placed.v1', %s)",
            [str(uuid4()), json.dumps({**ATTRIBUTES, "data": order}).encode()],
        )
        transaction.commit()
        return order, 202

    return app
