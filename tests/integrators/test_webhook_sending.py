"""Sending: at least once under one number, later and later, one address at a time; what a client gives no more is not sent."""

import base64
import hashlib
import hmac
import json
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from b24app.database import db, every_portal, portal_scope
from b24app.integrators.members import remove_member, set_member
from b24app.integrators.model import ConsentAudit
from b24app.integrators.rights import MemberRole
from b24app.integrators.webhooks import event_kinds as kinds
from b24app.integrators.webhooks import webhook_sending
from b24app.integrators.webhooks.model import WebhookAddress, WebhookEvent, WebhookSending
from b24app.integrators.webhooks.sending_list import repeat_sending, repeat_since
from b24app.integrators.webhooks.webhook_addresses import (
    end_webhook,
    renew_secret,
    send_test,
    switch_on_webhook,
)
from b24app.integrators.webhooks.webhook_pauses import PAUSES, pause_after, rest_after
from b24app.integrators.webhooks.webhook_sending import prune_webhooks, send_webhooks, unsent_addresses
from b24app.integrators.webhooks.webhook_signature import make_secret, sign_message
from b24app.integrators.webhooks.webhook_states import SendingState, WebhookState
from b24app.portals.people import note_employment
from b24app.reminders.model import Reminder
from b24app.services import services
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor
from tests.integrators.boards import ANNA
from tests.integrators.webhooks import Hooked, hook
from tests.jobs import jobs_of

LATER = date(2027, 1, 15)


@pytest.fixture
def hooked(first_checks: Actor, north: Actor, south: Actor) -> Hooked:
    return hook(south, north)


@pytest.fixture
def waiting(hooked: Hooked) -> Hooked:
    """A term has changed, and nothing was sent yet."""
    hooked.adds((kinds.TERM_CHANGED,))
    hooked.sets(LATER)
    hooked.looks()
    return hooked


def test_the_signature_is_that_of_the_specification():
    """A message that the documentation of a sender by this specification gives as its example."""
    secret, code, moment = "whsec_plJ3nmyCDGBKInavdOK15jsl", "msg_loFOjxBNrRLzqYUf", 1731705121
    body = b'{"event_type":"ping","data":{"success":true}}'
    assert sign_message(secret, code, moment, body) == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="


def test_a_secret_has_the_form_and_the_length_of_the_specification():
    secret = make_secret()
    assert secret.startswith("whsec_")
    assert 24 <= len(base64.b64decode(secret.removeprefix("whsec_"))) <= 64


def test_an_event_is_sent_once(waiting: Hooked):
    waiting.sends()
    waiting.sends()
    assert waiting.receiver.kinds == [kinds.TERM_CHANGED]
    assert waiting.sendings()[-1] == (SendingState.SENT, "", 1)


def test_a_failed_event_comes_again_later_and_later_under_the_same_number(waiting: Hooked, world: World):
    waiting.receiver.answers = ["500"]
    pauses: list[timedelta] = []
    for _ in range(len(PAUSES) + 1):
        waiting.sends()
        pauses.append(waiting.due() - services().clock.now())
        world.clock.advance(seconds=max(pauses[-1].total_seconds(), 400))
    assert len({one.code for one in waiting.receiver.heard}) == 1
    assert len(waiting.receiver.heard) == len(PAUSES) + 1
    assert all(low <= found <= low * 1.2 for found, low in zip(pauses, PAUSES, strict=False))
    assert waiting.sendings()[-1][:2] == (SendingState.FAILED, "attempts")
    assert sum(PAUSES, timedelta()) > timedelta(days=1)


def test_pauses_grow_and_differ():
    assert pause_after(len(PAUSES) + 1, 0) is None
    assert pause_after(1, 0) != pause_after(1, 1)
    assert [rest_after(n) for n in (1, 2, 3, 4, 100)] == sorted(rest_after(n) for n in (1, 2, 3, 4, 100))


def test_an_address_that_fails_rests_for_everything_and_another_one_does_not(hooked: Hooked):
    first = hooked.address
    second = hooked.adds()
    for day in (LATER, date(2027, 2, 1)):
        hooked.sets(day)
        hooked.looks()
    hooked.receiver.answers = ["timed out"]
    hooked.sends(first)
    assert len(hooked.receiver.heard) == 1
    hooked.receiver.answers = ["200"]
    hooked.sends(first)
    assert len(hooked.receiver.heard) == 1
    hooked.sends(second)
    assert len(hooked.receiver.heard) > 3


