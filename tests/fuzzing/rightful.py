"""Answers that schemathesis takes for wrong, and that are right, for a reason of HTTP or of ours."""

import re

from schemathesis import Case
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.transport import Response
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario
from schemathesis.openapi.checks import RejectedPositiveData, UseAfterFree

#: What no schema can say of a request, only the service that gets it: field -> what it then says.
ONLY_THE_SERVICE_KNOWS = {
    r"after": r"Not a cursor\.",
    r"Idempotency-Key": r"It was used for another request\.",
    r"lines\.\d+\.sku": r"Unknown or inactive: .+|This sku is given twice\.",
    r"lines": r"The total is over 10\^12\.",
    r"current_password": r"It is another one\.",
}
#: What RFC 6749 calls a client or grant that is not known here, or not allowed this.
NOT_GRANTED = {"invalid_client", "invalid_grant", "invalid_scope", "unauthorized_client", "unsupported_token_type"}
#: What the schema says as well, so that it is no surprise.
WRONG_CHARACTERS = "characters that it can not have"


def is_right(failure: Failure, case: Case, response: Response) -> bool:
    """True if the answer is right all the same."""
    if isinstance(failure, RejectedPositiveData):
        return _is_no_match(case, response) or _is_known_here_only(response) or _is_not_granted(case, response)
    if isinstance(failure, AcceptedNegativeData):
        return _adds_to_the_query_only(case)
    return isinstance(failure, UseAfterFree) and _shows_who_left(case, response)


def _is_no_match(case: Case, response: Response) -> bool:
    # Any tag is well formed, and hardly one is the resource's.
    return response.status_code == 412 and "If-Match" in case.headers


def _is_known_here_only(response: Response) -> bool:
    if response.status_code != 422:
        return False
    return all(_is_known(path, text) for path, texts in response.json()["errors"].items() for text in texts)


def _is_known(path: str, text: str) -> bool:
    return any(re.fullmatch(at, path) and re.fullmatch(says, text) for at, says in ONLY_THE_SERVICE_KNOWS.items())


def _is_not_granted(case: Case, response: Response) -> bool:
    if response.status_code != 400 or not case.path.startswith("/oauth/"):
        return False
    if case.path == "/oauth/authorize":
        return WRONG_CHARACTERS not in response.text
    return response.json()["error"] in NOT_GRANTED


def _adds_to_the_query_only(case: Case) -> bool:
    # Unknown parameters of a query are ignored, as nearly everywhere: caches and trackers add theirs.
    data = case.meta.phase.data if case.meta else None
    return (
        isinstance(data, CoveragePhaseData)
        and data.scenario is CoverageScenario.OBJECT_UNEXPECTED_PROPERTIES
        and data.parameter_location is ParameterLocation.QUERY
    )


def _shows_who_left(case: Case, response: Response) -> bool:
    # DELETE deactivates: who may read all users still reads the account, as one that has left.
    if case.path == "/users/{user_id}":
        return response.status_code == 304 or response.json()["status"] == "deactivated"
    return case.path == "/users/{user_id}/reservations"
