"""Nothing in the demo's data is real: addresses below reserved domains, telephone numbers that no operator serves (CR 2)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest

from sandbox.portal import Portal
from sandbox.rest.table import Table
from sandbox.world import World
from tools.listing_pictures import MAIL
from tools.listing_shops import SHOPS, rename_settings

HOST = re.compile(r"(?:@|://)([\w.-]+)")
PHONE = re.compile(r"\+\d{7,}")
RESERVED = (".example", ".test", ".invalid", "localhost")
LOOKED_AT = 400


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for one in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    ):
        yield from texts(one)


@pytest.fixture(scope="module")
def shop() -> Portal:
    return World(now=datetime(2026, 12, 1, tzinfo=UTC)).add_portal("shop.example")


@pytest.fixture(scope="module")
def told(shop: Portal) -> list[str]:
    tables = [table for table in shop.tables.values() if isinstance(table, Table)]
    rows = [row for table in tables for row in islice(table, LOOKED_AT)]
    people = [text for user in shop.users for text in (user.email, *texts(user.fields))]
    return [*people, *(text for row in rows for text in texts(row))]


def test_every_address_lies_below_a_reserved_domain(told: list[str]) -> None:
    hosts = {host for text in told for host in HOST.findall(text)} | set(HOST.findall(MAIL))
    assert len(hosts) > 5
    assert [host for host in hosts if not host.endswith(RESERVED)] == []


def test_every_number_is_one_that_nobody_has(told: list[str]) -> None:
    numbers = {number for text in told for number in PHONE.findall(text)}
    assert len(numbers) > 100
    assert [number for number in numbers if not number.startswith("+7000")] == []


@pytest.mark.parametrize("shop_of_pictures", SHOPS, ids=[one.language for one in SHOPS])
def test_the_pictures_rename_settings_that_the_shop_has(shop_of_pictures: Any) -> None:
    portal = World(now=datetime(2026, 12, 1, tzinfo=UTC)).add_portal("pictures.example")
    before = {row["NAME"] for row in portal.tables["paysystem"].all()}
    assert set(shop_of_pictures.words) <= before
    rename_settings(portal, shop_of_pictures.words)
    after = {row["NAME"] for row in portal.tables["paysystem"].all()}
    assert after.isdisjoint(shop_of_pictures.words)
