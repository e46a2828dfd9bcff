"""``/oauth/authorize``: a user signs in on a plain page of ours, and allows a client what it asks for."""

from typing import Any, cast
from urllib.parse import urlsplit

from authlib.oauth2 import OAuth2Error
from flask import Blueprint, Response, g, make_response, render_template, request, send_from_directory
from werkzeug.exceptions import TooManyRequests

from chassis.api.bodies import takes_form
from chassis.api.openapi.rights import SCOPES
from user_service.api.credentials import check_credentials
from user_service.api.oauth.characters import check_characters
from user_service.api.oauth.server import server
from user_service.api.transactions import transactions
from user_service.domain.errors import WrongCredentials
from user_service.domain.user import User
from user_service.use_cases.sign_in import let_in

blueprint = Blueprint("authorize", __name__, url_prefix="/oauth", template_folder="pages", static_folder=None)
#: There is no session: each request shows who it is, so a foreign page can do nothing in a user's name.
SEE_OTHER = 303


@blueprint.get("/authorize")
def get_authorization() -> Response:
    """Show who asks for what, and where to sign in."""
    with transactions.reading() as g.unit_of_work:
        return _page(_grant())


@blueprint.post("/authorize")
@takes_form
def post_authorization() -> Response:
    """Go back to the client: with a code if the user signed in and allowed it, else without."""
    if request.form.get("decision") != "allow":
        with transactions.reading() as g.unit_of_work:
            return _back(None)
    email = request.form.get("email", "")
    try:
        return _allowed(email, request.form.get("password", ""))
    except WrongCredentials as error:
        return _page_again(email, str(error), 400)
    except TooManyRequests as error:
        answer = _page_again(email, "Too many failed sign-ins; try again later.", 429)
        answer.headers["Retry-After"] = str(error.retry_after)
        return answer


@blueprint.get("/style.css")
def get_style() -> Response:
    """How the page looks."""
    return send_from_directory(f"{blueprint.root_path}/pages", "style.css", max_age=3600)


@blueprint.errorhandler(OAuth2Error)
def refused(error: OAuth2Error) -> Response:
    """Back to the client with the error, where it is known to be the client's own address; else a page."""
    if error.redirect_uri:
        return cast("Response", server().handle_error_response(None, error))
    return _hardened(make_response(render_template("refused.html", reason=error.description or error.error), 400))


def _grant() -> Any:
    check_characters()
    return server().get_consent_grant()


def _page_again(email: str, message: str, status: int) -> Response:
    with transactions.reading() as g.unit_of_work:
        return _page(_grant(), email=email, message=message, status=status)


def _allowed(email: str, password: str) -> Response:
    known, new_hash = check_credentials(email, password)
    with transactions.writing() as g.unit_of_work:
        return _back(let_in(known, new_hash, g.unit_of_work))


def _back(user: User | None) -> Response:
    answer = server().create_authorization_response(grant_user=user, grant=_grant())
    answer.status_code = SEE_OTHER
    return cast("Response", answer)


def _page(grant: Any, *, email: str = "", message: str = "", status: int = 200) -> Response:
    scopes = {scope: SCOPES[scope] for scope in grant.request.scope.split()}
    page = render_template(
        "authorize.html", client=grant.client.client_id, scopes=scopes, email=email, message=message
    )
    return _hardened(make_response(page, status), grant.redirect_uri)


def _hardened(response: Response, redirect_uri: str = "") -> Response:
    # Browsers hold a form's redirects to `form-action` too.
    parts = urlsplit(redirect_uri)
    back = f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:" if parts.scheme else ""
    response.headers.update(
        {
            "Content-Security-Policy": (
                f"default-src 'none'; style-src 'self'; form-action 'self' {back}; "
                "frame-ancestors 'none'; base-uri 'none'"
            ),
            "X-Frame-Options": "DENY",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }
    )
    return response
