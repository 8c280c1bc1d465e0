"""Words in quotation marks in the texts of the card, and in the story of the demo, are those that stand in the application."""

import io
import re

import pytest
from babel.messages.pofile import read_po

from b24app.manifest import ROOT
from sandbox.scenario.story_texts import STORY
from tools.listing_kit import read_kit

RUSSIAN, ENGLISH = re.compile("«([^»]+)»"), re.compile("“([^”]+)”")
OF_THE_PORTAL = {"Установить", "Install", "Мой тариф", "My plan", "Приложения", "Начать", "Start"}
"""Buttons and places of Bitrix24 itself, and the start of a Telegram bot."""

REMOVAL = {"удалить данные", "delete the data"}
"""The tick of Bitrix24 itself beside the removal of an application."""
TILES = {"по S3", "по WebDAV", "SFTP"}
"""Parts of the captions of storages."""


def catalogue(language: str) -> set[str]:
    """Every text that the application shows in a language, and its menu item."""
    file = ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"
    messages = read_po(io.BytesIO(file.read_bytes()), locale=language)
    said = [
        text for one in messages for text in ((one.string,) if isinstance(one.string, str) else one.string)
    ]
    return {text.replace("\u00a0", " ") for text in said} | {"Срок тарифа", "Plan term"}


@pytest.mark.parametrize(("region", "language"), [("russia", "ru"), ("belarus", "ru"), ("west", "en")])
def test_every_label_that_the_installation_names_is_shown(region: str, language: str) -> None:
    text = read_kit().texts[region, language].installation
    told = " ".join((*text.steps, *text.settings.values(), *text.external.values()))
    labels = set((RUSSIAN if language == "ru" else ENGLISH).findall(told)) - OF_THE_PORTAL
    shown = catalogue(language)
    assert len(labels) > 8
    assert sorted(label for label in labels - TILES if label not in shown) == []
    assert [tile for tile in labels & TILES if not any(tile in text for text in shown)] == []


@pytest.mark.parametrize(("region", "language"), [("russia", "ru"), ("west", "en")])
def test_every_label_that_the_moderators_steps_name_is_shown(region: str, language: str) -> None:
    told = " ".join(read_kit().texts[region, language].test_data.steps)
    labels = set((RUSSIAN if language == "ru" else ENGLISH).findall(told)) - OF_THE_PORTAL - REMOVAL
    assert len(labels) > 8
    assert sorted(labels - catalogue(language)) == []


def test_the_story_of_the_demo_names_the_button_that_checks_again() -> None:
    told = " ".join(" ".join(texts) for texts in STORY.values())
    assert "«Проверить всё снова»" in told
    assert "“Check everything again”" in told
    assert {"Проверить всё снова"} <= catalogue("ru")
    assert "заново»" not in told
