"""Runs of the checklist: started and stopped by people, compared with the baseline that they chose, read from storage."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select, update

from b24app.checklist.engine.check import Baseline, load_checks
from b24app.checklist.engine.fact import (
    REASON_TEXTS,
    WHO_GRANTS,
    WHOLE_PORTAL,
    EarlierFacts,
    Facts,
    load_facts,
)
from b24app.checklist.engine.run_results import read_facts, read_verdicts, write_result
from b24app.checklist.engine.stored_facts import dump_facts, load_facts_from
from b24app.checklist.engine.verdict import Verdict
from b24app.checklist.model import (
    ACTIVE,
    AfterStep,
    BaselineChoice,
    Run,
    RunPhase,
    RunState,
)
from b24app.database import changed_rows, current_portal_id, db, read_once
from b24app.errors import NotFound
from b24app.portal_rows import PortalRows
from b24app.services import services
from b24app.terms.term import Author
from b24app.text.messages import N_

STALE = timedelta(minutes=10)
PROVED_WITHIN = timedelta(days=30)
OVERTAKEN_AFTER = timedelta(days=1)
OVERTAKEN = N_("The application was stopped in the middle of these checks. Newer results are there.")


@contextmanager
def step() -> Iterator[None]:
    """One step of a job: committed at its end, so that pages see it and no transaction is open during requests."""
    yield
    db.session.commit()


def start_run(
    *,
    at: datetime,
    by: Author | None = None,
    kind: str = "manual",
    job: str = "perform_run",
    lane: str | None = None,
) -> int:
    """Queue a run of this portal, carried out by a job, and return its id; one under way is returned instead."""
    under_way = db.session.scalar(
        select(Run.id)
        .where(Run.state.in_(ACTIVE), Run.created_at > at - STALE, Run.kind == kind)
        .order_by(Run.id.desc())
    )
    if under_way is not None:
        return under_way
    run = Run(kind=kind, created_at=at)
    if by is not None:
        run.asked_by, run.asked_by_name = by.user_id, by.name
    db.session.add(run)
    db.session.flush()
    services().queue.later(job, run.id, lane=lane)
    return run.id


def stop_run(run_id: int, *, by: Author, at: datetime) -> bool:
    """Stop a waiting or running run; False when it had ended before. What it gathered is kept but never used."""
    get_run(run_id)
    stopped = db.session.execute(
        update(Run)
        .where(Run.id == run_id, Run.state.in_(ACTIVE))
        .values(state=RunState.STOPPED, phase=RunPhase.DONE, finished_at=at, stopped_by=by.name[:255])
    )
    return bool(changed_rows(stopped))


def end_run(run_id: int, state: RunState, error: str = "") -> None:
    """End a waiting or running run; one that a person has stopped or that has ended stays as it is."""
    done = {"state": state, "phase": RunPhase.DONE, "error": error, "finished_at": services().clock.now()}
    db.session.execute(update(Run).where(goes_on(run_id)).values(**done))


def goes_on(run_id: int) -> ColumnElement[bool]:
    """This run, unless it has ended: a late worker must not reopen a run that a person has stopped."""
    return and_(Run.id == run_id, Run.state.in_(ACTIVE))


def run_under_way(at: datetime) -> Run | None:
    """The newest run while it is under way; one that never started, or of a clock that was ahead, is given up."""
    run = latest_run()
    if run is None or run.state not in ACTIVE or abs(at - run.created_at) > STALE:
        return None
    return run


def get_run(run_id: int) -> Run:
    """A run of this portal."""
    run = db.session.get(Run, run_id)
    if run is None or run.portal_id != current_portal_id():
        raise NotFound("run")
    return run


def is_overtaken(run: Run, now: datetime) -> bool:
    """Whether a run of days ago has newer results after it: executed now, it would show today's answers as those of its day."""
    newer = exists().where(Run.portal_id == run.portal_id, Run.id > run.id, Run.state == RunState.DONE)
    late = run.state in ACTIVE and now - run.created_at > OVERTAKEN_AFTER
    return late and bool(db.session.scalar(select(newer)))


NEWEST = PortalRows(select(Run).order_by(Run.id.desc()).limit(1))
NEWEST_DONE = PortalRows(select(Run).where(Run.state == RunState.DONE).order_by(Run.id.desc()).limit(1))


NEWEST_ACTIVATION = PortalRows(select(AfterStep).order_by(AfterStep.activated_at.desc()).limit(1))


def latest_run(*, finished: bool = False) -> Run | None:
    """The newest run of this portal, or the newest finished one."""
    return (NEWEST_DONE if finished else NEWEST).first()


def run_history(limit: int = 30) -> list[Run]:
    """The runs of this portal, newest first."""
    return list(db.session.scalars(select(Run).order_by(Run.id.desc()).limit(limit)))


