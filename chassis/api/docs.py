"""``/docs``: the service's description, to read and to try out in a browser that needs no other host for it.

Its events are described at ``/docs/events``.
"""

from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, make_response, render_template, request, send_from_directory
from werkzeug.exceptions import NotFound

from chassis.api.asyncapi.document import document
from chassis.api.asyncapi.page import page
from chassis.settings import Settings

OURS = Path(__file__).parent / "docs_page"
#: How long files of an older Swagger UI may be shown after an update.
FRESH_SECONDS = 3600
#: What the page needs of Swagger UI's files; nothing else of them can be had.
SWAGGER_UI = {
    "favicon-16x16.png",
    "favicon-32x32.png",
    "index.css",
    "oauth2-redirect.html",
    "oauth2-redirect.js",
    "swagger-ui-bundle.js",
    "swagger-ui.css",
}


def register_docs(app: Flask, settings: Settings) -> None:
    """Anybody may read what the service can do; what is tried out there asks for a token as anywhere else."""
    blueprint = Blueprint("docs", __name__, template_folder=OURS.name)
    packaged = str(files("flask_swagger_ui") / "dist")
    headers = _headers(settings.token_issuer)

    @blueprint.get("/docs")
    def get_docs() -> Response:
        return _page(render_template("docs.html", service=app.name))

    @blueprint.get("/docs/")
    def get_docs_with_slash() -> Response:
        # Relative, as all addresses of the page: whatever a proxy puts before them stays.
        return Response(status=308, headers={"Location": "../docs"})

    @blueprint.get("/docs/init.js")
    def get_docs_script() -> Response:
        return send_from_directory(OURS, "init.js")

    @blueprint.get("/docs/<name>")
    def get_docs_file(name: str) -> Response:
        if name not in SWAGGER_UI:
            raise NotFound
        # The one page among them is asked for with a code in its address: nothing to keep.
        return send_from_directory(packaged, name, max_age=None if name.endswith(".html") else FRESH_SECONDS)

    @blueprint.after_request
    def harden(response: Response) -> Response:
        response.headers.update(headers)
        return response

    _add_events(blueprint, app.name)
    app.register_blueprint(blueprint)


def _add_events(blueprint: Blueprint, service: str) -> None:
    @blueprint.get("/docs/events")
    def get_docs_of_events() -> Response:
        return _page(page(document([service])))

    @blueprint.get("/docs/events.css")
    def get_docs_style() -> Response:
        return send_from_directory(OURS, "events.css")


def _page(text: str) -> Response:
    response = make_response(text)
    response.cache_control.no_cache = True
    response.add_etag()
    response.make_conditional(request)
    return response


def _headers(issuer: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in _policy(issuer).items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
    }


def _policy(issuer: str) -> dict[str, str]:
    parts = urlsplit(issuer)
    return {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        # The issuer gives the page its tokens, for most services from another host.
        "connect-src": f"'self' {parts.scheme}://{parts.netloc.rpartition('@')[2]}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
