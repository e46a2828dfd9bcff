"""All that differs between two services, as one value, and the processes that are made of it."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from wsgiref.types import WSGIApplication

from broker import topology
from broker.consumer import Consumer
from broker.depth_watch import DepthWatch
from broker.parent_watch import die_with_parent
from broker.publisher import Publisher
from chassis import process, settings
from chassis.api.app import create_app
from chassis.api.blueprint import Blueprint, PlainBlueprint
from chassis.api.keys import KeySource
from chassis.api.leaving import Leaving
from chassis.api.openapi.document import About, document
from chassis.api.problems import ErrorTable
from chassis.api.tokens import TokenVerifier
from chassis.cache.opening import open_cache
from chassis.caller import Caller
from chassis.messaging.gauges import queue_gauges
from chassis.messaging.housekeeping import Housekeeping
from chassis.messaging.relay import LEASE_SECONDS, Relay
from chassis.messaging.subscription import Subscriptions
from chassis.messaging.worker import Worker
from chassis.observability import gauges, health, logs, tracing
from chassis.observability.gauges import Gauges
from chassis.observability.metrics import DELIVERIES_IN_FLIGHT
from chassis.settings import Defaults, OwnSettings, Settings
from chassis.store.engine import IDLE_SECONDS
from chassis.store.gauges import outbox_gauges, pool_gauges
from chassis.store.leased_outbox import LeasedOutbox
from chassis.store.store import Store
from chassis.store.sweep import Sweep
from chassis.store.tables import CommonTables

if TYPE_CHECKING:
    from flask import Flask


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service. Its name is its queue's, its package's, and with a slash before it its source."""

    name: str
    #: What it is, for who calls it.
    description: str
    #: Of the REST interface, by semantic versioning.
    api_version: str = "1.0.0"
    defaults: Defaults
    own_settings: OwnSettings = field(default_factory=dict)
    tables: CommonTables
    unit_of_work: type[Any]
    subscriptions: Subscriptions
    blueprints: Sequence[Blueprint]
    #: Routes that follow another standard than ours, and what the document says of them.
    plain_blueprints: Sequence[PlainBlueprint] = ()
    plain_paths: Mapping[str, Any] = field(default_factory=dict)
    plain_tags: Sequence[dict[str, str]] = ()
    errors: ErrorTable
    keys: Callable[[Settings, Store[Any]], KeySource]
    #: Tells whether a caller's token was revoked since it was issued, as far as is known here.
    is_revoked: Callable[[Store[Any], Caller], bool]
    #: What the relay's process does beside publishing, until told to stop.
    beside_the_relay: Callable[[Settings, Store[Any]], Callable[[threading.Event], None]] | None = None
    #: What the relay tells beside outbox and queues, since there is one that is active.
    relay_shows: Callable[[Store[Any]], Gauges] | None = None
    #: Tables that are swept by rules of their own.
    sweeps: Mapping[str, Sweep] = field(default_factory=dict)
    #: What has to be stored once, after the migrations.
    first_rows: Callable[[Store[Any]], None] | None = None

    @property
    def about(self) -> About:
        """What its document says of the service as a whole."""
        return About(self.name, self.api_version, self.description, self.plain_paths, self.plain_tags)

    def settings(self) -> Settings:
        """The settings from the environment; SettingsWrong if some can't be used."""
        return settings.read(self.defaults, self.own_settings)

    def store(self, chosen: Settings, idle_seconds: float = IDLE_SECONDS) -> Store[Any]:
        """The service's database."""
        return Store(
            chosen.database_url,
            pool_size=chosen.database_pool_size,
            unit_of_work=self.unit_of_work,
            tables=self.tables,
            source=f"/{self.name}",
            schemas_url=chosen.public_url,
            cache=open_cache(self.name, chosen.redis_url),
            idle_seconds=idle_seconds,
        )

    def migrate(self, store: Store[Any]) -> None:
        """Bring the database up to date."""
        from chassis.store.migrations import migrate

        migrate(store.engine, self.name)
        if self.first_rows is not None:
            self.first_rows(store)

    def application(self) -> WSGIApplication:
        """The HTTP front, as the server's worker process loads it."""
        chosen = self.settings()
        logs.configure(chosen.log_level, chosen.log_format, service=self.name, process="api")
        # The server is a parent and this, its worker: killed alone, the parent would leave a worker that answers.
        die_with_parent()
        tracing.configure(self.name, "api")
        store = self.store(chosen)
        gauges.show(pool_gauges(store))
        leaving = Leaving()
        leaving.listen()
        front = self._front(chosen, store, leaving)
        process.keep_what_is_loaded()
        return front

    def document(self, chosen: Settings) -> dict[str, Any]:
        """What the HTTP front says of itself with these settings (OpenAPI)."""
        return document(self._front(chosen, self.store(chosen), Leaving()))

    def _front(self, chosen: Settings, store: Store[Any], leaving: Leaving) -> "Flask":
        keys = self.keys(chosen, store)
        return create_app(
            self.about,
            settings=chosen,
            store=store,
            keys=keys,
            verifier=TokenVerifier(keys, chosen.token_issuer, chosen.token_audience),
            revoked=partial(self.is_revoked, store),
            leaving=leaving,
            blueprints=self.blueprints,
            plain_blueprints=self.plain_blueprints,
            errors=self.errors,
        )

    def work(self, chosen: Settings) -> None:
        """Handle events until told to stop."""
        stop = self._begin(chosen, "worker")
        store = self.store(chosen)
        gauges.show(pool_gauges(store))
        consumer = Consumer(
            chosen.broker, self.name, prefetch=chosen.worker_prefetch, name=f"{self.name}.worker.consumer"
        )
        publisher = Publisher(chosen.broker, name=f"{self.name}.worker.publisher")
        health.serve(
            chosen.bind_host,
            chosen.worker_port,
            {"database": store.answers, "broker": lambda: consumer.ready and publisher.ready},
        )
        DELIVERIES_IN_FLIGHT.labels(self.name).set_function(lambda: float(consumer.in_flight))
        publisher.start()
        consumer.start()
        Worker(
            self.name,
            store=store,
            subscriptions=self.subscriptions,
            consumer=consumer,
            publisher=publisher,
            batch=chosen.worker_prefetch,
            retry_delays_seconds=chosen.broker.retry_delays_seconds,
        ).run(stop)
        consumer.close()
        publisher.close()

    def relay(self, chosen: Settings) -> None:
        """Empty the outbox into the broker until told to stop."""
        stop = self._begin(chosen, "relay")
        # One that hangs with the lease's row locked must not keep the next one waiting for longer than the lease.
        store = self.store(chosen, idle_seconds=LEASE_SECONDS)
        outbox = LeasedOutbox(store, owner=str(uuid4()), lease_seconds=LEASE_SECONDS)
        publisher = Publisher(chosen.broker, name=f"{self.name}.relay")
        watch = DepthWatch(chosen.broker, self._queues(chosen), name=f"{self.name}.relay.depths")
        gauges.show(pool_gauges(store))
        gauges.show(outbox_gauges(outbox.state))
        gauges.show(queue_gauges(self.name, watch))
        housekeeping = self.housekeeping(store, chosen)
        gauges.show(housekeeping.gauges())
        if self.relay_shows is not None:
            gauges.show(self.relay_shows(store))
        health.serve(
            chosen.bind_host,
            chosen.relay_port,
            {"database": store.answers, "broker": lambda: publisher.ready},
        )
        publisher.start()
        watch.start()
        if self.beside_the_relay is not None:
            other_work = self.beside_the_relay(chosen, store)
            threading.Thread(target=other_work, args=(stop,), name="beside-the-relay", daemon=True).start()
        Relay(
            self.name,
            outbox=outbox,
            publisher=publisher,
            batch=chosen.relay_batch,
            housekeeping=housekeeping,
        ).run(stop)
        watch.close()
        publisher.close()

    def housekeeping(self, store: Store[Any], chosen: Settings) -> Housekeeping:
        """What keeps the service's tables from growing for ever."""
        return Housekeeping(store, inbox_kept=timedelta(days=chosen.inbox_retention_days), sweeps=self.sweeps)

    def _queues(self, chosen: Settings) -> list[str]:
        return [queue.name for queue in topology.queues(self.name, chosen.broker.retry_delays_seconds)]

    def _begin(self, chosen: Settings, role: str) -> Any:
        tracing.configure(self.name, role)
        if chosen.exit_with_parent:
            die_with_parent()
        return process.begin(chosen.drain_seconds)
