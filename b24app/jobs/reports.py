"""Jobs of report files: one is made when somebody asks for it, old ones are forgotten by night."""

from b24app.jobs.queue import Job
from b24app.reports.report_making import MAKE_REPORT, make_report, prune_reports

JOBS = (
    Job(MAKE_REPORT, make_report),
    Job("prune_reports", prune_reports, hour="3", minute="58"),
)
