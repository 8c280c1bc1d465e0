"""Reminders really sent: to the sandbox portal, each once, also with many workers, refusals and dead workers."""

from collections.abc import Iterator
from datetime import date

import pytest

from b24app.database import db, portal_scope
from b24app.portals.availability import get_availability
from b24app.portals.model import InstallStatus, Portal
from b24app.reminders.dispatch import try_channel
from b24app.reminders.due_time import remind_everyone
from b24app.reminders.kinds.employee_messages import send_notice
from b24app.reminders.outbox import list_deliveries
from b24app.reminders.reminder_jobs import remind_portal
from b24app.reminders.reminder_settings import Digest, list_channels, set_channel, set_schedule
from b24app.renewal.renewal_stages import Role
from b24app.renewal.situation_reading import set_role
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.profile import note_license
from tests.actors import Actor
from tests.terms.conftest import AT, MARINA

END = date(2026, 12, 23)


@pytest.fixture
def ready(north: Actor) -> Iterator[Actor]:
    """An installed portal with a plan written down and people named; the weekly letter is tested with the mail."""
    with portal_scope(north.portal_id):
        note_license("ru_std", AT)
        set_paid_term("plan", END, by=MARINA, at=AT)
        set_role(Role.RESPONSIBLE, user_id=north.portal.admin.id, name="Марина Ковалёва")
        set_schedule((30, 14, 7, 3, 1, 0), digest=Digest(on=False))
        db.session.commit()
        yield north


def notes(actor: Actor) -> list[str]:
    return [row["MESSAGE"] for row in actor.portal.tables["notification"].all()]


def remind(actor: Actor) -> None:
    remind_portal(actor.portal_id)


def test_an_open_window_is_told_in_the_portal_with_a_link_to_the_widget(ready):
    remind(ready)
    assert len(notes(ready)) == 1
    assert "/marketplace/view/" in notes(ready)[0]
    assert "params%5Bscreen%5D=overview]" in notes(ready)[0]  # a bare bracket would end the address


def test_the_same_hour_again_sends_nothing(ready):
    remind(ready)
    remind(ready)
    assert len(list_deliveries()) == 1


def test_the_next_step_of_the_schedule_replaces_the_notification(ready, world):
    remind(ready)
    world.clock.advance(days=10)
    remind(ready)
    about_days = [text for text in notes(ready) if "params" in text]
    codes = [line.code for line in list_deliveries()]
    assert sorted(codes) == ["days_left", "invoice_soon", "window_open"]
    assert len(about_days) == 2


def test_in_the_night_nothing_is_sent_and_in_the_morning_nothing_is_lost(ready, world):
    world.clock.advance(hours=15)
    remind(ready)
    assert list_deliveries() == ()
    world.clock.advance(hours=10)
    remind(ready)
    assert [line.state for line in list_deliveries()] == ["sent"]


def test_every_portal_is_asked_by_the_hourly_job(ready, run_jobs):
    remind_everyone()
    run_jobs()
    assert len(notes(ready)) == 1


def test_a_task_is_put_once_even_when_its_answer_was_lost(ready):
    set_channel("task", enabled=True)
    ready.portal.answer_next("cut", method="tasks.task.add")
    remind(ready)
    subject = list_deliveries()[0].subject
    titles = [row["title"] for row in ready.portal.tables["task"].all()]
    assert titles.count(subject) == 1
    assert {line.channel for line in list_deliveries()} == {"task", "notification"}


def test_a_refused_portal_is_noted_and_the_refusal_is_kept_in_the_log(ready):
    ready.portal.lapse_to_free()
    remind(ready)
    assert [line.state for line in list_deliveries()] == ["failed"]
    assert "PlanLapsed" in list_deliveries()[0].error
    assert get_availability().refused


def test_without_named_people_an_administrator_is_told(north):
    with portal_scope(north.portal_id):
        set_paid_term("plan", END, by=MARINA, at=AT)
        db.session.commit()
        remind(north)
        assert {line.recipient for line in list_deliveries()} == {str(north.portal.admin.id)}


def test_an_uninstalled_portal_is_left_alone(ready):
    db.session.get_one(Portal, ready.portal_id).status = InstallStatus.DELETED
    db.session.commit()
    remind(ready)
    assert list_deliveries() == ()


def test_the_button_tests_one_channel_and_keeps_the_end(ready):
    try_channel(ready.portal_id, "notification", ready.portal.admin.id)
    try_channel(ready.portal_id, "webhook", ready.portal.admin.id)
    ends = {item.code: (item.tested_at is not None, item.test_error) for item in list_channels()}
    assert ends["notification"] == (True, "")
    assert ends["webhook"][1].startswith("BadInput")
    assert ends["feed"] == (False, "")
    assert len(notes(ready)) == 1


def test_the_notice_for_employees_goes_to_the_feed_once_a_day_and_tells_no_money(ready):
    send_notice(ready.portal_id)
    send_notice(ready.portal_id)
    posts = ready.portal.tables["blogpost"].all()
    assert len(posts) == 1
    assert "₽" not in str(posts[0])


def test_no_notice_without_a_term(north):
    send_notice(north.portal_id)
    assert len(north.portal.tables["blogpost"].all()) == 0
