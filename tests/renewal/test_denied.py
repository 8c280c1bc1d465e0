"""The letter before a denied install is erased: sent outside the portal first, and only then the period begins."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from b24app.database import db, portal_scope
from b24app.portals.model import Portal
from b24app.reminders.channels.email import MailServer
from b24app.reminders.kinds.denied_install_notice import warn_denied
from b24app.reminders.outbox import list_deliveries
from b24app.reminders.reminder_settings import set_channel
from b24app.renewal.renewal_stages import Role
from b24app.renewal.situation_reading import set_role
from b24app.settings import Settings
from sandbox.world import World
from tests.actors import Actor
from tests.renewal.postman import Postman, post_offices, postman

__all__ = ["post_offices", "postman"]


@pytest.fixture
def settings(settings: Settings, postman: tuple[Postman, MailServer]) -> Settings:
    """The application's settings with a mail server."""
    url = SecretStr(f"smtp://127.0.0.1:{postman[1].port}")
    return settings.model_copy(update={"smtp_url": url, "mail_from": "renewal@renewal.example"})


@pytest.fixture
def denied(north: Actor) -> Actor:
    """A portal that the authorization server has denied on three days, with people outside of it."""
    with portal_scope(north.portal_id):
        set_role(Role.RESPONSIBLE, user_id=1, name="Марина Ковалёва", email="marina@north.example")
        set_channel("email", enabled=True, address="owner@shop.example")
        portal_row(north).denied_days = "2026-11-28 2026-11-29 2026-11-30"
        db.session.commit()
    return north


def portal_row(actor: Actor) -> Portal:
    db.session.expire_all()
    return db.session.get_one(Portal, actor.portal_id)


def letters(actor: Actor) -> list[tuple[str, str]]:
    with portal_scope(actor.portal_id):
        return [(one.recipient, one.state) for one in list_deliveries() if one.code == "denied"]


def test_everybody_outside_is_told_and_then_the_period_begins(
    denied: Actor, world: World, postman: tuple[Postman, MailServer]
):
    warn_denied(denied.portal_id)
    assert sorted(letters(denied)) == [("marina@north.example", "sent"), ("owner@shop.example", "sent")]
    assert portal_row(denied).erase_at == world.clock.now() + timedelta(days=30)
    assert denied.portal.tables["notification"].all() == []


def test_the_letter_says_what_was_answered_what_follows_and_what_stops_it(
    denied: Actor, postman: tuple[Postman, MailServer]
):
    warn_denied(denied.portal_id)
    message = postman[0].taken[0]
    text = message.get_body(("plain",)).get_content().replace("\xa0", " ")
    assert message["Subject"].startswith("Приложения нет на портале north.bitrix24.example:")
    assert "28 ноября 2026 г., 29 ноября 2026 г. и 30 ноября 2026 г. (по UTC)" in text
    assert "не раньше чем 30 декабря 2026 г." in text
    assert "пусть администратор откроет его" in text


def test_a_letter_that_waits_holds_the_period_back(
    denied: Actor, world: World, postman: tuple[Postman, MailServer]
):
    postman[0].answer = "451 busy"
    warn_denied(denied.portal_id)
    assert {state for _, state in letters(denied)} == {"waiting"}
    assert portal_row(denied).erase_at is None
    postman[0].answer = "250 OK"
    world.clock.advance(days=1)
    warn_denied(denied.portal_id)
    assert portal_row(denied).erase_at == world.clock.now() + timedelta(days=30)
    assert len(postman[0].taken) == 4  # two letters, each refused once


def test_a_letter_that_is_refused_for_good_does_not_hold_it_for_ever(
    denied: Actor, postman: tuple[Postman, MailServer]
):
    postman[0].answer = "rcpt 550 no such mailbox"
    warn_denied(denied.portal_id)
    assert {state for _, state in letters(denied)} == {"failed"}
    assert portal_row(denied).erase_at is not None


def test_nobody_is_told_twice(denied: Actor, postman: tuple[Postman, MailServer]):
    warn_denied(denied.portal_id)
    warn_denied(denied.portal_id)
    assert len(postman[0].taken) == 2


@pytest.mark.parametrize("days", ["", "2026-11-29 2026-11-30"])
def test_fewer_days_begin_nothing(denied: Actor, postman: tuple[Postman, MailServer], days: str):
    portal_row(denied).denied_days = days
    db.session.commit()
    warn_denied(denied.portal_id)
    assert (postman[0].taken, portal_row(denied).erase_at) == ([], None)
