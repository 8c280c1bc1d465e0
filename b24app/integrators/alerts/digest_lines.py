"""The seven lines of a week, as a person sees his clients at this moment: counted by the board's own views alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select

from b24app.checklist.engine.stored_facts import load_verdict
from b24app.database import db, every_portal, portal_scope
from b24app.integrators.act_by import ActReason
from b24app.integrators.alerts.alert_causes import AlertEnd
from b24app.integrators.alerts.client_sight import board_at, codes_of, ending_consents, rows_of
from b24app.integrators.alerts.digest_words import (
    ACT,
    ANSWERS_NOT,
    BROKE,
    BY_DAY,
    DONE,
    ENDS,
    HEALED,
    INVOICE,
    MONEY,
    NO_DATE,
    NOT_SEEN,
    REASONS,
    WHAT,
    in_part,
    money_sum,
)
from b24app.integrators.alerts.leaving_messages import NamedClient
from b24app.integrators.alerts.model import ClientAlert
from b24app.integrators.audit import Deed
from b24app.integrators.board import BoardTally, ClientRow, read_chosen, read_page, tally
from b24app.integrators.board_conditions import BoardConditions, BoardField, BoardView, Condition
from b24app.integrators.board_query import BoardAt
from b24app.integrators.consents import day_at
from b24app.integrators.members import MemberSeat
from b24app.integrators.model import ConsentAudit
from b24app.integrators.rights import MemberRole, Right
from b24app.text.messages import NOTHING, Sentence, sentence

NAMED = 7
WEEK = timedelta(days=7)
ALL = BoardConditions(BoardView.ALL)
REASON_RIGHTS: Mapping[str, Right] = {ActReason.BROKE: Right.CHECKS}
"""The right that shows a day to act with this reason; every other one needs the right of terms."""
DARK, UNSEEN = ("lost", "refused", "silent"), ("late", "unknown")


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One line: its code, the count of clients, the first of them, the view of the list that shows all, and whom it names."""

    code: str
    head: Sentence
    rest: Sentence = NOTHING
    view: str = ""
    named: tuple[NamedClient, ...] = field(default=())

    @property
    def text(self) -> Sentence:
        """The whole line."""
        return sentence("%(head)s %(rest)s", head=self.head, rest=self.rest) if self.rest else self.head


def digest_lines(seat: MemberSeat, now: datetime) -> tuple[DigestLine, ...]:
    """The lines of the digest in the order of their weight, without empty ones. An accountant gets those of money alone."""
    at = board_at(seat, now)
    if seat.role is MemberRole.ACCOUNTANT:
        return tuple(_money(at))
    found = tally(at, ALL)
    parts = (
        _act(at, found),
        _money(at),
        _broke(at, found),
        _no_date(at, found),
        _consents(at),
        _dark(at),
        _done(at),
    )
    return tuple(line for part in parts for line in part)


def _act(at: BoardAt, found: BoardTally) -> Iterator[DigestLine]:
    count = found.by_view[BoardView.WEEK]
    if count:
        rows = _first(at, BoardView.WEEK)
        yield DigestLine(
            "act",
            sentence(ACT, count=count),
            in_part(count, [_by_day(row) for row in rows]),
            "week",
            tuple(one for row in rows for one in _named([row], REASON_RIGHTS.get(row.reason, Right.TERMS))),
        )


def _by_day(row: ClientRow) -> Sentence:
    what = sentence(REASONS.get(row.reason, REASONS["pay"]))
    return sentence(BY_DAY, client=row.name, day=row.act_on, what=what)


def _money(at: BoardAt) -> Iterator[DigestLine]:
    for code, words, value in (("money", MONEY, "paid"), ("invoice", INVOICE, "invoice")):
        rows = _chosen(at, BoardField.MONEY, value)
        if rows:
            rest, total = in_part(len(rows), _names(rows)), money_sum(rows)
            rest = sentence("%(names)s %(total)s", names=rest, total=total) if total else rest
            head, view = sentence(words, count=len(rows)), f"all&money_state={value}"
            yield DigestLine(code, head, rest, view, _named(rows, Right.TERMS))


