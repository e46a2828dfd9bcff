"""TLS to RabbitMQ, PostgreSQL, MySQL and Redis: with whom we talk, and with whom we don't."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from sqlalchemy import text

from broker.confirms import Fate
from broker.connection import CONNECTION_ERRORS, declare_topology
from broker.consumer import Consumer
from broker.message import Message
from broker.publisher import Publisher
from broker.settings import BrokerSettings
from broker.tls import TlsFiles
from chassis.cache.cache import Cache
from chassis.cache.connection import Connection
from chassis.cache.shared import Shared
from chassis.errors import StoreUnavailable
from events.catalogue import USERS as USER_SERVICE
from tests.deployment.certificates import Authority
from tests.missing import skip_or_fail
from tests.servers import mariadb_node, postgresql_node, rabbitmq_node, redis_node
from tests.servers.ports import free_ports
from tests.stores import USERS, opened


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ours"), "ours")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("stranger"), "stranger")


@pytest.fixture(scope="module")
def broker_url(authority: Authority) -> Iterator[str]:
    """A RabbitMQ that answers by TLS, and reads the certificates of those who show one."""
    if not rabbitmq_node.is_packaged():
        skip_or_fail("no RabbitMQ that may be set up for TLS: install Debian's package")
    (port,), own = free_ports(1), authority.pair("rabbitmq")
    with rabbitmq_node.running_node(
        f"listeners.ssl.1 = 127.0.0.1:{port}",
        f"ssl_options.cacertfile = {authority.file}",
        f"ssl_options.certfile = {own.certificate}",
        f"ssl_options.keyfile = {own.key}",
        "ssl_options.verify = verify_peer",
        "ssl_options.fail_if_no_peer_cert = false",
    ):
        yield f"amqps://guest:guest@127.0.0.1:{port}/"


class Server(NamedTuple):
    """A database that answers by TLS; how one asks for proof of its name, and whether a session is over TLS."""

    url: str
    proven_by: Callable[[Path], str]
    over_tls: str


KINDS: dict[str, tuple[Any, Any, Callable[[Path], str], str]] = {
    "postgresql": (
        postgresql_node,
        postgresql_node.PostgreSQLNode,
        lambda file: f"?sslmode=verify-full&sslrootcert={file}",
        "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    ),
    "mysql": (
        mariadb_node,
        mariadb_node.MariaDBNode,
        lambda file: f"?ssl_ca={file}",
        "SELECT variable_value <> '' FROM information_schema.session_status WHERE variable_name = 'Ssl_cipher'",
    ),
}


@pytest.fixture(scope="module", params=list(KINDS))
def server(request: pytest.FixtureRequest, authority: Authority) -> Iterator[Server]:
    """One of each kind."""
    kind, make_node, proven_by, over_tls = KINDS[request.param]
    if not kind.is_packaged():
        skip_or_fail("no database that may be set up for TLS: install Debian's package")
    node = make_node()
    try:
        node.create()
        node.use_tls(*authority.pair(request.param))
        node.start()
        yield Server(node.url, proven_by, over_tls)
    finally:
        node.remove()


def test_publisher_and_consumer_work_over_tls(broker_url: str, authority: Authority) -> None:
    settings = BrokerSettings(broker_url, tls_files=TlsFiles(authority.file))
    publisher, consumer = Publisher(settings, name="test"), Consumer(settings, USER_SERVICE, prefetch=1, name="test")
    message = Message(exchange="", routing_key=USER_SERVICE, body=b"hello", message_id=str(uuid4()), mandatory=True)
    try:
        consumer.start()
        publisher.start()

        fates = publisher.publish([message], 20)

        (delivery,) = consumer.take(1, 20)
        consumer.ack(delivery)
    finally:
        publisher.close()
        consumer.close()
    assert fates == [Fate.CONFIRMED]
    assert delivery.body == b"hello"


def test_a_certificate_of_our_own_is_shown(broker_url: str, authority: Authority, stranger: Authority) -> None:
    ours, strangers = authority.pair("user_service"), stranger.pair("user_service")

    assert declare_topology(BrokerSettings(broker_url, tls_files=TlsFiles(authority.file, *ours)), "test") == ()
    with pytest.raises(CONNECTION_ERRORS):
        declare_topology(BrokerSettings(broker_url, tls_files=TlsFiles(authority.file, *strangers)), "test")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_broker_that_can_t_prove_its_name_is_not_spoken_to(
    broker_url: str, authority: Authority, stranger: Authority, host: str
) -> None:
    believed = {"127.0.0.1": stranger.file, "localhost": authority.file}[host]
    url = broker_url.replace("127.0.0.1", host)

    with pytest.raises(CONNECTION_ERRORS):
        declare_topology(BrokerSettings(url, tls_files=TlsFiles(believed)), "test")


def test_without_a_setting_the_system_s_authorities_are_believed_and_no_others(broker_url: str) -> None:
    with pytest.raises(CONNECTION_ERRORS):
        declare_topology(BrokerSettings(broker_url), "test")


def test_the_embedded_broker_knows_no_tls(embedded_url: str) -> None:
    with pytest.raises(CONNECTION_ERRORS):
        declare_topology(BrokerSettings(embedded_url.replace("amqp:", "amqps:")), "test")


def is_over_tls(server: Server, url: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether our session at this address is over TLS, by the service's own settings and store."""
    monkeypatch.setenv("USER_DATABASE_URL", url)
    with opened(USERS, USERS.settings().database_url) as store, store.connection(writes=False) as connection:
        return bool(connection.scalar(text(server.over_tls)))


