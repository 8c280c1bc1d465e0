"""Work on many clients in words: what may be done, what it would do, and how it goes with each client."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext

from b24app.integrators.board import ClientRow, read_chosen
from b24app.integrators.board_conditions import BoardConditions, BoardView
from b24app.integrators.board_query import BoardAt
from b24app.integrators.bulk.model import BulkStep
from b24app.integrators.bulk_plan import INVOICES, REASONS, may_do
from b24app.integrators.consents import consents_of
from b24app.integrators.members import MemberSeat
from b24app.integrators.model import BulkKind, StepState
from b24app.integrators.own_clients import own_client_ids
from b24app.terms.term import KIND_TITLES, TermKind
from b24app.text.formats import day_long
from b24app.text.messages import N_, NN_, Sentence, sentence

OFFERED = (
    (BulkKind.CHECK, N_("Check"), "refresh"),
    (BulkKind.CONFIRM, N_("Ask for the date"), "calendar"),
    (BulkKind.ASSIGN, N_("Appoint"), "user"),
    (BulkKind.GROUP, N_("Put into a group"), "users"),
    (BulkKind.SCHEDULE, N_("Schedule of questions"), "clock"),
    (BulkKind.COPY, N_("Make copies"), "database"),
    (INVOICES, N_("List for invoices"), "sheet"),
    (BulkKind.REPORT, N_("Reports"), "mail"),
)
BEFORE = {
    BulkKind.CHECK: NN_("%(count)s client will be checked", "%(count)s clients will be checked"),
    BulkKind.ASSIGN: NN_("%(count)s client gets a responsible person", "%(count)s clients get a responsible person"),
    BulkKind.GROUP: NN_("%(count)s client goes into a group", "%(count)s clients go into a group"),
    BulkKind.CONFIRM: NN_("%(count)s client will be asked for the date", "%(count)s clients will be asked for the date"),
    BulkKind.SCHEDULE: NN_("%(count)s client gets a schedule of questions", "%(count)s clients get a schedule of questions"),
    BulkKind.COPY: NN_("A copy of %(count)s client will be begun", "Copies of %(count)s clients will be begun"),
    BulkKind.REPORT: NN_("A draft of a report for %(count)s client", "Drafts of reports for %(count)s clients"),
    INVOICES: NN_("%(count)s client in the list for invoices", "%(count)s clients in the list for invoices"),
}  # fmt: skip
DURING = {
    BulkKind.CHECK: N_("Checking: %(done)s of %(total)s"),
    BulkKind.ASSIGN: N_("Appointing: %(done)s of %(total)s"),
    BulkKind.GROUP: N_("Grouping: %(done)s of %(total)s"),
    BulkKind.CONFIRM: N_("Asking: %(done)s of %(total)s"),
    BulkKind.SCHEDULE: N_("Setting schedules: %(done)s of %(total)s"),
    BulkKind.COPY: N_("Copying: %(done)s of %(total)s"),
    BulkKind.DATES: N_("Writing dates: %(done)s of %(total)s"),
    BulkKind.REPORT: N_("Writing drafts: %(done)s of %(total)s"),
}
AFTER = {
    BulkKind.CHECK: NN_("%(count)s client is checked", "%(count)s clients are checked"),
    BulkKind.ASSIGN: NN_("%(count)s client has its responsible person", "%(count)s clients have their responsible person"),
    BulkKind.GROUP: NN_("%(count)s client is in the group", "%(count)s clients are in the group"),
    BulkKind.CONFIRM: NN_("%(count)s client is asked", "%(count)s clients are asked"),
    BulkKind.SCHEDULE: NN_("%(count)s client has its schedule", "%(count)s clients have their schedules"),
    BulkKind.COPY: NN_("The copy of %(count)s client is made", "The copies of %(count)s clients are made"),
    BulkKind.DATES: NN_("%(count)s date is written", "%(count)s dates are written"),
    BulkKind.REPORT: NN_("%(count)s draft waits in “Reports”", "%(count)s drafts wait in “Reports”"),
}  # fmt: skip
WORDS = {
    StepState.WAITING: ("na", N_("waits")),
    StepState.BEGUN: ("ask", N_("under way")),
    StepState.DONE: ("pass", N_("done")),
    StepState.FAILED: ("fail", N_("failed")),
    StepState.SKIPPED: ("na", N_("left out")),
    StepState.RETURNING: ("ask", N_("is being put back")),
    StepState.RETURNED: ("na", N_("put back")),
}
RETURNING = N_("Putting back: %(count)s left")
RETURNED = NN_("%(count)s client is as before", "%(count)s clients are as before")
LEADS = {
    BulkKind.CHECK: N_("Checks change nothing. The client sees the run in its journal."),
    BulkKind.CONFIRM: N_("The client’s administrator gets a message and confirms the date in his portal with one press. A reminder goes once a week."),
    BulkKind.SCHEDULE: N_("How often the client’s administrator is asked whether the date still stands. The client sees it under “Access of an integrator”."),
    BulkKind.COPY: N_("The copy goes into the client’s own storage. The client sees it in its journal."),
    BulkKind.REPORT: N_("A draft goes nowhere until somebody approves it."),
    INVOICES: N_("A client whose sums are taken sees that in its journal."),
}  # fmt: skip
GONE, NOT_SEEN = N_("a client whose access has ended"), N_("a client that you do not see any more")


@dataclass(frozen=True, slots=True)
class StepLine:
    """One client of a work: its name while its consent lives and the person sees it, its state and what came of it."""

    name: str
    code: str
    level: str
    word: str
    note: Sentence


def offered_kinds(seat: MemberSeat) -> tuple[tuple[str, str, str], ...]:
    """What the role of a person may do with many clients."""
    return tuple((str(kind), text, shape) for kind, text, shape in OFFERED if may_do(seat, kind))


def lines_of_work(at: BoardAt, steps: Sequence[BulkStep]) -> tuple[StepLine, ...]:
    """The clients of a work; of one whose consent has ended, or whom this person does not see, there is no name."""
    seen = {row.client_id: row for row in read_chosen(at, BoardConditions(BoardView.ALL), codes_of(steps))}
    others = _others(at) if len(seen) < len(steps) else frozenset()
    return tuple(_line(step, seen.get(step.client_id), others) for step in steps)


def codes_of(steps: Sequence[BulkStep]) -> frozenset[str]:
    """The codes by which clients are found; with none a code that no client has."""
    return frozenset(step.consent_code for step in steps) or frozenset({"-"})


def _others(at: BoardAt) -> frozenset[str]:
    """The codes of living consents of clients that this person does not see."""
    own = own_client_ids(at.seat)
    if own is None:
        return frozenset()
    living = consents_of(at.seat.portal_id, at.now)
    return frozenset(one.code for one in living if one.client_id not in own)


def _line(step: BulkStep, row: ClientRow | None, others: frozenset[str]) -> StepLine:
    level, word = WORDS[StepState(step.state)]
    note = sentence(REASONS[step.reason]) if step.reason in REASONS else sentence("")
    if row is None:
        nameless = NOT_SEEN if step.consent_code in others else GONE
        return StepLine(gettext(nameless), "", level, word, note)
    if step.ends_on is not None and row.sees_terms:
        note = _date_note(step, note)
    if step.state == StepState.DONE and row.sees_checks and step.blockers_after is not None:
        note = _came_of(step.blockers_before, step.blockers_after)
        level = "fail" if step.blockers_after else level
    return StepLine(row.name, row.code, level, word, note)


def _date_note(step: BulkStep, reason: Sentence) -> Sentence:
    """The date of a line of the file, and why it was not written."""
    kind = (
        sentence(KIND_TITLES[TermKind(step.term_kind)]) if step.term_kind in set(TermKind) else sentence("")
    )
    if not reason:
        return sentence(N_("%(kind)s: %(day)s"), kind=kind, day=_day(step))
    return sentence(N_("%(kind)s: %(day)s, %(reason)s"), kind=kind, day=_day(step), reason=reason)


def _day(step: BulkStep) -> str:
    return day_long(step.ends_on) if step.ends_on else ""


def _came_of(before: int | None, after: int) -> Sentence:
    if before is not None and after > before:
        return sentence(NN_("%(count)s broke", "%(count)s broke"), count=after - before)
    if before == after:
        return sentence(N_("as before"))
    return (
        sentence(NN_("%(count)s blocks", "%(count)s block"), count=after)
        if after
        else sentence(N_("nothing blocks"))
    )
