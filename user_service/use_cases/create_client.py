"""A program is registered, or gets another secret."""

from collections.abc import Sequence

from user_service.domain.client import Client
from user_service.domain.errors import ClientIsPublic, ClientIsThere, ClientNotFound
from user_service.domain.random_secret import hash_of, new_secret
from user_service.use_cases.ports import UnitOfWork


def create_client(client_id: str, scope: str, redirect_uris: Sequence[str], unit_of_work: UnitOfWork) -> str | None:
    """Register a client; its secret, which is told this once, or None for one that can keep no secret.

    ClientIsThere if there is one with this id.
    """
    if unit_of_work.clients.find(client_id) is not None:
        raise ClientIsThere(f"There is a client {client_id} already.")
    secret = None if redirect_uris else new_secret()
    unit_of_work.clients.add(
        Client(
            id=client_id,
            secret_hash=None if secret is None else hash_of(secret),
            redirect_uris=list(redirect_uris),
            scope=scope,
            created_at=unit_of_work.now,
        )
    )
    return secret


def renew_secret(client_id: str, unit_of_work: UnitOfWork) -> str:
    """Another secret for the client, told this once; the old one is worth nothing from now on.

    ClientNotFound, or ClientIsPublic where there is no secret.
    """
    client = known_client(client_id, unit_of_work)
    if client.is_public:
        raise ClientIsPublic(f"Client {client_id} has no secret.")
    secret = new_secret()
    client.secret_hash = hash_of(secret)
    return secret


def known_client(client_id: str, unit_of_work: UnitOfWork) -> Client:
    """The client with this id; ClientNotFound if there is none."""
    client = unit_of_work.clients.find(client_id)
    if client is None:
        raise ClientNotFound(f"There is no client {client_id}.")
    return client
