"""What the comparison says of its snapshot, in the visitor's language."""

import pytest
from flask import Flask

from b24app.comparison.model import Why
from b24app.pages.shop.decision_words import WRITTEN


@pytest.mark.parametrize(("lang", "end"), [("ru", "с 10 марта 2027 г."), ("en", "since 10 March 2027.")])
def test_a_year_at_the_end_of_a_sentence_brings_no_second_full_stop(app: Flask, lang: str, end: str) -> None:
    with app.test_request_context(f"/?lang={lang}"):
        told = WRITTEN[Why.RENEWAL]({"since": "2027-03-10T12:00:00+00:00"}).replace("\u00a0", " ")
    assert told.endswith(end)
