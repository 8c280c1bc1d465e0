"""Test events that came back: the proof that a portal's events reach us."""

from sqlalchemy import select

from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.own_facts import ReturnedTestEvents
from b24app.checklist.facts.apps.own_test_event import PATIENCE, OwnTestEvent
from b24app.database import current_portal_id, db
from b24app.portals.model import EventIn, Portal
from b24app.services import services

LOOKED_BACK = 20


def await_test_event(facts: Facts) -> None:
    """If a test event was sent among these facts, look after the wait whether it came."""
    if facts.of(OwnTestEvent) is not None:
        services().queue.later("hear_echo", current_portal_id(), delay=PATIENCE.total_seconds())


def read_test_events() -> ReturnedTestEvents:
    """The newest test events of the portal of the scope."""
    portal = db.session.get_one(Portal, current_portal_id())
    rows = db.session.execute(
        select(EventIn.mark, EventIn.received_at)
        .where(EventIn.member_id == portal.member_id, EventIn.name == "ONAPPTEST", EventIn.mark != "")
        .order_by(EventIn.id.desc())
        .limit(LOOKED_BACK)
    )
    return ReturnedTestEvents({row.mark: row.received_at for row in rows})
