"""Addresses of webhooks of the portal in scope: added by an owner, with a secret shown once; changed, switched off and on, ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from b24app.bitrix24.masking import mask_address
from b24app.database import current_portal_id, db
from b24app.errors import BadInput, NotFound
from b24app.integrators.webhooks.event_bodies import find_owner
from b24app.integrators.webhooks.event_kinds import KINDS, TEST
from b24app.integrators.webhooks.event_watch import SEND, send_to
from b24app.integrators.webhooks.model import WebhookAddress, WebhookClient
from b24app.integrators.webhooks.webhook_sending import give_up_waiting
from b24app.integrators.webhooks.webhook_signature import make_secret
from b24app.integrators.webhooks.webhook_states import WebhookState
from b24app.reminders.channels.webhook import check_address
from b24app.services import services
from b24app.terms.term import Author
from b24app.text.host_names import for_people
from b24app.text.messages import N_

MOST_ADDRESSES = 5
OVERLAP = timedelta(hours=24)
"""How long messages are signed with the old secret too."""


@dataclass(frozen=True, slots=True)
class WebhookView:
    """One address as its page shows it; `unowned`: its person is an owner no more, so nothing is sent."""

    id: int
    shown: str
    kinds: tuple[str, ...]
    state: WebhookState
    made_by: str
    made_at: datetime
    changed_at: datetime
    failures: int
    failing_since: datetime | None
    old_until: datetime | None
    unowned: bool

    @property
    def works(self) -> bool:
        """Whether anything is sent there."""
        return self.state is WebhookState.WORKS and not self.unowned


def list_webhooks() -> tuple[WebhookView, ...]:
    """The addresses of the portal in scope, newest first."""
    living = select(WebhookAddress).where(WebhookAddress.ended_at.is_(None))
    return tuple(_view(row) for row in db.session.scalars(living.order_by(WebhookAddress.id.desc())))


def get_webhook(address_id: int) -> WebhookView:
    """One address; raises NotFound."""
    return _view(_row(address_id))


def add_webhook(url: str, kinds: Iterable[str], *, by: Author, at: datetime) -> tuple[str, int]:
    """Add an address for the owner who asks; returns its secret, which is shown this once. Raises BadInput by field."""
    chosen, url = read_kinds(kinds), _check(url)
    if len(list_webhooks()) >= MOST_ADDRESSES:
        raise BadInput(N_("There are five addresses already: remove one first."), "address")
    secret = make_secret()
    row = WebhookAddress(
        url=url,
        secret=secret,
        kinds=list(chosen),
        user_id=by.user_id or 0,
        made_by=by.name,
        made_at=at,
        changed_at=at,
    )
    db.session.add(row)
    db.session.flush()
    services().queue.later("watch_clients", current_portal_id())
    return secret, row.id


def _check(url: str) -> str:
    url = url.strip()
    if not url:
        raise BadInput(N_("Write an address that starts with https://"), "address")
    return check_address(url)


def read_kinds(codes: Iterable[str]) -> tuple[str, ...]:
    """The kinds among codes, in their order; raises BadInput when none is chosen."""
    given = set(codes)
    chosen = tuple(code for code in KINDS if code in given)
    if not chosen:
        raise BadInput(N_("Choose what to tell of."), "kinds")
    return chosen


def change_webhook(address_id: int, url: str, kinds: Iterable[str], at: datetime) -> None:
    """Send other events, or to another address where one is written; it begins to work again. Raises BadInput, NotFound."""
    row, chosen = _row(address_id), read_kinds(kinds)
    row.kinds = list(chosen)
    if url.strip():
        row.url = _check(url)
        _begin_anew(row, at)
    db.session.flush()


def renew_secret(address_id: int, at: datetime) -> str:
    """Give an address another secret; for a day messages are signed with both. It is shown this once."""
    row = _row(address_id)
    row.old_secret, row.old_until = row.secret, at + OVERLAP
    row.secret, row.changed_at = make_secret(), at
    db.session.flush()
    return row.secret


def switch_on_webhook(address_id: int, *, by: Author, at: datetime) -> None:
    """Send to an address again, from now on under the name of the owner who asks."""
    row = _row(address_id)
    row.user_id, row.made_by = by.user_id or 0, by.name
    _begin_anew(row, at)
    services().queue.later(SEND, row.portal_id, row.id)
    db.session.flush()


def switch_off_webhook(address_id: int, at: datetime) -> None:
    """Send nothing to an address; what waits is shown as not sent."""
    row = _row(address_id)
    row.state, row.changed_at = WebhookState.OFF, at
    give_up_waiting(row.id)
    db.session.flush()


def end_webhook(address_id: int, at: datetime) -> None:
    """Remove an address: its secrets go at once; with the last one goes what was seen of clients."""
    row = _row(address_id)
    row.ended_at, row.state, row.url, row.secret, row.old_secret = at, WebhookState.OFF, "", "", None
    give_up_waiting(row.id)
    db.session.flush()
    if not list_webhooks():
        db.session.execute(delete(WebhookClient).where(WebhookClient.portal_id == current_portal_id()))


def send_test(address_id: int, at: datetime) -> None:
    """Send an event that is about no client to one address, at once."""
    row = _row(address_id)
    if row.state != WebhookState.WORKS:
        raise BadInput(N_("Nothing is sent to this address: switch it on first."), "address")
    row.rests_until = None
    send_to((row,), TEST, None, "", "", at)


def _begin_anew(row: WebhookAddress, at: datetime) -> None:
    row.state, row.changed_at = WebhookState.WORKS, at
    row.failures, row.failing_since, row.rests_until = 0, None, None


def _row(address_id: int) -> WebhookAddress:
    mine = WebhookAddress.id == address_id, WebhookAddress.ended_at.is_(None)
    row = db.session.scalar(select(WebhookAddress).where(*mine))
    if row is None:
        raise NotFound("webhook")
    return row


def _view(row: WebhookAddress) -> WebhookView:
    return WebhookView(
        row.id,
        for_people(mask_address(row.url)),
        tuple(row.kinds),
        WebhookState(row.state),
        row.made_by,
        row.made_at,
        row.changed_at,
        row.failures,
        row.failing_since,
        row.old_until if row.old_until and services().clock.now() < row.old_until else None,
        find_owner(row) is None,
    )
