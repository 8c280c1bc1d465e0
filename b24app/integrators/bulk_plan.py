"""Work on many clients before it is begun: which of them it would touch, and why others are left out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from b24app.errors import BadInput, NotAllowed
from b24app.integrators.board import ClientRow
from b24app.integrators.members import MemberSeat
from b24app.integrators.model import BulkKind
from b24app.integrators.rights import INVITES, Right
from b24app.text.messages import N_

MOST_CLIENTS = 10_000
INVOICES = "invoices"
"""Not work of a job: a file that is returned at once."""

CLOSED = ("refused", "lost")
"""Portals that do not let us in."""

REASONS = {
    "no_right": N_("the client has not allowed it"),
    "no_sums": N_("the client does not show its sums"),
    "no_access": N_("its portal does not let us in"),
    "same": N_("it is so already"),
    "ended": N_("the access has ended"),
    "no_seat": N_("who asked for it does not work with clients any more"),
    "no_role": N_("the role of who asked for it does not include this"),
    "not_seen": N_("who asked for it does not see this client any more"),
    "unanswered": N_("the portal did not answer"),
    "stopped": N_("it was stopped"),
    "error": N_("it could not be done"),
    "late": N_("it took too long"),
    "asked": N_("asked already within a week"),
    "confirmed": N_("its date is confirmed"),
    "kept": N_("the client has confirmed another date"),
    "past": N_("this day has passed"),
    "no_target": N_("the client has not set its copies up"),
    "paused": N_("the client has paused a copy"),
    "unproven": N_("the copy is made, but not all its checks hold"),
    "moved": N_("it was changed since"),
}
"""Why a client was left out, or why it failed; the code is stored."""

REMEDIES = {
    "no_right": N_("Ask the client for this right."),
    "no_sums": N_("Ask the client for the right to see papers and sums."),
    "no_access": N_("The client’s administrator has to open the application once."),
    "no_target": N_("The client’s administrator chooses the storage and makes the key under “Copy”."),
    "asked": N_("A reminder may go once a week."),
}
OF_ROLE = {
    BulkKind.CHECK: Right.RUN,
    BulkKind.COPY: Right.COPY,
    BulkKind.DATES: Right.CASE,
    INVOICES: Right.PAPERS,
}
"""The right that a role needs; every other kind needs that of inviting clients."""


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """The result of a press: the clients it is for, and those left out with the reason."""

    kind: str
    wanted: tuple[ClientRow, ...]
    left_out: tuple[tuple[ClientRow, str], ...]

    @property
    def by_reason(self) -> dict[str, list[ClientRow]]:
        """The clients that are left out, by reason."""
        found: dict[str, list[ClientRow]] = {}
        for row, reason in self.left_out:
            found.setdefault(reason, []).append(row)
        return found


def may_do(seat: MemberSeat, kind: str) -> bool:
    """Whether a role does this with clients at all."""
    if kind in OF_ROLE:
        return OF_ROLE[kind] in seat.rights
    return kind in set(BulkKind) and seat.role in INVITES


def plan_work(
    seat: MemberSeat, kind: str, rows: Sequence[ClientRow], *, same: Collection[int] = frozenset()
) -> BulkPlan:
    """Divide the clients; `same` are those for whom nothing would change. Raises NotAllowed, BadInput."""
    if not may_do(seat, kind):
        raise NotAllowed
    if not rows:
        raise BadInput(N_("Choose one client at least."), "code")
    if len(rows) > MOST_CLIENTS:
        raise BadInput(N_("These are too many clients at once."), "code")
    parted = [(row, _reason(kind, row, same)) for row in rows]
    return BulkPlan(
        kind,
        tuple(row for row, reason in parted if not reason),
        tuple((row, reason) for row, reason in parted if reason),
    )


def _reason(kind: str, row: ClientRow, same: Collection[int]) -> str:
    if kind == BulkKind.CHECK:
        return "no_right" if not row.may_run else "no_access" if row.access in CLOSED else ""
    if kind == BulkKind.COPY:
        return _of_copy(row)
    if kind == BulkKind.CONFIRM:
        return _of_date(row, same)
    if kind == BulkKind.SCHEDULE and not row.sees_terms:
        return "no_right"
    if kind == INVOICES:
        return "" if row.sees_papers else "no_sums"
    if kind == BulkKind.REPORT:
        return "" if row.sees_terms or row.sees_checks else "no_right"
    return "same" if row.client_id in same else ""


def _of_copy(row: ClientRow) -> str:
    if not row.may_copy:
        return "no_right"
    if row.access in CLOSED:
        return "no_access"
    return "no_target" if row.copy_set_up is False else ""


def _of_date(row: ClientRow, asked: Collection[int]) -> str:
    """Why a client cannot be asked for its date: a portal that refuses shows its administrator nothing; one without our tokens still does."""
    if not row.sees_terms:
        return "no_right"
    if row.access == "refused":
        return "no_access"
    if row.date_state == "confirmed":
        return "confirmed"
    return "asked" if row.client_id in asked else ""
