"""What a page says of the settings that come back is what the writers can do."""

from __future__ import annotations

import pytest

from b24app.backup.entities.entity import Back, Entity, Tier, entities_of
from b24app.backup.restore.coming_back import settings_by_back
from b24app.backup.restore.references import entity_named
from b24app.backup.restore.writer import load_writers
from b24app.backup.settings_versions.kept_titles import ANY_PORTAL
from tests.actors import Opened

SETTINGS = list(entities_of(ANY_PORTAL, Tier.SETTINGS))


@pytest.mark.parametrize("entity", SETTINGS, ids=lambda one: one.code)
def test_it_comes_back_by_the_button_when_a_writer_serves_it_and_only_then(entity: Entity) -> None:
    written = any(one.serves(entity.code) for one in load_writers().values())
    assert (entity.back is Back.WRITE) == written
    assert entity.back is not Back.GUIDED or entity.note, "what a person does is said"


@pytest.mark.parametrize("entity", SETTINGS, ids=lambda one: one.code)
def test_what_it_names_is_declared(entity: Entity) -> None:
    named = (entity_named(target) for target in entity.parts.values())
    assert all(one is not None for one in named)


def test_every_title_is_listed(loss: Opened) -> None:
    listed = settings_by_back()
    assert [one.back for one in listed] == [Back.WRITE, Back.GUIDED, Back.NONE]
    assert {title for one in listed for title in one.titles} == {one.title for one in SETTINGS}
    page = loss.get("/restore/settings").text
    assert "Возвращается кнопкой" in page
