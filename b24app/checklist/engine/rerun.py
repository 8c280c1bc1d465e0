"""Runs one check or one area again, inside the run that is shown."""

from datetime import datetime

from sqlalchemy import select

from b24app.checklist.engine.activated import activated_at
from b24app.checklist.engine.areas import Area
from b24app.checklist.engine.baselines import baseline_for
from b24app.checklist.engine.check import load_checks
from b24app.checklist.engine.gather import BatchClient, gather
from b24app.checklist.engine.judge import judge
from b24app.checklist.engine.mutes import AREA_PREFIX
from b24app.checklist.engine.own_facts_reading import salt_of
from b24app.checklist.engine.returned_events import await_test_event
from b24app.checklist.engine.runs import (
    facts_behind,
    facts_of_run,
    get_run,
    our_side,
    portal_and_its_time,
    store_facts,
    store_verdicts,
)
from b24app.checklist.model import Run, VerdictRow
from b24app.database import db, every_portal, portal_scope
from b24app.errors import NotFound
from b24app.services import services


def rerun_check(run_id: int, code: str) -> None:
    """Queue one check of a run to be done again."""
    _queue(run_id, code)


def rerun_area(run_id: int, area: Area) -> None:
    """Queue all checks of one area to be done again."""
    _queue(run_id, f"{AREA_PREFIX}{area}")


def _queue(run_id: int, target: str) -> None:
    get_run(run_id)
    if not codes_of(target):
        raise NotFound("check")
    services().queue.later("perform_rerun", run_id, target)
    db.session.commit()


def codes_of(target: str) -> tuple[str, ...]:
    """The checks that a code or `area:<name>` means."""
    return tuple(
        code for code, spec in load_checks().items() if target in (code, f"{AREA_PREFIX}{spec.area}")
    )


def is_judged_since(run_id: int, target: str, since: datetime) -> bool:
    """Whether every check that the target means has been judged at that moment or later."""
    codes = codes_of(target)
    fresh = select(VerdictRow.code).where(
        VerdictRow.run_id == run_id, VerdictRow.code.in_(codes), VerdictRow.judged_at >= since
    )
    return set(codes) <= set(db.session.scalars(fresh))


def perform_rerun(run_id: int, target: str) -> None:
    """Ask only for the facts behind these checks and judge them again: the job behind the verbs above."""
    from b24app.portals.client_factory import open_client

    with every_portal():
        run = db.session.get(Run, run_id)
        if run is None:
            return
        portal_id = run.portal_id
    with portal_scope(portal_id):
        repeat(run_id, target, open_client(portal_id, background=True))


def repeat(run_id: int, target: str, client: BatchClient) -> None:
    """Do these checks again through the door and store what they say now."""
    codes = codes_of(target)
    portal, now = portal_and_its_time()
    before, baseline = facts_of_run(run_id), baseline_for(run_id)
    scopes, salt, license_code = tuple(portal.scopes), salt_of(portal), portal.plan_code
    db.session.commit()
    asked = facts_behind(codes)
    facts = gather(client, now, scopes, names=asked, known=before, salt=salt)
    if "own_test_event" in asked:
        await_test_event(facts)
    specs = load_checks()
    outside = any("public_addresses" in specs[code].facts for code in codes)
    facts = facts.joined(our_side(facts, license_code, outside=outside))
    store_facts(run_id, facts)
    store_verdicts(run_id, judge(facts, now, baseline, codes, activated_at(now)))
