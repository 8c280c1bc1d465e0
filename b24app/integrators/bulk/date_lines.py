"""What each line of a file of dates would do: the client it belongs to, the date stored now, and what is wrong with it."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from b24app.integrators.board import ClientRow
from b24app.integrators.bulk.date_file import FileLine, plain_domain
from b24app.integrators.bulk.known_ends import Ends, KnownEnd, is_confirmed, main_kind_of
from b24app.terms.term import SINGLE
from b24app.text.messages import N_
from b24app.text.table_cells import DAY_PROBLEMS, read_day
from b24app.text.table_reading import SURPLUS

FARTHEST = timedelta(days=3 * 366)
WRONG = {
    **DAY_PROBLEMS,
    "past": N_("This day has passed: is the year right?"),
    "far": N_("This is in more than three years: is the year right?"),
    "no_client": N_("The line names no client"),
    "nobody": N_("There is no such client, or its access has ended"),
    "cut_inn": N_("The spreadsheet has shortened this INN: format the column as text and write it again"),
    "surplus": SURPLUS,
    "two": N_("Several clients fit: write the address of the portal"),
    "no_right": N_("The client has not allowed to enter dates"),
    "bad_kind": N_("This term is not read here: plan, BitrixGPT + Marketplace or on-premise licence"),
    "twice": N_("This client and term stand in the file above already"),
}
ABOUT_CLIENT = frozenset({"no_client", "nobody", "two", "cut_inn"})
ABOUT_DAY = frozenset({*DAY_PROBLEMS, "past", "far"})
SHORTENED = re.compile(r"\d([.,]\d+)?e\+\d+", re.IGNORECASE)
WITHOUT_ZERO = (9, 11)
"""The digits that are left of an INN whose leading zero a spreadsheet has dropped."""


class LineState(StrEnum):
    """What a line would do; `kept`: the client has confirmed another date, which stays."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    KEPT = "kept"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class DateLine:
    """One line against what is stored of its client; `error` is a code of WRONG."""

    line: FileLine
    state: LineState
    error: str = ""
    row: ClientRow | None = None
    found_by: str = ""
    kind: str = ""
    day: date | None = None
    known: KnownEnd | None = None

    @property
    def is_written(self) -> bool:
        """Whether a press would write it."""
        return self.state in (LineState.NEW, LineState.CHANGED)


@dataclass(frozen=True, slots=True)
class KnownClients:
    """The clients that a person sees, by the names that a file may use, and the ends of their terms."""

    by_domain: Mapping[str, Sequence[ClientRow]]
    by_inn: Mapping[str, Sequence[ClientRow]]
    by_name: Mapping[str, Sequence[ClientRow]]
    integrator: str
    ends: Ends
    on_premise: Collection[int]

    @classmethod
    def of(
        cls, rows: Iterable[ClientRow], integrator: str, ends: Ends, on_premise: Collection[int]
    ) -> "KnownClients":
        """All of them, ready to be looked up."""
        by_domain, by_inn, by_name = (defaultdict[str, list[ClientRow]](list) for _ in range(3))
        for row in rows:
            by_domain[row.domain.lower()].append(row)
            by_name[_plain(row.name)].append(row)
            if row.inn:
                by_inn[row.inn].append(row)
        return cls(by_domain, by_inn, by_name, integrator, ends, on_premise)

    def find(self, line: FileLine) -> tuple[Sequence[ClientRow], str]:
        """The client of a line, and what found it: the address of the portal, or the name in its place, before the INN, and that before the name."""
        if line.domain:
            there = self.by_domain.get(plain_domain(line.domain), ())
            return (there, "domain") if there else (self.by_name.get(_plain(line.domain), ()), "name")
        if line.inn:
            whole = "".join(filter(str.isalnum, line.inn))
            return self.by_inn.get(whole) or self.by_inn.get(_whole_inn(line.inn), ()), "inn"
        named = self.by_name.get(_plain(line.client), ())
        return (named, "name") if named else (self.by_domain.get(plain_domain(line.client), ()), "domain")


def _whole_inn(text: str) -> str:
    """The digits of an INN, with the leading zero that a spreadsheet has dropped."""
    digits = "".join(filter(str.isdigit, re.sub(r"[.,]0+$", "", text)))
    return f"0{digits}" if len(digits) in WITHOUT_ZERO else digits


def _plain(name: str) -> str:
    return " ".join(name.replace("«", "").replace("»", "").replace('"', "").split()).casefold()


def judge_lines(
    lines: Iterable[FileLine], clients: KnownClients, today: date, language: str
) -> tuple[DateLine, ...]:
    """Every line judged, its day as readers of the language write it; of two lines about one term of one client the later one is wrong."""
    judged, seen = [], set[tuple[int, str]]()
    for line in lines:
        found = _judge(line, clients, today, language)
        if found.row is not None and found.state is not LineState.WRONG:
            key = found.row.client_id, found.kind
            if key in seen:
                found = DateLine(
                    line, LineState.WRONG, "twice", found.row, found.found_by, found.kind, found.day
                )
            seen.add(key)
        judged.append(found)
    return tuple(judged)


def _judge(line: FileLine, clients: KnownClients, today: date, language: str) -> DateLine:
    if unread := _unread(line):
        return DateLine(line, LineState.WRONG, unread)
    rows, by = clients.find(line)
    if len(rows) != 1:
        return DateLine(line, LineState.WRONG, "two" if rows else "nobody")
    row = rows[0]
    if not row.may_act:
        return DateLine(line, LineState.WRONG, "no_right", row, by)
    kind = line.kind or str(main_kind_of(row.client_id, clients.on_premise))
    if kind not in set(SINGLE):
        return DateLine(line, LineState.WRONG, "bad_kind", row, by)
    day, wrong = read_day(line.ends_on, language)
    wrong = wrong or _unlikely(day, today)
    if wrong or day is None:
        return DateLine(line, LineState.WRONG, wrong, row, by, kind, day)
    known = clients.ends.get((row.client_id, kind))
    return DateLine(line, _state(day, known, clients.integrator), "", row, by, kind, day, known)


def _unread(line: FileLine) -> str:
    """Why nobody can be looked for by a line."""
    if line.surplus:
        return "surplus"
    if not (line.domain or line.inn or line.client):
        return "no_client"
    return "cut_inn" if line.inn and not line.domain and SHORTENED.fullmatch(line.inn) else ""


def _unlikely(day: date | None, today: date) -> str:
    if day is None:
        return "no_day"
    return "past" if day < today else "far" if day - today > FARTHEST else ""


def _state(day: date, known: KnownEnd | None, integrator: str) -> LineState:
    if known is None or known.ends_on is None:
        return LineState.NEW
    if known.ends_on == day:
        return LineState.SAME
    return LineState.KEPT if is_confirmed(known, integrator) else LineState.CHANGED


def count_states(lines: Iterable[DateLine]) -> dict[LineState, int]:
    """How many lines there are in each state."""
    counts = dict.fromkeys(LineState, 0)
    for one in lines:
        counts[one.state] += 1
    return counts
