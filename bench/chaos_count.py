"""What is left when everything has settled: lost, doubled and stuck, each found by looking at rows, notes, portals and mail."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import Select, func, select

from b24app.checklist.model import ACTIVE, Run, RunState, WriteRun
from b24app.database import db, every_portal
from b24app.jobs.model import FAILED, RUNNING, WAITING, JobRow, NightRow
from b24app.portals.model import EventIn, InstallStatus, Portal
from b24app.reminders.model import UNDER_WAY, Delivery, EmployeeReport
from b24app.renewal.model import Reconciliation
from b24app.reports.model import FileState, ReportFile
from b24app.services import services
from bench.chaos_mail import count_repeats
from bench.chaos_nights import Nights
from bench.chaos_town import Town

AFTER_WAKING = 6.0
MARK = re.compile(r"^#[0-9a-f]{16}$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Span:
    """A job in a worker's hands, until it ended or the worker did."""

    key: str
    pid: int
    begun: float
    ended: float
    done: bool


@dataclass
class Verdict:
    """Every finding in words, and numbers for the table."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    numbers: Counter[str] = field(default_factory=Counter)

    @property
    def is_clean(self) -> bool:
        """Whether everything was done once."""
        return not (self.lost or self.doubled or self.stuck)


def judge(town: Town, nights: Nights) -> Verdict:
    """Look at everything."""
    nights.look(town)
    found, spans = Verdict(), read_spans(town)
    with town.app.app_context(), every_portal():
        found.stuck.extend(stuck_rows())
        found.lost.extend(wordless_rows())
        found.lost.extend(lost_jobs(town, spans))
        found.lost.extend(lost_installs(town))
        answers = (span.key for span in spans if span.key.startswith("portal_answers:"))
        again = Counter(int(key.rpartition(":")[2]) for key in answers)
        found.doubled.extend(nights.doubled(again))
        found.doubled.extend(left_in_portals(town))
        _count_ends(found)
    found.doubled.extend(worked_on_twice(town, spans))
    mail = count_repeats(town.mail, town.crew.shaken)
    found.doubled.extend(mail.doubled)
    found.numbers.update({"messages": mail.messages, "repeated once": mail.once, "nights": len(nights.begun)})
    found.numbers.update({"asked": len(town.asked), "jobs begun": len(spans)})
    log = town.folder / "worker.log"
    text = log.read_text(errors="replace") if log.exists() else ""
    found.numbers["asked again"] = text.count("work whose job was lost begins again")
    found.numbers["taken over"] = text.count("job taken over from a dead worker")
    return found


def read_spans(town: Town) -> list[Span]:
    """What the workers noted: one entry for each time that a job was begun."""
    path = town.folder / "notes"
    lines = path.read_text().splitlines() if path.exists() else []
    ends, found = dict(town.crew.killed), list[Span]()
    begun: dict[tuple[int, int], tuple[str, float]] = {}
    for one in sorted(map(json.loads, lines), key=lambda note: float(note["at"])):
        who = one["pid"], one["thread"]
        if one["what"] == "begun":
            begun[who] = one["key"], one["at"]
        elif one["what"] == "gone":
            ends[one["pid"]] = one["at"]
        else:
            key, at = begun.pop(who)
            found.append(Span(key, one["pid"], at, one["at"], done=one["what"] == "done"))
    for (pid, _), (key, at) in begun.items():
        found.append(Span(key, pid, at, ends.get(pid, float("inf")), done=False))
    return found


def stuck_rows() -> Iterator[str]:
    """Rows that wait for something that will not come."""
    now = services().clock.now()
    jobs = select(JobRow.name, JobRow.ids, JobRow.state, JobRow.error, JobRow.due_at).where(
        JobRow.state.in_([WAITING, RUNNING]),
        (JobRow.due_at <= now) | (JobRow.due_at > now + timedelta(days=2)),
    )
    kinds = {
        "job": jobs.where(JobRow.name.not_in(REGULAR)),
        "run": select(Run.id, Run.portal_id, Run.state, Run.kind).where(Run.state.in_(ACTIVE)),
        "test write": select(WriteRun.id, WriteRun.portal_id, WriteRun.state, WriteRun.phase).where(
            WriteRun.active.is_not(None)
        ),
        "reconciliation": select(Reconciliation.id, Reconciliation.portal_id).where(
            Reconciliation.state == "waiting"
        ),
        "employee report": select(EmployeeReport.id, EmployeeReport.portal_id).where(
            EmployeeReport.passed_at.is_(None), EmployeeReport.settled_at.is_(None)
        ),
        "event": select(EventIn.id, EventIn.name).where(EventIn.done_at.is_(None)),
        "report file": select(ReportFile.id, ReportFile.state).where(
            ReportFile.state.not_in([FileState.DONE, FileState.FAILED])
        ),
        "message": select(Delivery.id, Delivery.portal_id, Delivery.channel, Delivery.state, Delivery.error)
        .join(Portal, Portal.id == Delivery.portal_id)
        .where(Delivery.state.in_(UNDER_WAY), Portal.status != InstallStatus.DELETED),
        "night": due_nights().where(
            (NightRow.due_at < now - timedelta(hours=1)) | (NightRow.due_at > now + timedelta(days=2))
        ),
    }  # fmt: skip
    for kind, wanted in kinds.items():
        yield from (f"{kind} {tuple(row)}" for row in db.session.execute(wanted).all())


def due_nights() -> Select[tuple[int, str, datetime]]:
    """Nightly work of portals that have the application, which can be due at some time."""
    query = select(NightRow.portal_id, NightRow.name, NightRow.due_at).join(
        Portal, Portal.id == NightRow.portal_id
    )
    return query.where(Portal.status == InstallStatus.ACTIVE)


REGULAR = (
    "keep_queue",
    "remind_everyone",
    "remind_portal",
    "start_due_repeats",
    "probe_blocked",
    "probe_portal",
)
"""Work that comes by itself again and again: some of it always waits."""


def wordless_rows() -> Iterator[str]:
    """Rows that ended badly and do not say why."""
    wanted = {
        "run": select(Run.id, Run.state).where(
            Run.state.in_([RunState.FAILED, RunState.UNANSWERED]), Run.error == ""
        ),
        "test write": select(WriteRun.id).where(WriteRun.state == RunState.FAILED, WriteRun.error == ""),
        "reconciliation": select(Reconciliation.id).where(
            Reconciliation.state == "failed", Reconciliation.error == ""
        ),
        "message": select(Delivery.id).where(Delivery.state == "failed", Delivery.error == ""),
    }
    for kind, query in wanted.items():
        yield from (f"{kind} {tuple(row)} ended without words" for row in db.session.execute(query).all())


def lost_jobs(town: Town, spans: Sequence[Span]) -> Iterator[str]:
    """What was asked for and committed, and neither done after that nor given up."""
    done: dict[str, float] = {}
    for span in spans:
        if span.done:
            done[span.key] = max(span.begun, done.get(span.key, 0.0))
    rows = db.session.execute(select(JobRow.key, JobRow.state)).all()
    accounted = {row.key for row in rows}
    known = set(db.session.scalars(select(Portal.id)))
    for one in town.asked:
        erased = one.portal_id is not None and one.portal_id not in known
        if not erased and one.key not in accounted and done.get(one.key, 0.0) < one.at:
            yield f"job {one.key} was asked for and never done after that"


def lost_installs(town: Town) -> Iterator[str]:
    """Portals without a first run, and uninstalls that we do not know of."""
    rows = {row.id: row for row in db.session.scalars(select(Portal)).all()}
    counted = db.session.execute(select(Run.portal_id, func.count()).group_by(Run.portal_id))
    runs = {portal_id: count for portal_id, count in counted.all()}  # noqa: C416 - a Row is not a pair of types
    for portal_id in town.portals:
        row = rows.get(portal_id)
        if portal_id in town.left:
            if row is not None and (town.left[portal_id] or row.status != InstallStatus.DELETED):
                yield f"the uninstall of portal {portal_id} (clean: {town.left[portal_id]})"
        elif row is None or row.status != InstallStatus.ACTIVE or portal_id not in runs:
            yield f"the first checks of portal {portal_id}"


def worked_on_twice(town: Town, spans: Sequence[Span]) -> Iterator[str]:
    """The same job in the hands of two workers that both lived."""
    by_key: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for span in spans:
        end = _awake_until(town, span)
        if end > span.begun:
            by_key[span.key].append((span.begun, end))
    for key, moments in by_key.items():
        for one, other in pairwise(sorted(moments)):
            if other[0] < one[1]:
                yield f"job {key} in two workers at once for {min(one[1], other[1]) - other[0]:.1f} s"


def _awake_until(town: Town, span: Span) -> float:
    """A worker that slept too long notices, a moment after waking, that its work is not its own any more.

    What it had begun is undone then, even if its thread hangs in a socket until the portal answers.
    """
    for number, slept, woke in town.crew.paused:
        if number != span.pid or span.begun > woke + AFTER_WAKING or span.ended < slept:
            continue
        if span.ended <= woke + AFTER_WAKING or not span.done:
            return max(min(span.ended, slept), span.begun)
    return span.ended


def left_in_portals(town: Town) -> Iterator[str]:
    """Deals and files of test writes that nobody swept, tasks and posts that were put twice."""
    for portal_id, portal in town.portals.items():
        if portal_id in town.left or portal.faults or portal.deleted:
            continue
        deals = [row["id"] for row in portal.tables["deal"].all() if row.get("originatorId") == "b24check"]
        files = [
            row["ID"] for row in portal.tables["disk_object"].all() if row["NAME"].startswith("B24-CHECK-")
        ]
        if deals or files:
            yield f"left in portal {portal_id}: deals {deals}, files {files}"
        tasks = Counter(
            MARK.findall("\n".join(str(row.get("description")) for row in portal.tables["task"].all()))
        )
        for mark, count in tasks.items():
            if count > 1:
                yield f"task {mark} {count} times in portal {portal_id}"
        posts, notices = len(portal.tables["blogpost"].all()), _notices(portal_id)
        if posts > notices:
            yield f"{posts} posts of {notices} notices in portal {portal_id}"


def _notices(portal_id: int) -> int:
    """How many notices to employees have left, surely or perhaps."""
    left = Delivery.portal_id == portal_id, Delivery.channel == "feed", Delivery.handed_over > 0
    return db.session.scalar(select(func.count()).where(*left)) or 0


def _count_ends(found: Verdict) -> None:
    states = db.session.execute(select(Run.state, func.count()).group_by(Run.state))
    found.numbers.update({f"runs {state}": count for state, count in states.all()})
    found.numbers["jobs given up"] = (
        db.session.scalar(select(func.count()).where(JobRow.state == FAILED)) or 0
    )
    ways = db.session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    found.numbers.update({f"messages {state}": count for state, count in ways.all()})
