"""Collects the facts that need no request to a portal: terms, plan limits, our manifest, the register."""

import hashlib
import hmac
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime

from sqlalchemy import select

from b24app.checklist.engine.answer_fields import host_of
from b24app.checklist.engine.copy_source import count_put_back, read_own_copy
from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.own_facts import (
    OWN_FACTS,
    LastBackup,
    OtherTerm,
    OwnParts,
    PayingRules,
    PlanLimits,
    PutBack,
    Register,
    RegisterEntry,
    ReturnedTestEvents,
    Terms,
)
from b24app.checklist.engine.plan_usage import read_disk_use
from b24app.checklist.engine.runs import chosen_baseline
from b24app.checklist.facts.apps.own_test_event import PATIENCE, OwnTestEvent
from b24app.checklist.model import RegisterRow, Run
from b24app.checklist.questions.answers import current_answers
from b24app.checklist.test_writes.stored_outcomes import read_write_outcomes
from b24app.database import current_portal_id, db
from b24app.plans.plan_catalogue import NOT_LIMITED
from b24app.portals.model import EventIn, Portal
from b24app.services import services
from b24app.terms.corrections import corrected_policy, current_plan
from b24app.terms.date_suggestions import list_suggestions
from b24app.terms.paid_terms import list_paid_terms
from b24app.terms.payment_plan import read_payments
from b24app.terms.profile import days_of_method, get_profile
from b24app.terms.stored_terms import main_kind
from b24app.terms.term import Term, TermKind


def own_facts(license_code: str, names: Collection[str] = frozenset(OWN_FACTS)) -> dict[str, object]:
    """Our own facts about the portal of the scope, for the plan it has now: all of them, or the named ones."""
    readers: Mapping[str, Callable[[], object]] = {
        "own_parts": _own_parts,
        "register": _register,
        "terms": _terms,
        "last_backup": lambda: LastBackup(_day_of_copy(), day_only=True),
        "own_copy": lambda: read_own_copy(services().clock.now()),
        "put_back": _put_back,
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


def _put_back() -> PutBack:
    """Records restored since the snapshot: earlier ones are counted in it."""
    choice = chosen_baseline()
    run = db.session.get(Run, choice.run_id) if choice is not None else None
    return PutBack(count_put_back(run.finished_at)) if run is not None and run.finished_at else PutBack()


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
    hints = {one.kind: one.ends_on for one in list_suggestions()}
    rows = [_term(term, hints.get(term.kind)) for term in list_paid_terms()]
    known = {row.kind for row in rows}
    hinted = [OtherTerm(kind, "", None, hinted=day) for kind, day in hints.items() if kind not in known]
    return Terms((*rows, *(row for row in hinted if row.kind == TermKind.MARKETPLACE)), _paying())


def _term(term: Term, hinted: date | None) -> OtherTerm:
    return OtherTerm(
        term.kind, term.title, term.ends_on, term.confirmed_at is not None, term.said_at,
        bought=term.pending_since is not None, autopay=bool(term.autopay), period_months=term.period_months,
        hinted=hinted, known_at=term.known_at, told_by_portal=term.source == "portal",
    )  # fmt: skip


def _paying() -> PayingRules:
    profile = get_profile()
    policy = corrected_policy(main_kind(profile), profile)
    return PayingRules(
        country=profile.bank_country,
        transfer_days=days_of_method(profile.method, profile),
        approval_days=profile.approval_days,
        invoice=read_payments(profile.region).methods[profile.method].invoice,
        window_days=policy.days("window_days"),
        warning_days=policy.days("warning_days"),
        grace_days=policy.grace_days,
        activation_days=policy.days("activation_days"),
        late_activation_days=policy.days("late_activation_days"),
    )


def _plan_limits(license_code: str) -> PlanLimits | None:
    """The limits of a plan; None for one that is not in our table: then nothing is judged by its limits."""
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
    """If these facts include a sent test event, queue the judgement of its return after the wait."""
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
