"""The differences of a standard as one query: of each client that a person sees, of each rule, how the found value stands.

What a consent or a role does not give is NULL here already. What is not known is said as that: neither as met nor as a difference.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Subquery,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
)

from b24app.clock import CLOCKS_DIFFER
from b24app.database import db, every_portal
from b24app.integrators.board_filters import filtered
from b24app.integrators.board_query import BoardAt, clients_of
from b24app.integrators.rights import Right
from b24app.integrators.standards.decisions import LONGEST_DAYS
from b24app.integrators.standards.model import DecisionKind, DeviationDecision, FoundValue
from b24app.integrators.standards.standard_rule import NOTHING, Comparing
from b24app.integrators.standards.stored_standards import ExpectedValue, StandardView

MET, DIFFERS, HANDED, ACCEPTED, NOT_KNOWN = 1, 2, 3, 4, 5
"""How a value stands; in the order in which a list shows them."""

BITS = 3


@dataclass(frozen=True, slots=True)
class LineCount:
    """Of one rule: how many clients agree, differ, were handed on, accepted, are not known."""

    met: int = 0
    differs: int = 0
    handed: int = 0
    accepted: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class StandardTally:
    """How a standard stands: of its clients how many differ, lose orders, have what is not known; of each rule the counts."""

    clients: int
    differing: int
    losing: int
    unknown: int
    lines: dict[str, LineCount]

    def sum_of(self, name: str) -> int:
        """One of the counts over all rules."""
        return sum(int(getattr(one, name)) for one in self.lines.values())


def clients_of_standard(at: BoardAt, standard: StandardView) -> Subquery:
    """The clients of a standard that this person sees."""
    board = clients_of(at)
    columns = (
        board.c[name]
        for name in ("client_id", "code", "name", "domain", "responsible_id", "sees_checks", "sees_copies")
    )
    return select(*columns).where(*filtered(board, at, standard.conditions)).subquery("members")


def allowed(members: Subquery, line: ExpectedValue) -> ColumnElement[bool]:
    """Whether the client shows the value of a rule to this person."""
    return members.c.sees_copies if line.rule.right is Right.COPY else members.c.sees_checks


def known(line: ExpectedValue, now: datetime) -> ColumnElement[bool]:
    """Whether there is a value that may be compared now; NULL where there is no row."""
    fresh = FoundValue.read_at.between(now - line.rule.holds, now + CLOCKS_DIFFER)
    return and_(
        FoundValue.lack == "",
        fresh,
        or_(FoundValue.moment.is_(None), FoundValue.moment <= now + CLOCKS_DIFFER),
    )


def met(line: ExpectedValue, now: datetime) -> ColumnElement[bool]:
    """Whether a known value is the expected one; `agrees` of the rule says the same."""
    number, expected = FoundValue.number, line.expected
    if line.rule.comparing is Comparing.AGE:
        return func.coalesce(FoundValue.moment >= now - timedelta(hours=expected), false())
    if line.rule.comparing is Comparing.AT_LEAST:
        return func.coalesce(number >= expected, false())
    if line.rule.comparing is Comparing.AT_MOST:
        return func.coalesce(and_(number > NOTHING, number <= expected), false())
    return func.coalesce(number == expected, false())


def decided(
    at: BoardAt, standard_id: int, line: ExpectedValue, client_id: ColumnElement[int]
) -> ColumnElement[int]:
    """What was decided about this very value: a task is about the rule, an acceptance about the value alone, until its day."""
    row = DeviationDecision
    last = at.today + timedelta(days=LONGEST_DAYS)
    accepted = and_(
        row.kind == DecisionKind.ACCEPTED,
        row.digest == FoundValue.digest,
        row.expected == line.expected,
        row.until >= at.today,
        row.until <= last,
        row.at <= at.now + CLOCKS_DIFFER,
    )
    kind = case((row.kind == DecisionKind.TASK, HANDED), (accepted, ACCEPTED), else_=DIFFERS)
    mine = (
        row.portal_id == at.seat.portal_id,
        row.standard_id == standard_id,
        row.client_id == client_id,
        row.code == line.rule.code,
        row.closed_at.is_(None),
    )
    found = select(func.max(kind)).where(*mine).correlate_except(row).scalar_subquery()
    return func.coalesce(found, DIFFERS)


def status(at: BoardAt, standard: StandardView, line: ExpectedValue, members: Subquery) -> ColumnElement[int]:
    """How the value of one rule stands for a client."""
    agrees = met(line, at.now)
    missing = NOT_KNOWN if line.rule.lower_bound else decided(at, standard.id, line, members.c.client_id)
    sees = and_(allowed(members, line), func.coalesce(known(line, at.now), false()))
    return case((and_(sees, agrees), MET), (sees, missing), else_=NOT_KNOWN)


def count_standard(at: BoardAt, standard: StandardView) -> StandardTally:
    """Count everything in one pass: the states of a client's rules are digits of one number, equal numbers are counted together."""
    members = clients_of_standard(at, standard)
    digits = [
        (FoundValue.code == line.rule.code, cast(status(at, standard, line, members), BigInteger) * literal(1 << (BITS * n), BigInteger))
        for n, line in enumerate(standard.lines)
    ]  # fmt: skip
    every = func.sum(case(*digits, else_=0)) if digits else literal(0)
    states = (
        select(cast(every, BigInteger))
        .where(
            FoundValue.portal_id == members.c.client_id,
            FoundValue.code.in_([one.rule.code for one in standard.lines]),
        )
        .correlate(members)
        .scalar_subquery()
    )
    inner = select(func.coalesce(states, 0).label("states")).select_from(members).subquery("states")
    query = select(inner.c.states, func.count()).group_by(inner.c.states)
    with every_portal():
        rows = [(int(row[0]), int(row[1])) for row in db.session.execute(query)]
    return _tally(standard, rows)


def _tally(standard: StandardView, rows: list[tuple[int, int]]) -> StandardTally:
    """Read the digits; one that is missing stands for a value that is not counted yet."""
    names = {MET: "met", DIFFERS: "differs", HANDED: "handed", ACCEPTED: "accepted", NOT_KNOWN: "unknown"}
    counts = {line.rule.code: dict.fromkeys(names.values(), 0) for line in standard.lines}
    clients = differing = losing = unknown = 0
    for states, number in rows:
        found = [((states >> (BITS * n)) & 7) or NOT_KNOWN for n in range(len(standard.lines))]
        wrong = [line for line, one in zip(standard.lines, found, strict=True) if one in (DIFFERS, HANDED)]
        clients += number
        differing += number if wrong else 0
        losing += number if any(line.rule.loses_orders for line in wrong) else 0
        unknown += number if NOT_KNOWN in found else 0
        for line, one in zip(standard.lines, found, strict=True):
            counts[line.rule.code][names[one]] += number
    lines = {code: LineCount(**named) for code, named in counts.items()}
    return StandardTally(clients, differing, losing, unknown, lines)
