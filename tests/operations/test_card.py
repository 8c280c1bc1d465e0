"""The application's card: what is ticked in it beside the scopes is what this version really does."""

from typing import get_args

import pytest
from flask import Flask

from b24app.manifest import read_manifest
from b24app.placements import load_placements
from b24app.settings import Settings
from tests.actors import Actor

EDITIONS = get_args(Settings.model_fields["edition"].annotation)
CARD = read_manifest().card


def test_one_card_serves_every_edition() -> None:
    """No scope is asked for by one edition alone: a second card of the same code would have nothing of its own."""
    asked = {edition: read_manifest(edition).scopes for edition in EDITIONS}
    assert len(set(asked.values())) == 1, asked


def test_what_is_ticked_is_what_there_is() -> None:
    there_is = {
        "own_page": "DEFAULT" in load_placements(),
        "menu_item": bool(read_manifest().menu),
        "widgets": bool(read_manifest().placements),
        "mobile": False,  # of the portal's commands on a phone only openPath is documented, and it fails there
        "anybody_installs": False,
    }
    assert there_is == CARD


def test_an_employee_does_not_install(stranger: Actor) -> None:
    card = next(iter(stranger.portal.world.applications.values()))
    stranger.portal.add_application(card)
    post = stranger.portal.opens(user=stranger.portal.admin)
    stranger.portal.admin.admin = False
    assert not CARD["anybody_installs"]
    assert stranger.sends(post).status == 403


@pytest.mark.parametrize("path", ["/app", "/install"])
def test_the_vendors_cabinet_finds_the_addresses_of_the_card(app: Flask, path: str) -> None:
    """It asks by HEAD and takes 200, 301 and 302 alone (market/preparing-to-publish/faq.md)."""
    assert app.test_client().head(path).status_code in (200, 301, 302)


@pytest.mark.parametrize(
    ("language", "words"), [("ru", "в мобильном приложении"), ("en", "mobile application")]
)
def test_the_help_says_what_a_phone_shows(app: Flask, language: str, words: str) -> None:
    assert words in app.test_client().get(f"/help?lang={language}").text
