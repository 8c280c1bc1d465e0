"""Report files are made by a job that shows its progress, kept for a day, and found again by their content."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import g
from flask_babel import force_locale
from sqlalchemy import delete, select

from b24app.database import db, every_portal, portal_scope
from b24app.errors import SettingsWrong
from b24app.portals.model import get_portal
from b24app.reports.model import FileState, ReportFile
from b24app.reports.report import Report, build_report
from b24app.reports.report_files import draw_body, write_json, write_pdf, write_xlsx
from b24app.services import services
from b24app.text.messages import N_

MAKE_REPORT = "make_report"
KEPT_FOR = timedelta(days=1)
MOST_KEPT = 12  # files of one portal: three kinds, two languages, and as many outside
MOST_BYTES = 16 * 1024 * 1024
WAITS_FOR, TAKES = (
    timedelta(minutes=15),
    timedelta(minutes=3),
)  # after that the work was lost, whatever the queue shows
TOO_LARGE = N_("It is too large to be kept. Print the page instead.")
FINISHED = (FileState.DONE, FileState.FAILED)
Writer = Callable[[Report], bytes | str]
WRITERS: Mapping[str, Writer] = {"pdf": write_pdf, "xlsx": write_xlsx, "json": write_json}


@dataclass(frozen=True, slots=True)
class WantedReport:
    """Which form of the report is wanted, in which language, by whose calendar, and whether it leaves the portal."""

    kind: str
    language: str
    time_zone: str
    outside: bool = False


@contextmanager
def written_as(form: WantedReport) -> Iterator[None]:
    """Write texts, days and moments inside for the reader of this form, in a request and in a job alike."""
    before = {name: g.get(name) for name in ("zone", "language")}
    g.zone, g.language = form.time_zone, form.language
    try:
        with force_locale(form.language):
            yield
    finally:
        for name, value in before.items():
            if value is None:
                g.pop(name)
            else:
                setattr(g, name, value)


def ask_report(portal_id: int, form: WantedReport) -> ReportFile:
    """The file of the present result: ready, under way, or asked of a worker now."""
    now = services().clock.now()
    digest = digest_of(_read(portal_id, form), form)
    known = select(ReportFile).where(ReportFile.digest == digest).order_by(ReportFile.id.desc())
    found = next((row for row in db.session.scalars(known) if _is_of_use(row, now)), None)
    if found is not None:
        return found
    row = ReportFile(
        kind=form.kind, language=form.language, time_zone=form.time_zone, outside=form.outside, digest=digest,
        state=FileState.WAITING, asked_at=now,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    services().queue.later(MAKE_REPORT, portal_id, row.id)
    return row


def find_report(file_id: int, form: WantedReport) -> ReportFile | None:
    """The file that a page waits for, if it is one of this form; another portal's is not found."""
    of_form = ReportFile.kind == form.kind, ReportFile.outside.is_(form.outside)
    row = db.session.scalar(select(ReportFile).where(ReportFile.id == file_id, *of_form))
    return row if row is not None and _is_kept(row, services().clock.now()) else None


def state_of(row: ReportFile) -> FileState:
    """The state of a file; work that no job does any more has failed."""
    now, state = services().clock.now(), FileState(row.state)
    if state in FINISHED:
        return state
    late = now - row.begun_at > TAKES if row.begun_at else now - row.asked_at > WAITS_FOR
    return FileState.FAILED if late else state


def _is_kept(row: ReportFile, now: datetime) -> bool:
    return now - (row.made_at or row.asked_at) < KEPT_FOR


def _is_of_use(row: ReportFile, now: datetime) -> bool:
    return _is_kept(row, now) and state_of(row) is not FileState.FAILED


def _read(portal_id: int, form: WantedReport) -> Report:
    portal = get_portal(portal_id)
    if portal is None:
        raise LookupError("the portal is gone")
    with written_as(form):
        return build_report(portal, outside=form.outside)


def digest_of(report: Report, form: WantedReport) -> str:
    """What distinguishes one result from another: everything that is written, in every form, and the release that writes it."""
    with written_as(form):
        parts = services().manifest.version, repr(form), write_json(report), draw_body(report)
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


def make_report(portal_id: int, file_id: int) -> None:
    """Make one file; begun anew when a worker was lost, left alone when it is made already."""
    with portal_scope(portal_id):
        row = db.session.get(ReportFile, file_id)
        if row is None or row.state in FINISHED:
            return
        form = WantedReport(row.kind, row.language, row.time_zone, row.outside)
        row.state, row.begun_at = FileState.COLLECTING, services().clock.now()
        db.session.commit()
        report = _read(portal_id, form)
        digest = digest_of(report, form)
        row.state = FileState.DRAWING
        db.session.commit()
        try:
            with written_as(form):
                written = WRITERS[form.kind](report)
        except SettingsWrong as error:  # trying again would not help
            row.state, row.failure = FileState.FAILED, str(error)
            db.session.flush()
            return
        _keep(row, written.encode() if isinstance(written, str) else written, report, digest)


def _keep(row: ReportFile, content: bytes, report: Report, digest: str) -> None:
    row.digest, row.size, row.made_at = digest, len(content), services().clock.now()
    row.name = f"report-{report.number}-{report.checked_at:%Y-%m-%d}.{row.kind}"
    if len(content) <= MOST_BYTES:
        row.state, row.content = FileState.DONE, content
    else:
        row.state, row.failure = FileState.FAILED, TOO_LARGE
    db.session.flush()
    newest = select(ReportFile.id).order_by(ReportFile.id.desc()).limit(MOST_KEPT)
    kept = db.session.scalars(newest).all()
    db.session.execute(delete(ReportFile).where(ReportFile.id.not_in(kept), ReportFile.state.in_(FINISHED)))


def fail_report(words: str, portal_id: int, file_id: int) -> None:
    """Mark a file whose job was given up as failed; its page shows that."""
    with portal_scope(portal_id):
        row = db.session.get(ReportFile, file_id)
        if row is not None and row.state != FileState.DONE:
            row.state, row.failure = FileState.FAILED, words
            db.session.flush()


def prune_reports() -> None:
    """Forget files that are a day old."""
    oldest = services().clock.now() - KEPT_FOR
    with every_portal():
        db.session.execute(delete(ReportFile).where(ReportFile.asked_at < oldest))