def test_one_address_has_one_job_of_its_own_lane(hooked: Hooked):
    hooked.adds()
    hooked.sets(LATER)
    hooked.looks()
    rows = [(row.key, row.lane) for row in jobs_of("send_webhooks")]
    assert len(rows) == len(set(rows)) == 2
    assert {lane for _, lane in rows} == {"webhooks"}


def test_an_address_that_is_gone_is_switched_off_and_the_owners_are_told_once(waiting: Hooked, run_jobs):
    waiting.receiver.answers = ["410"]
    waiting.sends()
    assert waiting.row().state == WebhookState.GONE
    assert waiting.sendings()[-1] == (SendingState.FAILED, "off", 1)
    run_jobs()
    with portal_scope(waiting.own.portal_id):
        told = db.session.scalars(select(Reminder).where(Reminder.code == "webhook_off")).all()
    assert len(told) == 1
    waiting.sends()
    assert len(waiting.receiver.heard) == 1


def test_an_address_that_fails_for_days_is_switched_off(hooked: Hooked, world: World):
    hooked.receiver.answers = ["500"]
    hooked.sets(LATER)
    hooked.looks()
    for _ in range(12):
        hooked.sends()
        if hooked.row().state != WebhookState.WORKS:
            break
        hooked.sets(services().clock.now().date() + timedelta(days=60))
        hooked.looks()
        world.clock.advance(hours=12)
    assert hooked.row().state == WebhookState.SILENT
    assert {state for state, _, _ in hooked.sendings()} == {SendingState.FAILED}


def test_a_clock_that_jumped_ahead_once_does_not_switch_an_address_off(waiting: Hooked, world: World):
    waiting.receiver.answers = ["500"]
    waiting.sends()
    world.clock.advance(days=6)
    waiting.sends()
    assert waiting.row().state == WebhookState.WORKS


def test_what_a_clock_that_ran_ahead_put_off_is_sent_all_the_same(waiting: Hooked, world: World):
    waiting.receiver.answers = ["500", "200"]
    world.clock.advance(days=30)
    waiting.sends()
    world.clock.advance(days=-30)
    waiting.sends()
    assert waiting.sendings()[-1][0] == SendingState.SENT


def test_after_the_access_has_ended_nothing_of_the_client_is_sent_queued_or_repeated(
    waiting: Hooked, north: Actor
):
    waiting.ends()
    waiting.sends()
    assert waiting.receiver.heard == []
    assert waiting.sendings()[-1][:2] == (SendingState.DROPPED, "consent")
    with portal_scope(waiting.own.portal_id):
        repeat_since(waiting.address, services().clock.now() - timedelta(days=1), services().clock.now())
        db.session.commit()
    waiting.sends()
    assert waiting.receiver.heard == []
    with portal_scope(north.portal_id):
        lines = db.session.scalars(select(ConsentAudit).where(ConsentAudit.detail == "/webhooks")).all()
    assert lines == []


def test_a_repeat_has_the_same_number_and_the_present_truth(waiting: Hooked):
    waiting.sends()
    waiting.sets(date(2027, 3, 1))
    with portal_scope(waiting.own.portal_id):
        mine = WebhookSending.address_id == waiting.address
        number = db.session.scalars(select(WebhookSending.id).where(mine)).one()
        repeat_sending(number, services().clock.now())
        db.session.commit()
    waiting.sends()
    first, again = waiting.receiver.heard
    assert first.code == again.code
    assert json.loads(again.body)["data"]["ends_on"] == "2027-03-01"


@pytest.mark.parametrize("gone", ["removed", "role", "dismissed"])
def test_the_owner_of_an_address_has_to_be_one(waiting: Hooked, gone: str):
    now, person = services().clock.now(), waiting.own.portal.admin.id
    with portal_scope(waiting.own.portal_id):
        set_member(99, "Другой", MemberRole.OWNER, by=ANNA, at=now)
        if gone == "removed":
            remove_member(person, at=now)
        elif gone == "role":
            set_member(person, "Н. Рябова", MemberRole.MANAGER, by=ANNA, at=now)
        else:
            note_employment(person, active=False, at=now)
        db.session.commit()
    waiting.sends()
    assert waiting.receiver.heard == []
    with portal_scope(waiting.own.portal_id):
        switch_on_webhook(waiting.address, by=Author(99, "Другой"), at=now)
        db.session.commit()
    waiting.sends()
    assert waiting.receiver.kinds == [kinds.TERM_CHANGED]


