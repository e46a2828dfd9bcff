"""What carries state is never overwritten by something older than what last wrote it."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from order_service.domain.customer import Customer
from order_service.domain.product import Product
from user_service.domain.errors import UserIsDeactivated
from user_service.domain.user import User, UserStatus

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


def a_user() -> User:
    return User(
        name="Ada",
        email="Ada@Example.com",
        password_hash="none",
        credit_limit_cents=1,
        created_at=NOW,
        updated_at=NOW,
        limit_set_at=NOW,
    )


def a_product() -> Product:
    return Product(sku="lamp", name="Lamp", unit_price_cents=1, active=True, updated_at=NOW, listed_at=NOW)


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
def test_a_profile_ends_the_same_in_whatever_order_it_is_told(order: tuple[int, ...]) -> None:
    customer = Customer(user_id=1)

    for sequence in order:
        customer.take_profile(f"name {sequence}", f"{sequence}@example.com", sequence)

    assert customer.name == "name 3"


def test_what_was_erased_does_not_come_back() -> None:
    customer = Customer(user_id=1)
    customer.take_profile("Ada", "ada@example.com", 1)

    customer.erase()
    customer.take_profile("Ada", "ada@example.com", 9)

    assert (customer.name, customer.email, customer.deactivated) == (None, None, True)


def test_the_time_before_which_tokens_are_dead_only_grows() -> None:
    customer = Customer(user_id=1)

    for moment in (NOW, LATER, NOW):
        customer.revoke_tokens(moment)

    assert customer.tokens_issued_before == LATER


def test_an_older_limit_of_another_system_is_ignored_and_an_equal_time_is_newer() -> None:
    user = a_user()

    user.take_credit_limit(5, NOW - timedelta(seconds=1), NOW)
    assert user.credit_limit_cents == 1
    user.take_credit_limit(6, NOW, NOW)
    assert user.credit_limit_cents == 6


def test_a_limit_set_by_rest_is_the_newest_word_also_over_one_dated_ahead() -> None:
    user = a_user()
    user.take_credit_limit(5, LATER, NOW)

    user.set_credit_limit(7, NOW)
    user.take_credit_limit(8, LATER - timedelta(seconds=1), NOW)

    assert user.credit_limit_cents == 7


def test_an_older_listing_is_ignored() -> None:
    product = a_product()
    product.put(name="New", unit_price_cents=2, active=True, now=LATER)

    product.take(name="Old", unit_price_cents=3, active=False, listed_at=NOW, now=LATER)

    assert (product.name, product.unit_price_cents, product.active) == ("New", 2, True)


def test_a_deactivated_user_gets_no_limit() -> None:
    user = a_user()
    user.status = UserStatus.DEACTIVATED

    with pytest.raises(UserIsDeactivated):
        user.set_credit_limit(5, LATER)
