"""The differences of a standard as one query: of each client that a person sees, of each rule, the status of the found value.

What a consent or a role does not give is NULL here already. What is unknown has its own status: neither met nor a difference.
"""

from collections.abc import Callable
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
    not_,
    or_,
    select,
)

from b24app.clock import CLOCKS_DIFFER
from b24app.database import Moment, db, every_portal
from b24app.integrators.board_filters import filtered
from b24app.integrators.board_query import BoardAt, clients_of
from b24app.integrators.rights import Right
from b24app.integrators.standards.decisions import LONGEST_DAYS
from b24app.integrators.standards.model import DecisionKind, DeviationDecision, FoundValue, StandardLine
from b24app.integrators.standards.standard_rule import NOTHING, READ_HOLDS, Comparing, StandardRule
from b24app.integrators.standards.stored_standards import StandardView

MET, DIFFERS, HANDED, ACCEPTED, NOT_KNOWN = 1, 2, 3, 4, 5
"""The status of a value; in the order of the list."""

BITS = 3


@dataclass(frozen=True, slots=True)
class LineCount:
    """Of one rule: how many clients agree, differ, were handed on, accepted, are unknown."""

    met: int = 0
    differs: int = 0
    handed: int = 0
    accepted: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class StandardTally:
    """The counts of a standard: how many of its clients differ, lose orders, have an unknown value; of each rule its counts."""

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


def line_codes(standard: StandardView, which: Callable[[StandardRule], object]) -> list[str]:
    """The codes of the rules of a standard that are of one kind."""
    return [one.rule.code for one in standard.lines if which(one.rule)]


def allowed(standard: StandardView, members: Subquery) -> ColumnElement[bool]:
    """Whether the client shows the value of a line to this person."""
    copies = StandardLine.code.in_(line_codes(standard, lambda rule: rule.right is Right.COPY))
    return case((copies, members.c.sees_copies), else_=members.c.sees_checks)


def known(standard: StandardView, now: datetime) -> ColumnElement[bool]:
    """Whether there is a value that may be compared now; NULL where there is no row."""
    borders = [
        (StandardLine.code == one.rule.code, literal(now - one.rule.holds, Moment))
        for one in standard.lines
        if one.rule.holds != READ_HOLDS
    ]
    usual = literal(now - READ_HOLDS, Moment)
    oldest = case(*borders, else_=usual) if borders else usual
    latest = now + CLOCKS_DIFFER
    return and_(
        FoundValue.lack == "",
        FoundValue.read_at >= oldest,
        FoundValue.read_at <= latest,
        or_(FoundValue.moment.is_(None), FoundValue.moment <= latest),
    )


def met(standard: StandardView, now: datetime) -> ColumnElement[bool]:
    """Whether a known value is the expected one; the same judgement as `agrees` of the rule."""
    number, expected = FoundValue.number, StandardLine.expected
    ages = [
        (StandardLine.code == one.rule.code, FoundValue.moment >= now - timedelta(hours=one.expected))
        for one in standard.lines
        if one.rule.comparing is Comparing.AGE
    ]
    least = line_codes(standard, lambda rule: rule.comparing is Comparing.AT_LEAST)
    most = line_codes(standard, lambda rule: rule.comparing is Comparing.AT_MOST)
    others = (
        (StandardLine.code.in_(least), number >= expected),
        (StandardLine.code.in_(most), and_(number > NOTHING, number <= expected)),
    )
    return func.coalesce(case(*ages, *others, else_=number == expected), false())


def decided(at: BoardAt) -> ColumnElement[int]:
    """The effect of a decision on this very value: a task is about the rule, an acceptance about the value alone, until its day."""
    row = DeviationDecision
    accepted = and_(
        row.kind == DecisionKind.ACCEPTED,
        row.digest == FoundValue.digest,
        row.expected == StandardLine.expected,
        row.until >= at.today,
        row.until <= at.today + timedelta(days=LONGEST_DAYS),
        row.at <= at.now + CLOCKS_DIFFER,
    )
    return case((row.kind == DecisionKind.TASK, HANDED), (accepted, ACCEPTED), else_=DIFFERS)


def of_value(at: BoardAt, members: Subquery) -> ColumnElement[bool]:
    """Separates the open decision about a line of a client."""
    row = DeviationDecision
    return and_(
        row.portal_id == at.seat.portal_id,
        row.standard_id == StandardLine.standard_id,
        row.client_id == members.c.client_id,
        row.code == StandardLine.code,
        row.closed_at.is_(None),
    )


def status(
    at: BoardAt, standard: StandardView, members: Subquery, decision: ColumnElement[int]
) -> ColumnElement[int]:
    """The status of the value of a line for a client."""
    sees = and_(allowed(standard, members), func.coalesce(known(standard, at.now), false()))
    bounds = StandardLine.code.in_(line_codes(standard, lambda rule: rule.lower_bound))
    return case(
        (not_(sees), NOT_KNOWN), (met(standard, at.now), MET), (bounds, NOT_KNOWN), else_=func.coalesce(decision, DIFFERS)
    )  # fmt: skip


def count_standard(at: BoardAt, standard: StandardView) -> StandardTally:
    """Count everything in one pass: the states of a client's rules are digits of one number, equal numbers are counted together."""
    members = clients_of_standard(at, standard)
    own = (
        select(decided(at)).where(of_value(at, members)).correlate_except(DeviationDecision).scalar_subquery()
    )
    places = [
        (StandardLine.code == one.rule.code, literal(1 << (BITS * n), BigInteger))
        for n, one in enumerate(standard.lines)
    ]
    place = case(*places, else_=literal(0, BigInteger)) if places else literal(0, BigInteger)
    states = (
        select(cast(func.sum(status(at, standard, members, own) * place), BigInteger))
        .select_from(StandardLine)
        .join(
            FoundValue,
            and_(FoundValue.portal_id == members.c.client_id, FoundValue.code == StandardLine.code),
        )
        .where(StandardLine.standard_id == standard.id)
        .correlate(members)
        .scalar_subquery()
    )
    inner = select(func.coalesce(states, 0).label("states")).select_from(members).subquery("states")
    query = select(inner.c.states, func.count()).group_by(inner.c.states)
    with every_portal():
        rows = [(int(row[0]), int(row[1])) for row in db.session.execute(query)]
    return _tally(standard, rows)


def _tally(standard: StandardView, rows: list[tuple[int, int]]) -> StandardTally:
    """Read the digits; one that is missing means a value that is not counted yet."""
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
