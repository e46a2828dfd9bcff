"""The authorization server, put together; within a request it works on the unit of work that the request opened."""

from functools import cache
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Payload, FlaskOAuth2Request
from authlib.oauth2.rfc9207 import IssuerParameter
from flask import current_app, g, request

from user_service.api.oauth.clients import FirstParty, OAuthClient
from user_service.api.oauth.grants import ClientCredentialsGrant, CodeGrant, ProofKey, RefreshGrant
from user_service.api.oauth.token_endpoints import Introspection, Revocation
from user_service.api.tokens import FIRST_PARTY_CLIENT
from user_service.domain.roles import SCOPES


class Payload(FlaskOAuth2Payload):
    """The parameters of a request."""

    @property
    def client_id(self) -> str | None:
        """Who asks: the first-party client, where neither the parameters nor a header say."""
        named = self.data.get("client_id")
        return named or (None if "Authorization" in request.headers else FIRST_PARTY_CLIENT)


class TokenRequest(FlaskOAuth2Request):
    """A request in which the client may go without saying."""

    def __init__(self, flask_request: Any) -> None:
        super().__init__(flask_request)
        self.payload = Payload(flask_request)


class Server(AuthorizationServer):
    """Finds clients in our store, and takes nothing that the protocol has no characters for."""

    def query_client(self, client_id: str) -> OAuthClient | None:
        """The client with this id, unless it was disabled."""
        if client_id == FIRST_PARTY_CLIENT:
            return FirstParty(g.unit_of_work.now)
        client = g.unit_of_work.clients.find(client_id)
        return OAuthClient(client) if client is not None and client.disabled_at is None else None

    def create_oauth2_request(self, _: Any) -> FlaskOAuth2Request:
        """The current request."""
        kind = FlaskOAuth2Request if request.path.endswith("/authorize") else TokenRequest
        return kind(request)

    def save_token(self, token: Any, request: Any) -> None:
        """Access tokens are kept nowhere, and refresh tokens are already."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""


class Issuer(IssuerParameter):
    """Says with each code who gave it (RFC 9207)."""

    def get_issuer(self) -> str:
        """Our address."""
        return str(current_app.config["SETTINGS"].token_issuer)


@cache
def server() -> Server:
    """The one server; it keeps nothing between requests."""
    made = Server()
    made.scopes_supported = sorted(frozenset().union(*SCOPES.values()))
    made.register_grant(CodeGrant, [ProofKey(required=True)])
    made.register_grant(RefreshGrant)
    made.register_grant(ClientCredentialsGrant)
    made.register_endpoint(Revocation)
    made.register_endpoint(Introspection)
    made.register_extension(Issuer())
    return made
