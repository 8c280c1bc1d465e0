"""Looks which clients have changed since the last look and writes what happened down as events, with a sending for each address."""

import secrets
import time
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import delete, select

from b24app.database import db, every_portal, portal_scope
from b24app.each_portal import alone, for_each_portal
from b24app.integrators.consents import ConsentView, consents_of, find_consent
from b24app.integrators.rights import Right, in_order, read_rights, whole
from b24app.integrators.webhooks import event_kinds as kinds
from b24app.integrators.webhooks.client_marks import LookedAt, look_at_marks
from b24app.integrators.webhooks.model import WebhookAddress, WebhookClient, WebhookEvent, WebhookSending
from b24app.integrators.webhooks.webhook_states import WebhookState
from b24app.services import services
from b24app.state_version import portal_state

SEND = "send_webhooks"
NOBODY: frozenset[Right] = frozenset()
SECONDS = 40.0
"""How long one job looks at clients; the rest waits for the next minute."""


def watch_webhooks() -> int:
    """Let every integrator with an address look at its clients; runs every minute, returns how many there are."""
    named = select(WebhookAddress.portal_id).where(WebhookAddress.ended_at.is_(None)).distinct()
    with every_portal():
        found = db.session.scalars(named.order_by(WebhookAddress.portal_id)).all()
    for_each_portal(found, lambda portal_id: services().queue.later("watch_clients", portal_id))
    return len(found)


def watch_clients(portal_id: int) -> None:
    """Look at the clients of one integrator that have changed; each is kept by itself, with its events."""
    now = services().clock.now()
    living = {one.client_id: one for one in consents_of(portal_id, now)}
    versions = _versions(living)
    with portal_scope(portal_id):
        seen = {row.client_id: row for row in db.session.scalars(select(WebhookClient))}
        due = [number for number, one in living.items() if _is_due(seen.get(number), one, versions[number])]
        for number, row in seen.items():
            if _has_ended(row, living.get(number)):
                _note_end(row, now)
        db.session.commit()
    until = time.monotonic() + SECONDS
    for number in due:
        if time.monotonic() >= until:
            break
        alone(number, partial(_look, portal_id, living[number].code, versions[number]))


def _has_ended(row: WebhookClient, consent: ConsentView | None) -> bool:
    return consent is None or consent.code != row.consent_code


def _is_due(row: WebhookClient | None, consent: ConsentView, version: str) -> bool:
    if row is None or row.consent_code != consent.code or row.version != version:
        return True
    return read_rights(row.rights) != consent.rights


def _versions(client_ids: Collection[int]) -> dict[int, str]:
    """The versions of the clients' states; read before anything else of them, so that what is written meanwhile is seen next time."""
    query = select(portal_state.c.portal_id, portal_state.c.version)
    found = db.session.execute(query.where(portal_state.c.portal_id.in_(client_ids))).all()
    return dict.fromkeys(client_ids, "") | {int(number): str(version) for number, version in found}


def _note_end(row: WebhookClient, now: datetime) -> None:
    """The access that was seen is over: send that, and delete what was kept of the client."""
    keep_event(kinds.CONSENT_ENDED, row.client_id, row.consent_code, "", now)
    db.session.execute(delete(WebhookClient).where(WebhookClient.id == row.id))


def _look(portal_id: int, code: str, version: str, _client_id: int) -> None:
    """Look at one client, if its access lives at this moment; a failure does not stop the looks at others."""
    now = services().clock.now()
    consent = find_consent(portal_id, code, now)
    if consent is None:
        return
    with portal_scope(portal_id):
        row = db.session.scalar(select(WebhookClient).where(WebhookClient.client_id == consent.client_id))
        known = whole(read_rights(row.rights)) if row else NOBODY
        seen = frozenset(row.marks) if row else frozenset()
        before = read_rights(row.rights) if row else None
    with portal_scope(consent.client_id):
        found = look_at_marks(consent.code, whole(consent.rights), seen, known)
    with portal_scope(portal_id):
        _keep(row, consent, version, found)
        _tell_access(consent, before, now)
        for kind, subject in found.events:
            keep_event(kind, consent.client_id, consent.code, subject, now)


def _keep(row: WebhookClient | None, consent: ConsentView, version: str, found: LookedAt) -> None:
    if row is None:
        row = WebhookClient(client_id=consent.client_id, consent_code=consent.code)
        db.session.add(row)
    row.version, row.marks = version, list(found.marks)
    row.rights = [str(right) for right in in_order(consent.rights)]
    db.session.flush()


def _tell_access(consent: ConsentView, before: frozenset[Right] | None, now: datetime) -> None:
    """Write the event of a new access, or of one that gives more or less than at the look before."""
    if before is None:
        since = None if _end_was_sent(consent.code) else consent.granted_at
        keep_event(kinds.CONSENT_GRANTED, consent.client_id, consent.code, "", now, since=since)
    elif before != consent.rights:
        keep_event(kinds.CONSENT_CHANGED, consent.client_id, consent.code, "", now)


def _end_was_sent(code: str) -> bool:
    """Whether the end of an access that lives was sent: the client has taken its end back."""
    told = WebhookEvent.consent_code == code, WebhookEvent.kind == kinds.CONSENT_ENDED
    return db.session.scalar(select(WebhookEvent.id).where(*told).limit(1)) is not None


def keep_event(
    kind: str,
    client_id: int | None,
    consent_code: str,
    subject: str,
    now: datetime,
    *,
    since: datetime | None = None,
) -> None:
    """Write an event of the portal in scope down for every address that wants it; of an access older than an address nothing is sent to it."""
    wanting = [
        one for one in working_addresses() if kind in one.kinds and (since is None or one.made_at < since)
    ]
    if wanting:
        send_to(wanting, kind, client_id, consent_code, subject, now)


def send_to(  # noqa: PLR0917
    addresses: Sequence[WebhookAddress],
    kind: str,
    client_id: int | None,
    consent_code: str,
    subject: str,
    now: datetime,
) -> None:
    """Write an event down for these addresses, and ask for the work of sending it."""
    event = WebhookEvent(
        code=f"msg_{secrets.token_urlsafe(18)}",
        kind=kind,
        client_id=client_id,
        consent_code=consent_code,
        subject=subject[:80],
        at=now,
    )
    db.session.add(event)
    db.session.flush()
    for one in addresses:
        db.session.add(WebhookSending(event_id=event.id, address_id=one.id, due_at=now))
        services().queue.later(SEND, one.portal_id, one.id)
    db.session.flush()


def working_addresses() -> Sequence[WebhookAddress]:
    """The addresses of the portal in scope that are sent to."""
    working = WebhookAddress.state == WebhookState.WORKS, WebhookAddress.ended_at.is_(None)
    return db.session.scalars(select(WebhookAddress).where(*working).order_by(WebhookAddress.id)).all()
