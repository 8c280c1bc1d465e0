"""Killed at any step, a restore of goods is finished by the next press: no section, product, variant or price twice or missing."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from b24app.backup.restore.data.choices import by_numbers
from b24app.backup.restore.plan import Action
from b24app.backup.restore.presses import allow_restores, begin
from b24app.backup.restore.running import put_back
from b24app.database import db, portal_scope
from b24app.services import services
from sandbox.portal import Portal
from sandbox.rest.table import Row
from sandbox.shop.further_settings import settings_table
from tests.actors import Actor
from tests.backup.copied_data import MARINA, Copied, Jobs, choose, lines, make_copy, plan_of
from tests.backup.dying_worker import Killed, dying
from tests.backup.shop_copies import PRODUCTS, VARIANTS, WITH_VARIANTS, lose_goods, rows_of_goods
from tests.backup.worker_deaths import WorkerDeaths, deaths

pytestmark = pytest.mark.once

__all__ = ["deaths"]
REQUESTS, COMMITS = 26, 18
POINTS = [("after", number) for number in range(1, REQUESTS + 1)]
POINTS += [("commit", number) for number in range(1, COMMITS + 1)]
SECTIONS = (31, 32)
CHOSEN = (WITH_VARIANTS, *PRODUCTS)
Contents = dict[str, Counter[tuple[object, ...]]]


@pytest.fixture
def goods(first_checks: Actor, tmp_path: Path) -> Copied:
    return make_copy(first_checks, tmp_path, rows_of_goods(first_checks.portal))


def contents(portal: Portal) -> Contents:
    """What stands in the catalogue, by what stays when it is made anew, each with how often.

    Goods that were not lost go on naming the sections that were: of those the section is left out.
    """
    tables, sections = portal.tables, settings_table(portal, "section")
    lost_ones = {f"item-{number}" for number in CHOSEN}
    codes = {row["id"]: row["code"] for row in sections}
    goods = {row["id"]: row for name in ("product", "offer") for row in tables[name]}
    return {
        "sections": Counter((row["code"], codes.get(row["iblockSectionId"])) for row in sections),
        "products": Counter(
            (
                row["xmlId"],
                row["name"],
                codes.get(row["iblockSectionId"]) if row["xmlId"] in lost_ones else "",
            )
            for row in tables["product"]
        ),
        "variants": Counter((row["xmlId"], parent_of(row, goods)) for row in tables["offer"]),
        "prices": Counter(
            (goods[row["productId"]]["xmlId"], row["catalogGroupId"], float(row["price"]))
            for row in tables["price"]
            if row["productId"] in goods
        ),
    }


def parent_of(row: Row, goods: dict[int, Row]) -> object:
    """The external code of the product of a variant."""
    parent = row["parentId"]
    number = parent["value"] if isinstance(parent, dict) else parent
    return goods[int(number)]["xmlId"] if number else None


def lost(goods: Copied, run_jobs: Jobs) -> int:
    """Lose sections, products and variants, and choose to have them back."""
    portal = goods.actor.portal
    lose_goods(portal, *CHOSEN, *VARIANTS)
    for number in SECTIONS:
        settings_table(portal, "section").delete(number)
    return choose(goods, by_numbers("product", map(str, CHOSEN)), run_jobs)


@pytest.mark.parametrize(("moment", "number"), POINTS)
def test_killed_at_any_step_the_next_press_finishes_goods_without_doubles(
    goods: Copied, run_jobs: Jobs, deaths: WorkerDeaths, moment: str, number: int
) -> None:
    portal = goods.actor.portal
    before = contents(portal)
    made = lost(goods, run_jobs)
    kinds = Counter(one.entity for one in plan_of(goods, made).of(Action.CREATE))
    assert kinds == {"catalogue_section": len(SECTIONS), "product": len(CHOSEN), "offer": len(VARIANTS)}
    assert contents(portal) != before
    deaths.finish_after(goods, made, moment, number)
    assert [line.state for line in lines(goods, made)] == ["created"] * sum(kinds.values())
    assert contents(portal) == before


@pytest.mark.parametrize(("moment", "most"), [("after", REQUESTS), ("commit", COMMITS)])
def test_the_steps_at_which_it_is_killed_are_all_that_there_are(
    goods: Copied, run_jobs: Jobs, deaths: WorkerDeaths, moment: str, most: int
) -> None:
    made = lost(goods, run_jobs)
    with portal_scope(goods.actor.portal_id):
        allow_restores(by=MARINA, at=services().clock.now())
        begin(made, by=MARINA)
        db.session.commit()
    with dying(deaths.app, deaths.world, moment, 1_000) as countdown, suppress(Killed):
        put_back(made)
    assert 1_000 - countdown.left == most
