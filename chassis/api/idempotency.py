"""``Idempotency-Key``: a request that is sent again has its effect once, and gets its first answer again."""

import hmac
import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from hashlib import scrypt, sha256
from typing import Any, TypeVar, cast

from flask import Response, g, request
from werkzeug.exceptions import BadRequest

from chassis.api.problems import Invalid
from chassis.api.transactions import Transactions
from chassis.errors import StoreUnavailable
from chassis.store.answers import Answer
from chassis.store.unit_of_work import UnitOfWork

F = TypeVar("F", bound=Callable[..., Any])

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
VISIBLE_ASCII = re.compile(r"[!-~]{1,255}")
#: Headers that belong to the answer, whenever it is given.
KEPT_HEADERS = ("Content-Type", "Location")


def idempotent(transactions: Transactions[Any], user: str | None = None) -> Callable[[F], F]:
    """Run the view within a unit of work of its own, and for the same key once; with no key, each time.

    The answer is stored in the transaction of its effect: there is never one without the other. Where the key has an
    answer already, the effect is rolled back and that answer given; while another request with the key is at work,
    this one waits for it in the database. A refusal raises, and is kept by nobody. ``user`` is the field of the
    answer that names whom it tells of, for when that user is erased.
    Stands between ``@blueprint.arguments`` and ``@blueprint.response``, which makes the answer.
    """

    def decorate(view: F) -> F:
        @wraps(view)
        def once(*args: Any, **kwargs: Any) -> Response:
            key = _key()
            if key is None:
                with _writing(transactions) as unit_of_work:
                    return cast("Response", view(*args, unit_of_work=unit_of_work, **kwargs))
            scope, digest = _scope_and_digest(key)
            try:
                with _writing(transactions) as unit_of_work:
                    response = cast("Response", view(*args, unit_of_work=unit_of_work, **kwargs))
                    unit_of_work.keep_answer(scope, _answer(digest, response, user))
                    return response
            except StoreUnavailable:
                raise
            except Exception:
                # Whatever is said to it now: if it was answered before, that is its answer.
                known = _known(transactions, scope)
                if known is None:
                    raise
                return _replayed(known, digest)

        once.idempotent = True  # type: ignore[attr-defined] # for the document
        return cast("F", once)

    return decorate


def _key() -> str | None:
    key = request.headers.get(HEADER)
    if key is not None and not VISIBLE_ASCII.fullmatch(key):
        raise BadRequest(f"{HEADER} has to be 1 to 255 visible ASCII characters.")
    return key


def _writing(transactions: Transactions[Any]) -> AbstractContextManager[UnitOfWork]:
    return cast("AbstractContextManager[UnitOfWork]", transactions.writing())


def _known(transactions: Transactions[Any], scope: str) -> Answer | None:
    unit_of_work: UnitOfWork
    with transactions.reading() as unit_of_work:
        return unit_of_work.known_answer(scope)


def _answer(digest: str, response: Response, user: str | None) -> Answer:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    user_id = response.get_json()[user] if user else None
    return Answer(digest, response.status_code, headers, response.get_data(), user_id)


def _replayed(known: Answer, digest: str) -> Response:
    if not hmac.compare_digest(known.request, digest):
        raise Invalid({HEADER: ["It was used for another request."]})
    response = Response(known.body, known.status, {**known.headers, REPLAYED: "true"})
    if "Content-Type" not in known.headers:
        del response.headers["Content-Type"]
    return response


def _scope_and_digest(key: str) -> tuple[str, str]:
    """Whose key it is, for what; and the request, hashed with the key, which itself is stored nowhere."""
    caller = g.get("admitted")
    content = _content()
    if caller is not None:
        digest = hmac.digest(key.encode(), content, "sha256").hex()
        return _hash(caller.subject, key), digest
    # A stranger's request may hold a password, and the key be easy to guess: guessing costs what it does elsewhere.
    digest = scrypt(content, salt=key.encode(), n=1 << 14, r=8, p=1, dklen=32).hex()
    return _hash(None, key, digest), digest


def _hash(*parts: str | None) -> str:
    return sha256(json.dumps([request.method, request.path, *parts]).encode()).hexdigest()


def _content() -> bytes:
    """What the body says, however it is written."""
    try:
        said = json.loads(request.get_data(), parse_float=_number)
    except (ValueError, RecursionError):
        said = None
    return json.dumps(said, sort_keys=True).encode()


def _number(text: str) -> int | float:
    # To JSON 1.0 is as good as 1.
    number = float(text)
    return int(number) if number.is_integer() else number
