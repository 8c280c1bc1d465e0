"""Pages drawn once: how many statements they take, and that nobody is given what is old or another's."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from b24app.checklist.engine.runs import start_run
from b24app.database import Base, db, portal_scope
from b24app.portals.people import end_rights
from b24app.reminders.model import ChannelSetting, OutsideAddress
from b24app.reminders.reminder_settings import set_channel
from b24app.renewal.model import StatusLink
from b24app.services import KeptPages, services
from b24app.state_version import LOGS
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from tests.actors import Actor, Opened
from tests.statements import statements
from tests.story import DAY_OF_THE_STORY

MARINA = Author(1, "Марина")
STATEMENTS = {"/widget": 3, "/renewal": 6, "/shop": 8, "/money": 6, "/copy": 12}
PAGES = tuple(STATEMENTS)


@pytest.fixture
def story(loss: Opened, first_checks: Actor) -> Opened:
    """The administrator of a portal with terms, checks and a loss."""
    with portal_scope(first_checks.portal_id):
        set_paid_term("plan", date(2026, 12, 23), by=MARINA, at=DAY_OF_THE_STORY)
        set_paid_term("marketplace", date(2027, 1, 23), by=MARINA, at=DAY_OF_THE_STORY)
        db.session.commit()
    return loss


@pytest.fixture
def rich(story: Opened, first_checks: Actor, run_jobs: Callable[[], int]) -> Opened:
    """The same portal with something in every table that a page looks into."""
    presses: tuple[tuple[str, dict[str, str]], ...] = (
        ("/settings/reminders/outside", {"outside": "boss@example.com"}),
        ("/settings/reminders/outside", {"outside": "chief@example.com"}),
        ("/renewal/mark/mark_invoice_requested", {}),
        ("/renewal/opened/invoice", {"way": "portal"}),
        ("/shop/question/ask_test_payment", {"outcome": "yes", "value": "1"}),
        ("/shop/mute/area:payments", {"reason": "later", "until": "2026-12-10"}),
        ("/shop/owner/area:crm", {"owner_id": "1", "owner_name": "Anna"}),
        ("/widget/report", {"reason": "orders", "text": "No orders come"}),
    )
    for path, form in presses:
        assert story.post(path, **form).status_code == 200, path
    run_jobs()
    with portal_scope(first_checks.portal_id):
        db.session.execute(update(OutsideAddress).values(confirmed_at=DAY_OF_THE_STORY))
        set_channel("email", enabled=True, address="boss@example.com, chief@example.com")
        db.session.add(ChannelSetting(code="webhook", enabled=True, address="https://hook.example/x"))
        db.session.add(StatusLink(code="c", purpose="calendar", made_by="Anna", made_at=DAY_OF_THE_STORY))
        db.session.commit()
    return story


@contextmanager
def another_process(app: Flask) -> Iterator[None]:
    """Another web process on the same database: what it keeps lies apart."""
    here = app.extensions["services"]
    app.extensions["services"] = replace(here)
    try:
        yield
    finally:
        app.extensions["services"] = here


def fresh(app: Flask, opened: Opened, path: str) -> str:
    """The page as it is drawn where nothing is kept."""
    with another_process(app):
        answer = opened.get(path)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("path", PAGES)
def test_a_page_takes_few_statements(rich: Opened, path: str) -> None:
    with statements() as first:
        drawn = rich.get(path)
    with statements() as second:
        given = rich.get(path)
    assert drawn.status_code == given.status_code == 200
    assert given.text == drawn.text
    assert len(second) <= 2
    assert len(first) <= STATEMENTS[path], first


@pytest.mark.parametrize("path", PAGES)
def test_a_kept_page_reads_no_table_that_makes_no_version(app: Flask, rich: Opened, path: str) -> None:
    with statements() as found:
        fresh(app, rich, path)
    read = {table for one in found for table in re.findall(r"(?:FROM|JOIN) (\w+)", one)}
    counted = {table.name for table in Base.metadata.tables.values() if "portal_id" in table.c} - LOGS
    assert len(read) > 2
    assert read <= counted | {"portal"}


def test_every_press_is_seen_at_once(app: Flask, story: Opened, run_jobs: Callable[[], int]) -> None:
    presses: tuple[tuple[str, dict[str, str]], ...] = (
        ("/renewal/mark/mark_invoice_requested", {}),
        ("/renewal/stage/invoice/way/partner", {}),
        ("/renewal/opened/invoice", {"way": "portal"}),
        ("/renewal/not-yet/invoice", {}),
        ("/renewal/mark/mark_approved", {}),
        ("/renewal/mark/mark_paid", {"way": "transfer"}),
        ("/shop/mute/area:payments", {"reason": "later", "until": "2026-12-10"}),
        ("/shop/unmute/area:payments", {}),
        ("/shop/owner/area:payments", {"owner_id": "1", "owner_name": "Anna"}),
        ("/widget/report", {"reason": "orders", "text": "No orders come"}),
        ("/settings/reminders/outside", {"outside": "boss@example.com"}),
        ("/shop/run", {}),
    )
    seen = set()
    for path, form in presses:
        for page in PAGES:
            story.get(page)
        assert story.post(path, **form).status_code == 200, path
        for wait in (lambda: 0, run_jobs):
            wait()
            for page in PAGES:
                given = story.get(page).text
                assert given == fresh(app, story, page), (path, page)
                seen.add((page, given))
    assert len(seen) > len(presses)


def test_two_processes_see_what_either_wrote(app: Flask, story: Opened) -> None:
    before = story.get("/renewal").text
    with another_process(app):
        story.get("/renewal")
        story.post("/renewal/mark/mark_invoice_requested")
    after = story.get("/renewal").text
    assert after != before
    assert after == fresh(app, story, "/renewal")


def test_what_a_job_wrote_is_seen_at_once(story: Opened, north: Actor, run_jobs: Callable[[], int]) -> None:
    before = story.get("/shop").text
    way = next(row for row in north.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y")
    north.portal.switch_off("pay_system", way["ID"])
    with portal_scope(north.portal_id):
        start_run(by=MARINA, at=services().clock.now())
        db.session.commit()
    run_jobs()
    assert story.get("/shop").text != before


@pytest.mark.parametrize("path", PAGES)
def test_the_next_minute_and_the_next_day_are_drawn_anew(
    app: Flask, story: Opened, north: Actor, path: str
) -> None:
    for step in (timedelta(seconds=40), timedelta(minutes=1), timedelta(minutes=30)):
        story.get(path)
        north.portal.world.clock.advance(seconds=step.total_seconds())
        assert story.get(path).text == fresh(app, story, path)


def test_days_left_change_at_midnight_of_the_portal(story: Opened, north: Actor) -> None:
    clock = north.portal.world.clock
    last_second = DAY_OF_THE_STORY.replace(hour=20, minute=59, second=59)  # of Moscow's day
    clock.advance(seconds=(last_second - clock.now()).total_seconds())
    evening = north.opens(user=north.portal.employee)
    assert "Осталось 23 дня" in plain(evening.text)
    assert evening.get("/widget").text == evening.text
    clock.advance(seconds=1)
    assert "Осталось 22 дня" in plain(evening.get("/widget").text)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_nobody_is_given_a_page_of_another(app: Flask, story: Opened, north: Actor, south: Actor) -> None:
    employees = [actor.opens(user=actor.portal.employee, lang="en") for actor in (north, south)]
    people = [story, north.opens(lang="en"), *employees, south.opens(), north.opens("REST_APP_URI")]
    given = {}
    for path in PAGES:
        for number, one in enumerate(people):
            answer = one.get(path)
            if one in employees and path != "/widget":
                assert answer.status_code == 403
                continue
            given[path, number] = one.get(path).text
            assert given[path, number] == answer.text == fresh(app, one, path)
            assert one.token in answer.text
    assert len(set(given.values())) == len(given)


def test_who_lost_the_rights_is_given_nothing_that_is_kept(story: Opened, north: Actor) -> None:
    assert story.get("/renewal").status_code == 200
    with portal_scope(north.portal_id):
        end_rights(north.portal.admin.id, DAY_OF_THE_STORY)
        db.session.commit()
    assert story.get("/renewal").status_code == 401


def test_a_run_under_way_is_never_kept(app: Flask, story: Opened) -> None:
    story.post("/shop/run")
    kept = len(app.extensions["services"].pages)
    story.get("/shop")
    assert len(app.extensions["services"].pages) == kept


def test_an_address_with_a_question_has_a_page_of_its_own(app: Flask, story: Opened) -> None:
    plain, opened = story.get("/shop").text, story.get("/shop", open="stores_work").text
    assert plain != opened
    assert story.get("/shop").text == plain


def test_what_is_kept_is_bounded() -> None:
    pages = KeptPages(most=10)
    for number in range(5):
        pages.put(number, b"four")
    pages.put(4, b"more")
    assert [pages.get(number) for number in range(5)] == [None, None, None, b"four", b"more"]
    pages.put("large", b"x" * 11)
    assert len(pages) == 0
