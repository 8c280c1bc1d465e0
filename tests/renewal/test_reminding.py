"""Reminders really sent: to the sandbox portal, each once, also with many workers, refusals and dead workers."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from b24app.database import db, portal_scope
from b24app.errors import Unreachable
from b24app.portals.availability import get_availability
from b24app.portals.model import InstallStatus, Portal
from b24app.reminders import model
from b24app.reminders.channels import Message, Outcome, Recipient
from b24app.reminders.dispatch import try_channel
from b24app.reminders.due_time import remind_everyone
from b24app.reminders.kinds import Planned
from b24app.reminders.kinds.employee_messages import send_notice
from b24app.reminders.outbox import MOST_ATTEMPTS, Outgoing, deliver_waiting, keep_due, list_deliveries
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


# The machinery itself, with a channel that records.

LETTER = Message(
    "key", "tag", "Тема", ("Строка",), deadline=datetime.fromisoformat("2026-12-18T18:00:00+03:00")
)
ITEM = Planned("1:2026-12-23:term:days_left:2026-12-09", "1:term", "days_left", date(2026, 12, 9), 14)


class Recorder:
    def __init__(self, *errors: Exception) -> None:
        self.letters: list[Message] = []
        self.errors = list(errors)

    def __call__(self, _channel: str, letter: Message, _to: Recipient) -> Outcome:
        if self.errors:
            raise self.errors.pop(0)
        self.letters.append(letter)
        return Outcome.SENT


def keep(channel: str = "email", at: datetime = AT) -> bool:
    return keep_due(ITEM, [Outgoing(channel, Recipient("marina@north.example"), LETTER)], 1, at)


def set_all(**values: object) -> None:
    db.session.execute(update(model.Delivery).values(**values))
    db.session.commit()


def test_two_workers_write_the_same_reminder_once(portal):
    assert keep()
    assert not keep()
    assert len(list_deliveries()) == 1


def test_the_letter_survives_the_database_unchanged(portal):
    keep()
    recorder = Recorder()
    assert deliver_waiting(recorder, AT) == 1
    assert recorder.letters == [LETTER]


def test_a_letter_that_another_worker_is_sending_is_left_to_it(portal):
    keep()
    set_all(state="sending", taken_at=AT)
    assert deliver_waiting(Recorder(), AT + timedelta(minutes=5)) == 0


def test_a_letter_of_a_dead_worker_is_sent_by_another(portal):
    keep()
    set_all(state="sending", taken_at=AT)
    assert deliver_waiting(Recorder(), AT + timedelta(minutes=16)) == 1


def test_a_feed_message_of_a_dead_worker_is_left_for_a_person_to_see(portal):
    keep("feed")
    set_all(state="sending", taken_at=AT)
    assert deliver_waiting(Recorder(), AT + timedelta(minutes=16)) == 0
    assert list_deliveries()[0].state == "uncertain"


def test_a_passing_failure_is_tried_again_later_and_later(portal):
    keep()
    recorder = Recorder(Unreachable("timeout"), Unreachable("timeout"))
    assert deliver_waiting(recorder, AT) == 0
    assert deliver_waiting(recorder, AT + timedelta(minutes=4)) == 0
    assert deliver_waiting(recorder, AT + timedelta(minutes=6)) == 0
    assert deliver_waiting(recorder, AT + timedelta(minutes=17)) == 1
    assert list_deliveries()[0].attempts == 3


def test_after_many_failures_it_is_given_up_and_said_so(portal):
    keep()
    recorder = Recorder(*(Unreachable("timeout") for _ in range(MOST_ATTEMPTS)))
    for hour in range(MOST_ATTEMPTS + 2):
        deliver_waiting(recorder, AT + timedelta(hours=hour * 6))
    line = list_deliveries()[0]
    assert (line.state, line.attempts) == ("failed", MOST_ATTEMPTS)
    assert "Unreachable" in line.error


def test_deliveries_of_another_portal_are_not_touched(portal, other):
    keep()
    with portal_scope(other.id):
        assert deliver_waiting(Recorder(), AT) == 0
        assert list_deliveries() == ()
    assert db.session.scalar(select(model.Delivery.state)) == "waiting"


def test_the_clock_put_back_sends_nothing_twice(portal):
    keep()
    recorder = Recorder()
    deliver_waiting(recorder, AT)
    deliver_waiting(recorder, AT - timedelta(hours=2))
    assert not keep(at=AT - timedelta(hours=2))
    assert len(recorder.letters) == 1
