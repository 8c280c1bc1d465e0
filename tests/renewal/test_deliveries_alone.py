"""A message that cannot be built or sent fails alone: the next one goes out, attempts are counted, the error is kept."""

import smtplib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from pydantic import SecretStr
from sqlalchemy import text, update

from b24app.database import db, portal_scope
from b24app.errors import AnswerBroken, PlanLapsed, SettingsWrong, WriteUncertain
from b24app.portals.client_factory import open_client
from b24app.reminders import model
from b24app.reminders.channels import (
    HandOver,
    Message,
    MessageUnreadable,
    Outcome,
    Recipient,
    feed,
    load_channels,
    notification,
)
from b24app.reminders.channels.email import MailServer, write
from b24app.reminders.delivery_lease import LEASE
from b24app.reminders.dispatch import try_channel
from b24app.reminders.kinds import Planned
from b24app.reminders.kinds.employee_messages import report_to_administrator
from b24app.reminders.outbox import Outgoing, keep_due, list_deliveries
from b24app.reminders.packed_messages import pack, unpack
from b24app.reminders.reminder_jobs import remind_portal
from b24app.reminders.reminder_settings import Digest, list_channels, set_channel, set_schedule
from b24app.reminders.sending import deliver_waiting
from b24app.renewal import model as renewal_model
from b24app.renewal.renewal_stages import Role
from b24app.renewal.situation_reading import set_role
from b24app.settings import Settings
from b24app.terms.model import PaidTerm
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from b24app.terms.profile import note_license
from b24app.terms.term import Author
from tests.actors import Actor
from tests.renewal.postman import Postman, post_offices, postman
from tests.terms.conftest import AT, MARINA

pytestmark = pytest.mark.cases

__all__ = ["post_offices", "postman"]

LETTER = Message("north:key", "tag", "Тема", ("Строка",))
ITEM = Planned("1:2026-12-23:term:days_left:2026-12-09", "1:term", "days_left", date(2026, 12, 9), 14)
ANY_ERROR = [
    ValueError("Header values may not contain linefeed"),
    UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
    KeyError("name"),
    TypeError("None"),
    RecursionError(),
    smtplib.SMTPServerDisconnected("gone"),
    ConnectionResetError(104, "reset"),
    TimeoutError(),
    AnswerBroken("x\x00y", "\ud800"),
    PlanLapsed("ACCESS_DENIED", "REST is available only on commercial plans"),
    WriteUncertain("", "cut"),
    SettingsWrong("B24APP_SMTP_URL is not set"),
]


@pytest.fixture
def settings(settings: Settings, postman: tuple[Postman, MailServer]) -> Settings:
    url = SecretStr(f"smtp://127.0.0.1:{postman[1].port}")
    return settings.model_copy(update={"smtp_url": url, "mail_from": "renewal@renewal.example"})


@pytest.fixture
def shop(north: Actor) -> Iterator[Actor]:
    """A plan near its end, two people with addresses, all reminders to both."""
    with portal_scope(north.portal_id):
        note_license("ru_std", AT)
        set_paid_term("plan", date(2026, 12, 1), by=MARINA, at=AT)
        set_role(Role.RESPONSIBLE, user_id=1, name="Марина Ковалёва", email="marina@north.example")
        set_role(Role.PAYER, user_id=2, name="Олег Дроздов", email="oleg@north.example")
        set_schedule((30, 14, 7, 3, 1, 0), digest=Digest(on=False))
        set_channel("task", enabled=True)
        db.session.commit()
        yield north


class Picky:
    """A way to send that fails for one address."""

    def __init__(self, bad: str, error: Exception) -> None:
        self.bad, self.error, self.taken = bad, error, []

    def __call__(self, channel: str, _letter: Message, to: Recipient, _hand_over: HandOver) -> Outcome:
        if to.address == self.bad:
            raise self.error
        self.taken.append((channel, to.address))
        return Outcome.SENT


def keep(channel: str = "email", *addresses: str, letter: Message = LETTER) -> None:
    found = [Outgoing(channel, Recipient(address_of(channel, to)), letter) for to in addresses]
    keep_due(ITEM, found, 1, AT)


def address_of(channel: str, to: str) -> str:
    """A webhook is kept by its host: its whole address is a secret."""
    return f"https://{to}.example" if channel == "webhook" else to


def ends() -> dict[str, tuple[str, int]]:
    return {line.recipient: (line.state, line.attempts) for line in list_deliveries()}


