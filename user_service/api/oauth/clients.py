"""Clients as Authlib sees them."""

from dataclasses import dataclass
from typing import Any

from authlib.oauth2.rfc6749 import ClientMixin

from user_service.api.tokens import FIRST_PARTY_CLIENT
from user_service.domain.client import Client

FOR_USERS = {"authorization_code", "refresh_token"}
FOR_ITSELF = {"client_credentials"}


@dataclass
class OAuthClient(ClientMixin):
    """A registered client."""

    client: Client

    @property
    def client_id(self) -> str:
        """Its id."""
        return self.client.id

    def get_client_id(self) -> str:
        """Its id."""
        return self.client.id

    def get_default_redirect_uri(self) -> str | None:
        """Where to go back to if the request doesn't say; None if that could be several places."""
        return self.client.redirect_uris[0] if len(self.client.redirect_uris) == 1 else None

    def get_allowed_scope(self, scope: str | None) -> str:
        """What it may have of what it asks for."""
        return self.client.allowed((scope or "").split())

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Only what was registered, to the letter."""
        return redirect_uri in self.client.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """True if this is its secret."""
        return self.client.knows(client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """A public client has no secret, every other one shows it."""
        del endpoint
        return (method == "none") is self.client.is_public

    def check_response_type(self, response_type: str) -> bool:
        """Codes alone, for who has somewhere to go back to."""
        return response_type == "code" and bool(self.client.redirect_uris)

    def check_grant_type(self, grant_type: str) -> bool:
        """A public client acts for users, any other for itself."""
        return grant_type in (FOR_USERS if self.client.is_public else FOR_ITSELF)


class FirstParty(OAuthClient):
    """What stands behind ``POST /sessions``: it may go on with those sign-ins, and begins none here."""

    def __init__(self, now: Any) -> None:
        super().__init__(Client(id=FIRST_PARTY_CLIENT, secret_hash=None, redirect_uris=[], scope="", created_at=now))

    def check_grant_type(self, grant_type: str) -> bool:
        """Refreshing alone."""
        return grant_type == "refresh_token"
