"""Lists of settings that people seldom look at: what they ask for, what they refuse, and to whom."""

import pytest
import requests

from sandbox.shop.card_views import set_card_layout
from sandbox.shop.event_log import event_log_of, note_setting
from sandbox.world import World
from tests.sandbox.caller import Caller
from tests.sandbox.clients import a_client


@pytest.fixture
def client(world: World, session: requests.Session) -> Caller:
    return a_client(world, session)


def test_sections_want_their_catalogue(client: Caller) -> None:
    assert client.call("catalog.section.list")["error"] == 0
    found = client.result("catalog.section.list", filter={"iblockId": 23})["sections"]
    assert {one["name"] for one in found} == {"Чай и кофе", "Чай листовой", "Посуда"}


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("sale.delivery.extra.service.get", {}, "ERROR_CHECK_FAILURE"),
        ("sale.delivery.extra.service.get", {"DELIVERY_ID": 999}, "ERROR_DELIVERY_NOT_FOUND"),
        ("imopenlines.config.get", {}, "CONFIG_ID_EMPTY"),
        ("landing.site.fullExport", {}, "MISSING_PARAMS"),
        ("landing.site.fullExport", {"id": 3, "params": {"code": "два слова"}}, "SYSTEM_ERROR"),
        ("landing.site.fullExport", {"id": 999}, "ACCESS_DENIED"),
        ("crm.item.details.configuration.get", {}, ""),
    ],
)
def test_what_is_not_there_is_refused_as_documented(
    client: Caller, method: str, params: dict[str, object], code: str
) -> None:
    assert client.call(method, **params)["error"] == code


@pytest.mark.parametrize(
    "method", ["catalog.measure.list", "sale.propertygroup.list", "crm.documentgenerator.template.list"]
)
def test_without_the_right_they_are_closed(client: Caller, method: str) -> None:
    client.portal.admin.admin = False
    for right in ("admin", "crm_admin", "catalog_read"):
        client.portal.withhold_right(client.portal.admin, right)
    assert "error" in client.call(method)


def test_templates_of_documents_stand_under_their_numbers_with_addresses_that_open_them(
    client: Caller,
) -> None:
    found = client.result("crm.documentgenerator.template.list", select=["*"])["templates"]
    assert found["37"]["name"] == "Акт (Россия)"
    assert "auth=" in found["37"]["downloadMachine"]


def test_a_card_has_the_view_that_was_set_for_its_pipeline(client: Caller) -> None:
    asked = {"entityTypeId": 2, "scope": "C", "extras": {"dealCategoryId": 1}}
    assert client.result("crm.item.details.configuration.get", **asked) is None
    sections = [{"name": "main", "title": "Главное", "type": "section", "elements": []}]
    set_card_layout(client.portal, 2, 1, sections)
    assert client.result("crm.item.details.configuration.get", **asked) == sections


def test_a_record_about_a_setting_stands_in_the_journal_behind_the_others(client: Caller) -> None:
    last = event_log_of(client.portal).ids[-1]
    row = note_setting(client.portal, client.portal.admin, "STORE_UPDATE", "catalog", "1")
    assert row["id"] == last + 1
    assert event_log_of(client.portal).get(row["id"])["itemId"] == "1"
