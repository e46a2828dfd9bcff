"""A token that was good is not checked whole each time; what ends it ends it all the same."""

from datetime import UTC, datetime

import pytest

from chassis.api.tokens import LEEWAY_SECONDS, InvalidToken, TokenVerifier
from tests.component.conftest import AUDIENCE, ISSUER, OneKey, token
from tests.eventually import eventually


def test_a_remembered_token_is_refused_once_it_has_expired() -> None:
    verifier = TokenVerifier(OneKey(), ISSUER, AUDIENCE)
    expired_by_now = int(datetime.now(UTC).timestamp()) - LEEWAY_SECONDS + 2
    text = token(1, exp=expired_by_now)
    assert verifier.verify(text).user_id == 1

    def is_refused() -> bool:
        try:
            verifier.verify(text)
        except InvalidToken:
            return True
        return False

    assert not is_refused()
    eventually(is_refused, timeout=5)


def test_what_is_remembered_of_one_token_says_nothing_of_another() -> None:
    verifier = TokenVerifier(OneKey(), ISSUER, AUDIENCE)
    text = token(1)
    verifier.verify(text)

    with pytest.raises(InvalidToken):
        verifier.verify(text[:-4] + "AAAA")
    assert verifier.verify(token(2)).user_id == 2
