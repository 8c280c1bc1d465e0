"""How long something took: never nothing, and never a number apart from its unit."""

import pytest
from flask import Flask
from flask_babel import force_locale

from b24app.text.formats import NO_BREAK, duration_text


@pytest.mark.parametrize(
    ("seconds", "russian", "english"),
    [
        (0, "< 1 мс", "< 1 ms"),
        (0.0004, "< 1 мс", "< 1 ms"),
        (0.004, "4 мс", "4 ms"),
        (0.11, "110 мс", "110 ms"),
        (1.254, "1,25 с", "1.25 s"),
        (61, "61 с", "61 s"),
    ],
)
def test_what_is_short_is_told_in_milliseconds(app: Flask, seconds: float, russian: str, english: str):
    for language, text in (("ru", russian), ("en", english)):
        with app.test_request_context(), force_locale(language):
            assert duration_text(seconds).replace(NO_BREAK, " ") == text
            assert " " not in duration_text(seconds)