def test_while_a_secret_changes_both_sign(waiting: Hooked, world: World):
    with portal_scope(waiting.own.portal_id):
        new = renew_secret(waiting.address, services().clock.now())
        db.session.commit()
    waiting.sends()
    assert waiting.receiver.heard[-1].secrets == (new, waiting.secret)
    world.clock.advance(hours=25)
    with portal_scope(waiting.own.portal_id):
        send_test(waiting.address, services().clock.now())
        db.session.commit()
    waiting.sends()
    assert waiting.receiver.heard[-1].secrets == (new,)
    assert waiting.receiver.told[-1]["type"] == "test"


def test_a_removed_address_keeps_no_secret_and_gets_nothing(waiting: Hooked):
    with portal_scope(waiting.own.portal_id):
        end_webhook(waiting.address, services().clock.now())
        db.session.commit()
    waiting.sends()
    row = waiting.row()
    assert (waiting.receiver.heard, row.secret, row.url, row.old_secret) == ([], "", "", None)


class Killed(BaseException):
    """The process ends here."""


def test_killed_after_the_message_left_it_is_sent_again_under_its_number(waiting: Hooked):
    def dies(message, at):
        waiting.receiver(message, at)
        raise Killed

    with pytest.raises(Killed):
        send_webhooks(waiting.own.portal_id, waiting.address, dies)
    db.session.rollback()
    waiting.sends()
    first, again = waiting.receiver.heard
    assert first.code == again.code
    assert waiting.sendings()[-1] == (SendingState.SENT, "", 1)


def test_what_cannot_be_read_is_put_off_and_holds_nothing_up(waiting: Hooked):
    with portal_scope(waiting.own.portal_id):
        send_test(waiting.address, services().clock.now())
        db.session.commit()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(webhook_sending, "write_body", failing_once(webhook_sending.write_body))
        waiting.sends()
    assert waiting.receiver.kinds == ["test"]
    assert waiting.sendings()[0] == (SendingState.WAITING, "", 1)


def failing_once(write):
    """The first body meets a row that cannot be read."""
    left = [RuntimeError("unreadable")]

    def body(*args):
        if left:
            raise left.pop()
        return write(*args)

    return body


def test_a_lost_job_is_found_by_its_rows(waiting: Hooked):
    assert (waiting.own.portal_id, waiting.address) in set(unsent_addresses())
    waiting.sends()
    assert (waiting.own.portal_id, waiting.address) not in set(unsent_addresses())


def test_what_is_repeated_while_it_is_sent_is_sent_again(waiting: Hooked):
    def pressed(message, at):
        result = waiting.receiver(message, at)
        with portal_scope(waiting.own.portal_id):
            row = db.session.scalars(
                select(WebhookSending).where(WebhookSending.address_id == waiting.address)
            ).one()
            row.attempts, row.state = 3, SendingState.WAITING
            db.session.commit()
        return result

    send_once(waiting, pressed)
    assert waiting.sendings()[-1][0] == SendingState.WAITING


def send_once(hooked: Hooked, call) -> None:
    """One message and no more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(webhook_sending, "TURN_SECONDS", 0.05)
        send_webhooks(hooked.own.portal_id, hooked.address, slow(call))
    db.session.commit()


def slow(call):
    import time

    def wait(message, at):
        result = call(message, at)
        time.sleep(0.06)
        return result

    return wait


def test_a_month_later_nothing_is_left(waiting: Hooked, world: World):
    waiting.sends()
    world.clock.advance(days=31)
    assert prune_webhooks() > 0
    with every_portal():
        assert db.session.scalars(select(WebhookEvent)).all() == []
        assert db.session.scalars(select(WebhookSending)).all() == []


def test_secrets_and_addresses_lie_sealed(hooked: Hooked, app: Flask):
    with every_portal():
        raw = db.session.execute(
            select(db.literal_column("url"), db.literal_column("secret")).select_from(
                WebhookAddress.__table__
            )
        ).first()
    assert hooked.secret.encode() not in bytes(raw[1])
    assert b"8.8.8.8" not in bytes(raw[0])


def test_a_receiver_recounts_the_signature_of_a_body(waiting: Hooked):
    waiting.sends()
    message = waiting.receiver.heard[0]
    key = base64.b64decode(waiting.secret.removeprefix("whsec_"))
    counted = hmac.new(key, f"{message.code}.1.".encode() + message.body, hashlib.sha256).digest()
    assert sign_message(message.secrets[0], message.code, 1, message.body) == (
        f"v1,{base64.b64encode(counted).decode()}"
    )
