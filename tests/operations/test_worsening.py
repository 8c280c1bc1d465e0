"""A regression between runs reaches the people responsible: once, by day, without what was silenced or accepted."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from b24app.checklist.engine.mutes_and_owners import mute
from b24app.checklist.engine.runs import start_run
from b24app.checklist.model import Run
from b24app.comparison.acceptance import accept_change
from b24app.comparison.after_activation import schedule_after_activation, start_due_repeats
from b24app.comparison.worsening import found_worse
from b24app.database import db, portal_scope
from b24app.jobs.checks import run_checks
from b24app.reminders.kinds import ReminderSchedule
from b24app.reminders.kinds.worsening_notice import draft_warning
from b24app.reminders.outbox import list_deliveries
from b24app.reminders.reminder_jobs import remind_portal
from b24app.renewal.renewal_stages import Role
from b24app.renewal.situation_reading import set_role
from b24app.services import services
from b24app.terms.term import Author
from b24app.text.messages import sentence
from tests.actors import Actor
from tests.conftest import DAY_OF_THE_STORY

pytestmark = pytest.mark.usefixtures("first_checks")
Jobs = Callable[[], int]
ANNA = Author(1, "Анна")


@pytest.fixture
def shop(north: Actor, run_jobs: Jobs) -> Iterator[Actor]:
    """A portal whose first checks have been run, with a person responsible."""
    with portal_scope(north.portal_id):
        run_jobs()
        set_role(Role.RESPONSIBLE, user_id=north.portal.admin.id, name="Марина Ковалёва")
        db.session.commit()
        yield north


def check(run_jobs: Jobs) -> int:
    run_id = start_run(at=services().clock.now())
    run_jobs()
    return run_id


def break_payment(shop: Actor) -> str:
    row = next(row for row in shop.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y")
    shop.portal.switch_off("pay_system", row["ID"])
    return str(row["NAME"])


def notes(shop: Actor) -> list[str]:
    return [row["MESSAGE"] for row in shop.portal.tables["notification"].all()]


def test_a_run_that_finds_nothing_worse_says_nothing(shop, run_jobs):
    check(run_jobs)
    assert notes(shop) == []


def test_what_got_worse_is_told_once_by_name_with_a_way_in(shop, run_jobs):
    name = break_payment(shop)
    run_id = check(run_jobs)
    assert len(notes(shop)) == 1
    assert name in notes(shop)[0]
    assert "params%5Bscreen%5D=checklist" in notes(shop)[0]
    run_checks(run_id)
    check(run_jobs)
    assert [(line.code, line.state) for line in list_deliveries()] == [("worse", "sent")]


def test_after_an_activation_it_leads_to_the_comparison(shop, run_jobs, world):
    break_payment(shop)
    schedule_after_activation(world.clock.now())
    db.session.commit()
    start_due_repeats()
    run_jobs()
    assert "params%5Bscreen%5D=after" in notes(shop)[0]


def test_in_quiet_hours_it_waits_for_the_morning(shop, run_jobs, world):
    world.clock.advance(hours=15)
    break_payment(shop)
    check(run_jobs)
    assert notes(shop) == []
    assert [line.state for line in list_deliveries()] == ["waiting"]
    world.clock.advance(hours=10)
    remind_portal(shop.portal_id)
    assert len(notes(shop)) == 1


def test_what_is_silenced_is_not_told(shop, run_jobs):
    break_payment(shop)
    for code in ("pay_systems_still_on", "area:payments"):
        mute(code, "we know", DAY_OF_THE_STORY.date() + timedelta(days=3), by=ANNA, at=services().clock.now())
    check(run_jobs)
    assert notes(shop) == []


def test_an_accepted_loss_that_comes_again_after_it_was_restored_is_told_again(shop, run_jobs):
    name = break_payment(shop)
    run_id = check(run_jobs)
    row = next(row for row in shop.portal.tables["paysystem"].all() if row["NAME"] == name)
    accept_change(
        run_id,
        "pay_system",
        str(row["ID"]),
        reason="on_purpose",
        explanation="",
        by=ANNA,
        at=services().clock.now(),
    )
    shop.portal.switch_on("pay_system", row["ID"])
    check(run_jobs)
    shop.portal.switch_off("pay_system", row["ID"])
    again = check(run_jobs)
    assert "pay_systems_still_on" in {one.code for one in found_worse(again)}


@pytest.mark.parametrize("change", [{"seen_as": 77}, {"scopes": ["crm"]}, {"complete": False}])
def test_only_a_complete_run_of_the_same_eyes_is_compared_with(shop, run_jobs, change):
    db.session.execute(update(Run).values(**change))
    db.session.commit()
    break_payment(shop)
    assert found_worse(check(run_jobs)) == ()


def test_what_an_incomplete_run_has_told_is_not_told_by_the_next(shop, run_jobs):
    break_payment(shop)
    first = check(run_jobs)
    assert found_worse(first)
    db.session.execute(update(Run).where(Run.id == first).values(complete=False))
    db.session.commit()
    assert found_worse(check(run_jobs)) == ()


def test_a_long_list_is_cut_with_its_number():
    draft = draft_warning([sentence("one")] * 11, after=False)
    assert len(draft.lines) == 9
    assert draft.lines[-1].values["count"] == 3


@pytest.mark.parametrize(("hour", "wakes"), [(10, 10), (23, 9), (3, 9)])
def test_quiet_hours_end_in_the_morning(hour: int, wakes: int):
    local = DAY_OF_THE_STORY.replace(hour=hour)
    woken = ReminderSchedule().wakes_at(local)
    assert woken.hour == wakes
    assert timedelta(0) <= woken - local < timedelta(hours=12)


def test_a_loss_of_which_no_check_speaks_is_told_once(shop, run_jobs):
    """What came while the snapshot stood still is in no check's snapshot."""
    break_payment(shop)
    row = shop.portal.tables["paysystem"].get(3)
    shop.portal.tables["paysystem"].add({**row, "ID": 99, "NAME": "Оплата частями"})
    check(run_jobs)
    shop.portal.remove("pay_system", 99)
    for _ in range(3):
        check(run_jobs)
    assert sum("Оплата частями" in note for note in notes(shop)) == 1


def test_what_a_check_has_told_is_not_told_again_by_its_object(shop, run_jobs):
    name = break_payment(shop)
    check(run_jobs)
    assert notes(shop)[0].count(name) == 1