@pytest.mark.parametrize("channel", load_channels())
@pytest.mark.parametrize("error", ANY_ERROR, ids=lambda error: type(error).__name__)
def test_whatever_one_letter_raises_the_next_is_sent_and_the_attempt_is_counted(portal, channel, error):
    keep(channel, "1", "2", "3")
    first, bad, last = (address_of(channel, to) for to in ("1", "2", "3"))
    picky = Picky(bad, error)
    assert deliver_waiting(picky, lambda: AT) == 2
    assert picky.taken == [(channel, first), (channel, last)]
    assert ends()[bad][1] == 1
    assert ends()[bad][0] in ("waiting", "failed", "uncertain")
    assert next(line.error for line in list_deliveries() if line.recipient == bad).startswith(
        type(error).__name__
    )


def test_the_delivery_log_knows_its_own_portal_alone(portal, other):
    keep("email", "1")
    assert len(list_deliveries()) == 1
    with portal_scope(other.id):
        assert list_deliveries() == ()


def test_a_row_that_the_database_refuses_does_not_lose_the_others(portal):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the refusal is a trigger of SQLite")
    keep("email", "1", "2", "3")
    db.session.execute(
        text("""CREATE TEMP TRIGGER no BEFORE UPDATE ON delivery WHEN NEW.state = 'sent' AND
        NEW.recipient = '2' BEGIN SELECT RAISE(ABORT, 'no'); END""")
    )
    db.session.commit()
    picky = Picky("", ValueError())
    deliver_waiting(picky, lambda: AT)
    states = {to: state for to, (state, _) in ends().items()}
    db.session.execute(text("DROP TRIGGER no"))
    assert states == {"1": "sent", "2": "sending", "3": "sent"}
    assert deliver_waiting(picky, lambda: AT + LEASE * 1.1) == 0
    assert deliver_waiting(picky, lambda: AT + LEASE * 2.2) == 1


def test_a_letter_of_another_release_is_read_and_one_of_no_shape_fails_alone(portal):
    keep("email", "1", "2", "3")
    values = pack(LETTER)
    old = {name: value for name, value in values.items() if name not in ("deadline", "outside")}
    for to, kept in (("1", old | {"future": 1}), ("2", {"subject": 7})):
        db.session.execute(update(model.Delivery).where(model.Delivery.recipient == to).values(message=kept))
    db.session.commit()
    assert unpack("email", old) == LETTER
    assert deliver_waiting(Picky("", ValueError()), lambda: AT) == 2
    assert ends()["2"] == ("failed", 1)


def test_a_link_that_lets_in_lies_sealed_and_one_of_lost_keys_is_no_letter(portal):
    letter = replace(LETTER, link="https://renewal.example/sign-in/link/secret", opens=True)
    kept = pack(letter)
    assert "secret" not in str(kept)
    assert unpack("email", kept) == letter
    with pytest.raises(MessageUnreadable):
        unpack("email", kept | {"link": "sealed by another key"})


def test_a_line_break_in_a_name_stops_nobody(shop, postman):
    role = update(renewal_model.RolePerson).where(renewal_model.RolePerson.role == "responsible")
    db.session.execute(role.values(name="Марина\r\nBcc: everyone@north.example"))
    db.session.commit()
    remind_portal(shop.portal_id)
    taken = postman[0].taken
    assert {message["To"].addresses[0].addr_spec for message in taken} == {
        "marina@north.example",
        "oleg@north.example",
    }
    assert all(message["Bcc"] is None for message in taken)
    assert {line.state for line in list_deliveries() if line.channel == "email"} == {"sent"}


@pytest.mark.parametrize(
    "address",
    ["нет", "a@b@c", "a b@c.example\r\nBcc: x@y.example", "@c.example", "a@", "a@[", ".@."],
)
def test_a_bad_address_fails_alone(shop, postman, address):
    role = update(renewal_model.RolePerson).where(renewal_model.RolePerson.role == "responsible")
    db.session.execute(role.values(email=address))
    db.session.commit()
    remind_portal(shop.portal_id)
    assert {message["To"] for message in postman[0].taken} == {"Олег Дроздов <oleg@north.example>"}
    bad = [line for line in list_deliveries() if line.channel == "email" and line.recipient == address]
    assert bad
    assert all((line.state, line.attempts) == ("failed", 1) for line in bad)


def test_an_end_that_nobody_can_have_meant_stops_no_other_term(shop, postman):
    other = set_paid_term("telephony", date(2026, 12, 2), by=MARINA, at=AT)
    db.session.execute(update(PaidTerm).where(PaidTerm.id == other.id).values(ends_on=date.max))
    db.session.commit()
    remind_portal(shop.portal_id)
    assert any("тариф" in message["Subject"] for message in postman[0].taken)
    assert find_paid_term("telephony").ends_on is None


