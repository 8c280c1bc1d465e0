"""The look at an integrator's clients: settles alerts, notifies people in one message each, asks for tasks. May be begun again at any moment."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import or_, select

from b24app.database import db, every_portal, portal_scope
from b24app.each_portal import for_each_portal
from b24app.integrators.alerts.alert_causes import AT_ONCE, AlertEnd
from b24app.integrators.alerts.alert_readers import (
    AlertReader,
    carers_of,
    note_opened,
    readers_of,
    tellings_of,
)
from b24app.integrators.alerts.alert_tasks import ask_tasks
from b24app.integrators.alerts.client_sight import Rows
from b24app.integrators.alerts.kept_alerts import end_alert, open_alerts, settle_alerts
from b24app.integrators.alerts.member_channels import MemberMessage, is_reached, keep_for_member
from b24app.integrators.alerts.model import AlertTelling, ClientAlert
from b24app.integrators.alerts.wishes import Wishes, list_wishes, zone_of
from b24app.integrators.members import MemberSeat, find_seat, get_integrator, list_members
from b24app.integrators.model import IntegratorRecord
from b24app.integrators.own_clients import own_client_ids
from b24app.portals.model import InstallStatus, Portal
from b24app.reminders.dispatch import Dispatcher
from b24app.reminders.kinds import Screen
from b24app.reminders.kinds.client_messages import ALERTS
from b24app.reminders.notices import dispatcher_of
from b24app.services import services

LOOK = "look_at_clients_of"


def look_at_all() -> int:
    """Let every integrator's clients be looked at; returns how many integrators there are."""
    found = integrator_ids()
    for_each_portal(found, lambda portal_id: services().queue.later(LOOK, portal_id))
    return len(found)


def integrator_ids() -> Sequence[int]:
    """The portals that are integrators now, and former ones with open alerts."""
    mine = ClientAlert.portal_id == IntegratorRecord.portal_id, ClientAlert.ended_at.is_(None)
    query = (
        select(IntegratorRecord.portal_id)
        .join(Portal, Portal.id == IntegratorRecord.portal_id)
        .where(Portal.status != InstallStatus.DELETED)
        .where(or_(IntegratorRecord.ended_at.is_(None), select(ClientAlert.id).where(*mine).exists()))
    )
    with every_portal():
        return db.session.scalars(query.order_by(IntegratorRecord.portal_id)).all()


def look_at_clients_of(portal_id: int) -> None:
    """Settle the alerts of one integrator and notify its people; all changes are committed together."""
    with portal_scope(portal_id):
        dispatcher = dispatcher_of(portal_id)
        if dispatcher is None:
            return
        if get_integrator() is None:
            _end_all(portal_id, dispatcher.now)
            return
        rows = settle_alerts(portal_id, dispatcher.now)
        db.session.commit()
        told = _notify_members(dispatcher, rows)
        ask_tasks(portal_id)
        if told:
            services().queue.later("send_waiting", portal_id)
        db.session.commit()


def _end_all(portal_id: int, now: datetime) -> None:
    """End every alert of a portal that is no integrator any more, and empty the texts of its tasks."""
    for alert in open_alerts():
        end_alert(alert, AlertEnd.HIDDEN, now)
    db.session.flush()
    ask_tasks(portal_id)
    db.session.commit()


def _notify_members(dispatcher: Dispatcher, rows: Rows) -> int:
    """Send one message to each person with all that he was not notified of; in his quiet hours it waits for their end."""
    alerts = [one for one in open_alerts() if one.cause in AT_ONCE]
    if not alerts:
        return 0
    told, wishes = tellings_of([one.id for one in alerts]), list_wishes()
    note_opened(alerts, told, rows)
    seats, carers = _seats(dispatcher.portal.id, wishes), carers_of({one.client_id for one in alerts})
    batches: defaultdict[int, list[AlertReader]] = defaultdict(list)
    for alert in alerts:
        for reader in readers_of(
            alert, told.get(alert.id, []), seats, carers.get(alert.client_id, ()), dispatcher.now
        ):
            if _sees(seats[reader.user_id], alert):
                batches[reader.user_id].append(reader)
    return sum(
        _keep(dispatcher, seats[user_id], wishes.get(user_id, Wishes()), batch)
        for user_id, batch in sorted(batches.items())
    )


def _seats(portal_id: int, wishes: Mapping[int, Wishes]) -> dict[int, MemberSeat]:
    """The people who want alerts, are there, and are reached by at least one channel."""
    found = {}
    for one in list_members():
        mine, seat = wishes.get(one.user_id, Wishes()), find_seat(portal_id, one.user_id)
        if seat is not None and mine.alerts_on and is_reached(one.user_id, mine):
            found[one.user_id] = seat
    return found


def _sees(seat: MemberSeat, alert: ClientAlert) -> bool:
    own = own_client_ids(seat)
    return own is None or alert.client_id in own


def _keep(dispatcher: Dispatcher, seat: MemberSeat, wishes: Wishes, batch: Sequence[AlertReader]) -> bool:
    local = dispatcher.now.astimezone(zone_of(seat.user_id))
    if wishes.wakes_at(local) > local:
        return False
    key = f"{ALERTS}:{seat.user_id}:{max(one.alert.id for one in batch)}"
    if any(one.escalated for one in batch):
        key = f"{key}:unread"
    message = MemberMessage(ALERTS, key, Screen.ALERTS, seat.user_id, seat.name)
    if not keep_for_member(dispatcher, message, wishes):
        return False
    db.session.add_all(
        AlertTelling(
            alert_id=one.alert.id,
            user_id=seat.user_id,
            key=key,
            told_at=dispatcher.now,
            escalated=one.escalated,
        )
        for one in batch
    )
    db.session.flush()
    return True
