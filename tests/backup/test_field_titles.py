"""Tables name columns by the portal's codes: what people call a field is told beside them, as far as the copy knows it."""

from pathlib import Path

import openpyxl
import pytest

from b24app.backup.archive.archive_manifest import ManifestEntity, manifest_name, read_manifest
from b24app.backup.archive.keys import public_key_of, throw_away_identity
from b24app.backup.archive.packs import PackRow
from b24app.backup.entities.entity import PortalShape, Tier, entities_of
from b24app.backup.reader.command import run
from b24app.backup.reading.field_titles import field_titles
from b24app.backup.settings_versions.versions import keep_version
from b24app.database import db, portal_scope
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copies_of_a_shop import Shop, settings, shop, storage, whole_shop
from tests.backup.folders_of_copies import READ_AT, keep_copy, row

__all__ = ["settings", "shop", "storage", "whole_shop"]
KEY = throw_away_identity()
TITLES = {"UF_CRM_17": "Номер договора", "UF_CRM_18": "=1+1", "UF_CRM_99": "Поля нет в строках"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of deals whose fields have titles, of contacts whose fields have none, and of a universal list."""
    place = tmp_path / "copy"
    deal = row(1, ufCrm_17="Д-1", ufCrm_18="x", TITLE="Сделка")
    fields = [
        {"FIELD_ID": "NAME", "NAME": "Название"},
        {"FIELD_ID": "PROPERTY_1151", "NAME": "Статус задачи"},
    ]
    other = [{"FIELD_ID": "PROPERTY_1151", "NAME": "Поле другого списка"}]
    rows = {
        "deal": [deal],
        "contact": [row(5, NAME="Анна")],
        "list.fields": [PackRow("123", READ_AT, {"rows": fields}), PackRow("124", READ_AT, {"rows": other})],
        "list_123": [row(7, NAME="Первый", PROPERTY_1151={"1": "Готово"})],
    }
    keep_copy(place, "2026-11-28-1", rows, [public_key_of(KEY)], titles={"deal": TITLES})
    (tmp_path / "key.txt").write_text(f"{KEY}\n")
    return place


def export(folder: Path, *more: str) -> Path:
    to = folder.parent / "out"
    key = ["--key-file", str(folder.parent / "key.txt")]
    assert (
        run(["--language", "en", "export", str(folder), "--to", str(to), *key, *more], list[str]().append)
        == 0
    )
    return to


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8-sig").splitlines()


def test_a_table_of_csv_keeps_its_one_line_of_codes_and_has_the_titles_beside_it(folder: Path) -> None:
    to = export(folder)
    assert lines(to / "deal.csv")[0] == "_id;ID;ufCrm_17;ufCrm_18;TITLE;_read_at"
    assert len(lines(to / "deal.csv")) == 2
    assert lines(to / "deal-fields.csv") == ["column;title", "ufCrm_17;Номер договора", "ufCrm_18;'=1+1"]
    assert not (to / "contact-fields.csv").exists()


def test_a_workbook_has_the_titles_below_the_codes(folder: Path) -> None:
    to = export(folder, "--format", "xlsx")
    sheet = openpyxl.load_workbook(to / "deal.xlsx").active
    assert sheet is not None
    first, second, third = sheet.iter_rows(values_only=True)
    assert first == ("_id", "ID", "ufCrm_17", "ufCrm_18", "TITLE", "_read_at")
    assert second == (None, None, "Номер договора", "=1+1", None, None)
    assert third[:4] == ("1", "1", "Д-1", "x")
    assert (sheet.freeze_panes, sheet["D2"].data_type) == ("A3", "s")
    untitled = openpyxl.load_workbook(to / "contact.xlsx").active
    assert untitled is not None
    assert (untitled.max_row, untitled.freeze_panes) == (2, "A2")
    assert not list(to.glob("*-fields.csv"))


def test_a_universal_list_is_named_by_its_own_fields_in_the_copy(folder: Path) -> None:
    to = export(folder, "--entity", "list_123")
    assert lines(to / "list_123-fields.csv") == [
        "column;title",
        "NAME;Название",
        "PROPERTY_1151;Статус задачи",
    ]


def test_the_list_of_contents_names_the_fields_as_they_were_kept_before_the_copy(
    shop: Shop, world: World
) -> None:
    at = shop.now
    field = {"ID": "1", "FIELD_NAME": "UF_CRM_17", "EDIT_FORM_LABEL": {"ru": "Номер договора"}}
    with portal_scope(shop.portal_id):
        keep_version("user_field_deal", [field, {"ID": "2", "FIELD_NAME": "UF_CRM_18"}], at)
        keep_version("item_fields_177", [{"upperName": "UF_CRM_12_5", "title": "Поставщик"}], at)
        db.session.commit()
    world.clock.advance(minutes=5)
    first = entities_in(shop, shop.copies().folder)
    assert first["deal"].field_titles == {"UF_CRM_17": "Номер договора"}
    assert first["item_177"].field_titles == {"UF_CRM_12_5": "Поставщик"}
    assert first["contact"].field_titles.keys().isdisjoint({"UF_CRM_17", "UF_CRM_18"})


def entities_in(shop: Shop, folder: str) -> dict[str, ManifestEntity]:
    path = next(one for one in shop.files if str(one).endswith(manifest_name(folder)))
    return {one.code: one for one in read_manifest(path.read_bytes()).entities}


def test_properties_of_goods_have_the_titles_of_their_own_catalogue(north: Actor, world: World) -> None:
    now = world.clock.now()
    properties = [
        {"id": 101, "iblockId": 23, "name": "Артикул"},
        {"id": 102, "iblockId": 25, "name": "Размер"},
    ]
    shape = PortalShape(frozenset({"catalog"}), catalogues=(23, 25), offers=(25,))
    with portal_scope(north.portal_id):
        keep_version("product_property", properties, now)
        found = {one.code: field_titles(one, now) for one in entities_of(shape, Tier.DATA)}
        db.session.rollback()
    assert found["product"] == found["service"] == {"property101": "Артикул"}
    assert found["offer"] == {"property102": "Размер"}
    assert found["deal"] == found["order"] == {}
