"""Collects the facts that no portal is asked for: terms, plan limits, our manifest, the register."""

import hashlib
import hmac
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime

from sqlalchemy import select

from b24app.checklist.engine.answer_fields import host_of
from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.own_facts import (
    OWN_FACTS,
    LastBackup,
    OtherTerm,
    OwnParts,
    PlanLimits,
    Register,
    RegisterEntry,
    ReturnedTestEvents,
    Terms,
)
from b24app.checklist.engine.plan_usage import read_disk_use
from b24app.checklist.facts.apps.own_test_event import PATIENCE, OwnTestEvent
from b24app.checklist.model import RegisterRow
from b24app.checklist.questions.answers import current_answers
from b24app.checklist.test_writes.stored_outcomes import read_write_outcomes
from b24app.database import current_portal_id, db
from b24app.plans.plan_catalogue import NOT_LIMITED
from b24app.portals.model import EventIn, Portal
from b24app.services import services
from b24app.terms.corrections import current_plan
from b24app.terms.paid_terms import list_paid_terms


def own_facts(license_code: str, names: Collection[str] = frozenset(OWN_FACTS)) -> dict[str, object]:
    """What is known on our side about the portal of the scope, for the plan it has now: all of it, or the named facts."""
    readers: Mapping[str, Callable[[], object]] = {
        "own_parts": _own_parts,
        "register": _register,
        "terms": _terms,
        "last_backup": lambda: LastBackup(_day_of_copy()),
        "probes": read_write_outcomes,
        "disk_use": lambda: read_disk_use(license_code),
        "event_echoes": read_test_events,
        "plan_limits": lambda: _plan_limits(license_code),
    }
    found = {name: read() for name, read in readers.items() if name in names}
    return {name: value for name, value in found.items() if value is not None}


def salt_of(portal: Portal) -> str:
    """A portal's own secret for fingerprints, so that equal keys of two shops do not look equal."""
    key = services().settings.secret_key.get_secret_value().encode()
    return hmac.new(key, portal.member_id.encode(), hashlib.sha256).hexdigest()


def _own_parts() -> OwnParts:
    manifest = services().manifest
    host = host_of(services().settings.public_url)
    return OwnParts(host, manifest.events, manifest.placements, manifest.version, manifest.scopes)


def _register() -> Register:
    rows = db.session.scalars(select(RegisterRow).order_by(RegisterRow.id))
    return Register(
        tuple(RegisterEntry(row.kind, row.name, row.owner_id, row.host, row.expires_on) for row in rows)
    )


def _day_of_copy() -> datetime | None:
    """When the newest copy was made, as a person answered; a text that is no date is None."""
    answer = current_answers().get("ask_backup")
    text = answer.value if answer else ""
    for shape in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, shape).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _terms() -> Terms:
    return Terms(
        tuple(
            OtherTerm(term.kind, term.title, term.ends_on, term.confirmed_at is not None, term.said_at)
            for term in list_paid_terms()
        )
    )


def _plan_limits(license_code: str) -> PlanLimits | None:
    """None for a plan that our table does not know: then nothing may be judged by its limits."""
    plan = current_plan(license_code)
    if plan is None:
        return None
    users, orders = plan.fact("users"), plan.fact("orders_to").used
    return PlanLimits(
        license_code,
        users.number,
        plan.orders_to,
        users.used.source if users.used else "",
        no_seat_limit=users.used is None and any(claim.note == NOT_LIMITED for claim in users.claims),
        orders_said_by=orders.note if orders and not orders.is_estimate else "",
    )


LOOKED_BACK = 20


def await_test_event(facts: Facts) -> None:
    """If a test event was sent among these facts, judge after the wait whether it came."""
    if facts.of(OwnTestEvent) is not None:
        until = services().clock.now() + PATIENCE
        services().queue.later(
            "hear_echo", current_portal_id(), int(until.timestamp()), delay=PATIENCE.total_seconds()
        )


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
