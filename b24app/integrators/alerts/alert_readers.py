"""Who is notified of an alert: whoever looks after the client, the owners where nobody does, and the owners again when nobody has looked."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from b24app.clock import CLOCKS_DIFFER
from b24app.database import db, every_portal
from b24app.integrators.alerts.alert_causes import AlertCause, may_hear
from b24app.integrators.alerts.client_sight import Rows
from b24app.integrators.alerts.model import AlertTelling, ClientAlert
from b24app.integrators.audit import Deed
from b24app.integrators.members import MemberSeat
from b24app.integrators.model import ClientGroup, ClientNote, ConsentAudit, GroupedClient
from b24app.integrators.rights import MemberRole

ESCALATES_AFTER = timedelta(hours=4)
ALERT_SEEN, DIGEST_SEEN = "/clients/alerts", "/clients/digest"
OF_NO_PERSON = (
    "/clients/",
    "/reports",
    "/webhooks",
    "/feeds",
    "/portals",
    "/terms",
    "/findings",
    "/cases",
    "/runs",
)
"""Entries of a client's journal about our own messages and works, and about programs with somebody's key: no sign that he has looked himself."""


@dataclass(frozen=True, slots=True)
class AlertReader:
    """Who is to be notified of one alert; `escalated` where those who were notified first have not looked."""

    user_id: int
    alert: ClientAlert
    escalated: bool = False


def readers_of(
    alert: ClientAlert,
    told: Sequence[AlertTelling],
    seats: Mapping[int, MemberSeat],
    carers: Collection[int],
    now: datetime,
) -> Iterable[AlertReader]:
    """Who is to be notified now; nobody twice. `seats` are those who want alerts and are reached."""
    known = {one.user_id for one in told}
    hear = {one for one in carers if one in seats and may_hear(seats[one].role, alert.cause)}
    owners = {one for one, seat in seats.items() if seat.role is MemberRole.OWNER}
    if alert.cause == AlertCause.CONSENT:  # owners read of it two weeks before, in the notice of consents
        hear, owners = hear - owners, set()
    if not known & seats.keys():
        return [AlertReader(one, alert) for one in sorted((hear or owners) - known)]
    late = _is_late(told, now)
    return [AlertReader(one, alert, escalated=True) for one in sorted(owners - known)] if late else []


def _is_late(told: Sequence[AlertTelling], now: datetime) -> bool:
    """Whether nobody has looked for hours; a moment written by a clock that ran ahead counts as long ago."""
    if any(one.seen_at for one in told):
        return False
    return any(now - one.told_at >= ESCALATES_AFTER or one.told_at > now + CLOCKS_DIFFER for one in told)


def carers_of(client_ids: Collection[int]) -> Mapping[int, set[int]]:
    """Who looks after each client in the portal in scope: responsible for it, or manager of a group that it is in."""
    named = select(ClientNote.client_id, ClientNote.responsible_id).where(
        ClientNote.client_id.in_(client_ids), ClientNote.responsible_id.is_not(None)
    )
    grouped = (
        select(GroupedClient.client_id, ClientGroup.manager_id)
        .join(ClientGroup, ClientGroup.id == GroupedClient.group_id)
        .where(GroupedClient.client_id.in_(client_ids), ClientGroup.manager_id.is_not(None))
    )
    found: defaultdict[int, set[int]] = defaultdict(set)
    for client_id, user_id in (*db.session.execute(named), *db.session.execute(grouped)):
        found[client_id].add(user_id)
    return found


def tellings_of(alert_ids: Collection[int]) -> Mapping[int, list[AlertTelling]]:
    """The tellings of each of these alerts."""
    rows = db.session.scalars(
        select(AlertTelling).where(AlertTelling.alert_id.in_(alert_ids)).order_by(AlertTelling.id)
    )
    found: defaultdict[int, list[AlertTelling]] = defaultdict(list)
    for row in rows:
        found[row.alert_id].append(row)
    return found


def note_opened(alerts: Iterable[ClientAlert], told: Mapping[int, list[AlertTelling]], rows: Rows) -> None:
    """Mark alerts as seen by those who have opened the client since, as recorded in the client's journal."""
    waiting = [
        (rows[alert.client_id].code, one)
        for alert in alerts
        if alert.client_id in rows
        for one in told.get(alert.id, ())
        if one.seen_at is None
    ]
    if not waiting:
        return
    looks = _last_looks({code for code, _ in waiting}, min(one.told_at for _, one in waiting))
    for code, one in waiting:
        seen_at = looks.get((code, one.user_id))
        if seen_at is not None and seen_at >= one.told_at:
            one.seen_at = seen_at


def _last_looks(consent_codes: Collection[str], since: datetime) -> Mapping[tuple[str, int], datetime]:
    """When each person has looked last by each of these consents; messages and programs of ours do not count as a look."""
    looks = (
        select(ConsentAudit.consent_code, ConsentAudit.person_id, func.max(ConsentAudit.last_at))
        .where(
            ConsentAudit.consent_code.in_(consent_codes),
            ConsentAudit.action.in_((Deed.LOOKED, Deed.ACTED)),
            ConsentAudit.refused.is_(False),
            *(ConsentAudit.detail.not_like(f"{place}%") for place in OF_NO_PERSON),
            ConsentAudit.last_at >= since,
        )
        .group_by(ConsentAudit.consent_code, ConsentAudit.person_id)
    )
    with every_portal():
        return {(code, person_id): at for code, person_id, at in db.session.execute(looks)}


def note_read(user_id: int, now: datetime) -> None:
    """A person of the portal in scope has opened the list of alerts: mark all his tellings as seen."""
    rows = db.session.scalars(
        select(AlertTelling).where(AlertTelling.user_id == user_id, AlertTelling.seen_at.is_(None))
    )
    for row in rows:
        row.seen_at = now
    db.session.flush()
