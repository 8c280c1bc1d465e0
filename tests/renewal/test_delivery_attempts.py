"""How often a message is tried: five days, until the next one replaces it, once more at most after it has left."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from b24app.database import db, portal_scope
from b24app.errors import (
    LimitReached,
    OperationLimited,
    PlanLapsed,
    TokenRejected,
    Unreachable,
    WriteUncertain,
)
from b24app.reminders.channels import Recipient, TryLater, Unanswered, load_channels
from b24app.reminders.channels.email import MailRefused, MailUnanswered, MailUnavailable
from b24app.reminders.failed_delivery import FIRST_PAUSE, LONGEST_PAUSE, next_attempt
from b24app.reminders.model import Delivery
from b24app.reminders.outbox import Outgoing, keep_due
from b24app.reminders.sending import bring_back
from b24app.renewal.case_changes import mark_stage, open_case
from b24app.renewal.renewal_stages import Stage
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from b24app.terms.profile import note_license
from tests.renewal.deliveries import (
    ITEM,
    LETTER,
    NEXT,
    OLEG,
    Killed,
    Recorder,
    keep,
    line,
    look,
    set_all,
    states,
    value,
)
from tests.terms.conftest import AT
from tests.terms.conftest import MARINA as MARINA_TERM

FIVE_DAYS = timedelta(days=5)


def looks(recorder: Recorder, days: int = 7, every: timedelta = timedelta(hours=2)) -> None:
    moment = AT
    while moment < AT + timedelta(days=days):
        look(recorder, moment)
        moment += every


@pytest.mark.dialect
def test_two_workers_write_the_same_reminder_once(portal):
    assert keep()
    assert not keep()
    assert states() == ["waiting"]


def test_the_letter_survives_the_database_unchanged(portal):
    keep()
    recorder = Recorder()
    assert look(recorder) == 1
    assert recorder.letters == [LETTER]


def test_a_passing_failure_is_tried_again_later_and_later(portal):
    keep()
    recorder = Recorder(Unreachable("timeout"), Unreachable("timeout"))
    assert look(recorder) == 0
    assert look(recorder, AT + FIRST_PAUSE - timedelta(seconds=1)) == 0
    second = AT + FIRST_PAUSE * 1.25
    assert look(recorder, second) == 0
    assert (line().state, line().attempts) == ("waiting", 2)
    assert look(recorder, second + FIRST_PAUSE * 2 - timedelta(seconds=1)) == 0
    assert look(recorder, second + FIRST_PAUSE * 2.5) == 1
    assert line().attempts == 3


def test_pauses_grow_to_six_hours_and_differ_between_messages():
    pauses = [next_attempt(1, number, Unreachable(), AT) - AT for number in range(1, 40)]
    assert all(one < other for one, other in pairwise(pauses[:8]))
    assert max(pauses) <= LONGEST_PAUSE * 1.25
    assert len({next_attempt(number, 1, Unreachable(), AT) for number in range(50)}) > 40


@pytest.mark.cases
def test_it_is_tried_for_five_days_and_then_said_to_have_failed(portal):
    keep()
    recorder = Recorder(*(MailUnavailable("ConnectionRefusedError") for _ in range(999)))
    looks(recorder, days=4)
    assert line().state == "waiting"
    looks(recorder, days=7)
    assert (line().state, line().error) == ("failed", "MailUnavailable: ConnectionRefusedError")
    assert 10 < line().attempts < 40
    assert look(Recorder(), AT + timedelta(days=8)) == 0


def test_what_waited_for_five_days_without_a_worker_is_not_sent_late(portal):
    keep()
    recorder = Recorder()
    assert look(recorder, AT + FIVE_DAYS) == 0
    assert (recorder.letters, line().state, line().error) == ([], "failed", "GivenUp: ")


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (TryLater("429", wait=timedelta(hours=3)), timedelta(hours=3)),
        (OperationLimited(reset_at=AT + timedelta(minutes=9)), timedelta(minutes=9)),
        (LimitReached(), FIRST_PAUSE),
    ],
)
def test_the_other_side_says_how_long_to_wait(portal, error, wait):
    keep("webhook")
    recorder = Recorder(error)
    look(recorder)
    assert look(recorder, AT + wait - timedelta(seconds=1)) == 0
    assert look(recorder, AT + wait + FIRST_PAUSE) == 1


def test_a_refusal_for_good_ends_at_once(portal):
    keep()
    look(Recorder(MailRefused("550")))
    assert (line().state, line().attempts, line().error) == ("failed", 1, "MailRefused: 550")
    assert look(Recorder(), AT + timedelta(days=1)) == 0


@pytest.mark.parametrize(
    ("channel", "times", "end"),
    [("email", 2, "uncertain"), ("feed", 1, "uncertain"), ("webhook", 7, "sent"), ("task", 7, "sent")],
)
def test_after_it_has_left_it_is_repeated_as_often_as_its_channel_allows(portal, channel, times, end):
    keep(channel)
    error = WriteUncertain("", "cut") if channel in ("feed", "task") else Unanswered("silence")
    recorder = Recorder(*[error] * 6, after=True)
    looks(recorder, days=2)
    assert (len(recorder.letters), line().state) == (times, end)


def test_every_channel_says_how_often():
    assert {one.code: one.unsure_repeats for one in load_channels().values()} == {
        "email": 1,
        "feed": 0,
        "notification": None,
        "task": None,
        "telegram": 1,
        "webhook": None,
    }


def test_before_it_has_left_a_letter_is_tried_freely_even_after_an_uncertain_end(portal):
    keep()
    look(Recorder(MailUnanswered("TimeoutError"), after=True))
    recorder = Recorder(*[MailUnavailable("timeout")] * 5)
    looks(recorder, days=3)
    assert (len(recorder.letters), line().state) == (1, "sent")


def test_an_answer_after_it_has_left_is_certain(portal):
    """451 after the last dot: the server has not taken it, so nothing is counted."""
    keep()
    recorder = Recorder(*[MailUnavailable("451")] * 4, after=True)
    looks(recorder, days=1)
    assert (len(recorder.letters), line().state, value(Delivery.handed_over)) == (5, "sent", 1)


def test_an_error_of_ours_after_it_has_left_is_uncertain(portal):
    keep("feed")
    look(Recorder(KeyError("id"), after=True))
    assert line().state == "uncertain"


def test_an_error_of_ours_before_it_has_left_is_tried_again(portal):
    keep("feed")
    recorder = Recorder(KeyError("id"))
    looks(recorder, days=1)
    assert line().state == "sent"


def test_a_feed_message_of_a_worker_killed_before_it_left_is_sent(portal):
    keep("feed")
    recorder = Recorder(Killed())
    looks(recorder, days=1, every=timedelta(minutes=30))
    assert (len(recorder.letters), line().state) == (1, "sent")


@pytest.mark.usefixtures("portal")
class TestTheNextReminder:
    """Of the same subject, to the same person by the same channel."""

    def test_takes_the_place_of_one_that_waits(self):
        keep()
        recorder = Recorder(MailUnavailable("away"))
        look(recorder)
        keep(item=NEXT)
        look(recorder, AT + timedelta(days=1))
        assert states() == ["replaced", "sent"]
        assert len(recorder.letters) == 1

    def test_takes_the_place_of_one_that_lost_access(self):
        keep("notification", "7")
        look(Recorder(TokenRejected("invalid_grant")))
        keep("notification", "7", item=NEXT)
        bring_back(AT + timedelta(hours=1))
        recorder = Recorder()
        look(recorder, AT + timedelta(hours=1))
        assert states() == ["replaced", "sent"]
        assert len(recorder.letters) == 1

    def test_leaves_the_message_of_another_person_alone(self):
        keep()
        look(Recorder(MailUnavailable("away")))
        keep("email", OLEG, item=NEXT)
        recorder = Recorder()
        look(recorder, AT + timedelta(days=1))
        assert states() == ["sent", "sent"]

    def test_does_not_touch_messages_that_are_of_no_line(self):
        for number in (1, 2):
            item = type(NEXT)(f"confirm:{number}", "confirm", "confirm", NEXT.on, 0)
            keep(item=item)
        assert look(Recorder()) == 2

    def test_of_another_portal_changes_nothing_here(self, other):
        keep()
        look(Recorder(MailUnavailable("away")))
        with portal_scope(other.id):
            keep(item=NEXT)
        assert look(Recorder(), AT + timedelta(days=1)) == 1


@pytest.mark.usefixtures("portal")
class TestLostAccess:
    @pytest.mark.parametrize(
        "error", [TokenRejected("invalid_grant"), PlanLapsed("ACCESS_DENIED", "commercial")]
    )
    def test_fails_with_words_and_comes_back_with_the_access(self, error):
        keep("notification", "7")
        look(Recorder(error))
        assert line().state == "failed"
        assert line().comes_back
        assert look(Recorder(), AT + timedelta(hours=1)) == 0
        bring_back(AT + timedelta(hours=1))
        assert look(Recorder(), AT + timedelta(hours=1)) == 1
        assert (line().state, line().comes_back) == ("sent", False)

    def test_is_looked_at_every_six_hours_should_nobody_notice_the_return(self):
        keep("notification", "7")
        look(Recorder(TokenRejected("invalid_grant")))
        assert look(Recorder(), AT + LONGEST_PAUSE * 1.25) == 1

    def test_does_not_come_back_after_five_days(self):
        keep("notification", "7")
        look(Recorder(TokenRejected("invalid_grant")))
        bring_back(AT + FIVE_DAYS)
        recorder = Recorder()
        look(recorder, AT + FIVE_DAYS)
        assert (recorder.letters, line().state, line().comes_back) == ([], "failed", False)

    def test_brings_back_nothing_that_failed_for_good(self):
        keep()
        look(Recorder(MailRefused("550")))
        bring_back(AT + timedelta(hours=1))
        assert look(Recorder(), AT + timedelta(hours=1)) == 0


def test_rows_of_the_last_release_have_no_end_of_their_own(portal):
    """They were given one by the migration; one that has none is tried all the same."""
    keep()
    set_all(give_up_at=None)
    assert look(Recorder(), AT + timedelta(days=9)) == 1


@pytest.fixture
def term(portal) -> int:
    """The term that the reminders of these tests are about."""
    note_license("ru_std", AT)
    found = set_paid_term("plan", NEXT.on + timedelta(days=7), by=MARINA_TERM, at=AT)
    db.session.commit()
    return found.id


def waits_about(term_id: int) -> None:
    item = replace(ITEM, key=f"{term_id}:2026-12-23:term:days_left:2026-12-09", line=f"{term_id}:term")
    keep_due(item, [Outgoing("email", Recipient(OLEG), LETTER)], term_id, AT)
    db.session.commit()
    look(Recorder(MailUnavailable("away")))
    assert line().state == "waiting"


class TestWhatIsOvertaken:
    def test_another_end_makes_a_waiting_reminder_needless(self, term):
        waits_about(term)
        set_paid_term("plan", NEXT.on + timedelta(days=30), by=MARINA_TERM, at=AT)
        recorder = Recorder()
        look(recorder, AT + timedelta(hours=5))
        assert (recorder.letters, line().state, line().error) == ([], "replaced", "NotNeeded: ")

    def test_a_payment_makes_a_reminder_to_pay_needless(self, term):
        waits_about(term)
        case = open_case(find_paid_term("plan"), AT)
        mark_stage(case.id, Stage.PAID, by=MARINA_TERM, at=AT)
        recorder = Recorder()
        look(recorder, AT + timedelta(hours=5))
        assert (recorder.letters, line().state) == ([], "replaced")

    def test_what_is_true_still_is_sent(self, term):
        waits_about(term)
        assert look(Recorder(), AT + timedelta(hours=5)) == 1


@pytest.mark.usefixtures("portal")
class TestQuietHours:
    """Nine in the morning is six by UTC; the quiet hours begin at eight in the evening."""

    EVENING = AT.replace(hour=16, minute=59)

    def test_a_reminder_is_not_tried_again_in_the_night(self):
        keep(at=self.EVENING)
        look(Recorder(MailUnavailable("away")), self.EVENING)
        recorder = Recorder()
        for hours in range(1, 13):
            look(recorder, self.EVENING + timedelta(hours=hours))
        assert recorder.letters == []
        look(recorder, self.EVENING + timedelta(hours=13, minutes=2))
        assert len(recorder.letters) == 1

    def test_a_message_that_somebody_waits_for_is(self):
        keep(item=replace(ITEM, key="confirm:1", line="confirm", code="confirm"), at=self.EVENING)
        look(Recorder(MailUnavailable("away")), self.EVENING)
        assert look(Recorder(), self.EVENING + timedelta(minutes=5)) == 1