def test_a_store_speaks_tls_with_a_database_that_proves_its_name(
    server: Server, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_over_tls(server, server.url + server.proven_by(authority.file), monkeypatch)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_database_that_can_t_prove_its_name_is_not_spoken_to(
    server: Server, authority: Authority, stranger: Authority, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    believed = {"127.0.0.1": stranger.file, "localhost": authority.file}[host]
    url = server.url.replace("127.0.0.1", host) + server.proven_by(believed)

    with pytest.raises(StoreUnavailable):
        is_over_tls(server, url, monkeypatch)


@pytest.fixture(scope="module")
def redis_url(authority: Authority) -> Iterator[str]:
    """A Redis that answers by TLS."""
    if not redis_node.is_packaged():
        skip_or_fail("no Redis that may be set up for TLS: install Debian's package")
    (port,), own = free_ports(1), authority.pair("redis")
    files = ("--tls-cert-file", str(own.certificate), "--tls-key-file", str(own.key))
    authorities = ("--tls-ca-cert-file", str(authority.file), "--tls-auth-clients", "no")
    with redis_node.running_node("--tls-port", str(port), *files, *authorities):
        yield f"rediss://127.0.0.1:{port}/0"


def is_kept(url: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a value is found in the cache, by the service's own settings."""
    monkeypatch.setenv("REDIS_URL", url)
    chosen = USERS.settings().redis_url
    assert chosen is not None
    cache = Cache(str(uuid4()), Shared(Connection(chosen)))
    found = [cache.read("user", 1, ("name",), lambda name=name: {"name": name}) for name in ("Ada", "Grace")]  # type: ignore[misc] # bound now
    return found[1] == {"name": "Ada"}


def test_the_cache_speaks_tls_with_a_redis_that_proves_its_name(
    redis_url: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_kept(f"{redis_url}?ssl_ca_certs={authority.file}", monkeypatch)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_redis_that_can_t_prove_its_name_is_done_without(
    redis_url: str, authority: Authority, stranger: Authority, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    believed = {"127.0.0.1": stranger.file, "localhost": authority.file}[host]

    assert not is_kept(f"{redis_url.replace('127.0.0.1', host)}?ssl_ca_certs={believed}", monkeypatch)
