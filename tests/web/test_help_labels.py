"""The help names what stands in the application: each text in quotation marks is one that a page shows, in both languages."""

import html
import re

import pytest
from flask.testing import FlaskClient

from tests.listing.test_labels import ENGLISH, OF_THE_PORTAL, RUSSIAN, catalogue

MARKUP = re.compile(r"<(script|style).*?</\1>|<[^>]+>", re.DOTALL)


@pytest.mark.parametrize(("language", "quoted"), [("ru", RUSSIAN), ("en", ENGLISH)])
def test_every_label_that_the_help_names_is_shown(
    visitor: FlaskClient, language: str, quoted: re.Pattern[str]
) -> None:
    text = html.unescape(MARKUP.sub(" ", visitor.get(f"/help?lang={language}").text)).replace("\u00a0", " ")
    labels = set(quoted.findall(text)) - OF_THE_PORTAL
    shown = {one.rstrip(".") for one in catalogue(language)}
    assert len(labels) > 2
    assert sorted(label for label in labels if label.rstrip(".") not in shown) == []


@pytest.mark.parametrize(("language", "tab"), [("ru", "«Продление»"), ("en", "“Renewal”")])
def test_the_help_sends_to_a_tab_that_there_is(visitor: FlaskClient, language: str, tab: str) -> None:
    assert tab in html.unescape(visitor.get(f"/help?lang={language}").text)
