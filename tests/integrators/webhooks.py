"""Webhooks in tests: an integrator with an address, a client that gives everything, a receiver that answers what it is told to."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from b24app.database import db, every_portal, portal_scope
from b24app.integrators.consents import end_by_client
from b24app.integrators.rights import Right
from b24app.integrators.webhooks.address_calls import CallResult, SignedMessage
from b24app.integrators.webhooks.event_kinds import KINDS
from b24app.integrators.webhooks.event_watch import watch_clients
from b24app.integrators.webhooks.model import WebhookAddress, WebhookSending
from b24app.integrators.webhooks.webhook_addresses import add_webhook
from b24app.integrators.webhooks.webhook_sending import send_webhooks
from b24app.services import services
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from tests.actors import Actor
from tests.integrators.boards import ANNA, consent, declare, keep_summary

EVERY = frozenset(Right)
URL = "https://8.8.8.8/renewal"
"""An address that needs no resolver; nothing is sent there in tests."""


@dataclass
class Receiver:
    """What stands behind an address: it answers the next of these, the last one for ever, and keeps what it was sent."""

    answers: list[str] = field(default_factory=lambda: ["200"])
    heard: list[SignedMessage] = field(default_factory=list)

    def __call__(self, message: SignedMessage, _at: datetime) -> CallResult:
        self.heard.append(message)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return CallResult(answer, 12)

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(one.body) for one in self.heard]

    @property
    def kinds(self) -> list[str]:
        return [one["type"] for one in self.told]


@dataclass
class Hooked:
    """An integrator (south) whose address is told of a client (north)."""

    own: Actor
    client: Actor
    code: str
    address: int = 0
    secret: str = ""
    receiver: Receiver = field(default_factory=Receiver)

    def adds(self, kinds: Iterator[str] | tuple[str, ...] = tuple(KINDS), url: str = URL) -> int:
        with portal_scope(self.own.portal_id):
            by = Author(self.own.portal.admin.id, "Н. Рябова")
            self.secret, self.address = add_webhook(url, kinds, by=by, at=services().clock.now())
            db.session.commit()
        return self.address

    def looks(self) -> None:
        watch_clients(self.own.portal_id)
        db.session.commit()

    def sends(self, address: int = 0) -> None:
        send_webhooks(self.own.portal_id, address or self.address, self.receiver)
        db.session.commit()

    def works(self) -> list[str]:
        """One look and one turn of sending; answers the kinds that were told."""
        before = len(self.receiver.heard)
        self.looks()
        self.sends()
        return self.receiver.kinds[before:]

    def sets(self, day: date) -> None:
        with portal_scope(self.client.portal_id):
            set_paid_term("plan", day, by=Author(1, "Marina"), at=services().clock.now())
            db.session.commit()

    def ends(self) -> None:
        with portal_scope(self.client.portal_id):
            end_by_client(self.code, by=ANNA, at=services().clock.now())
            db.session.commit()

    def row(self) -> WebhookAddress:
        db.session.rollback()
        with portal_scope(self.own.portal_id):
            return db.session.scalars(select(WebhookAddress).where(WebhookAddress.id == self.address)).one()

    def sendings(self) -> list[tuple[str, str, int]]:
        db.session.rollback()
        with every_portal():
            mine = select(WebhookSending).where(WebhookSending.address_id == self.address)
            rows = db.session.scalars(mine.order_by(WebhookSending.id))
            return [(row.state, row.reason, row.attempts) for row in rows]

    def due(self) -> datetime:
        db.session.rollback()
        with every_portal():
            mine = select(WebhookSending.due_at).where(WebhookSending.address_id == self.address)
            return db.session.scalars(mine.order_by(WebhookSending.id.desc())).first()


def hook(own: Actor, client: Actor, rights: frozenset[Right] = EVERY) -> Hooked:
    """A client gives rights, the integrator adds an address, and the first look is over."""
    declare(own)
    found = Hooked(own, client, consent(client.portal_id, own.portal_id, rights).code)
    keep_summary(client.portal_id, name="Лампа")
    found.adds()
    found.looks()
    return found


RunJobs = Callable[[], int]
