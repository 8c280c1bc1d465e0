"""Executes runs: asks the portal, judges and stores, step by step; repeats one check or area; or judges again without asking."""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import update

from b24app.checklist.engine.check import Baseline, load_checks
from b24app.checklist.engine.fact import WHOLE_PORTAL, EarlierFacts, Facts, Reason, load_facts
from b24app.checklist.engine.gather import BatchClient, gather
from b24app.checklist.engine.judge import judge
from b24app.checklist.engine.mutes_and_owners import AREA_PREFIX
from b24app.checklist.engine.outside_checks import look, public_addresses, visit
from b24app.checklist.engine.own_facts_reading import await_test_event, own_facts, salt_of
from b24app.checklist.engine.plan_usage import keep_usage
from b24app.checklist.engine.run_bounds import (
    FAULTS,
    asking,
    got_nothing,
    not_answered,
    running,
    why_nothing,
    worth_keeping,
)
from b24app.checklist.engine.run_results import moments_of_verdicts, moments_unread
from b24app.checklist.engine.run_stop import StoppableClient, Stopped, refuse_stopped
from b24app.checklist.engine.runs import (
    OVERTAKEN,
    activated_at,
    baseline_for,
    earlier_facts,
    end_run,
    facts_behind,
    facts_of_run,
    get_run,
    goes_on,
    is_overtaken,
    latest_run,
    step,
    store_facts,
    store_results,
    store_verdicts,
    verdicts_of_run,
)
from b24app.checklist.facts.apps.application import Application
from b24app.checklist.facts.apps.granted_scopes import GrantedScopes
from b24app.checklist.facts.apps.me import Me
from b24app.checklist.facts.channels.connector_states import ConnectorStates
from b24app.checklist.model import ACTIVE, Run, RunPhase, RunState
from b24app.database import changed_rows, current_portal_id, db, every_portal, portal_scope
from b24app.errors import NotFound, PortalError
from b24app.portals.model import Portal
from b24app.services import services

CHANGING = {"terms", "register", "last_backup", "own_copy", "probes", "disk_use", "event_echoes"}
"""Facts of our own that change between two runs; their checks need no newer answer of the portal."""
ASKED_BY = frozenset({"register"})
"""Facts of our own that determine what the portal is asked for."""
CONTEXT = frozenset({"me", "recent_orders", "sites", "order_counts"})
"""Facts that every verdict depends on (`applicability.py`)."""
log = structlog.get_logger(__name__)


def perform_run(run_id: int) -> None:
    """Ask the portal and judge: the job behind `start_run`. One whose worker died begins anew, one that has ended does nothing."""
    from b24app.portals.client_factory import open_client

    with every_portal():
        run = db.session.get(Run, run_id)
        if run is None or _ended_as_overtaken(run) or not _take(run_id):
            return
        portal_id, person = run.portal_id, run.asked_by is not None or run.asked_by_name != ""
    with portal_scope(portal_id), running():
        try:
            client = open_client(portal_id, background=True, person=person, faults=FAULTS)
            carry_out(run_id, StoppableClient(run_id, client))
        except Stopped:
            log.info("run stopped", run=run_id)
        except PortalError as error:
            db.session.rollback()
            with step():
                end_run(run_id, RunState.FAILED, error=error.public)


def _ended_as_overtaken(run: Run) -> bool:
    if not is_overtaken(run, services().clock.now()):
        return False
    with step():
        end_run(run.id, RunState.FAILED, error=OVERTAKEN)
    return True


def _take(run_id: int) -> bool:
    waiting = update(Run).where(Run.id == run_id, Run.state.in_(ACTIVE))
    begun = {"state": RunState.RUNNING, "phase": RunPhase.FIRST, "started_at": services().clock.now()}
    with step():
        taken = db.session.execute(waiting.values(**begun))
    return bool(changed_rows(taken))


