"""After an activation: repeated runs, and what is still missing for a verified renewal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import delete, select, update

from b24app.checklist.engine.checklist_view import CheckView, checklist_view
from b24app.checklist.engine.runs import (
    latest_run,
    start_run,
    step,
    verdicts_of_run,
)
from b24app.checklist.engine.traffic import deadline_of
from b24app.checklist.engine.verdict import Level
from b24app.checklist.model import AfterStep, Run
from b24app.comparison.stored_comparison import compare_with_baseline
from b24app.comparison.worsening import worse_than
from b24app.database import db, every_portal, portal_scope
from b24app.each_portal import alone
from b24app.portals.availability import get_availability
from b24app.portals.model import day_at
from b24app.services import services
from b24app.terms.paid_terms import find_paid_term
from b24app.terms.term import TermKind
from b24app.text.messages import N_, sentence

STEPS: Mapping[str, timedelta] = {
    "at_once": timedelta(0),
    "15m": timedelta(minutes=15),
    "24h": timedelta(hours=24),
    "72h": timedelta(hours=72),
}
A_MONTH = timedelta(days=31)
FIRST = "at_once"


def schedule_after_activation(activated_at: datetime) -> list[AfterStep]:
    """Plan the repeats of one activation; planning it again changes nothing."""
    known = after_steps(activated_at)
    if known:
        return known
    steps = [
        AfterStep(activated_at=activated_at, step=name, due_at=activated_at + wait)
        for name, wait in STEPS.items()
    ]
    db.session.add_all(steps)
    db.session.flush()
    return steps


def after_steps(activated_at: datetime | None = None) -> list[AfterStep]:
    """The repeats of one activation, or of the newest one, in order."""
    moment = activated_at or db.session.scalar(
        select(AfterStep.activated_at).order_by(AfterStep.activated_at.desc()).limit(1)
    )
    mine = AfterStep.activated_at == moment, AfterStep.step.in_(list(STEPS))
    wanted = select(AfterStep).where(*mine).order_by(AfterStep.due_at)
    return list(db.session.scalars(wanted)) if moment else []


def is_scheduled_since(moment: datetime) -> bool:
    """Whether an activation of this moment or later has its repeats, stopped or not: a second press adds none."""
    newest = after_steps()
    return bool(newest) and newest[0].activated_at >= moment


def forget_activation(marked_at: datetime) -> None:
    """Take an activation back: none of its repeats begins any more, and no run counts as compared after it."""
    if is_scheduled_since(marked_at):
        db.session.execute(delete(AfterStep).where(AfterStep.activated_at >= marked_at))


def repeats_ahead() -> tuple[datetime, ...] | None:
    """When the repeats of the newest activation are due that have not begun; None without an activation or long after it."""
    steps, now = after_steps(), services().clock.now()
    if not steps or now >= steps[0].activated_at + max(STEPS.values()):
        return None
    return tuple(step.due_at for step in steps if step.run_id is None)


def stop_repeats() -> bool:
    """Forget the repeats of the newest activation that have not begun; the first stays, as it holds the moment. False when there were none."""
    ahead = [one for one in after_steps() if one.run_id is None and one.step != FIRST]
    for one in ahead:
        db.session.delete(one)
    db.session.flush()
    return bool(ahead)


def resume_repeats(now: datetime) -> bool:
    """Plan the stopped repeats of the newest activation again that are still in the future; False when there are none."""
    steps = after_steps()
    if not steps:
        return False
    begun, known = steps[0].activated_at, {one.step for one in steps}
    missing = [name for name, wait in STEPS.items() if name not in known and begun + wait > now]
    db.session.add_all(
        AfterStep(activated_at=begun, step=name, due_at=begun + STEPS[name]) for name in missing
    )
    db.session.flush()
    return bool(missing)


def start_due_repeats() -> None:
    """Start every repeat whose time has come, in all portals; a job for every few minutes."""
    now = services().clock.now()
    with every_portal(), step():
        due = db.session.execute(
            select(AfterStep.id, AfterStep.portal_id, AfterStep.step).where(
                AfterStep.run_id.is_(None), AfterStep.due_at <= now, AfterStep.step.in_(list(STEPS))
            )
        ).all()
    for step_id, portal_id, name in due:
        alone(portal_id, partial(_start_repeat, step_id, name, now))


def _start_repeat(step_id: int, name: str, now: datetime, portal_id: int) -> None:
    with portal_scope(portal_id):
        row = db.session.get(AfterStep, step_id)
        if row is not None and not get_availability().is_left_alone(now):
            row.run_id = start_run(at=now, kind=f"after_{name}")
        db.session.flush()  # inside the portal, whose rows may not be written from outside


def release_repeat(run_id: int) -> None:
    """A repeat that the portal did not answer is due again: it has proved nothing."""
    mine = update(AfterStep).where(AfterStep.run_id == run_id, AfterStep.step.in_(list(STEPS)))
    db.session.execute(mine.values(run_id=None))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A check that waits for traffic, or for a date that only a person can enter, and its deadline."""

    row: CheckView
    until: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """What is missing for a verified renewal: a run since the activation, open differences, failing checks, traffic that has not come.

    `to_ask` are the exchanges and applications that only people can check; they do not hold up a renewal.
    """

    compared: bool
    open_lines: int
    failing: tuple[CheckView, ...]
    waiting: tuple[Waiting, ...]
    to_ask: tuple[CheckView, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether everything is passed, accepted or explained."""
        return self.compared and not (self.open_lines or self.failing or self.waiting)


def proof() -> Proof:
    """Look at the newest finished run against the baseline."""
    run, view = latest_run(finished=True), compare_with_baseline()
    now = services().clock.now()
    if run is None:
        return Proof(compared=False, open_lines=0, failing=(), waiting=())
    return Proof(
        compared=_is_after(run),
        open_lines=len(view.open_lines) + view.more if view else 0,
        failing=tuple(_failing(run, view.before.id if view else None)),
        waiting=(*waiting_of(run), *_subscription(run, now)),
        to_ask=tuple(_to_ask(run)),
    )


def _subscription(run: Run, now: datetime) -> Iterator[Waiting]:
    """A renewal is not proved while the shop's applications may stop within a month, or the date is unknown; a muted check is explained.

    Source: apidocs.bitrix24.ru/first-steps/access-to-rest-api.html: without the subscription REST and webhooks stop.
    """
    plan, found = find_paid_term(TermKind.PLAN), find_paid_term(TermKind.MARKETPLACE)
    row = checklist_view(run).check("other_terms_alive")
    if plan is None or row is None or row.muted is not None:
        return
    ends_on, today = found.ends_on if found else None, day_at(now)
    if ends_on is not None and (ends_on >= today + A_MONTH or (found and found.pending_since)):
        return
    title = sentence(N_("When does the BitrixGPT + Marketplace subscription end?"))
    line = sentence(
        N_(
            "Without it applications and the exchange with the site stop: write its end down in “Terms and money”."
        )
    )
    if ends_on is not None:
        title = sentence(N_("The BitrixGPT + Marketplace subscription ends on %(day)s"), day=ends_on)
        line = sentence(N_("Renew it and write the new date down, or silence the check with a reason."))
    yield Waiting(replace(row, title=title, line=line, level=Level.WARN), now)


def _to_ask(run: Run) -> Iterator[CheckView]:
    """The questions that an activation has opened anew; «I do not know» does not answer one."""
    for area in checklist_view(run).areas:
        for row in area.checks:
            if (
                row.level in {Level.ASK, Level.UNKNOWN}
                and row.muted is None
                and row.question
                and row.question.anew
            ):
                yield row


def waiting_of(run: Run) -> tuple[Waiting, ...]:
    """The checks of a run that wait for traffic, the nearest deadline first; muted ones are explained."""
    verdicts, view = verdicts_of_run(run.id), checklist_view(run)
    until = {code: moment for code, one in verdicts.items() if (moment := deadline_of(one))}
    rows = [row for code in until if (row := view.check(code)) and row.muted is None]
    return tuple(sorted((Waiting(row, until[row.code]) for row in rows), key=lambda one: one.until))


def _is_after(run: Run) -> bool:
    """Whether the run has seen the portal since the activation; True for any run without an activation."""
    steps = after_steps()
    return not steps or (run.started_at is not None and run.started_at >= steps[0].activated_at)


def _failing(run: Run, before_id: int | None) -> Iterator[CheckView]:
    """Blocking checks, and notes that are new: muted ones are explained."""
    worse = worse_than(before_id, run.id) if before_id else ()
    for area in checklist_view(run).areas:
        for row in area.checks:
            note = row.level is Level.WARN and row.code in worse
            if row.muted is None and (row.level is Level.FAIL or note):
                yield row


def is_being_verified(now: datetime) -> bool:
    """Whether repeats after an activation are still under way."""
    steps = after_steps()
    return bool(steps) and now < steps[0].activated_at + max(STEPS.values())
