"""Work on many clients in words: what may be done, what it would do, and how it goes with each client."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext

from b24app.integrators.board import ClientRow, read_chosen
from b24app.integrators.board_conditions import BoardConditions, BoardView
from b24app.integrators.board_query import BoardAt
from b24app.integrators.bulk_plan import INVOICES, REASONS, may_do
from b24app.integrators.consents import consents_of
from b24app.integrators.members import MemberSeat
from b24app.integrators.model import BulkKind, BulkStep, StepState
from b24app.integrators.own_clients import own_client_ids
from b24app.text.messages import N_, NN_, Sentence, sentence

OFFERED = (
    (BulkKind.CHECK, N_("Check"), "refresh"),
    (BulkKind.ASSIGN, N_("Appoint"), "user"),
    (BulkKind.GROUP, N_("Put into a group"), "users"),
    (INVOICES, N_("List for invoices"), "sheet"),
    (BulkKind.REPORT, N_("Reports"), "mail"),
)
BEFORE = {
    BulkKind.CHECK: NN_("%(count)s client will be checked", "%(count)s clients will be checked"),
    BulkKind.ASSIGN: NN_("%(count)s client gets a responsible person", "%(count)s clients get a responsible person"),
    BulkKind.GROUP: NN_("%(count)s client goes into a group", "%(count)s clients go into a group"),
    BulkKind.REPORT: NN_("A draft of a report for %(count)s client", "Drafts of reports for %(count)s clients"),
    INVOICES: NN_("%(count)s client in the list for invoices", "%(count)s clients in the list for invoices"),
}  # fmt: skip
DURING = {
    BulkKind.CHECK: N_("Checking: %(done)s of %(total)s"),
    BulkKind.ASSIGN: N_("Appointing: %(done)s of %(total)s"),
    BulkKind.GROUP: N_("Grouping: %(done)s of %(total)s"),
    BulkKind.REPORT: N_("Writing drafts: %(done)s of %(total)s"),
}
AFTER = {
    BulkKind.CHECK: NN_("%(count)s client is checked", "%(count)s clients are checked"),
    BulkKind.ASSIGN: NN_("%(count)s client has its responsible person", "%(count)s clients have their responsible person"),
    BulkKind.GROUP: NN_("%(count)s client is in the group", "%(count)s clients are in the group"),
    BulkKind.REPORT: NN_("%(count)s draft waits in “Reports”", "%(count)s drafts wait in “Reports”"),
}  # fmt: skip
WORDS = {
    StepState.WAITING: ("na", N_("waits")),
    StepState.BEGUN: ("ask", N_("is being checked")),
    StepState.DONE: ("pass", N_("done")),
    StepState.FAILED: ("fail", N_("failed")),
    StepState.SKIPPED: ("na", N_("left out")),
}
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
    """The codes by which clients are found; one that nobody has stands for none."""
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
    if step.state == StepState.DONE and row.sees_checks and step.blockers_after is not None:
        note = _came_of(step.blockers_before, step.blockers_after)
        level = "fail" if step.blockers_after else level
    return StepLine(row.name, row.code, level, word, note)


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
