"""Languages: what the frame says, then the browser; readers of Russian get it, unknown codes get English."""

import pytest
from flask.testing import FlaskClient

from b24app.text.translation import nearest_language
from tests.actors import Actor


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("ru", "ru"),
        ("by", "ru"),
        ("kz", "ru"),
        ("EN", "en"),
        ("en-GB", "en"),
        ("de", "en"),
        ("ja", "en"),
        ("", "en"),
    ],
)
def test_a_code_of_a_portal_chooses_a_language(code: str, language: str):
    assert nearest_language(code) == language


@pytest.mark.parametrize(("code", "language"), [("kz", "ru"), ("en", "en"), ("de", "en")])
def test_a_frame_is_drawn_in_the_language_of_the_portal_page(stranger: Actor, code: str, language: str):
    stranger.portal.add_application(next(iter(stranger.portal.world.applications.values())))
    assert f'<html lang="{language}"' in stranger.opens(lang=code).text


def test_a_browser_that_wants_an_unknown_language_gets_english(visitor: FlaskClient):
    assert '<html lang="en"' in visitor.get("/", headers={"Accept-Language": "ja"}).text


def test_an_address_may_name_the_language(visitor: FlaskClient):
    assert '<html lang="ru"' in visitor.get("/?lang=ru", headers={"Accept-Language": "en"}).text