def earlier_facts(run_id: int) -> EarlierFacts:
    """The facts of the newest completed run before this one, and when it asked."""
    earlier = db.session.scalar(
        select(Run).where(Run.state == RunState.DONE, Run.id < run_id).order_by(Run.id.desc()).limit(1)
    )
    if earlier is None:
        return EarlierFacts()
    return EarlierFacts(facts_of_run(earlier.id), earlier.started_at or earlier.created_at)


def facts_of_run(run_id: int, names: Collection[str] | None = None) -> Facts:
    """The facts that a run gathered: all of them, or the named ones."""
    return load_facts_from(read_facts(run_id, names))


def store_facts(run_id: int, facts: Facts) -> None:
    """Keep the facts of a run; a fact asked again replaces the older one."""
    store_results(run_id, facts, {})


def verdicts_of_run(run_id: int, codes: Collection[str] | None = None) -> dict[str, Verdict]:
    """The verdicts of a run, in the order of the page: all of them, or the named ones."""
    found = read_verdicts(run_id, codes)
    return {code: found[code] for code in load_checks() if code in found}


def store_verdicts(run_id: int, verdicts: Mapping[str, Verdict]) -> None:
    """Keep the verdicts of a run and count them; one judged again replaces the older one."""
    store_results(run_id, Facts(), verdicts)


def store_results(
    run_id: int, facts: Facts, verdicts: Mapping[str, Verdict], unread: Collection[str] = ()
) -> None:
    """Store facts and verdicts of a run at once, and count its levels; checks asked for in vain keep their verdicts."""
    at = services().clock.now()
    levels = write_result(run_id, facts=dump_facts(facts), verdicts=verdicts, at=at, unread=unread)
    db.session.execute(update(Run).where(Run.id == run_id).values(counts=dict(levels)))


def facts_behind(codes: Collection[str]) -> set[str]:
    """The facts that the named checks need, as far as a portal can be asked for them."""
    specs = load_checks()
    wanted = {name for code in codes for name in (*specs[code].facts, *specs[code].optional)}
    return wanted & set(load_facts())


@dataclass(frozen=True, slots=True)
class RefusedRun:
    """The refusal as a page shows it: two message ids and the portal's own words."""

    meaning: str
    remedy: str
    words: str
    at: datetime | None


def refusal_of_run(run_id: int) -> RefusedRun | None:
    """Why the portal refused this run as a whole; None when it did not."""
    noes = facts_of_run(run_id).refusals.values()
    no = next((no for no in noes if no.reason in WHOLE_PORTAL), None)
    if no is None:
        return None
    words = f"{no.code}\n{no.description}".strip()
    return RefusedRun(
        REASON_TEXTS[no.reason], WHO_GRANTS.get(no.reason, ""), words, get_run(run_id).finished_at
    )


def activated_at(now: datetime) -> datetime | None:
    """The newest activation; None when it was long ago: then the usual checks show more."""
    newest = last_activation()
    return newest if newest is not None and now - newest <= PROVED_WITHIN else None


def last_activation() -> datetime | None:
    """When a plan was activated last, however long ago."""
    newest = NEWEST_ACTIVATION.first()
    return newest.activated_at if newest is not None else None


def choose_baseline(run_id: int, *, at: datetime, by: Author | None = None) -> BaselineChoice:
    """Choose this run as the baseline from now on; without a person the choice counts as automatic."""
    if get_run(run_id).state != RunState.DONE:
        raise NotFound("run")
    choice = BaselineChoice(
        run_id=run_id, automatic=by is None, chosen_at=at,
        chosen_by=by.user_id if by else None, chosen_by_name=by.name if by else "",
    )  # fmt: skip
    db.session.add(choice)
    db.session.flush()
    return choice


@read_once
def chosen_baseline() -> BaselineChoice | None:
    """The choice that counts now."""
    return db.session.scalar(select(BaselineChoice).order_by(BaselineChoice.id.desc()).limit(1))


def choice_for(run_id: int) -> BaselineChoice | None:
    """The choice that a run is compared by: the newest one of an earlier run, or of this run when a person made it."""
    mine = and_(BaselineChoice.run_id == run_id, BaselineChoice.automatic.is_(False))
    query = select(BaselineChoice).where(or_(BaselineChoice.run_id < run_id, mine))
    return db.session.scalar(query.order_by(BaselineChoice.id.desc()).limit(1))


def baseline_for(run_id: int) -> Baseline:
    """What a run is judged against: the run that it is compared with, unless that is the run itself."""
    choice = choice_for(run_id)
    if choice is None or choice.run_id == run_id:
        return Baseline()
    return Baseline(facts_of_run(choice.run_id), get_run(choice.run_id).finished_at)
