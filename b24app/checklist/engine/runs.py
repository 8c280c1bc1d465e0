"""Runs of the checklist: started by a page, performed by the worker, read back from storage."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import ColumnElement, and_, delete, select, update

from b24app.checklist.engine.activated import activated_at
from b24app.checklist.engine.baselines import baseline_for
from b24app.checklist.engine.check import Baseline, load_checks
from b24app.checklist.engine.fact import Facts, load_facts
from b24app.checklist.engine.fact_refusal import WHOLE_PORTAL, Reason
from b24app.checklist.engine.gather import BatchClient, gather
from b24app.checklist.engine.judge import judge
from b24app.checklist.engine.outside_checks import public_addresses
from b24app.checklist.engine.own_facts_reading import own_facts, salt_of
from b24app.checklist.engine.plan_usage import keep_usage
from b24app.checklist.engine.returned_events import await_test_event
from b24app.checklist.engine.stopping import StoppableClient, Stopped, refuse_stopped
from b24app.checklist.engine.stored_facts import dump_facts, dump_verdict, load_facts_from, load_verdict
from b24app.checklist.engine.verdict import Level, Verdict
from b24app.checklist.facts.apps.application import Application
from b24app.checklist.facts.apps.granted_scopes import GrantedScopes
from b24app.checklist.facts.apps.me import Me
from b24app.checklist.facts.channels.connector_states import ConnectorStates
from b24app.checklist.model import FactRow, Run, RunState, VerdictRow
from b24app.database import current_portal_id, db, every_portal, portal_scope, read_once
from b24app.errors import NotFound, PortalError
from b24app.portals.model import Portal
from b24app.services import services

STALE = timedelta(minutes=10)
ALMOST_DONE = "judging"
log = structlog.get_logger(__name__)


def start_run(
    *, kind: str = "manual", user_id: int | None = None, user_name: str = "", job: str = "perform_run"
) -> int:
    """Queue a run of this portal, carried out by a job, and return its id; one under way is returned instead."""
    now = services().clock.now()
    under_way = db.session.scalar(
        select(Run.id)
        .where(
            Run.state.in_((RunState.QUEUED, RunState.RUNNING)), Run.created_at > now - STALE, Run.kind == kind
        )
        .order_by(Run.id.desc())
    )
    if under_way is not None:
        return under_way
    run = Run(
        kind=kind, asked_by=user_id, asked_by_name=user_name, created_at=now, portal_id=current_portal_id()
    )
    db.session.add(run)
    db.session.flush()
    services().queue.later(job, run.id)
    db.session.commit()
    return run.id


def perform_run(run_id: int) -> None:
    """Ask the portal and judge: the job behind `start_run`; a second delivery finds nothing to do."""
    from b24app.portals.client_factory import open_client

    with every_portal():
        run = db.session.get(Run, run_id)
        if run is None or not _claim(run_id):
            return
        portal_id = run.portal_id
    with portal_scope(portal_id):
        try:
            carry_out(run_id, StoppableClient(run_id, open_client(portal_id, background=True)))
        except Stopped:
            log.info("run stopped", run=run_id)
        except PortalError as error:
            _finish(run_id, RunState.FAILED, error=error.public)


def _claim(run_id: int) -> bool:
    now = services().clock.now()
    claimed = db.session.execute(
        update(Run)
        .where(Run.id == run_id, Run.state == RunState.QUEUED)
        .values(state=RunState.RUNNING, started_at=now, phase="first")
    )
    db.session.commit()
    return bool(getattr(claimed, "rowcount", 0))


def carry_out(run_id: int, client: BatchClient) -> None:
    """Gather through the door, judge what came after each batch, and store it."""
    portal, now = portal_and_its_time()
    baseline = baseline_for(run_id)
    known = Facts({"alive_pairs": _alive_pairs(baseline)})
    scopes, salt, license_code = tuple(portal.scopes), salt_of(portal), portal.plan_code
    db.session.commit()

    def told(phase: int, facts: Facts) -> None:
        """After the first batch its own checks are judged at once, so that the page fills up."""
        if phase == 1:
            _store_early(run_id, facts, now, baseline)
        _mark(run_id, "second" if phase == 1 else ALMOST_DONE)

    facts = gather(client, now, scopes, known=known, salt=salt, progress=told)
    refuse_stopped(run_id)
    keep_usage(facts, now, now.date())  # first, so that terms are judged as the portal has just told them
    await_test_event(facts)
    facts = facts.joined(our_side(facts, license_code))
    store_facts(run_id, facts)
    store_verdicts(run_id, judge(facts, now, _comparable(facts, baseline), activated_at=activated_at(now)))
    refuse_stopped(run_id)
    _describe(run_id, facts, requests=getattr(client, "requests_sent", 0))
    _finish(run_id, _ending(facts))


def our_side(facts: Facts, license_code: str, *, outside: bool = True) -> Facts:
    """What we know ourselves and, if wanted and allowed, what our server sees from outside."""
    application = facts.of(Application)
    told = own_facts(application.license if application else license_code)
    if outside and services().settings.look_outside:
        told["public_addresses"] = public_addresses(facts)
    return Facts(told)


def _store_early(run_id: int, facts: Facts, now: datetime, baseline: Baseline) -> None:
    first = {name for name, spec in load_facts().items() if not spec.second}
    codes = [code for code, spec in load_checks().items() if {*spec.facts, *spec.optional} <= first]
    store_verdicts(run_id, judge(facts, now, _comparable(facts, baseline), codes, activated_at(now)))


def portal_and_its_time() -> tuple[Portal, datetime]:
    """The portal of the scope and the present moment in its time zone."""
    portal = db.session.get(Portal, current_portal_id())
    if portal is None:
        raise NotFound("portal")
    return portal, services().clock.now().astimezone(ZoneInfo(portal.time_zone))


def _alive_pairs(baseline: Baseline) -> tuple[str, ...]:
    """Connectors that worked in the baseline are asked about first."""
    states = baseline.of(ConnectorStates)
    return states.alive() if states else ()


def _comparable(facts: Facts, baseline: Baseline) -> Baseline:
    """The baseline, unless another user saw it: then a missing thing may only be a missing right."""
    then, now = baseline.of(Me), facts.of(Me)
    return baseline if then is None or now is None or then.id == now.id else Baseline()


def _ending(facts: Facts) -> RunState:
    whole = any(no.reason in WHOLE_PORTAL for no in facts.refusals.values())
    return RunState.REFUSED if whole and facts.of(Application) is None else RunState.DONE


def store_facts(run_id: int, facts: Facts) -> None:
    """Keep the facts of a run; a fact asked again replaces the older one."""
    rows = dump_facts(facts)
    db.session.execute(delete(FactRow).where(FactRow.run_id == run_id, FactRow.name.in_(list(rows))))
    mine = current_portal_id()
    db.session.add_all(
        FactRow(portal_id=mine, run_id=run_id, name=name, value=value, refusal=refusal)
        for name, (value, refusal) in rows.items()
    )
    db.session.commit()


def store_verdicts(run_id: int, verdicts: Mapping[str, Verdict]) -> None:
    """Keep the verdicts of a run and count them; one judged again replaces the older one."""
    db.session.execute(
        delete(VerdictRow).where(VerdictRow.run_id == run_id, VerdictRow.code.in_(list(verdicts)))
    )
    now, mine = services().clock.now(), current_portal_id()
    db.session.add_all(
        VerdictRow(
            portal_id=mine, run_id=run_id, code=code, level=v.level, verdict=dump_verdict(v), judged_at=now
        )
        for code, v in verdicts.items()
    )
    db.session.flush()
    levels = list(db.session.scalars(select(VerdictRow.level).where(VerdictRow.run_id == run_id)))
    counts = {level.value: levels.count(level.value) for level in Level if level.value in levels}
    db.session.execute(update(Run).where(Run.id == run_id).values(counts=counts))
    db.session.commit()


def _mark(run_id: int, phase: str) -> None:
    db.session.execute(update(Run).where(_goes_on(run_id)).values(phase=phase))
    db.session.commit()


def _describe(run_id: int, facts: Facts, requests: int) -> None:
    run = get_run(run_id)
    me, scopes, application = facts.of(Me), facts.of(GrantedScopes), facts.of(Application)
    run.requests = requests
    run.complete = all(no.reason in {Reason.METHOD, Reason.SCOPE} for no in facts.refusals.values())
    run.seen_as = me.id if me else None
    run.seen_by_admin = bool(me and me.admin)
    run.scopes = list(scopes.names) if scopes else []
    run.plan = application.license if application else ""
    db.session.commit()


def _finish(run_id: int, state: RunState, error: str = "") -> None:
    done = {"state": state, "phase": "done", "error": error, "finished_at": services().clock.now()}
    db.session.execute(update(Run).where(_goes_on(run_id)).values(**done))
    db.session.commit()


def _goes_on(run_id: int) -> ColumnElement[bool]:
    """This run, unless a person has stopped it: a late worker must not bring it back."""
    return and_(Run.id == run_id, Run.state != RunState.STOPPED)


def get_run(run_id: int) -> Run:
    """A run of this portal."""
    run = db.session.scalar(select(Run).where(Run.id == run_id))
    if run is None:
        raise NotFound("run")
    return run


@read_once
def latest_run(*, finished: bool = False) -> Run | None:
    """The newest run of this portal, or the newest one that was carried through."""
    wanted = select(Run).order_by(Run.id.desc()).limit(1)
    return db.session.scalar(wanted.where(Run.state == RunState.DONE) if finished else wanted)


def run_history(limit: int = 30) -> list[Run]:
    """The runs of this portal, newest first."""
    return list(db.session.scalars(select(Run).order_by(Run.id.desc()).limit(limit)))


def facts_of_run(run_id: int) -> Facts:
    """The facts that a run gathered."""
    rows = db.session.execute(
        select(FactRow.name, FactRow.value, FactRow.refusal).where(FactRow.run_id == run_id)
    )
    return load_facts_from({name: (value, refusal) for name, value, refusal in rows})


def verdicts_of_run(run_id: int) -> dict[str, Verdict]:
    """The verdicts of a run, in the order of the page."""
    rows = db.session.execute(
        select(VerdictRow.code, VerdictRow.verdict).where(VerdictRow.run_id == run_id)
    ).all()
    found = {code: load_verdict(value) for code, value in rows}
    return {code: found[code] for code in load_checks() if code in found}


def facts_behind(codes: Collection[str]) -> set[str]:
    """The facts that the named checks need, as far as a portal can be asked for them."""
    specs, askable = load_checks(), load_facts()
    wanted = {name for code in codes for name in (*specs[code].facts, *specs[code].optional)}
    return wanted & set(askable)
