"""Search of the call log: by method, refusal and period in the columns, by words in the texts, as far as one look goes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, defer

from b24app.bitrix24.call_texts import CallTexts, Needle, join_texts, unpack_bytes
from b24app.bitrix24.model import CallLogEntry
from b24app.database import db
from b24app.errors import NotFound

AT_ONCE = 20
"""Rows with their texts that are read together."""
MOST_LOOKED = 2000
MOST_BYTES = 24 * 1024 * 1024
"""How many entries and how many bytes of their texts one look goes through; then it shows how far it came."""
TEXTS = tuple(
    defer(column) for column in (CallLogEntry.packed, CallLogEntry.old_request, CallLogEntry.old_answer)
)


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for; empty parts do not narrow. A method is that of a call or of a command inside; `before` is the number to go on from."""

    text: str = ""
    method: str = ""
    errors_only: bool = False
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One call as lists show it; `commands` are the methods inside a batch, `refused` the codes of its refused commands."""

    id: int
    at: datetime
    method: str
    seconds: float
    http: int
    error: str
    size: int
    commands: tuple[str, ...]
    refused: str

    @classmethod
    def of(cls, row: CallLogEntry) -> "LoggedCall":
        """The call of a row, without its texts."""
        commands = tuple(row.commands.split())
        return cls(
            row.id, row.at, row.method, row.seconds, row.http, row.error, row.size, commands, row.refused
        )


@dataclass(frozen=True, slots=True)
class WholeCall:
    """One call with its request and its answer."""

    call: LoggedCall
    texts: CallTexts


@dataclass(slots=True)
class FoundCalls:
    """What one look found, newest first: how many texts it went through, between which moments, and where to go on."""

    calls: list[LoggedCall] = field(default_factory=list)
    looked: int = 0
    newest: datetime | None = None
    oldest: datetime | None = None
    following: int | None = None


@dataclass(frozen=True, slots=True)
class CallsPeriod:
    """Where a period of the log begins and ends, and how many entries it holds."""

    first: int
    last: int
    count: int


def search_calls(wanted: Search, *, limit: int = 200) -> list[LoggedCall]:
    """Find entries of the present portal, newest first; words are looked for in all that is kept, however long it takes."""
    found: list[LoggedCall] = []
    while len(found) < limit:
        look = find_calls(wanted, most=limit - len(found))
        found += look.calls
        if look.following is None:
            break
        wanted = replace(wanted, before=look.following)
    return found


def find_calls(wanted: Search, *, most: int) -> FoundCalls:
    """The newest entries of the present portal that are wanted, at most so many, as far as one look goes."""
    if wanted.text:
        return _look_through(wanted, most)
    rows = db.session.scalars(_newest(wanted).options(*TEXTS).limit(most + 1)).all()
    calls = [LoggedCall.of(row) for row in rows[:most]]
    return FoundCalls(calls, following=calls[-1].id if len(rows) > most else None)


def _look_through(wanted: Search, most: int) -> FoundCalls:
    needle, found, size, last = Needle.of(wanted.text), FoundCalls(), 0, 0
    for row in _rows_with_texts(wanted):
        if len(found.calls) == most or found.looked == MOST_LOOKED or size > MOST_BYTES:
            found.following = last
            break
        last, found.oldest, found.newest = row.id, row.at, found.newest or row.at
        found.looked += 1
        whole = _bytes_of(row)
        size += len(whole)
        if _has(needle, row, whole):
            found.calls.append(LoggedCall.of(row))
    return found


def _rows_with_texts(wanted: Search) -> Iterator[CallLogEntry]:
    """Rows newest first, a few at once."""
    while True:
        rows = db.session.scalars(_newest(wanted).limit(AT_ONCE)).all()
        yield from rows
        if len(rows) < AT_ONCE:
            return
        wanted = replace(wanted, before=rows[-1].id)


def read_call(number: int) -> WholeCall:
    """One call of the present portal; raises NotFound."""
    row = db.session.scalar(select(CallLogEntry).where(CallLogEntry.id == number))
    if row is None:
        raise NotFound
    return WholeCall(LoggedCall.of(row), row.texts)


def span_of_calls(wanted: Search) -> CallsPeriod | None:
    """The first and the last number of the entries found, and how many there are; None for nothing."""
    found = _narrow(wanted).options(*TEXTS).subquery()
    first, last, count = db.session.execute(
        select(func.min(found.c.id), func.max(found.c.id), func.count(found.c.id))
    ).one()
    return CallsPeriod(first, last, count) if count else None


def whole_calls(engine: Engine, portal_id: int, wanted: Search) -> Iterator[WholeCall]:
    """Yield the entries of a portal that are wanted, oldest first, one by one; no transaction is open while the taker waits."""
    last, needle = 0, Needle.of(wanted.text)
    while rows := _following_rows(engine, portal_id, wanted, last):
        for row in rows:
            if not wanted.text or _has(needle, row, _bytes_of(row)):
                yield WholeCall(LoggedCall.of(row), row.texts)
        last = rows[-1].id


def _following_rows(engine: Engine, portal_id: int, wanted: Search, last: int) -> Sequence[CallLogEntry]:
    statement = _narrow(wanted).where(CallLogEntry.id > last).order_by(CallLogEntry.id).limit(AT_ONCE)
    with Session(engine) as session:
        session.info["portal"] = portal_id
        rows = session.scalars(statement).all()
        session.expunge_all()
    return rows


def _bytes_of(row: CallLogEntry) -> bytes:
    if row.packed is not None:
        return unpack_bytes(row.packed)
    return join_texts(CallTexts(row.old_request, row.old_answer))


def _has(needle: Needle, row: CallLogEntry, whole: bytes) -> bool:
    return needle.lies_in(f"{row.method} {row.error} {row.refused}") or needle.lies_in_bytes(whole)


def _newest(wanted: Search) -> Select[CallLogEntry]:
    statement = _narrow(wanted).order_by(CallLogEntry.id.desc())
    return statement if wanted.before is None else statement.where(CallLogEntry.id < wanted.before)


def _narrow(wanted: Search) -> Select[CallLogEntry]:
    """The entries that are wanted by their columns."""
    statement = select(CallLogEntry)
    if wanted.method:
        named = (CallLogEntry.method, CallLogEntry.commands)
        statement = statement.where(or_(*(one.icontains(wanted.method, autoescape=True) for one in named)))
    if wanted.errors_only:
        statement = statement.where(or_(CallLogEntry.error != "", CallLogEntry.refused != ""))
    if wanted.since:
        statement = statement.where(CallLogEntry.at >= wanted.since)
    if wanted.until:
        statement = statement.where(CallLogEntry.at < wanted.until)
    return statement
