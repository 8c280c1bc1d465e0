"""Standards of an integrator's portal: made, changed, deleted; which clients they are about and what they expect."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from b24app.database import db
from b24app.errors import BadInput, NotFound
from b24app.input_limits import check_text, one_line
from b24app.integrators.board_conditions import BoardConditions, BoardField, BoardView, read_conditions
from b24app.integrators.rights import MemberRole
from b24app.integrators.standards.decisions import withdraw_lines
from b24app.integrators.standards.model import ClientStandard, StandardLine
from b24app.integrators.standards.rule_registry import load_rules
from b24app.integrators.standards.standard_rule import Comparing, StandardRule
from b24app.terms.term import Author
from b24app.text.messages import N_

LONGEST_NAME, LONGEST_CONDITIONS, MOST_STANDARDS, MOST_LINES = 80, 2000, 50, 20
SEE = frozenset({MemberRole.OWNER, MemberRole.MANAGER, MemberRole.ENGINEER, MemberRole.VIEWER})
"""Roles that see standards."""
EDIT = frozenset({MemberRole.OWNER, MemberRole.ENGINEER})
"""Roles that make and change standards."""
DECIDE = frozenset({MemberRole.OWNER, MemberRole.MANAGER, MemberRole.ENGINEER})
"""Roles that accept a difference of a client that they see, or hand it on."""

FIELDS = (BoardField.GROUP, BoardField.PLAN, BoardField.PERSON, BoardField.ACCESS)
"""The fields that select the clients of a standard."""


@dataclass(frozen=True, slots=True)
class ExpectedValue:
    """One rule of a standard and the number that it expects."""

    rule: StandardRule
    expected: int


@dataclass(frozen=True, slots=True)
class StandardView:
    """A standard as it is shown."""

    id: int
    name: str
    conditions: BoardConditions
    lines: tuple[ExpectedValue, ...]
    changed_by: str
    changed_at: datetime

    def line(self, code: str) -> ExpectedValue | None:
        """The line of a rule."""
        return next((one for one in self.lines if one.rule.code == code), None)


def list_standards() -> tuple[StandardView, ...]:
    """Those of the portal in scope by name; a rule that is unknown to this release is left out."""
    rows = db.session.scalars(select(ClientStandard).order_by(ClientStandard.name, ClientStandard.id)).all()
    lines: dict[int, dict[str, int]] = {}
    for line in db.session.scalars(select(StandardLine)):
        lines.setdefault(line.standard_id, {})[line.code] = line.expected
    return tuple(_view(row, lines.get(row.id, {})) for row in rows)


def find_standard(standard_id: int) -> StandardView:
    """One standard of the portal in scope; raises NotFound."""
    found = next((one for one in list_standards() if one.id == standard_id), None)
    if found is None:
        raise NotFound("standard")
    return found


def _view(row: ClientStandard, expected: Mapping[str, int]) -> StandardView:
    rules = sorted(load_rules().values(), key=lambda rule: not rule.loses_orders)
    lines = tuple(ExpectedValue(rule, expected[rule.code]) for rule in rules if rule.code in expected)
    return StandardView(
        row.id, row.name, read_who(parse_qsl(row.conditions)), lines[:MOST_LINES], row.changed_by, row.changed_at
    )  # fmt: skip


def read_who(pairs: Iterable[tuple[str, str]]) -> BoardConditions:
    """The conditions among pairs that a standard may have, whatever the view."""
    found = read_conditions(pairs)
    return BoardConditions(BoardView.ALL, tuple(one for one in found.chosen if one.field in FIELDS))


def add_standard(
    name: str, who: BoardConditions, expected: Mapping[str, int], *, by: Author, at: datetime
) -> int:
    """Make a standard; raises BadInput by field."""
    if (db.session.scalar(select(func.count()).select_from(ClientStandard)) or 0) >= MOST_STANDARDS:
        raise BadInput(N_("There are too many standards: delete one first."), "name")
    row = ClientStandard(
        name=_check_name(name), conditions=_check_who(who), changed_by=by.name, changed_by_id=by.user_id or 0, changed_at=at
    )  # fmt: skip
    _refuse_taken(row.name)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise BadInput(TAKEN, "name") from None
    _keep_lines(row.id, expected)
    return row.id


def change_standard(
    standard_id: int,
    name: str,
    who: BoardConditions,
    expected: Mapping[str, int],
    *,
    by: Author,
    at: datetime,
) -> None:
    """Change a standard; decisions of rules that it has no more end. Raises BadInput, NotFound."""
    row = _row(standard_id)
    name = _check_name(name)
    with db.session.no_autoflush:
        _refuse_taken(name, row.id)
    row.name, row.conditions = name, _check_who(who)
    row.changed_by, row.changed_by_id, row.changed_at = by.name, by.user_id or 0, at
    _keep_lines(standard_id, expected)
    withdraw_lines(standard_id, frozenset(expected), at)
    db.session.flush()


def delete_standard(standard_id: int, at: datetime) -> None:
    """Delete a standard; tasks of its differences are deleted by their job first, so their rows wait for it without a rule."""
    row = _row(standard_id)
    withdraw_lines(standard_id, frozenset(), at)
    db.session.execute(delete(StandardLine).where(StandardLine.standard_id == row.id))
    db.session.execute(delete(ClientStandard).where(ClientStandard.id == row.id))


TAKEN = N_("There is a standard of this name already.")


def _row(standard_id: int) -> ClientStandard:
    row = db.session.scalar(select(ClientStandard).where(ClientStandard.id == standard_id))
    if row is None:
        raise NotFound("standard")
    return row


def _keep_lines(standard_id: int, expected: Mapping[str, int]) -> None:
    """The lines as they are wanted; one whose number changed keeps its row."""
    checked = {code: _check_expected(code, number) for code, number in expected.items()}
    if not checked:
        raise BadInput(N_("Choose one rule at least."), "rules")
    kept = {
        row.code: row
        for row in db.session.scalars(select(StandardLine).where(StandardLine.standard_id == standard_id))
    }
    for code, number in checked.items():
        if code in kept:
            kept[code].expected = number
        else:
            db.session.add(StandardLine(standard_id=standard_id, code=code, expected=number))
    for code in kept.keys() - checked.keys():
        db.session.delete(kept[code])
    db.session.flush()


def _check_expected(code: str, number: int) -> int:
    rule = load_rules().get(code)
    if rule is None:
        raise BadInput(N_("This rule is not known."), "rules")
    low = 1 if rule.comparing in (Comparing.AGE, Comparing.AT_LEAST) else 0
    if (rule.choices and number not in rule.choices) or not low <= number <= rule.most:
        raise BadInput(N_("This value cannot be expected."), code)
    return number


def _check_name(name: str) -> str:
    found = one_line(check_text(name, "name", LONGEST_NAME))
    if not found:
        raise BadInput(N_("Name the standard."), "name")
    return found


def _check_who(who: BoardConditions) -> str:
    kept = urlencode([pair for pair in who.pairs if pair[0] != "view"])
    if len(kept) > LONGEST_CONDITIONS:
        raise BadInput(N_("These are too many conditions to be kept."), "who")
    return kept


def _refuse_taken(name: str, standard_id: int = 0) -> None:
    taken = select(ClientStandard.id).where(ClientStandard.name == name, ClientStandard.id != standard_id)
    if db.session.scalar(taken) is not None:
        raise BadInput(TAKEN, "name")
