"""A mail server that is slow, silent or gone: what is certain, how long it may hold a worker, and who goes on meanwhile."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from pydantic import SecretStr

from b24app.database import db, portal_scope
from b24app.reminders.channels import HandOver, Message, Outcome, Recipient, SendContext, load_channels
from b24app.reminders.channels.email import MailServer, MailUnanswered, MailUnavailable, send
from b24app.reminders.delivery_lease import HeldByAnother
from b24app.reminders.model import Delivery, ServerRest
from b24app.reminders.server_rest import (
    FIRST_REST,
    LONGEST_REST,
    TRY,
    Turn,
    note_away,
    note_served,
    take_turn,
)
from tests.renewal.deliveries import LETTER, MARINA, NEXT, OLEG, Recorder, keep, line, look, states, value
from tests.renewal.slow_mail import SlowMail
from tests.terms.conftest import AT

SECOND = timedelta(seconds=1)


def hand(server: MailServer, hand_over: HandOver, seconds: float = 0.6) -> Outcome:
    return send(server, LETTER, MARINA, "", AT, hand_over=hand_over, seconds=seconds)


@pytest.mark.enable_socket
@pytest.mark.parametrize("how", ["silence", "drip", "gone"])
@pytest.mark.parametrize("step", ["greeting", "ehlo", "mail", "rcpt", "data"])
def test_before_the_text_nothing_has_left_and_the_time_is_bounded(step: str, how: str) -> None:
    left: list[int] = []
    started = time.monotonic()
    with SlowMail(step, how) as slow, pytest.raises(MailUnavailable) as failure:
        hand(slow.server, lambda: left.append(1))
    assert time.monotonic() - started < 3
    assert (left, slow.got, failure.value.server_away) == ([], 0, True)


@pytest.mark.enable_socket
@pytest.mark.parametrize("how", ["silence", "drip", "cut", "gone"])
def test_after_the_text_it_may_have_arrived(how: str) -> None:
    left: list[int] = []
    started = time.monotonic()
    with SlowMail("text", how) as slow, pytest.raises(MailUnanswered):
        hand(slow.server, lambda: left.append(slow.got))
    assert time.monotonic() - started < 3
    assert (left, slow.got) == ([0], 1)


@pytest.mark.enable_socket
def test_a_letter_that_another_worker_holds_by_now_does_not_leave() -> None:
    def lost() -> None:
        raise HeldByAnother

    with SlowMail("text", "gone") as slow, pytest.raises(HeldByAnother):
        hand(slow.server, lost)
    assert slow.got == 0


@pytest.fixture
def mail(app: Flask, portal: object) -> Iterator[SlowMail]:
    """The application with a mail server that takes every text and answers nothing."""
    here = app.extensions["services"]
    with SlowMail("text", "gone") as slow:
        url = SecretStr(f"smtp://127.0.0.1:{slow.server.port}")
        settings = here.settings.model_copy(update={"smtp_url": url, "mail_from": "renewal@renewal.example"})
        app.extensions["services"] = replace(here, settings=settings)
        yield slow
    app.extensions["services"] = here


def by_channel(channel: str, letter: Message, to: Recipient, hand_over: HandOver) -> Outcome:
    """As the dispatcher sends, with the settings of the application."""
    context = SendContext("north.bitrix24.example", AT, AT.date(), "", lambda: None, hand_over)  # type: ignore[arg-type,return-value]
    return load_channels()[channel].send(context, letter, to)


@pytest.mark.enable_socket
def test_a_server_that_never_answers_gets_a_letter_twice_and_no_more(mail: SlowMail) -> None:
    keep()
    for hour in range(0, 48, 2):
        look(by_channel, AT + timedelta(hours=hour))  # type: ignore[arg-type]
    assert mail.got == 2
    assert (line().state, value(Delivery.handed_over)) == ("uncertain", 2)


@pytest.mark.enable_socket
def test_a_server_that_goes_away_before_the_text_gets_it_once_when_it_is_back(mail: SlowMail) -> None:
    keep()
    mail.at = "data"
    for hour in range(0, 30, 2):
        look(by_channel, AT + timedelta(hours=hour))  # type: ignore[arg-type]
    assert (mail.got, line().state) == (0, "waiting")
    mail.at = ""
    look(by_channel, AT + timedelta(hours=48))  # type: ignore[arg-type]
    assert (mail.got, line().state) == (1, "sent")


@pytest.mark.usefixtures("portal")
class TestARestingServer:
    """The mail server is one for all portals: one worker tries it, nobody else waits for it."""

    def test_is_tried_once_by_a_look_and_other_channels_go_on(self, other):
        keep("email", MARINA, OLEG, "anna@north.example")
        with portal_scope(other.id):
            keep("email", MARINA)
            keep("webhook", "https://bot.example", item=NEXT)
        recorder = Failing()
        look(recorder)
        assert recorder.tried == ["email"]
        with portal_scope(other.id):
            look(recorder)
            assert states() == ["sent", "waiting"]
        assert recorder.tried == ["email", "webhook"]

    def test_what_waits_for_it_is_not_counted_as_tried_and_goes_when_it_is_back(self):
        keep("email", MARINA, OLEG)
        recorder = Failing()
        look(recorder)
        assert sorted(db.session.scalars(db.select(Delivery.attempts))) == [0, 1]
        recorder.away = False
        for minute in range(2, 12):
            look(recorder, AT + timedelta(minutes=minute))
        assert states() == ["sent", "sent"]

    def test_rests_longer_each_time_and_one_worker_tries_again(self):
        note_away("email", AT, Turn())
        first = take_turn("email", AT + SECOND)
        assert (first.failures, first.rests_until) == (1, AT + FIRST_REST)
        later = AT + FIRST_REST + SECOND
        turn = take_turn("email", later)
        assert turn.rests_until is None
        assert take_turn("email", later).rests_until == later + TRY
        note_away("email", later, turn)
        assert take_turn("email", later + FIRST_REST).rests_until == later + 2 * FIRST_REST
        note_served("email", Turn(failures=2))
        assert take_turn("email", later + FIRST_REST) == Turn()

    def test_of_many_who_see_it_away_one_counts(self):
        for _ in range(8):
            note_away("email", AT, Turn())
        assert value(ServerRest.failures) == 1

    def test_a_worker_killed_while_it_tried_does_not_keep_it_away(self):
        note_away("email", AT, Turn())
        later = AT + FIRST_REST + SECOND
        assert take_turn("email", later).rests_until is None
        assert take_turn("email", later + TRY + SECOND).rests_until is None

    def test_a_clock_that_was_ahead_keeps_nobody_away(self):
        note_away("email", AT + timedelta(days=2), Turn())
        assert take_turn("email", AT).rests_until is None

    def test_never_rests_longer_than_ten_minutes(self):
        at = AT
        for _ in range(20):
            note_away("email", at, take_turn("email", at))
            at += LONGEST_REST + SECOND
            assert take_turn("email", at).rests_until is None
            at += TRY


class Failing(Recorder):
    """Mail is away; everything else goes."""

    def __init__(self) -> None:
        super().__init__()
        self.tried: list[str] = []
        self.away = True

    def __call__(self, channel: str, letter: Message, to: Recipient, hand_over: HandOver) -> Outcome:
        self.tried.append(channel)
        if channel == "email" and self.away:
            raise MailUnavailable("slow", server_away=True)
        return super().__call__(channel, letter, to, hand_over)
