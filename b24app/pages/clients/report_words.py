"""The queue of reports in words: why a draft has to be read, how far a report is, the sentence above them all."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext

from b24app.integrators.client_reports.model import ReportKind, ReportState
from b24app.integrators.client_reports.report_content import Attention
from b24app.integrators.client_reports.report_mails import PROBLEMS
from b24app.integrators.client_reports.report_queue import QueuedReport
from b24app.reminders.channels import explain_failure
from b24app.text.formats import month_year
from b24app.text.messages import N_, NN_, P_, Sentence, sentence
from b24app.web.filters import clock, day, today, zone

ATTENTION = {
    Attention.BLOCKS: N_("something blocks the shop"),
    Attention.LAPSED: N_("the plan is over"),
    Attention.SILENT: N_("the portal does not answer"),
    Attention.UNDATED: N_("the end of the plan is not known"),
    Attention.UNCHECKED: N_("the last look at the shop is older than a day"),
}
STALE = N_("what it tells has changed since, or it is a week old: make it anew")
UNREADABLE = N_("another version of the application made it: make it anew")
BADGES = {
    ReportState.DRAFT: ("unknown", P_("report", "Draft"), "sheet"),
    ReportState.APPROVED: ("pass", P_("report", "Approved"), "tick"),
    ReportState.LEAVING: ("ask", P_("report", "On its way"), "mail"),
    ReportState.SENT: ("ask", P_("report", "Sent"), "mail"),
    ReportState.FAILED: ("warn", P_("report", "Not delivered"), "warn"),
    ReportState.LEFT_OUT: ("na", P_("report", "Left out"), "na"),
}
KINDS = {
    ReportKind.RENEWAL: N_("after the renewal"),
    ReportKind.BY_HAND: N_("asked for by hand"),
}
OPENED = NN_("Opened once", "Opened %(count)s times")


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report as a line of the queue."""

    report: QueuedReport
    level: str
    word: Sentence
    shape: str
    moment: datetime | None
    reasons: tuple[Sentence, ...]

    @property
    def id(self) -> int:
        """Its number, for an address."""
        return self.report.row.id


@dataclass(frozen=True, slots=True)
class ReportCounts:
    """How many reports are in each state, and what «approve all» would take."""

    states: Counter[str]
    opened: int
    ready: int
    newest: int

    @property
    def drafts(self) -> int:
        """All that wait to be approved."""
        return self.states[ReportState.DRAFT]

    @property
    def sent(self) -> int:
        """All that have left."""
        return self.states[ReportState.SENT]


def count_reports(reports: Sequence[QueuedReport]) -> ReportCounts:
    """Count them."""
    return ReportCounts(
        states=Counter(str(one.row.state) for one in reports),
        opened=sum(one.row.opened > 0 for one in reports),
        ready=sum(one.may_go_unread for one in reports),
        newest=max((one.row.id for one in reports), default=0),
    )


def answer_of(counts: ReportCounts) -> Sentence:
    """The sentence of the page."""
    if not counts.drafts:
        if waiting := counts.states[ReportState.APPROVED]:
            return sentence(
                NN_("%(count)s report is approved", "%(count)s reports are approved"), count=waiting
            )
        return sentence(N_("No report waits for you"))
    to_read = counts.drafts - counts.ready
    drafts = sentence(NN_("%(count)s draft", "%(count)s drafts"), count=counts.drafts)
    if not to_read:
        return sentence(N_("%(drafts)s, all may be approved"), drafts=drafts)
    if not counts.ready:
        return sentence(N_("%(drafts)s: look at each"), drafts=drafts)
    return sentence(
        N_("%(drafts)s: %(ready)s may be approved, look at %(others)s"),
        drafts=drafts, ready=counts.ready, others=to_read,
    )  # fmt: skip


def line_of(report: QueuedReport) -> ReportLine:
    """One report in words."""
    row = report.row
    level, word, shape = BADGES[ReportState(row.state)]
    said, moment = sentence(word), row.sent_at or row.send_at or row.made_at
    if row.state == ReportState.SENT and row.opened:
        level, shape, said = "pass", "eye", sentence(OPENED, count=row.opened)
        moment = row.opened_at or moment
    return ReportLine(report, level, said, shape, moment, tuple(reasons_of(report)))


def reasons_of(report: QueuedReport) -> list[Sentence]:
    """The reasons why a person has to look at the report; of one that was sent, why it did not arrive."""
    row, found = report.row, list[Sentence]()
    if row.error:
        found.append(problem_of(row.error))
    if row.state != ReportState.DRAFT:
        return found
    if report.content is None:
        return [*found, sentence(UNREADABLE)]
    found += [
        sentence(ATTENTION[Attention(one)]) for one in report.content.attention if one in set(Attention)
    ]
    return [*found, sentence(STALE)] if report.stale else found


def problem_of(error: str) -> Sentence:
    """The reason for a failure that a report or its delivery has kept."""
    if error in PROBLEMS:
        return sentence(PROBLEMS[error])
    failure = explain_failure(error)
    if failure is None:
        return sentence(N_("The letter was not sent."))
    return sentence(failure.message)


def moment_ahead(value: datetime | None) -> str:
    """«сегодня в 09:00», «завтра в 09:00», «3 декабря в 09:00»."""
    if value is None:
        return ""
    local = value.astimezone(zone())
    match (local.date() - today()).days:
        case 0:
            return gettext("today at %(time)s", time=clock(value))
        case 1:
            return gettext("tomorrow at %(time)s", time=clock(value))
    return gettext("on %(day)s at %(time)s", day=day(local.date()), time=clock(value))


def report_month(value: str) -> str:
    """«ноябрь 2026»: the month of a report by its first day."""
    return month_year(date.fromisoformat(value))
