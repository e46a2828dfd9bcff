"""Which characters the parameters of OAuth may have (RFC 6749, appendix A)."""

import re
from urllib.parse import unquote

from authlib.oauth2.rfc6749.errors import InvalidClientError, InvalidRequestError
from flask import request

VISIBLE = r"^[ -~]*$"
#: These come back in descriptions of errors, where neither quotes nor backslashes may stand.
ECHOED = r"^[ !#-\[\]-~]*$"
#: Parameters that are not named here are ignored, whatever they say.
PATTERNS = {
    "client_id": VISIBLE,
    "client_secret": VISIBLE,
    "code": VISIBLE,
    "code_challenge": VISIBLE,
    "code_challenge_method": VISIBLE,
    "code_verifier": VISIBLE,
    "grant_type": ECHOED,
    "redirect_uri": ECHOED,
    "refresh_token": VISIBLE,
    "response_type": ECHOED,
    "scope": VISIBLE,
    "state": VISIBLE,
    "token": VISIBLE,
    "token_type_hint": VISIBLE,
}


def check_characters() -> None:
    """Raise invalid_request, or invalid_client of a header, for characters that OAuth has no place for."""
    for name, pattern in PATTERNS.items():
        if not all(re.fullmatch(pattern, value) for value in request.values.getlist(name)):
            raise InvalidRequestError("A parameter has characters that it can not have.")
    if request.headers.get("Authorization", "").lower().startswith("basic ") and not _names_client():
        raise InvalidClientError("The header Authorization names no client.", status_code=401)


def _names_client() -> bool:
    # None where what it says is no base64 of a text.
    basic = request.authorization
    said = (unquote(basic.username or ""), unquote(basic.password or "")) if basic else ("", "")
    return bool(said[0]) and all(re.fullmatch(VISIBLE, each) for each in said)
