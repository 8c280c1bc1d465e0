"""The list of sendings of the portal in scope, and sending again; a client's name is shown as long as it gives access."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from b24app.bitrix24.masking import mask_address
from b24app.database import changed_rows, current_portal_id, db
from b24app.errors import BadInput, NotFound
from b24app.integrators.board import ClientRow, read_chosen
from b24app.integrators.board_conditions import BoardConditions, BoardView
from b24app.integrators.board_query import BoardAt
from b24app.integrators.rights import Right
from b24app.integrators.webhooks.event_bodies import EventToSend, event_of
from b24app.integrators.webhooks.event_kinds import KINDS
from b24app.integrators.webhooks.event_watch import SEND
from b24app.integrators.webhooks.model import WebhookAddress, WebhookEvent, WebhookSending
from b24app.integrators.webhooks.webhook_states import SendingState, WebhookState
from b24app.services import services
from b24app.text.host_names import for_people
from b24app.text.messages import N_

MOST_SHOWN = 50
FAILED = (SendingState.FAILED,)


@dataclass(frozen=True, slots=True)
class SendingView:
    """One sending; `client` is empty where the client does not give this now, or the event is about none; `lives`: he gives something."""

    id: int
    at: datetime
    kind: str
    code: str
    client: str
    about_client: bool
    lives: bool
    address: str
    state: SendingState
    reason: str
    attempts: int
    answers: tuple[str, ...]
    milliseconds: int | None
    tried_at: datetime | None
    due_at: datetime
    may_repeat: bool


def list_sendings(at: BoardAt, *, failed: bool = False, before: int = 0) -> tuple[SendingView, ...]:
    """The newest sendings, those before an id; one more than fits when there are more."""
    query = _joined(*((WebhookSending.state.in_(FAILED),) if failed else ()))
    if before:
        query = query.where(WebhookSending.id < before)
    rows = db.session.execute(query.order_by(WebhookSending.id.desc()).limit(MOST_SHOWN + 1)).all()
    clients = _clients(at, {event.consent_code for _, event, _ in rows if event.consent_code})
    return tuple(_view(*row, clients) for row in rows)


def _joined(*which: ColumnElement[bool]) -> Select[WebhookSending, WebhookEvent, WebhookAddress]:
    return (
        select(WebhookSending, WebhookEvent, WebhookAddress)
        .join(WebhookEvent, WebhookEvent.id == WebhookSending.event_id)
        .join(WebhookAddress, WebhookAddress.id == WebhookSending.address_id)
        .where(WebhookAddress.ended_at.is_(None), *which)
    )


def _clients(at: BoardAt, codes: Collection[str]) -> Mapping[str, ClientRow]:
    """The clients that the person sees at this moment, by the codes of their accesses."""
    if not codes:
        return {}
    return {row.code: row for row in read_chosen(at, BoardConditions(BoardView.ALL), codes)}


def _name(kind: str, client: ClientRow | None) -> str:
    """The name of a client whose access gives what an event of this kind is about."""
    right = KINDS[kind].right if kind in KINDS else None
    if client is None:
        return ""
    given = {Right.TERMS: client.sees_terms, Right.CHECKS: client.sees_checks, None: True}
    return client.name if given.get(right, False) else ""


def _view(
    row: WebhookSending, event: WebhookEvent, address: WebhookAddress, clients: Mapping[str, ClientRow]
) -> SendingView:
    client = clients.get(event.consent_code)
    return SendingView(
        row.id,
        event.at,
        event.kind,
        event.code,
        _name(event.kind, client),
        bool(event.consent_code),
        client is not None,
        for_people(mask_address(address.url)),
        SendingState(row.state),
        row.reason,
        row.attempts,
        tuple(row.answers),
        row.milliseconds,
        row.tried_at,
        row.due_at,
        address.state == WebhookState.WORKS and row.state != SendingState.WAITING,
    )


def count_failed() -> int:
    """How many events have not reached an address."""
    failed = WebhookSending.state.in_(FAILED), WebhookAddress.ended_at.is_(None)
    query = select(func.count(WebhookSending.id)).join(
        WebhookAddress, WebhookAddress.id == WebhookSending.address_id
    )
    return db.session.scalar(query.where(*failed)) or 0


def get_event(sending_id: int) -> EventToSend:
    """The event of a sending of the portal in scope; raises NotFound."""
    row = db.session.execute(_joined(WebhookSending.id == sending_id)).first()
    if row is None:
        raise NotFound("sending")
    return event_of(row[1])


def repeat_sending(sending_id: int, at: datetime) -> None:
    """Send one event again, under its old number; raises NotFound, BadInput for an address that is off."""
    row = db.session.execute(_joined(WebhookSending.id == sending_id)).first()
    if row is None:
        raise NotFound("sending")
    if row[2].state != WebhookState.WORKS:
        raise BadInput(N_("Nothing is sent to this address: switch it on first."), "address")
    _begin_again(row[2], at, WebhookSending.id == sending_id)


def repeat_since(address_id: int, since: datetime, at: datetime, *, failed: bool = False) -> int:
    """Send everything to an address again that happened since a moment, or what of it has not arrived; returns how many."""
    mine = WebhookAddress.id == address_id, WebhookAddress.ended_at.is_(None)
    address = db.session.scalar(select(WebhookAddress).where(*mine))
    if address is None:
        raise NotFound("webhook")
    if address.state != WebhookState.WORKS:
        raise BadInput(N_("Nothing is sent to this address: switch it on first."), "address")
    if since > at + timedelta(minutes=1):
        raise BadInput(N_("This moment is still to come."), "since")
    happened = select(WebhookEvent.id).where(
        WebhookEvent.portal_id == current_portal_id(), WebhookEvent.at >= since
    )
    which = [WebhookSending.address_id == address_id, WebhookSending.event_id.in_(happened)]
    if failed:
        which.append(WebhookSending.state.in_(FAILED))
    return _begin_again(address, at, *which)


def _begin_again(address: WebhookAddress, at: datetime, *which: ColumnElement[bool]) -> int:
    """Queue a sending again; a waiting one keeps its place, and the address rests no longer."""
    ended = or_(*(WebhookSending.state == state for state in SendingState if state != SendingState.WAITING))
    done = db.session.execute(
        update(WebhookSending)
        .where(ended, *which)
        .values(state=SendingState.WAITING, attempts=0, due_at=at, reason="", answers=[], milliseconds=None)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()
    address.rests_until = None
    services().queue.later(SEND, address.portal_id, address.id)
    db.session.flush()
    return changed_rows(done)
