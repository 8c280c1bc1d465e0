"""Alerts of an integrator's clients: opened when a cause turns red, ended when it is green or may be shown no more; each once."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from b24app.database import db
from b24app.integrators.alerts.alert_causes import AlertCause, AlertEnd
from b24app.integrators.alerts.client_sight import (
    Rows,
    board_at,
    clients_with_loss,
    ending_consents,
    suspects,
    whole_sight,
)
from b24app.integrators.alerts.model import ClientAlert
from b24app.integrators.alerts.red_causes import RedCause, Watch, causes_of, is_green, may_know
from b24app.integrators.board import ClientRow

KEPT_FOR = timedelta(days=400)
Open = Mapping[tuple[int, str], ClientAlert]
T = TypeVar("T")
log = structlog.get_logger(__name__)


def settle_alerts(portal_id: int, now: datetime) -> Rows:
    """Open what has turned red and end what is over, in the portal in scope; returns the rows that were looked at."""
    at, open_now = board_at(whole_sight(portal_id), now), _open_by_cause()
    ending = frozenset(ending_consents(portal_id, now))
    lost = clients_with_loss()
    rows = suspects(at, {*(client_id for client_id, _ in open_now), *lost, *ending})
    watch = Watch(now, at.today, lost, ending)
    causes = {number: _alone(partial(_causes, row, watch)) for number, row in rows.items()}
    red = {(one.client_id, str(one.cause)): one for found in causes.values() for one in found or ()}
    for key, one in red.items():
        _keep_red(open_now, key, one, now)
    for key, alert in open_now.items():
        unread = alert.client_id in causes and causes[alert.client_id] is None
        if key in red or unread:
            continue
        if end := _alone(partial(_end_of, rows, alert, red)):
            end_alert(alert, end, now)
    db.session.execute(delete(ClientAlert).where(ClientAlert.ended_at < now - KEPT_FOR))
    db.session.flush()
    return rows


def _causes(row: ClientRow, watch: Watch) -> list[RedCause]:
    return list(causes_of(row, watch))


def _alone(look: Callable[[], T]) -> T | None:
    """Run a look at one client; one that cannot be read does not stop the others, and its open alerts stay open.

    It only reads, so it has no savepoint: SQLite would hold the state of its beginning, and refuse later writes.
    """
    try:
        return look()
    except SQLAlchemyError:
        raise
    except Exception as error:
        log.exception("a client could not be looked at for alerts", error=type(error).__name__)
        return None


def open_alerts() -> Sequence[ClientAlert]:
    """Those of the portal in scope that are not over, the oldest first."""
    return db.session.scalars(
        select(ClientAlert).where(ClientAlert.ended_at.is_(None)).order_by(ClientAlert.id)
    ).all()


def _open_by_cause() -> Open:
    return {(row.client_id, str(row.cause)): row for row in open_alerts()}


def _keep_red(open_now: Open, key: tuple[int, str], one: RedCause, now: datetime) -> None:
    """Keep a cause that goes on as the same alert, with every check that was red in it."""
    if (alert := open_now.get(key)) is not None:
        if not set(one.codes) <= set(alert.codes):
            alert.codes = [*alert.codes, *(code for code in one.codes if code not in alert.codes)]
        return
    row = ClientAlert(client_id=one.client_id, cause=one.cause, codes=list(one.codes), opened_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # another worker has opened it
        return


def _end_of(rows: Rows, alert: ClientAlert, red: Collection[tuple[int, str]]) -> AlertEnd | None:
    row = rows.get(alert.client_id)
    if row is None or not may_know(row, alert.cause):
        return AlertEnd.HIDDEN
    if alert.cause == AlertCause.SWEEP and (alert.client_id, str(AlertCause.DARK)) in red:
        return AlertEnd.OVERTAKEN
    return AlertEnd.GREEN if is_green(row, alert.cause, alert.codes) else None


def end_alert(alert: ClientAlert, end: AlertEnd, now: datetime) -> None:
    """End an alert; a later cause makes another one."""
    alert.ended_at, alert.end = now, end
