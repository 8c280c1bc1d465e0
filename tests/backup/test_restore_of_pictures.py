"""Pictures of goods come back out of the copy with their goods: byte for byte, once, and the plan says how many."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from b24app.backup.restore.data.choices import by_numbers
from b24app.backup.restore.data.shop import goods_pictures, picture_writing
from b24app.backup.restore.data.shop.picture_writing import PICTURES_LEFT, PICTURES_REFUSED
from b24app.backup.restore.data.shop.row_losses import WORDS, ShopLoss
from b24app.backup.restore.model import RestoreState
from b24app.backup.restore.plan import Action
from b24app.json_values import JsonObject
from b24app.text.messages import Sentence
from sandbox.portal import Portal
from sandbox.shop.further_settings import settings_table
from sandbox.shop.products import CATALOGUE
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copied_data import (
    Copied,
    Jobs,
    choose,
    give_key,
    lines,
    make_copy,
    plan_of,
    press,
    stored,
)
from tests.backup.shop_copies import PRODUCTS, VARIANTS, WITH_VARIANTS, lose_goods, rows_of_goods
from tests.backup.test_undo_of_used_data import undo_of
from tests.backup.worker_deaths import WorkerDeaths, deaths

pytestmark = pytest.mark.once

__all__ = ["deaths"]
PROPERTY = 260
FRONT, SIDE, LARGE = b"\x89PNG" + bytes(range(256)) * 9, b"GIF89a side", b"\xff\xd8\xff" * 3000
ROWS: dict[int, list[JsonObject]] = {
    PRODUCTS[0]: [
        {"id": 31, "name": "tea.png", "productId": PRODUCTS[0], "type": "MORE_PHOTO"},
        {"id": 32, "name": "tea.png", "productId": PRODUCTS[0], "type": "MORE_PHOTO"},
        {"id": 33, "name": "main.jpg", "productId": PRODUCTS[0], "type": "DETAIL_PICTURE"},
    ],
    PRODUCTS[1]: [
        {"id": 34, "name": "large.jpg", "productId": PRODUCTS[1], "type": "MORE_PHOTO"},
        {"id": 35, "name": "small.gif", "productId": PRODUCTS[1], "type": "MORE_PHOTO"},
    ],
    PRODUCTS[2]: [{"id": 36, "name": "side.gif", "productId": PRODUCTS[2], "type": "MORE_PHOTO"}],
}
BODIES = {31: FRONT, 32: FRONT[::-1], 33: SIDE, 34: LARGE, 35: SIDE, 36: SIDE}
BACK = {
    PRODUCTS[0]: Counter({("MORE_PHOTO", "tea.png", FRONT): 1, ("MORE_PHOTO", "tea.png", FRONT[::-1]): 1,
                          ("DETAIL_PICTURE", "main.jpg", SIDE): 1}),
    PRODUCTS[1]: Counter({("MORE_PHOTO", "small.gif", SIDE): 1}),
    PRODUCTS[2]: Counter({("MORE_PHOTO", "side.gif", SIDE): 1}),
}  # fmt: skip


def picture_lines() -> list[tuple[str, JsonObject]]:
    """The lines of pictures as a copy has them: parts before the row that names them; an earlier try counts no more."""
    first = str(PRODUCTS[0])
    found: list[tuple[str, JsonObject]] = [part(first, 31, 1, b"an earlier try"), (first, {"rows": []})]
    for product, rows in ROWS.items():
        for row in rows:
            body = BODIES[int(str(row["id"]))]
            found.append(part(str(product), row["id"], 1, body[:1000]))
            if body[1000:]:
                found.append(part(str(product), row["id"], 2, body[1000:]))
        found.append((str(product), {"rows": [*rows]}))
    return found


def part(product: str, file: object, number: int, body: bytes) -> tuple[str, JsonObject]:
    return f"{product}/{file}/{number}", {"part": number, "content": b64encode(body).decode()}


def with_pictures(portal: Portal) -> None:
    """The property that pictures lie in, and the values by which products name them; stock is not kept by stores."""
    portal.extra["stock_mode"] = "N"
    properties = settings_table(portal, "product_property")
    sample = next(iter(properties))
    properties.add({**sample, "id": PROPERTY, "iblockId": CATALOGUE, "propertyType": "F", "code": "MORE_PHOTO",
                    "multiple": "Y"})  # fmt: skip
    for product, rows in ROWS.items():
        named: dict[str, Any] = {
            f"property{PROPERTY}": [
                {"value": {"id": str(row["id"])}, "valueId": "9"}
                for row in rows
                if row["type"] == "MORE_PHOTO"
            ]
        }
        if any(row["type"] == "DETAIL_PICTURE" for row in rows):
            named["detailPicture"] = {"id": "33", "url": "/rest/catalog.product.download"}
        portal.tables["product"].update(product, **named)


@pytest.fixture
def goods(first_checks: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copied:
    """A copy with files; one picture in it is too large."""
    monkeypatch.setattr(goods_pictures, "MOST_OF_ONE", 6000)
    with_pictures(first_checks.portal)
    rows = {**rows_of_goods(first_checks.portal), "product.pictures": picture_lines()}
    return make_copy(first_checks, tmp_path, rows)


def chosen(goods: Copied, run_jobs: Jobs) -> int:
    lose_goods(goods.actor.portal, *PRODUCTS)
    return choose(goods, by_numbers("product", map(str, PRODUCTS)), run_jobs)


def pictures_of(portal: Portal, product: str) -> Counter[tuple[str, str, bytes]]:
    files = portal.extra["catalogue_files"]
    rows = (row for row in portal.tables["product_image"] if str(row["productId"]) == product)
    return Counter((row["type"], row["name"], files[row["id"]]) for row in rows)


def back_by_product(goods: Copied, made: int) -> dict[int, Counter[tuple[str, str, bytes]]]:
    portal = goods.actor.portal
    return {int(line.key): pictures_of(portal, line.new_key) for line in lines(goods, made)}


def told_of_pictures(goods: Copied, made: int) -> list[tuple[str, object]]:
    (told,) = [one for one in plan_of(goods, made).of(Action.CANNOT) if one.title == goods_pictures.TITLE]
    return [*sentences_in(told.why)]


def sentences_in(told: Sentence) -> Iterator[tuple[str, object]]:
    for one in (told.values.get("coming"), told.values.get("lacking")):
        if isinstance(one, Sentence):
            yield from sentences_in(one)
    if "count" in told.values:
        yield told.message, told.values["count"]


def test_pictures_come_back_byte_for_byte_and_the_preview_counts_those_that_are_sent(
    goods: Copied, run_jobs: Jobs
) -> None:
    made = chosen(goods, run_jobs)
    assert told_of_pictures(goods, made) == [(goods_pictures.COMING, 5), (goods_pictures.LEFT, 1)]
    assert not any(one.why for one in plan_of(goods, made).of(Action.CREATE))
    press(goods, made, run_jobs)
    assert stored(goods, made).state == RestoreState.DONE
    assert back_by_product(goods, made) == BACK
    why = {line.key: (line.state, line.why) for line in lines(goods, made)}
    assert why == {
        str(PRODUCTS[0]): ("created", ""),
        str(PRODUCTS[1]): ("created", PICTURES_LEFT),
        str(PRODUCTS[2]): ("created", ""),
    }


def test_pictures_of_a_product_that_the_copy_lacks_are_not_promised(
    first_checks: Actor, tmp_path: Path, run_jobs: Jobs
) -> None:
    with_pictures(first_checks.portal)
    held = [line for line in picture_lines() if line[0].split("/")[0] != str(PRODUCTS[0])]
    rows = {**rows_of_goods(first_checks.portal), "product.pictures": held}
    goods = make_copy(first_checks, tmp_path, rows)
    made = chosen(goods, run_jobs)
    assert told_of_pictures(goods, made) == [(goods_pictures.COMING, 3), (goods_pictures.LEFT, 3)]
    press(goods, made, run_jobs)
    assert sum(back_by_product(goods, made)[one].total() for one in PRODUCTS) == 3


def test_pictures_of_a_variant_whose_product_is_gone_are_not_promised(
    north: Actor, tmp_path: Path, run_jobs: Jobs
) -> None:
    with_pictures(north.portal)
    variant = north.portal.tables["offer"].get(VARIANTS[0]) or {}
    north.portal.tables["offer"].update(VARIANTS[0], detailPicture={"id": "40"})
    picture: JsonObject = {"id": 40, "name": "a.gif", "productId": variant["id"], "type": "DETAIL_PICTURE"}
    rows = rows_of_goods(north.portal)
    rows["product"] = [one for one in rows["product"] if one[0] != str(WITH_VARIANTS)]
    shown = [part(str(VARIANTS[0]), 40, 1, SIDE), (str(VARIANTS[0]), {"rows": [picture]})]
    goods = make_copy(north, tmp_path, {**rows, "offer.pictures": shown})
    lose_goods(north.portal, WITH_VARIANTS, *VARIANTS)
    plan = plan_of(goods, choose(goods, by_numbers("offer", [str(VARIANTS[0])]), run_jobs))
    assert plan.of(Action.CREATE) == ()
    assert goods_pictures.TITLE not in {one.title for one in plan.operations}


def test_of_pictures_for_which_a_preview_has_no_time_it_promises_no_more_than_may_come(
    goods: Copied, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(goods_pictures, "LOOKS_FOR", 0.0)
    made = chosen(goods, run_jobs)
    assert told_of_pictures(goods, made) == [(goods_pictures.AT_MOST, 6)]


@pytest.mark.parametrize("number", range(8, 24))
def test_killed_between_pictures_the_next_press_adds_the_missing_ones_alone(
    goods: Copied, run_jobs: Jobs, deaths: WorkerDeaths, number: int
) -> None:
    made = chosen(goods, run_jobs)
    deaths.finish_after(goods, made, "after", number)
    assert [line.state for line in lines(goods, made)] == ["created"] * 3
    assert back_by_product(goods, made) == BACK


def test_what_the_portal_says_against_a_picture_is_told_and_the_product_stays(
    goods: Copied, run_jobs: Jobs
) -> None:
    goods.actor.portal.extra["picture_limit"] = len(SIDE)
    made = chosen(goods, run_jobs)
    press(goods, made, run_jobs)
    line = lines(goods, made)[0]
    assert (line.state, line.why) == ("created", PICTURES_REFUSED)
    assert line.words is not None
    assert "larger" in line.words
    assert back_by_product(goods, made)[PRODUCTS[0]] == Counter({("DETAIL_PICTURE", "main.jpg", SIDE): 1})


def test_a_copy_without_files_says_that_no_picture_comes_back(
    north: Actor, tmp_path: Path, run_jobs: Jobs
) -> None:
    with_pictures(north.portal)
    goods = make_copy(north, tmp_path, rows_of_goods(north.portal))
    made = chosen(goods, run_jobs)
    assert told_of_pictures(goods, made) == [(goods_pictures.LACKING, 6)]
    create = plan_of(goods, made).of(Action.CREATE)
    assert {one.why.message for one in create} == {WORDS[ShopLoss.PICTURE]}
    press(goods, made, run_jobs)
    assert [(line.state, line.why) for line in lines(goods, made)] == [("created", "")] * 3


def test_pictures_for_which_there_is_no_time_come_with_the_next_step(
    goods: Copied, run_jobs: Jobs, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_writing, "MOST_SECONDS", 0.0)
    made = chosen(goods, run_jobs)
    press(goods, made, run_jobs)
    assert sorted(line.state for line in lines(goods, made)) == ["created", "sent", "sent"]
    for _ in range(4):
        world.clock.advance(minutes=2)
        run_jobs()
        if stored(goods, made).state == RestoreState.NEEDS_KEY:
            give_key(goods, made, run_jobs)
    assert stored(goods, made).state == RestoreState.DONE
    assert back_by_product(goods, made) == BACK


def test_the_way_back_takes_goods_away_with_the_pictures_that_came_with_them(
    goods: Copied, run_jobs: Jobs
) -> None:
    portal = goods.actor.portal
    made = chosen(goods, run_jobs)
    press(goods, made, run_jobs)
    undo = undo_of(goods, made, run_jobs)
    assert {one.action for one in plan_of(goods, undo).operations} == {Action.REMOVE}
    press(goods, undo, run_jobs)
    assert {line.state for line in lines(goods, undo)} == {"changed"}
    assert all(portal.tables["product"].get(line.new_key) is None for line in lines(goods, made))
