"""Jobs of report files: one is made when somebody asks for it, old ones are forgotten by night."""

from collections.abc import Iterator

from sqlalchemy import select

from b24app.database import db, every_portal
from b24app.jobs.job import Ids, Job, Lane
from b24app.reports.model import FileState, ReportFile
from b24app.reports.report_making import MAKE_REPORT, TAKES, fail_report, make_report, prune_reports


def unfinished_reports() -> Iterator[Ids]:
    """The files that somebody waits for."""
    unfinished = ReportFile.state.not_in([FileState.DONE, FileState.FAILED])
    with every_portal():
        found = db.session.execute(select(ReportFile.portal_id, ReportFile.id).where(unfinished)).all()
    yield from ((portal_id, file_id) for portal_id, file_id in found)


JOBS = (
    Job(
        MAKE_REPORT,
        make_report,
        lane=Lane.PEOPLE,
        deadline=TAKES.total_seconds(),
        failed=fail_report,
        unfinished=unfinished_reports,
    ),
    Job("prune_reports", prune_reports, hour="3", minute="58"),
)