def carry_out(run_id: int, client: BatchClient) -> None:
    """Gather through the client, judge the facts after each batch, and store them."""
    with step():
        portal, now = portal_and_its_time()
        baseline = baseline_for(run_id)
        known = Facts({"alive_pairs": _alive_pairs(baseline), **own_facts(portal.plan_code, ASKED_BY)})
        scopes, salt, license_code = tuple(portal.scopes), salt_of(portal), portal.plan_code
        by_night, earlier = get_run(run_id).kind == "daily", earlier_facts(run_id)

    def note_progress(phase: int, facts: Facts) -> None:
        """After the first batch its own checks are judged at once, so that the page fills up; not by night, when it is not looked at."""
        if by_night or got_nothing(facts):
            return
        with step():
            if phase == 1:
                _store_early(run_id, facts, now, baseline)
            _mark(run_id, RunPhase.SECOND if phase == 1 else RunPhase.JUDGING)

    with asking():
        facts = gather(
            client, now, scopes, known=known, earlier=earlier,
            baseline=EarlierFacts(baseline.facts, baseline.at), salt=salt, progress=note_progress,
        )  # fmt: skip
    if got_nothing(facts):
        _end_unanswered(run_id, facts, requests=getattr(client, "requests_sent", 0))
        return
    facts = facts.joined(seen_from_outside(facts))
    refuse_stopped(run_id)
    with step():
        keep_usage(
            facts, now, now.date()
        )  # first, so that terms are judged by what the portal has just answered
        await_test_event(facts)
        facts = facts.joined(_own_side(facts, license_code))
        store_results(
            run_id, facts, judge(facts, now, comparable(facts, baseline), activated_at=activated_at(now))
        )
        _describe(run_id, facts, requests=getattr(client, "requests_sent", 0))
        end_run(run_id, _ending(facts))


def seen_from_outside(facts: Facts) -> Facts:
    """What our server sees of public addresses, if that is allowed."""
    if not services().settings.look_outside:
        return Facts()
    look_at = partial(look, now=services().clock.now, go=services().visit_site or visit)
    return Facts({"public_addresses": public_addresses(facts, look_at)})


def _end_unanswered(run_id: int, facts: Facts, requests: int) -> None:
    """End a run that got no answer: nothing is judged or compared, only what came instead is stored."""
    with step():
        store_facts(run_id, facts)
        _describe(run_id, facts, requests=requests)
        end_run(run_id, RunState.UNANSWERED, error=why_nothing(facts))


def _own_side(facts: Facts, license_code: str) -> Facts:
    application = facts.of(Application)
    return Facts(own_facts(application.license if application else license_code))


def _store_early(run_id: int, facts: Facts, now: datetime, baseline: Baseline) -> None:
    asked = {*facts.values, *facts.refusals}
    first = {name for name, spec in load_facts().items() if not spec.second and name in asked}
    codes = [code for code, spec in load_checks().items() if {*spec.facts, *spec.optional} <= first]
    store_verdicts(run_id, judge(facts, now, comparable(facts, baseline), codes, activated_at(now)))


def portal_and_its_time() -> tuple[Portal, datetime]:
    """The portal of the scope and the present moment in its time zone."""
    portal = db.session.get(Portal, current_portal_id())
    if portal is None:
        raise NotFound("portal")
    return portal, services().clock.now().astimezone(ZoneInfo(portal.time_zone))


def _alive_pairs(baseline: Baseline) -> tuple[str, ...]:
    """Connectors that worked in the baseline, which are asked about first."""
    states = baseline.of(ConnectorStates)
    return states.alive() if states else ()


def comparable(facts: Facts, baseline: Baseline) -> Baseline:
    """The baseline, unless another user saw it: then a missing object may only be a missing right."""
    then, now = baseline.of(Me), facts.of(Me)
    return baseline if then is None or now is None or then.id == now.id else Baseline()


def _ending(facts: Facts) -> RunState:
    whole = any(no.reason in WHOLE_PORTAL for no in facts.refusals.values())
    return RunState.REFUSED if whole and facts.of(Application) is None else RunState.DONE


def _mark(run_id: int, phase: RunPhase) -> None:
    db.session.execute(update(Run).where(goes_on(run_id)).values(phase=phase))


