"""What schemathesis calls while it fuzzes: so that it gets far, and leaves alive whom the rest of the run needs."""

import os
import re
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, HookContext
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response

from tests.fuzzing.rightful import is_right
from tests.fuzzing.world import SKUS

#: The ids of users whom the rest of the run needs, the caller among them.
KEPT = os.environ.get("FUZZING_KEPT", "").split()
#: The id and the secret of another system.
CREDENTIALS = dict(
    zip(("client_id", "client_secret"), os.environ.get("FUZZING_CLIENT", "nobody nothing").split(), strict=True)
)
GRANTS = {"authorization_code", "refresh_token", "client_credentials"}
#: What would end their tokens.
ENDINGS = {"DELETE /users/{user_id}", "PUT /users/{user_id}/roles", "PUT /users/{user_id}/password"}
SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
LINE = "$response.body#/lines/0"
#: Operation and status -> what can follow. By no link of the documents schemathesis would come to place an order,
#: or to look at a user who has left.
ONWARD = {
    ("/orders/{order_id}/cancel", "post", "200"): {
        "post_order": {"requestBody": {"lines": [{"sku": f"{LINE}/sku", "quantity": f"{LINE}/quantity"}]}},
        "list_orders": {"parameters": {"user_id": "$response.body#/user_id"}},
        "set_product": {"parameters": {"sku": f"{LINE}/sku"}},
    },
    ("/sessions", "post", "201"): {
        "post_token": {
            "requestBody": {"grant_type": "refresh_token", "refresh_token": "$response.body#/refresh_token"}
        },
    },
    ("/users/{user_id}", "delete", "204"): {"get_user": {"parameters": {"user_id": "$request.path.user_id"}}},
}


@schemathesis.hook
def before_load_schema(context: HookContext, raw_schema: dict[str, Any]) -> None:
    """Lead on from where the document's links end, and leave out the headers if they are not wanted."""
    for (path, method, status), links in ONWARD.items():
        if answer := raw_schema["paths"].get(path, {}).get(method, {}).get("responses", {}).get(status):
            answer["links"] = {name: {"operationId": name, **link} for name, link in links.items()}
    if os.environ.get("FUZZING_HEADERS") == "False":
        _leave_out_headers(raw_schema["paths"])


def _leave_out_headers(paths: dict[str, Any]) -> None:
    # They are described in one place, and referred to; nothing else is.
    for operation in (operation for item in paths.values() for operation in item.values()):
        if isinstance(operation, dict):
            operation["parameters"] = [told for told in operation["parameters"] if "$ref" not in told]


@schemathesis.hook("flatmap_body").apply_to(operation_id="post_order")
def order_what_there_is(context: HookContext, body: Any) -> st.SearchStrategy[Any]:
    """Of the orders half are of known products: else hardly one would be accepted."""
    if not _could_be_had(body):
        return st.just(body)
    lines = [{**line, "sku": sku} for line, sku in zip(body["lines"], SKUS, strict=False)]
    return st.sampled_from([body, {**body, "lines": lines}])


def _could_be_had(body: Any) -> bool:
    try:
        skus = [line["sku"] for line in body["lines"]]
        return 0 < len(skus) <= len(SKUS) and all(SKU.fullmatch(sku) for sku in skus)
    except (TypeError, KeyError):
        return False


@schemathesis.hook("flatmap_body").apply_to(path_regex="^/oauth/(introspect|revoke)$")
def ask_as_a_client(context: HookContext, body: Any) -> st.SearchStrategy[Any]:
    """Let half of the clients be one with a secret: nobody guesses it."""
    return _half_of_them(body, CREDENTIALS)


@schemathesis.hook("flatmap_body").apply_to(path="/oauth/token")
def ask_for_a_client(context: HookContext, body: Any) -> st.SearchStrategy[Any]:
    """And let it ask for a token of its own."""
    if not isinstance(body, dict) or body.get("grant_type") not in GRANTS:
        return st.just(body)
    return _half_of_them(body, {**CREDENTIALS, "grant_type": "client_credentials", "scope": ""})


def _half_of_them(body: Any, known: dict[str, str]) -> st.SearchStrategy[Any]:
    # What was made wrong on purpose stays so.
    if not isinstance(body, dict) or not all(_is_valid(body.get(name, "")) for name in known):
        return st.just(body)
    return st.sampled_from([body, {**body, **known}])


def _is_valid(text: Any) -> bool:
    return isinstance(text, str) and text.isascii() and text.isprintable()


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """Let nothing end a user that is needed: a tag that is none of theirs stops it at the last moment."""
    if case.operation.label in ENDINGS and str(case.path_parameters.get("user_id")) in KEPT:
        case.headers["If-Match"] = '"0"'


@schemathesis.hook
def filter_failure(context: HookContext, failure: Failure, case: Case, response: Response) -> bool:
    """Keep what is really one."""
    return not is_right(failure, case, response)
