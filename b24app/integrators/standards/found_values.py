"""Keeps what the rules find in a client's portal: read from what is stored, whenever its summary is made anew."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from b24app.backup.proofs.copy_state import standing
from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.runs import facts_of_run, latest_run
from b24app.clock import CLOCKS_DIFFER
from b24app.database import db
from b24app.integrators.standards.decisions import settle_decisions
from b24app.integrators.standards.model import FoundValue
from b24app.integrators.standards.rule_registry import facts_of_rules, load_rules
from b24app.integrators.standards.rules.people_rules import ROLE_HOLDS
from b24app.integrators.standards.standard_rule import FoundReading, KnownOfPortal, NotRead, StandardRule
from b24app.portals.model import Person
from b24app.portals.people import dismissed_ids

MOST_NAMES, LONGEST_NAME = 10, 100


def keep_found_values(portal_id: int, now: datetime) -> None:
    """Read every rule in the portal in scope and keep what it found; decisions whose value is the expected one again end here."""
    known = read_known(now)
    kept = {row.code: row for row in db.session.scalars(select(FoundValue))}
    rules = load_rules()
    found = {code: read_rule(rule, known) for code, rule in rules.items()}
    for code, reading in found.items():
        _keep(kept.get(code) or _new(code), reading, now)
    if gone := kept.keys() - rules.keys():
        db.session.execute(delete(FoundValue).where(FoundValue.code.in_(gone)))
    db.session.flush()
    settle_decisions(portal_id, found, now)


def read_known(now: datetime) -> KnownOfPortal:
    """What is stored of the portal in scope, as rules read it."""
    run, copy = latest_run(finished=True), standing(now).copy
    facts = facts_of_run(run.id, facts_of_rules()) if run else Facts()
    verified = standing(now).verified if copy else False
    return KnownOfPortal(
        now, facts, run.finished_at if run else None, copy.made_at if copy else None, verified, _administrators(now)
    )  # fmt: skip


def _administrators(now: datetime) -> tuple[datetime, ...]:
    """Those whose role the portal has confirmed lately and whom it has not reported as dismissed."""
    gone = dismissed_ids()
    rows = db.session.scalars(
        select(Person).where(Person.is_admin.is_(True), Person.rights_ended_at.is_(None))
    )
    moments = [row.role_seen_at for row in rows if row.user_id not in gone and row.role_seen_at is not None]
    lately = (at for at in moments if timedelta(0) - CLOCKS_DIFFER <= now - at <= ROLE_HOLDS)
    return tuple(sorted(lately, reverse=True))


def read_rule(rule: StandardRule, known: KnownOfPortal) -> FoundReading:
    """The value of a rule, or why there is none."""
    try:
        return rule.read(known)
    except NotRead as nothing:
        return FoundReading(lack=str(nothing.lack), read_at=known.read_at)


def digest_of(reading: FoundReading) -> str:
    """The digest of a value with its names; empty for none."""
    if reading.lack:
        return ""
    told = repr((reading.number, reading.moment and reading.moment.isoformat(), sorted(reading.names)))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _new(code: str) -> FoundValue:
    row = FoundValue(code=code)
    db.session.add(row)
    return row


def _keep(row: FoundValue, reading: FoundReading, now: datetime) -> None:
    """Keep the moment of the first reading of an unchanged value, unless a clock that ran ahead wrote it."""
    digest = digest_of(reading)
    same = (
        bool(digest) and digest == row.digest and row.since is not None and row.since <= now + CLOCKS_DIFFER
    )
    row.since = row.since if same else reading.read_at if digest else None
    row.lack, row.number, row.moment = reading.lack, reading.number, reading.moment
    row.names = [name[:LONGEST_NAME] for name in reading.names[:MOST_NAMES]]
    row.digest, row.read_at = digest, reading.read_at
