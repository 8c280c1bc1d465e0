"""A task belongs to one reminder: another term or date is another task, its deadline moves with the date."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from b24app.database import db, portal_scope
from b24app.reminders import model
from b24app.reminders.outbox import list_deliveries
from b24app.reminders.reminder_jobs import remind_portal
from b24app.reminders.reminder_settings import Digest, set_channel, set_schedule
from b24app.renewal.renewal_stages import Role
from b24app.renewal.situation_reading import set_role
from b24app.terms.paid_terms import add_paid_term, set_paid_term
from b24app.terms.profile import note_license
from b24app.terms.term import TermDraft
from tests.actors import Actor
from tests.terms.conftest import AT, MARINA

END = date(2026, 12, 23)


@pytest.fixture
def shop(north: Actor) -> Iterator[Actor]:
    """A plan near its end, tasks alone switched on."""
    with portal_scope(north.portal_id):
        note_license("ru_std", AT)
        set_paid_term("plan", END, by=MARINA, at=AT)
        set_role(Role.RESPONSIBLE, user_id=north.portal.admin.id, name="Марина Ковалёва")
        set_schedule((30, 14, 7, 3, 1, 0), digest=Digest(on=False))
        set_channel("notification", enabled=False)
        set_channel("task", enabled=True)
        db.session.commit()
        yield north


def remind(actor: Actor) -> None:
    remind_portal(actor.portal_id)


def ours(actor: Actor) -> list[dict[str, Any]]:
    rows = actor.portal.tables["task"].all()
    return [dict(row) for row in rows if "#" in str(row["description"]) and "тариф" in row["title"]]


def end_on(day: date, actor: Actor) -> None:
    set_paid_term("plan", day, by=MARINA, at=actor.portal.world.clock.now())
    db.session.commit()


def states(code: str = "window_open") -> list[str]:
    return [line.state for line in list_deliveries() if line.code == code]


def test_the_task_of_next_year_is_made_though_last_years_is_still_open(shop, world):
    remind(shop)
    first = ours(shop)
    world.clock.advance(days=365)
    assert shop.opens().status == 200
    end_on(END.replace(year=2027), shop)
    remind(shop)
    both = ours(shop)
    assert len(first) == 1
    assert len(both) == 2
    assert both[0]["title"] == both[1]["title"]
    assert [row["deadline"][:4] for row in both] == ["2026", "2027"]
    assert both[0] == first[0]
    assert states() == ["sent", "sent"]


def test_another_term_with_the_same_words_has_its_own_task(shop):
    for _ in range(2):
        add_paid_term(TermDraft(kind="application", title="Склад", ends_on=END), by=MARINA, at=AT)
    db.session.commit()
    remind(shop)
    twins = [row for row in shop.portal.tables["task"].all() if "Склад" in row["title"]]
    assert len(twins) == 2
    assert twins[0]["title"] == twins[1]["title"]
    assert twins[0]["description"] != twins[1]["description"]


def test_the_deadline_moves_when_the_date_moves(shop):
    remind(shop)
    before = ours(shop)
    end_on(END + timedelta(days=7), shop)
    remind(shop)
    after = [row for row in ours(shop) if row["id"] == before[0]["id"]]
    assert after[0]["deadline"] > before[0]["deadline"]
    assert after[0]["description"] != before[0]["description"]
    moved = after[0]["deadline"]
    remind(shop)
    assert [row["deadline"] for row in ours(shop) if row["id"] == before[0]["id"]] == [moved]


def test_a_moved_end_does_not_double_the_task(shop):
    remind(shop)
    end_on(END + timedelta(days=7), shop)
    remind(shop)
    remind(shop)
    assert len(ours(shop)) == 1
    assert set(states()) <= {"sent", "moved", "kept"}
    assert states().count("sent") == 1


@pytest.mark.parametrize("gone", ["closed", "deleted"])
def test_a_task_that_people_closed_or_deleted_is_not_moved_and_the_new_date_has_its_own(shop, gone):
    remind(shop)
    table = shop.portal.tables["task"]
    task = ours(shop)[0]
    table.add(dict(task) | {"id": "900", "title": "чужая", "description": ""})  # the next number is another
    if gone == "closed":
        table.update(task["id"], status="5")
    else:
        table.delete(task["id"])
    end_on(END + timedelta(days=7), shop)
    remind(shop)
    remind(shop)
    fresh = [row for row in ours(shop) if row["id"] != task["id"]]
    assert len(fresh) == 1
    assert fresh[0]["deadline"] > task["deadline"]
    old = [row["deadline"] for row in ours(shop) if row["id"] == task["id"]]
    assert old == ([task["deadline"]] if gone == "closed" else [])


def test_a_lost_answer_makes_no_second_task_and_a_crash_after_it_neither(shop):
    shop.portal.answer_next("cut", method="tasks.task.add")
    remind(shop)
    assert len(ours(shop)) == 1
    db.session.query(model.ReminderTask).delete()
    db.session.execute(update(model.Delivery).values(state="waiting", next_at=AT))
    db.session.commit()
    remind(shop)
    assert len(ours(shop)) == 1
    assert states() == ["kept"]


def test_a_task_of_the_same_title_that_is_not_ours_is_no_reason_to_make_none(shop):
    remind(shop)
    table = shop.portal.tables["task"]
    task = ours(shop)[0]
    db.session.query(model.ReminderTask).delete()
    db.session.query(model.Reminder).delete()
    table.update(task["id"], description="своими словами")
    db.session.commit()
    remind(shop)
    titles = [row["title"] for row in table.all()]
    assert titles.count(task["title"]) == 2


def test_a_move_that_the_portal_refuses_stops_no_other_and_is_tried_again(shop):
    remind(shop)
    before = ours(shop)[0]["deadline"]
    end_on(END + timedelta(days=7), shop)
    shop.portal.refuse_next("ACCESS_DENIED", method="tasks.task.update", times=2)
    remind(shop)
    assert ours(shop)[0]["deadline"] == before
    remind(shop)
    remind(shop)
    assert ours(shop)[0]["deadline"] > before


@pytest.mark.parametrize(("answer", "end"), [("false", "sent"), ("cut", "kept")])
def test_a_task_without_a_clear_answer_is_looked_for_before_it_is_put_again(shop, world, answer, end):
    shop.portal.answer_next(answer, method="tasks.task.add")
    remind(shop)
    assert states() == ["waiting"]
    world.clock.advance(minutes=5)
    remind(shop)
    assert states() == [end]
    assert len(ours(shop)) == 1


def test_tasks_of_another_portal_are_not_moved(shop, south):
    remind(shop)
    with portal_scope(south.portal_id):
        remind_portal(south.portal_id)
        assert db.session.scalars(select(model.ReminderTask)).all() == []
