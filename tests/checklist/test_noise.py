"""Unchanged shops are left in peace: a stretch over the New Year's holidays; `python -m bench.truth.noise` lives through all of it."""

import pytest

from bench.truth.noise import DAYS, SHOPS, noise

pytestmark = pytest.mark.once


@pytest.mark.parametrize("name", SHOPS)
def test_nothing_is_said_of_a_shop_that_only_trades(name: str) -> None:
    assert noise(days=DAYS + 2, names=(name,), every=14) == []