def _broke(at: BoardAt, found: BoardTally) -> Iterator[DigestLine]:
    count = found.by_view[BoardView.BROKE]
    if count:
        rows = _first(at, BoardView.BROKE)
        names = [sentence(WHAT, client=row.name, what=_what(row)) if row.broke else row.name for row in rows]
        head = sentence(BROKE, count=count)
        yield DigestLine("broke", head, in_part(count, names), "broke", _named(rows, Right.CHECKS))


def _what(row: ClientRow) -> Sentence:
    return load_verdict(next(iter(row.broke or ()), None)).sentence


def _no_date(at: BoardAt, found: BoardTally) -> Iterator[DigestLine]:
    count = found.by_view[BoardView.NO_DATE]
    if count:
        rows = _first(at, BoardView.NO_DATE)
        head, rest = sentence(NO_DATE, count=count), in_part(count, _names(rows))
        yield DigestLine("no_date", head, rest, "nodate", _named(rows, Right.TERMS))


def _consents(at: BoardAt) -> Iterator[DigestLine]:
    ends = ending_consents(at.seat.portal_id, at.now)
    rows = sorted(rows_of(at, ends).values(), key=lambda row: ends[row.client_id])
    if rows:
        names = [
            sentence("%(client)s (%(day)s)", client=row.name, day=day_at(row.client_id, ends[row.client_id]))
            for row in rows[:NAMED]
        ]
        head = sentence(ENDS, count=len(rows))
        yield DigestLine("consents", head, in_part(len(rows), names), "", _named(rows))


def _dark(at: BoardAt) -> Iterator[DigestLine]:
    for code, words, values in (("dark", ANSWERS_NOT, DARK), ("unseen", NOT_SEEN, UNSEEN)):
        rows = _chosen(at, BoardField.ACCESS, *values)
        if rows:
            view = "all" + "".join(f"&access={value}" for value in values)
            head, rest = sentence(words, count=len(rows)), in_part(len(rows), _names(rows))
            yield DigestLine(code, head, rest, view, _named(rows))


def _names(rows: Sequence[ClientRow]) -> list[str]:
    return [row.name for row in rows[:NAMED]]


def _done(at: BoardAt) -> Iterator[DigestLine]:
    """What became green within the week, and how often the integrator's people did something at how many clients."""
    mine = codes_of(at)
    healed = _healed(at, mine)
    if healed:
        yield DigestLine("healed", sentence(HEALED, count=healed))
    deeds, clients = _deeds(at, mine.values())
    if deeds:
        yield DigestLine("done", sentence(DONE, count=deeds, clients=clients))


def _healed(at: BoardAt, mine: Mapping[int, str]) -> int:
    """At how many of these clients something became green that had been red."""
    since = at.now - WEEK
    query = select(ClientAlert.client_id).where(
        ClientAlert.end == AlertEnd.GREEN, ClientAlert.ended_at > since
    )
    with portal_scope(at.seat.portal_id):
        return len(set(db.session.scalars(query.where(ClientAlert.ended_at <= at.now))) & mine.keys())


def _deeds(at: BoardAt, codes: Iterable[str]) -> tuple[int, int]:
    query = select(func.count(), func.count(func.distinct(ConsentAudit.portal_id))).where(
        ConsentAudit.consent_code.in_(list(codes)),
        ConsentAudit.action == Deed.ACTED,
        ConsentAudit.refused.is_(False),
        ConsentAudit.at > at.now - WEEK,
        ConsentAudit.at <= at.now,
    )
    with every_portal():
        row = db.session.execute(query).one()
    return int(row[0]), int(row[1])


def _first(at: BoardAt, view: BoardView) -> Sequence[ClientRow]:
    return read_page(at, BoardConditions(view), most=NAMED)[:NAMED]


def _chosen(at: BoardAt, name: BoardField, *values: str) -> Sequence[ClientRow]:
    conditions = tuple(Condition(name, value) for value in values)
    return read_chosen(at, BoardConditions(BoardView.ALL, conditions))


def _named(rows: Sequence[ClientRow], right: str = "") -> tuple[NamedClient, ...]:
    return tuple(NamedClient(row.client_id, row.code, right) for row in rows[:NAMED])
