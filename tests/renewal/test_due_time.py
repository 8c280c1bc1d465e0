"""The hourly job wakes only the portals in which something can be due, and nothing comes later for it."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from sqlalchemy import delete, select

from b24app.database import current_portal_id, db, portal_scope
from b24app.portals.model import Portal
from b24app.reminders.dispatch import open_dispatcher
from b24app.reminders.due_time import due_portals, keep_due_time, start_look
from b24app.reminders.model import Reminder, ReminderDue
from b24app.reminders.reminder_jobs import due_digest, due_reminders
from b24app.reminders.reminder_settings import Digest, set_schedule
from b24app.renewal.case_changes import mark_stage, open_case
from b24app.renewal.renewal_stages import Stage
from b24app.services import services
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from b24app.terms.profile import change_profile
from b24app.terms.stored_terms import timeline_view
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor
from tests.conftest import DAY_OF_THE_STORY
from tests.jobs import ask
from tests.statements import statements

MARINA = Author(1, "Marina")
Hour = Callable[[], None]


@pytest.fixture
def shop(first_checks: Actor) -> Iterator[Actor]:
    with portal_scope(first_checks.portal_id):
        set_paid_term("plan", date(2026, 12, 23), by=MARINA, at=DAY_OF_THE_STORY)
        db.session.commit()
        yield first_checks


@pytest.fixture
def hour(world: World, run_jobs: Callable[[], int]) -> Hour:
    """One hour passes, and the job of every hour runs."""

    def pass_hour() -> None:
        world.clock.advance(hours=1)
        ask("remind_everyone")
        run_jobs()

    return pass_hour


@pytest.fixture
def resting(shop: Actor, hour: Hour) -> Actor:
    """A portal that has been reminded of everything, and of which a time is kept."""
    for _ in range(4):
        hour()
    assert due_portals(services().clock.now()) == []
    return shop


def kept_time() -> datetime | None:
    return db.session.scalar(select(ReminderDue.due_at).execution_options(populate_existing=True))


def test_an_hour_with_nothing_due_asks_the_database_three_times_at_most(resting: Actor, hour: Hour) -> None:
    with statements() as found:
        hour()
    asked = [
        one for one in found if not re.search(r"\bjob\b", one)
    ]  # how a job is claimed is the queue's business
    assert 1 <= len(asked) <= 3, asked


CHANGES: dict[str, Callable[[], object]] = {
    "another end": lambda: set_paid_term("plan", date(2026, 12, 24), by=MARINA, at=DAY_OF_THE_STORY),
    "another term": lambda: set_paid_term("marketplace", date(2026, 12, 1), by=MARINA, at=DAY_OF_THE_STORY),
    "the way of paying": lambda: change_profile(by=MARINA, at=DAY_OF_THE_STORY, method="card"),
    "the schedule": lambda: set_schedule((23, 1), digest=Digest(on=False)),
    "a stage": lambda: mark_stage(
        open_case(find_paid_term("plan"), DAY_OF_THE_STORY).id, Stage.PAID, by=MARINA, at=DAY_OF_THE_STORY
    ),
    "the portal's time": lambda: setattr(db.session.scalar(select(Portal)), "time_zone", "Asia/Tokyo"),
    "reminders, without a flush": lambda: db.session.execute(delete(Reminder)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_decides_ends_the_kept_time(resting: Actor, change: str) -> None:
    CHANGES[change]()
    db.session.commit()
    assert due_portals(services().clock.now()) == [resting.portal_id]


def test_a_change_that_is_rolled_back_ends_nothing(resting: Actor) -> None:
    CHANGES["another end"]()
    db.session.rollback()
    assert due_portals(services().clock.now()) == []


def test_a_look_that_began_before_a_change_keeps_no_time(resting: Actor) -> None:
    token = start_look()
    CHANGES["another end"]()
    db.session.commit()
    assert not keep_due_time(token, services().clock.now(), DAY_OF_THE_STORY)
    assert kept_time() is None


@pytest.mark.dialect
def test_of_two_looks_at_once_the_later_one_keeps_the_time(resting: Actor) -> None:
    first, second = start_look(), start_look()
    assert not keep_due_time(first, services().clock.now(), DAY_OF_THE_STORY)
    assert keep_due_time(second, services().clock.now(), DAY_OF_THE_STORY)


def test_the_first_look_keeps_no_time(shop: Actor) -> None:
    assert start_look() == ""
    assert start_look() != ""


def test_a_clock_that_is_set_back_stops_no_reminder(resting: Actor, world: World) -> None:
    world.clock.advance(days=-10)
    assert due_portals(services().clock.now()) == [resting.portal_id]


def test_a_clock_that_was_a_day_ahead_for_a_while_stops_no_reminder(
    resting: Actor, world: World, hour: Hour
) -> None:
    world.clock.advance(days=1)
    for _ in range(3):
        hour()
    assert due_portals(services().clock.now()) == []
    world.clock.advance(days=-1)
    assert due_portals(services().clock.now()) == [resting.portal_id]


def test_a_portal_rests_until_its_next_morning(resting: Actor) -> None:
    found = kept_time()
    assert found is not None
    assert 12 * 3600 < (found - services().clock.now()).total_seconds() <= 24 * 3600


def times_people_were_asked_about(world: World) -> int:
    return sum("user.get" in record.commands for record in world.requests)


def test_a_portal_in_which_nothing_is_due_is_asked_nothing_for_a_day(
    resting: Actor, hour: Hour, world: World
) -> None:
    before = world.traffic.hits
    for _ in range(24):
        hour()
    assert world.traffic.hits == before


def test_people_are_asked_about_when_something_is_due(resting: Actor, hour: Hour, world: World) -> None:
    before = times_people_were_asked_about(world)
    world.clock.advance(days=9)
    hour()
    assert times_people_were_asked_about(world) == before + 1


def left_to_do() -> tuple[object, ...]:
    """What a look would find now."""
    dispatcher = open_dispatcher(db.session.get_one(Portal, current_portal_id()))
    timeline = timeline_view(dispatcher.now, dispatcher.today)
    digest = due_digest(dispatcher)
    return (*due_reminders(dispatcher, timeline), *((digest,) if digest else ()))


CHANGE_AT = {
    15: lambda: set_paid_term("plan", date(2026, 12, 17), by=MARINA, at=DAY_OF_THE_STORY),
    35: lambda: set_schedule((16, 15, 14, 1), quiet_from=13, quiet_to=16, digest=Digest(weekday=3)),
    50: lambda: setattr(db.session.scalar(select(Portal)), "time_zone", "Asia/Vladivostok"),
}


@pytest.mark.cases
def test_nothing_is_due_in_an_hour_in_which_a_portal_rests(shop: Actor, hour: Hour, world: World) -> None:
    rested = 0
    for number in range(84):
        CHANGE_AT.get(number, lambda: None)()
        db.session.commit()
        world.clock.advance(hours=1)
        if not due_portals(services().clock.now()):
            rested += 1
            assert left_to_do() == ()
            db.session.commit()
        world.clock.advance(hours=-1)
        hour()
    keys = set(db.session.scalars(select(Reminder.code)))
    assert keys >= {"digest", "days_left", "window_open"}
    assert rested > 40
