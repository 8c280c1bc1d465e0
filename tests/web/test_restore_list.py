"""What was put back is found again: in its list, and on the alarm that it answers."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from b24app.backup.restore.data.copy_preview import IS_THERE, NOT_IN_COPY
from b24app.backup.restore.model import Restore, RestoreLine, RestoreLineState, RestoreState
from b24app.backup.restore.plan import (
    Action,
    Operation,
    RestoreChoice,
    RestorePlan,
    RestoreSource,
    dump_plan,
)
from b24app.database import db, portal_scope
from b24app.text.messages import sentence
from sandbox.world import World
from tests.actors import Actor
from tests.web.copies import add_loss, add_whole_copy

CREATED, CHANGED, SAME, REFUSED, UNTOUCHED = (
    RestoreLineState.CREATED,
    RestoreLineState.CHANGED,
    RestoreLineState.SAME,
    RestoreLineState.REFUSED,
    RestoreLineState.UNTOUCHED,
)
UNDO = {"source": "undo", "undoes_id": 1, "undo_until": None}
HEADING = re.compile(r'<h1 class="t-answer">([^<]*)</h1>')
BADGE = re.compile(r'class="badge  v-(\w+)"><svg.*?</svg>([^<]*)<')


def add_restore(
    actor: Actor,
    at: datetime,
    states: Sequence[RestoreLineState] = (CREATED, SAME, REFUSED),
    **more: object,
) -> int:
    """Two of three lines are back, if nothing else is said."""
    values: dict[str, object] = {
        "state": RestoreState.DONE,
        "source": "copy",
        "title": "Deals: 500",
        "asked_by": 1,
        "asked_by_name": "Anna",
        "created_at": at,
        "begun_at": at,
        "ended_at": at,
        "undo_until": at + timedelta(days=30),
        "plan": b"",
    }
    with portal_scope(actor.portal_id):
        row = Restore(**(values | more))
        db.session.add(row)
        db.session.flush()
        for number, state in enumerate(states):
            db.session.add(
                RestoreLine(restore_id=row.id, number=number, kind="deal", key="1", name="One", state=state)
            )
        db.session.commit()
        return row.id


def test_every_restore_that_was_begun_is_in_the_list_with_its_way_back(north: Actor, world: World) -> None:
    now = world.clock.now()
    made = add_restore(north, now)
    add_restore(north, now, title="Only looked at", state=RestoreState.PREVIEW, begun_at=None, ended_at=None)
    add_restore(north, now, title="Taken back one", undone_at=now)
    text = " ".join(north.opens(lang="en").get("/restore/all").text.split())
    assert f'href="/restore/{made}"' in text
    assert "Deals: 500" in text
    assert "2 of 3" in text
    assert text.count("can be taken back until") == 1
    assert "Taken back one" in text
    assert "Only looked at" not in text


@pytest.mark.parametrize(
    ("states", "more", "badge", "words"),
    [
        ((REFUSED, REFUSED, REFUSED), {}, "warn", ("nothing came back", "ничего не вернули")),
        ((CREATED, REFUSED, UNTOUCHED), {}, "warn", ("part of it", "вернули часть")),
        ((CREATED, CHANGED, SAME), {}, "pass", ("is back", "вернули")),
        ((CHANGED, CHANGED, SAME), UNDO, "pass", ("was taken back", "отменили")),
        ((CHANGED, UNTOUCHED, REFUSED), UNDO, "warn", ("part of it was taken back", "отменили часть")),
        ((UNTOUCHED, REFUSED), UNDO, "warn", ("nothing was taken back", "ничего не отменили")),
    ],
)
def test_one_that_ended_is_called_by_what_its_lines_came_to(
    north: Actor,
    states: Sequence[RestoreLineState],
    more: dict[str, object],
    badge: str,
    words: tuple[str, str],
) -> None:
    add_restore(north, north.portal.world.clock.now(), states, **more)
    for lang, word in zip(("en", "ru"), words, strict=True):
        text = north.opens(lang=lang).get("/restore/all").text
        assert BADGE.findall(text.split('id="restores"')[1]) == [(badge, word)]


IS_THERE_ALREADY, NOT_THERE = (
    Operation(9, "crm_item", "deal", "9", "Nine", Action.CANNOT, why=sentence(why))
    for why in (IS_THERE, NOT_IN_COPY)
)
LIMIT = replace(NOT_THERE, key="limit0", objects=0)
GONE = (RestoreChoice("copied_gone", "deal", "", ""),)
STORE = RestoreChoice("store", "store", "4", "North store", line=("store", "4"))
STORE_MADE, STORE_NOTE, STORE_STAYS = (
    Operation(1, "store", "store", "4", "North store", action, why=sentence(why))
    for action, why in ((Action.CREATE, ""), (Action.CANNOT, "It gets a new number."), (Action.CANNOT, "No."))
)


@pytest.mark.parametrize(
    ("choices", "operations", "states", "word", "rows", "heading"),
    [
        (GONE, (LIMIT,), (CREATED, CREATED), "is back", "2 of 2", "2 records are back"),
        (GONE, (IS_THERE_ALREADY,), (CREATED, SAME), "is back", "2 of 2", "2 records are back"),
        (GONE, (), (SAME, SAME), "is back", "2 of 2", "2 records are back"),
        (GONE, (NOT_THERE,), (CREATED, SAME), "part of it", "2 of 3", "Part of it is back"),
        (GONE, (replace(NOT_THERE, objects=300),), (CREATED,), "part of it", "1 of 301", "Part of it is back"),
        (GONE, (NOT_THERE,), (REFUSED,), "nothing came back", "0 of 2", "Nothing was put back"),
        ((STORE,), (STORE_MADE, STORE_NOTE), (CREATED,), "is back", "1 of 1", "“North store” is back"),
        ((STORE,), (STORE_STAYS,), (CREATED,), "part of it", "1 of 2", "Part of it is back"),
    ],
)  # fmt: skip
def test_list_and_page_call_a_restore_by_what_its_plan_could_not_write_too(  # noqa: PLR0917 - a row of the table
    north: Actor,
    choices: tuple[RestoreChoice, ...],
    operations: tuple[Operation, ...],
    states: Sequence[RestoreLineState],
    word: str,
    rows: str,
    heading: str,
) -> None:
    source = RestoreSource.COPY if choices is GONE else RestoreSource.COMPARISON
    plan = dump_plan(
        RestorePlan(source, choices, operations=operations, read_at=north.portal.world.clock.now())
    )
    made = add_restore(north, north.portal.world.clock.now(), states, plan=plan, source=source)
    page = north.opens(lang="en")
    text = page.get("/restore/all").text.split('id="restores"')[1]
    assert [one[1] for one in BADGE.findall(text)] == [word]
    assert rows in text
    assert HEADING.findall(page.get(f"/restore/{made}").text) == [heading]


@pytest.mark.parametrize("operations", [(), (NOT_THERE,)])
def test_a_way_back_that_left_something_is_called_a_part_of_it_by_list_and_page(
    north: Actor, operations: tuple[Operation, ...]
) -> None:
    now = north.portal.world.clock.now()
    plan = dump_plan(RestorePlan(RestoreSource.UNDO, (), operations=operations, read_at=now))
    made = add_restore(north, now, (CHANGED, SAME), **{**UNDO, "plan": plan})
    page = north.opens(lang="en")
    word, heading = (
        ("part of it was taken back", "Part of it was taken back")
        if operations
        else ("was taken back", "Taken back")
    )
    assert [one[1] for one in BADGE.findall(page.get("/restore/all").text)] == [word]
    assert HEADING.findall(page.get(f"/restore/{made}").text) == [heading]


@pytest.mark.parametrize(
    ("states", "told"), [((REFUSED, REFUSED), 0), ((SAME, SAME), 0), ((SAME, CHANGED), 1), ((CREATED,), 1)]
)
def test_only_what_was_written_can_be_taken_back(
    north: Actor, world: World, states: Sequence[RestoreLineState], told: int
) -> None:
    made, opened = add_restore(north, world.clock.now(), states), north.opens(lang="en")
    assert opened.get("/restore/all").text.count("can be taken back until") == told
    assert opened.get(f"/restore/{made}").text.count(f'hx-post="/restore/{made}/undo"') == told


def test_the_list_is_empty_in_words_and_for_administrators_of_this_portal_alone(
    north: Actor, south: Actor, world: World
) -> None:
    add_restore(south, world.clock.now())
    text = north.opens(lang="en").get("/restore/all").text
    assert "Nothing has been put back yet." in text
    assert "Deals: 500" not in text
    assert north.opens(user=north.portal.employee).get("/restore/all").status_code == 403


@pytest.mark.parametrize(("source", "tab"), [("copy", "copy"), ("comparison", "shop")])
def test_the_page_of_a_restore_stands_in_the_tab_that_it_leads_back_to(
    north: Actor, world: World, source: str, tab: str
) -> None:
    made = add_restore(north, world.clock.now(), source=source)
    text = north.opens().get(f"/restore/{made}").text
    assert re.findall(r'id="tab-(\w+)"[^>]*aria-current="page"', text) == [tab]


@pytest.mark.parametrize("page", ["/copy/all", "/shop/changes"])
def test_the_list_is_found_from_where_people_look_for_it(north: Actor, world: World, page: str) -> None:
    add_whole_copy(north, world.clock.now())
    assert 'href="/restore/all"' in north.opens().get(page).text


def test_an_alarm_says_that_its_loss_was_put_back_and_offers_to_close(north: Actor, world: World) -> None:
    now = world.clock.now()
    add_whole_copy(north, now - timedelta(hours=5))
    add_restore(north, now - timedelta(hours=2), title="An earlier one")
    add_loss(north, now - timedelta(hours=1))
    page = north.opens(lang="en")
    assert "Put back:" not in page.get("/copy").text
    made = add_restore(north, now)
    text = page.get("/copy").text
    assert "Put back: 2 of 3" in text
    assert 'id="alarm-is-over"' in text
    assert f'href="/restore/{made}"' in text
    with portal_scope(north.portal_id):
        db.session.get_one(Restore, made).undone_at = now
        db.session.commit()
    assert "Put back:" not in page.get("/copy").text


def test_a_page_that_polls_draws_the_newest_lines_alone(north: Actor, world: World) -> None:
    made = add_restore(north, world.clock.now(), state=RestoreState.RUNNING, active=True, ended_at=None)
    with portal_scope(north.portal_id):
        for number in range(3, 203):
            line = RestoreLine(
                restore_id=made, number=number, kind="deal", key=str(number), name=f"No. {number}",
                state=RestoreLineState.CREATED,
            )  # fmt: skip
            db.session.add(line)
        db.session.commit()
    opened = north.opens(lang="en")
    text = opened.get(f"/restore/{made}/progress").text
    assert "No. 202" in text
    assert "No. 100" not in text
    assert "173 earlier lines" in text
    with portal_scope(north.portal_id):
        row = db.session.get_one(Restore, made)
        row.state, row.active, row.ended_at = RestoreState.DONE, None, world.clock.now()
        db.session.commit()
    text = opened.get(f"/restore/{made}").text
    assert "No. 100" in text
    assert "earlier lines" not in text
