"""What is told of the server, and how it refuses."""

from io import BytesIO

from flask.testing import FlaskClient

from tests.component.conftest import ISSUER
from tests.component.oauth.asking import ASKED, SignUp, allow, back, redeem


def test_where_everything_is_is_told(users: FlaskClient) -> None:
    told = users.get("/.well-known/oauth-authorization-server").get_json()

    assert told["issuer"] == ISSUER
    assert told["token_endpoint"] == f"{ISSUER}/oauth/token"
    assert told["grant_types_supported"] == ["authorization_code", "refresh_token", "client_credentials"]
    assert told["code_challenge_methods_supported"] == ["S256"]


def test_a_parameter_that_is_not_known_is_ignored_whatever_it_says(
    users: FlaskClient, shop: str, sign_up: SignUp
) -> None:
    sign_up()
    unknown = {"\u00e9": "\u00e9", "utm_source": '"\n\u0000'}

    page = users.get("/oauth/authorize", query_string={**ASKED, **unknown})
    answer = redeem(users, code=back(allow(users))["code"], **unknown)

    assert (page.status_code, answer.status_code) == (200, 200)


def test_refusals_are_those_of_the_standard_also_where_flask_refuses(users: FlaskClient) -> None:
    wrong_method = users.get("/oauth/token")
    not_a_form = users.post("/oauth/token", json={"grant_type": "client_credentials"})
    too_much = users.post("/oauth/token", data={"grant_type": "x" * (1 << 20) + "y"})
    without_length = users.post(
        "/oauth/token",
        input_stream=BytesIO(b"grant_type=" + b"x" * (1 << 20)),
        headers={"Transfer-Encoding": "chunked"},
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input_terminated": True},
    )

    assert (wrong_method.status_code, wrong_method.get_json()["error"]) == (405, "invalid_request")
    assert "POST" in wrong_method.headers["Allow"]
    assert (not_a_form.status_code, not_a_form.get_json()["error"]) == (400, "unsupported_grant_type")
    for refused in (too_much, without_length):
        assert (refused.status_code, refused.get_json()["error"]) == (413, "invalid_request")
