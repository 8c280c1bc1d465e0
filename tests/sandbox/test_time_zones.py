"""Dates of a Russian portal: Moscow time with its offset, the portal's own day, the regional format of sites."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import requests

from sandbox.world import World
from tests.sandbox.caller import Caller
from tests.sandbox.clients import a_client

LATE = datetime(2026, 11, 30, 22, 30, tzinfo=UTC)


@pytest.fixture
def late() -> World:
    """Half past ten in the evening by UTC: the next day in Moscow."""
    return World(now=LATE)


@pytest.fixture
def client(late: World) -> Caller:
    session = requests.Session()
    session.mount("https://", late.adapter())
    return a_client(late, session)


def test_the_clock_of_the_portal_has_its_offset(client: Caller) -> None:
    assert client.result("server.time") == "2026-12-01T01:30:00+03:00"


@pytest.mark.parametrize(
    ("lang", "offset"),
    [("ru", "+03:00"), ("by", "+03:00"), ("kz", "+05:00"), ("uz", "+05:00"), ("en", "+00:00")],
)
def test_other_portals_have_other_offsets(late: World, lang: str, offset: str) -> None:
    assert late.add_portal(f"{lang}.example", lang=lang).now().isoformat()[-6:] == offset


def test_moments_of_rows_and_of_the_envelope_have_it_too(client: Caller) -> None:
    answer = client.call("crm.deal.list", select=["DATE_CREATE", "DATE_MODIFY"])
    moments = [value for row in answer["result"] for name, value in row.items() if name.startswith("DATE")]
    assert {value[-6:] for value in moments} == {"+03:00"}
    assert answer["time"]["date_start"] == "2026-12-01T01:30:00+03:00"
    assert answer["time"]["start"] == int(LATE.timestamp())


def test_a_new_row_is_made_at_the_time_of_the_portal(client: Caller) -> None:
    made = client.result("crm.item.add", entityTypeId=2, fields={"title": "t"})["item"]
    assert made["createdTime"] == "2026-12-01T01:30:00+03:00"


def test_sites_write_moments_in_the_regional_format(client: Caller) -> None:
    rows = client.result("landing.site.getList", params={"select": ["ID", "DATE_CREATE"]})
    assert all(re.fullmatch(r"\d\d\.\d\d\.20\d\d \d\d:\d\d:\d\d", row["DATE_CREATE"]) for row in rows)


def test_a_plan_ends_by_the_day_of_the_portal(late: World) -> None:
    portal = late.add_portal("north.bitrix24.example", paid_till=datetime(2026, 11, 30, tzinfo=UTC).date())
    assert portal.state == "grace"
    portal.time_zone = "UTC"
    assert portal.state == "active"


def test_a_filter_compares_moments_of_any_zone(client: Caller) -> None:
    made = client.result("crm.item.add", entityTypeId=2, fields={"title": "t"})["item"]["id"]
    for since in ("2026-11-30T22:30:00+00:00", "2026-12-01T01:30:00+03:00"):
        found = client.result("crm.item.list", entityTypeId=2, filter={">=createdTime": since})["items"]
        assert [row["id"] for row in found] == [made]


def test_a_portal_lives_in_the_far_east(late: World) -> None:
    portal = late.add_portal("east.example", time_zone="Asia/Vladivostok")
    assert portal.now().isoformat() == "2026-12-01T08:30:00+10:00"
    assert str(portal.tables["deal"].all()[0]["createdTime"]).endswith("+10:00")


def test_nobody_lives_in_a_zone_that_does_not_exist(late: World) -> None:
    with pytest.raises(KeyError):
        late.add_portal("moon.example", time_zone="Moon/Tycho")
