"""Sums stand as people of each language write them: the sign of a currency before or after, with its own space."""

from decimal import Decimal

import pytest
from flask import Flask

from b24app.text.formats import money


@pytest.mark.parametrize(
    ("language", "value", "currency", "shown"),
    [
        ("en", "1188", "USD", "$1,188"),
        ("en", "1188.5", "EUR", "€1,188.50"),
        ("en", "-4.5", "USD", "-$4.50"),
        ("en", "83880", "RUB", "83,880\u00a0₽"),
        ("ru", "1188", "USD", "1\u00a0188\u00a0$"),
        ("ru", "83880", "RUB", "83\u00a0880\u00a0₽"),
        ("en", "83880", "", "83,880"),
    ],
)
def test_a_sum_stands_as_its_language_writes_it(
    app: Flask, language: str, value: str, currency: str, shown: str
) -> None:
    with app.test_request_context(f"/help?lang={language}"):
        app.preprocess_request()
        assert money(Decimal(value), currency) == shown