def test_a_term_that_cannot_be_planned_is_kept_with_its_error_and_shown(shop):
    db.session.execute(update(model.ScheduleSetting).values(days_before=[-(10**8)]))
    db.session.commit()
    remind_portal(shop.portal_id)
    remind_portal(shop.portal_id)
    line = next(line for line in list_deliveries() if line.code == "unplanned")
    assert (line.state, line.attempts) == ("waiting", 2)
    assert line.error.startswith("OverflowError")


def test_a_reminder_that_reaches_nobody_is_said_and_written_when_somebody_is_named(shop, postman, world):
    for code in ("notification", "task", "email"):
        set_channel(code, enabled=False)
    db.session.commit()
    remind_portal(shop.portal_id)
    remind_portal(shop.portal_id)
    lines = list_deliveries()
    assert {(line.channel, line.state, line.error) for line in lines} == {("", "waiting", "NobodyToReach: ")}
    assert {line.attempts for line in lines} == {2}
    set_channel("email", enabled=True)
    db.session.commit()
    remind_portal(shop.portal_id)
    assert {(line.channel, line.state) for line in list_deliveries()} == {("email", "sent")}


def test_a_channel_switched_off_meanwhile_sends_nothing_and_says_so(shop, postman):
    postman[0].answer = "451 later"
    remind_portal(shop.portal_id)
    set_channel("email", enabled=False)
    db.session.commit()
    postman[0].answer, postman[0].taken = "250 OK", []
    shop.portal.world.clock.advance(hours=1)
    remind_portal(shop.portal_id)
    assert postman[0].taken == []
    assert {line.error for line in list_deliveries() if line.channel == "email"} == {"ChannelOff: "}


def test_one_address_of_a_test_that_fails_does_not_stop_the_others(shop, postman):
    row = model.ChannelSetting(code="email", enabled=True, address="bad@x@y, office@north.example")
    db.session.add(row)
    db.session.commit()
    try_channel(shop.portal_id, "email", 1)
    assert {message["To"] for message in postman[0].taken} == {
        "office@north.example",
        "Марина Ковалёва <marina@north.example>",
    }
    assert {item.code: item.test_error for item in list_channels()}["email"] == "MailRefused: address"


def test_a_notification_that_the_portal_did_not_make_is_not_called_sent(shop, postman):
    shop.portal.answer_next("false", method="im.notify.system.add", times=9)
    remind_portal(shop.portal_id)
    lines = [line for line in list_deliveries() if line.channel == "notification"]
    assert {(line.state, line.error) for line in lines} == {("waiting", "NotificationNotTaken: False")}


def test_a_report_of_an_employee_reaches_each_alone_and_stands_in_the_log(shop, run_jobs, postman):
    shop.portal.refuse_next("INTERNAL_SERVER_ERROR", method="im.notify.system.add", status=500, times=30)
    report_to_administrator("login", "", by=Author(5, "Пётр\r\nИванов"), at=AT)
    db.session.commit()
    run_jobs()
    line = next(line for line in list_deliveries() if line.code == "report")
    assert line.state == "waiting"
    assert "\n" not in line.subject


@pytest.mark.parametrize(
    "name", ["Имя\nBcc: x@y.example", "a\x00b", "\ud800", "x\u2028y", '"', "\\", "=?utf-8?q?x?=", "я" * 300]
)
def test_no_name_and_no_subject_breaks_a_header(name):
    letter = Message("k", "t", name, (name,), link="https://x.example/" + name, link_text=name)
    message = write(letter, "a@b.example", "marina@north.example", name, AT)
    raw = message.as_bytes()
    assert message["Bcc"] is None
    assert b"\r\nBcc" not in raw.partition(b"\r\n\r\n")[0]


def test_a_name_loses_its_breaks_on_the_way_in(shop):
    assert set_role(Role.DECIDER, user_id=3, name="Анна\r\n\tСедова\x00").name == "Анна Седова"


def test_a_feed_post_without_a_number_is_uncertain(north):
    north.portal.answer_next("false", method="log.blogpost.add")
    with pytest.raises(WriteUncertain):
        feed.send(open_client(north.portal_id), Message("k", "t", "Тема", ("Строка",), public=True))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (5, True),
        ("5", True),
        (0, False),
        (False, False),
        (True, False),
        (None, False),
        ("", False),
        ([], False),
        ({}, False),
        ("x", False),
    ],
)
def test_only_a_number_says_that_something_was_made(value, found):
    assert notification.is_number(value) is found