def _describe(run_id: int, facts: Facts, requests: int) -> None:
    run = get_run(run_id)
    me, scopes, application = facts.of(Me), facts.of(GrantedScopes), facts.of(Application)
    run.requests = requests
    run.complete = all(no.reason in {Reason.METHOD, Reason.SCOPE} for no in facts.refusals.values())
    run.seen_as = me.id if me else None
    run.seen_by_admin = bool(me and me.admin)
    run.scopes = list(scopes.names) if scopes else []
    if scopes:
        db.session.get_one(Portal, run.portal_id).note_scopes(scopes.names)
    run.plan = application.license if application else ""


def rerun(run_id: int, target: str) -> None:
    """Queue one check of a run, or all of `area:<name>`, to be done again."""
    get_run(run_id)
    if not codes_of(target):
        raise NotFound("check")
    services().queue.later("perform_rerun", run_id, target)


def codes_of(target: str) -> tuple[str, ...]:
    """The checks that a code or `area:<name>` means."""
    return tuple(
        code for code, spec in load_checks().items() if target in (code, f"{AREA_PREFIX}{spec.area}")
    )


def is_judged_since(run_id: int, target: str, since: datetime) -> bool:
    """Whether every check of the target has been judged, or asked for in vain, at that moment or later."""
    judged, unread = moments_of_verdicts(run_id), moments_unread(run_id)
    return all(
        code in judged and max(judged[code], unread.get(code, judged[code])) >= since
        for code in codes_of(target)
    )


def is_unread_since(run_id: int, target: str, since: datetime) -> bool:
    """Whether the portal did not answer for a check of the target when it was asked then or later."""
    unread = moments_unread(run_id)
    return any(code in unread and unread[code] >= since for code in codes_of(target))


def perform_rerun(run_id: int, target: str) -> None:
    """Ask only for the facts behind these checks and judge them again: the job behind `rerun`."""
    from b24app.portals.client_factory import open_client

    with every_portal():
        run = db.session.get(Run, run_id)
        if run is None:
            return
        portal_id = run.portal_id
    with portal_scope(portal_id), running():
        repeat(run_id, target, open_client(portal_id, background=True, person=True, faults=FAULTS))


def repeat(run_id: int, target: str, client: BatchClient) -> None:
    """Do these checks again through the client and store their new verdicts."""
    codes, specs = codes_of(target), load_checks()
    asked = facts_behind(codes)
    with step():
        portal, now = portal_and_its_time()
        before, baseline, run = facts_of_run(run_id), baseline_for(run_id), get_run(run_id)
        earlier = EarlierFacts(before, run.started_at or run.created_at)
        known = before.joined(Facts(own_facts(portal.plan_code, ASKED_BY)))
        scopes, salt, license_code = tuple(portal.scopes), salt_of(portal), portal.plan_code
    with asking():
        facts = gather(
            client, now, scopes, names=asked, known=known, earlier=earlier,
            baseline=EarlierFacts(baseline.facts, baseline.at), salt=salt,
        )  # fmt: skip
    if any("public_addresses" in (*specs[code].facts, *specs[code].optional) for code in codes):
        facts = facts.joined(seen_from_outside(facts))
    with step():
        if "own_test_event" in asked:
            await_test_event(facts)
        facts = facts.joined(_own_side(facts, license_code))
        unread = not_answered(facts, before, verdicts_of_run(run_id, codes))
        again = [code for code in codes if code not in unread]
        judged = judge(facts, now, comparable(facts, baseline), again, activated_at(now))
        store_results(run_id, worth_keeping(facts, before), judged, unread)


def rejudge(changed: Collection[str] = CHANGING) -> Run | None:
    """Judge the checks that use facts of our own again; returns their run, None when none was finished."""
    run = latest_run(finished=True)
    if run is None:
        return None
    portal, now = portal_and_its_time()
    known = Facts(own_facts(portal.plan_code, changed))
    specs = {
        code: {*spec.facts, *spec.optional}
        for code, spec in load_checks().items()
        if not {*spec.facts, *spec.optional}.isdisjoint(changed)
    }
    before = facts_of_run(run.id, CONTEXT.union(*specs.values()))
    store_results(run.id, known, judge(before.joined(known), now, codes=specs))
    return run
