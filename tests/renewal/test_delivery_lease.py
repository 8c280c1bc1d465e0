"""One worker at a time: killed ones are followed within two minutes, living ones never doubled, whatever the clock does."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from b24app.database import db, portal_scope
from b24app.reminders.channels import HandOver, Message, Outcome, Recipient
from b24app.reminders.channels.email.smtp import MAIL_SECONDS
from b24app.reminders.delivery_lease import LEASE, MOST_LOST_WORKERS, HeldByAnother, hold
from b24app.reminders.dispatch import SEND_SECONDS
from b24app.reminders.model import Delivery
from b24app.reminders.outbox import list_deliveries
from b24app.reminders.sending import deliver_waiting
from tests.renewal.deliveries import Killed, Recorder, at, keep, line, look, set_all, states, value
from tests.terms.conftest import AT

pytestmark = pytest.mark.dialect

TWO_MINUTES, SECOND = timedelta(minutes=2), timedelta(seconds=1)


def test_a_letter_of_a_killed_worker_is_sent_by_another_within_two_minutes(portal):
    keep()
    look(Recorder(Killed()))
    assert line().state == "sending"
    recorder = Recorder()
    assert look(recorder, AT + LEASE - SECOND) == 0
    assert look(recorder, AT + LEASE + SECOND) == 0
    assert look(recorder, AT + 2 * LEASE + 2 * SECOND) == 1
    assert 2 * LEASE + 2 * SECOND < TWO_MINUTES
    assert line().state == "sent"


class Asked:
    """A queue that keeps what it is asked for."""

    def __init__(self) -> None:
        self.asked: dict[str, float] = {}

    def later(self, name: str, *_ids: object, delay: float = 0, **_session: object) -> None:
        self.asked[name] = delay


def test_the_look_that_takes_it_up_was_asked_for_before_it_was_sent(portal, app):
    keep()
    here, queue = app.extensions["services"], Asked()
    app.extensions["services"] = replace(here, queue=queue)
    look(Recorder(Killed()))
    app.extensions["services"] = here
    assert queue.asked == {"watch_messages": LEASE.total_seconds() + 1}


def test_a_job_begins_no_letter_after_a_minute_and_asks_for_the_rest(portal, app):
    keep("webhook", *(f"https://{number}.example" for number in range(5)))
    here, queue, seconds = app.extensions["services"], Asked(), iter(range(0, 999, 25))
    app.extensions["services"] = replace(here, queue=queue)
    recorder = Recorder()
    deliver_waiting(recorder, at(AT), lambda: next(seconds))
    app.extensions["services"] = here
    assert len(recorder.letters) == 2
    assert queue.asked["send_waiting"] == 0
    assert look(recorder) == 3


def test_a_lease_is_longer_than_a_letter_may_take():
    assert timedelta(seconds=max(MAIL_SECONDS, SEND_SECONDS)) < LEASE


@pytest.mark.parametrize(
    ("channel", "after", "kills", "found"),
    [
        ("email", True, 1, (2, "sent")),
        ("email", True, 2, (2, "uncertain")),
        ("email", False, 2, (1, "sent")),
        ("feed", True, 1, (1, "uncertain")),
        ("notification", True, 2, (3, "sent")),
    ],
)
def test_a_kill_counts_as_left_when_it_came_after_the_handing_over(portal, channel, after, kills, found):
    keep(channel, "7")
    recorder = Recorder(*[Killed()] * kills, after=after)
    for number in range(30):
        look(recorder, AT + number * timedelta(seconds=30))
    assert (len(recorder.letters), line().state) == found


def test_a_letter_that_kills_every_worker_ends_with_words_and_comes_after_the_others(portal):
    keep("webhook", "https://deadly.example", "https://good.example")
    look(Recorder(Killed()))
    recorder = Recorder(*[None] + [Killed()] * 9)
    for number in range(60):
        look(recorder, AT + number * timedelta(seconds=30))
    assert recorder.letters
    assert states() == ["failed", "sent"]
    lost = db.session.scalars(db.select(Delivery.lost_workers).where(Delivery.state == "failed")).all()
    assert lost == [MOST_LOST_WORKERS]
    assert [one.error for one in list_deliveries() if one.state == "failed"] == ["WorkersLost: "]


@pytest.mark.usefixtures("portal")
class TestAClockThatJumps:
    """While a worker is in the middle of a letter, another one looks by another time."""

    @pytest.mark.parametrize("jump", [timedelta(days=2), timedelta(hours=-1), timedelta(days=-2)])
    def test_doubles_nothing(self, jump):
        keep()

        class Slow(Recorder):
            def __call__(self, *words: object) -> Outcome:
                for seconds in (0, 1, 20):
                    assert look(other, AT + jump + timedelta(seconds=seconds)) == 0
                return super().__call__(*words)

        other, slow = Recorder(), Slow()
        assert look(slow) == 1
        assert (len(slow.letters), other.letters, line().state) == (1, [], "sent")
        assert look(other, AT + jump) == look(other, AT + jump + timedelta(hours=3)) == 0

    def test_ahead_for_a_while_holds_nothing_up_for_days(self):
        keep()
        set_all(next_at=AT + timedelta(days=2, hours=1))
        assert look(Recorder(), AT) == 1

    def test_sends_nothing_twice_afterwards(self):
        keep()
        recorder = Recorder()
        for jump in (0, -2, 48, -1):
            look(recorder, AT + timedelta(hours=jump))
            keep(at=AT + timedelta(hours=jump))
        assert len(recorder.letters) == 1


def test_who_lost_a_letter_cannot_hand_it_over_any_more(portal):
    keep()
    ids = db.session.scalars(db.select(Delivery.id)).all()
    slow = hold(ids[0], at(AT))
    look(Recorder(Killed()), AT + LEASE + SECOND)
    assert look(Recorder(), AT + 2 * LEASE + 2 * SECOND) == 1
    with pytest.raises(HeldByAnother):
        slow.hand_over()
    assert not slow.finish(state="waiting", error="late")
    assert line().state == "sent"


def test_handing_over_begins_the_lease_anew(portal):
    keep()
    held = hold(db.session.scalar(db.select(Delivery.id)), at(AT))
    held.now = at(AT + LEASE - SECOND)
    held.hand_over()
    assert value(Delivery.leased_until) == AT + 2 * LEASE - SECOND


def test_a_worker_that_only_seemed_dead_keeps_its_letter(portal):
    """Somebody doubted the lease; then the worker handed it over and came to its end."""
    keep()
    held = hold(db.session.scalar(db.select(Delivery.id)), at(AT))
    other = Recorder()
    look(other, AT + LEASE + SECOND)
    held.now = at(AT + LEASE + 2 * SECOND)
    held.hand_over()
    assert look(other, AT + 2 * LEASE + SECOND) == 0
    assert held.finish(state="sent")
    assert other.letters == []


def test_eight_workers_at_once_send_each_letter_once(portal, app):
    names = [f"{number}@north.example" for number in range(5)]
    keep("email", *names)
    taken: list[str] = []
    portal_id = portal.id

    def send(_channel: str, _letter: Message, to: Recipient, hand_over: HandOver) -> Outcome:
        hand_over()
        taken.append(to.address)
        return Outcome.SENT

    def work(_number: int) -> None:
        with app.app_context(), portal_scope(portal_id):
            deliver_waiting(send, at(AT))
            db.session.remove()

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(work, range(8)))
    assert sorted(taken) == names


def test_deliveries_of_another_portal_are_not_touched(portal, other):
    keep()
    with portal_scope(other.id):
        assert look(Recorder()) == 0
    assert line().state == "waiting"


def test_a_row_that_the_last_release_was_sending_is_taken_up(portal):
    keep()
    set_all(state="sending", taken_at=AT, attempts=1, handed_over=1)
    assert look(Recorder()) == 0
    assert look(Recorder(), AT + LEASE + SECOND) == 1
