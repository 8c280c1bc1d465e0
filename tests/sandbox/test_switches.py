"""Things of the shop can be switched off, on again, and removed with what hangs on them."""

from __future__ import annotations

import pytest

from sandbox.portal import Portal

FLAGGED = [
    ("pay_system", 2, "paysystem", "ACTIVE", "N"),
    ("delivery", 4, "delivery", "ACTIVE", "N"),
    ("site", 3, "site", "ACTIVE", "N"),
    ("cashbox", 1, "cashbox", "ACTIVE", "N"),
    ("line", 15, "openline", "ACTIVE", "N"),
    ("connector", "telegrambot", "connector", "ACTIVE", False),
    ("trade_platform", 1, "trade_platform", "active", "N"),
    ("store", 1, "store", "active", "N"),
]


@pytest.mark.parametrize("thing", FLAGGED, ids=lambda thing: thing[0])
def test_a_switch_moves_the_flag_there_and_back(
    north: Portal, thing: tuple[str, object, str, str, object]
) -> None:
    kind, row_id, table, flag, off = thing
    on = north.tables[table].get(row_id)[flag]
    north.switch_off(kind, row_id)
    assert north.tables[table].get(row_id)[flag] == off
    north.switch_on(kind, row_id)
    assert north.tables[table].get(row_id)[flag] == on


@pytest.mark.parametrize(
    ("kind", "row_id", "table"), [("stage", "7", "status"), ("price_type", 2, "price_type")]
)
def test_what_has_no_flag_is_put_aside_and_back(north: Portal, kind: str, row_id: object, table: str) -> None:
    kept = north.tables[table].get(row_id)
    north.switch_off(kind, row_id)
    assert north.tables[table].get(row_id) is None
    north.switch_on(kind, row_id)
    assert north.tables[table].get(row_id) == kept


def test_a_stage_is_found_by_its_code_too(north: Portal) -> None:
    north.remove("stage", "DEAL_STAGE_1:C1:WON")
    assert all(row["STATUS_ID"] != "C1:WON" for row in north.tables["status"])


def test_a_pipeline_takes_its_stages_with_it(north: Portal) -> None:
    north.remove("pipeline", 2)
    assert 2 not in north.tables["category"]
    assert all(row["ENTITY_ID"] != "DEAL_STAGE_2" for row in north.tables["status"])


def test_a_carrier_takes_its_profiles_with_it(north: Portal) -> None:
    north.remove("delivery", 4)
    assert not {4, 5, 6} & set(north.tables["delivery"].ids)


def test_a_site_takes_its_pages_with_it(north: Portal) -> None:
    north.remove("site", 9)
    assert all(row["SITE_ID"] != "9" for row in north.tables["page"])


def test_a_user_is_switched_off_like_anything_else(north: Portal) -> None:
    north.switch_off("user", 7)
    assert not north.user(7).active
    north.switch_on("user", 7)
    assert north.user(7).active
    north.remove("user", 7)
    assert north.user(7) is None


@pytest.mark.parametrize(("kind", "row_id"), [("pay_system", 404), ("unicorn", 1), ("user", 404)])
def test_what_is_not_there_cannot_be_switched(north: Portal, kind: str, row_id: int) -> None:
    with pytest.raises(ValueError, match=str(kind)):
        north.switch_off(kind, row_id)
