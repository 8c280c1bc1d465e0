"""The log of messages in a real browser: every state in words, when it is tried next, in both languages and widths."""

import os
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Frame, expect

from b24app.database import db, portal_scope
from b24app.portals.model import Portal
from b24app.reminders import model
from b24app.reminders.channels import Message, Recipient
from b24app.reminders.kinds import Planned
from b24app.reminders.outbox import Outgoing, keep_due
from tests.browser.stage import Stage
from tests.browser.test_main_job import APP, barriers, installed, overflow, settle
from tests.browser.usual_stage import stage

__all__ = ["installed", "stage"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
PICTURES = os.environ.get("B24_PICTURES")
STATES = (
    ("email", "sent", "", {}),
    ("email", "waiting", "MailUnavailable: slow", {"attempts": 3}),
    ("email", "uncertain", "MailUnanswered: SMTPServerDisconnected", {"attempts": 2}),
    ("email", "failed", "MailRefused: 550", {}),
    ("email", "waiting", "MailNotAccepted: 535", {"attempts": 1}),
    ("email", "failed", "GivenUp: ", {}),
    ("notification", "failed", "TokenRejected: invalid_grant", {"lost_access": True}),
    ("notification", "replaced", "", {}),
    ("webhook", "failed", "WorkersLost: ", {"attempts": 3}),
)


def keep_states(stage: Stage) -> None:
    """One delivery in every state; none of them is due before tomorrow."""
    now = stage.world.clock.now()
    with stage.app.app_context():
        portal = db.session.scalars(db.select(Portal)).one()
        with portal_scope(portal.id):
            for number, (channel, state, error, values) in enumerate(STATES):
                item = Planned(f"{number}", f"1:{number}", "days_left", date.today(), 14)  # noqa: DTZ011
                letter = Message("k", "t", "Осталось 14 дней: тариф «Стандартный»", ("Строка",))
                keep_due(item, [Outgoing(channel, Recipient(f"{number}@shop.example"), letter)], None, now)
                row = db.session.scalars(db.select(model.Delivery).order_by(model.Delivery.id.desc())).first()
                row.state, row.error, row.next_at = state, error, now + timedelta(hours=20)
                for name, value in values.items():
                    setattr(row, name, value)
            db.session.commit()


def open_reminders(stage: Stage, browser: Browser, width: int, lang: str) -> Frame:
    frame = stage.frame(stage.open(browser, APP, width=width, lang=lang))
    settle(frame)
    frame.locator('[hx-get="/settings/reminders"]:visible').first.click()
    frame.locator("#deliveries").wait_for()
    settle(frame)
    for folded in frame.locator("#deliveries .more:not([open]) > summary").all():
        folded.click()
    return frame


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("ru", ("Следующая попытка", "когда вернётся доступ", "заменено следующим", "слишком медленно")),
        (
            "en",
            ("Next attempt", "when access to the portal is back", "replaced by the next one", "too slowly"),
        ),
    ],
)
@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("width", [1280, 390])
def test_the_log_says_what_becomes_of_each_message(
    stage: Stage, browser: Browser, width: int, lang: str, words: tuple[str, ...]
) -> None:
    keep_states(stage)
    frame = open_reminders(stage, browser, width, lang)
    log = frame.locator("#deliveries")
    for word in words:
        expect(log).to_contain_text(word)
    assert overflow(frame) <= 0
    assert barriers(frame.page) == []
    if PICTURES:
        log.scroll_into_view_if_needed()
        frame.page.screenshot(path=f"{PICTURES}/messages-{lang}-{width}.png", full_page=True)
