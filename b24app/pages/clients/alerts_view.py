"""The alerts that one person sees: of the clients that he sees now, who was notified, who has looked, the state of the task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from b24app.database import db
from b24app.integrators.alerts.alert_causes import TITLES, AlertCause, AlertEnd, may_hear
from b24app.integrators.alerts.alert_readers import tellings_of
from b24app.integrators.alerts.client_sight import board_at, rows_of
from b24app.integrators.alerts.member_channels import MemberChannel, channels_of
from b24app.integrators.alerts.model import AlertTask, AlertTelling, ClientAlert
from b24app.integrators.alerts.red_causes import may_know
from b24app.integrators.alerts.wishes import Wishes, list_wishes
from b24app.integrators.members import MemberSeat, MemberView, list_members
from b24app.integrators.rights import ROLE_TITLES
from b24app.portals.people import dismissed_ids

KEPT_FOR = timedelta(days=30)
MOST = 200


@dataclass(frozen=True, slots=True)
class AlertedPerson:
    """Who was notified of an alert, when, and when he has looked."""

    name: str
    told_at: datetime
    seen_at: datetime | None
    escalated: bool


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One alert of a client, open or over."""

    code: str
    client: str
    what: str
    opened_at: datetime
    ended_at: datetime | None
    green: bool
    told: tuple[AlertedPerson, ...]
    task_id: str
    task_state: str


@dataclass(frozen=True, slots=True)
class MemberLine:
    """What one person gets, and by which channels."""

    name: str
    role: str
    wishes: Wishes
    ways: tuple[MemberChannel, ...]
    here: bool


def alert_lines(seat: MemberSeat, now: datetime) -> tuple[AlertLine, ...]:
    """Those that are open, and those that ended within thirty days, the newest first."""
    lately = or_(ClientAlert.ended_at.is_(None), ClientAlert.ended_at > now - KEPT_FOR)
    alerts = db.session.scalars(
        select(ClientAlert).where(lately).order_by(ClientAlert.id.desc()).limit(MOST)
    ).all()
    rows = rows_of(board_at(seat, now), {one.client_id for one in alerts})
    shown = [
        one
        for one in alerts
        if one.client_id in rows
        and may_know(rows[one.client_id], one.cause)
        and may_hear(seat.role, one.cause)
    ]
    told, tasks = tellings_of([one.id for one in shown]), _tasks(shown)
    names = {one.user_id: one.name for one in list_members()}
    return tuple(
        AlertLine(
            rows[one.client_id].code,
            rows[one.client_id].name,
            TITLES[AlertCause(one.cause)],
            one.opened_at,
            one.ended_at,
            one.end == AlertEnd.GREEN,
            tuple(_person(names, row) for row in told.get(one.id, ())),
            *tasks.get(one.id, ("", "")),
        )
        for one in shown
    )


def _tasks(alerts: Sequence[ClientAlert]) -> Mapping[int, tuple[str, str]]:
    rows = db.session.scalars(select(AlertTask).where(AlertTask.alert_id.in_([one.id for one in alerts])))
    return {row.alert_id: (row.task_id, str(row.state)) for row in rows}


def _person(names: Mapping[int, str], row: AlertTelling) -> AlertedPerson:
    return AlertedPerson(names.get(row.user_id, ""), row.told_at, row.seen_at, row.escalated)


def member_lines() -> tuple[MemberLine, ...]:
    """Everybody of the portal in scope who works with clients."""
    wishes, gone = list_wishes(), dismissed_ids()
    return tuple(
        _member(one, wishes.get(one.user_id, Wishes()), here=one.user_id not in gone)
        for one in list_members()
    )


def _member(one: MemberView, wishes: Wishes, *, here: bool) -> MemberLine:
    return MemberLine(one.name, ROLE_TITLES[one.role], wishes, channels_of(one.user_id, wishes), here)
