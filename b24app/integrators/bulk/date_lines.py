"""What each line of a file of dates would do: whose it is, what stands there now, and what is wrong with it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from b24app.integrators.board import ClientRow
from b24app.integrators.bulk.date_file import FileLine, plain_domain, read_day
from b24app.integrators.bulk.known_ends import Ends, KnownEnd, is_confirmed, main_kind_of
from b24app.terms.term import SINGLE
from b24app.text.messages import N_

FARTHEST = timedelta(days=3 * 366)
WRONG = {
    "no_day": N_("There is no date"),
    "bad_day": N_("This is not a date: write 23.12.2026"),
    "no_such_day": N_("There is no such day"),
    "past": N_("This day has passed: is the year right?"),
    "far": N_("This is in more than three years: is the year right?"),
    "no_client": N_("The line names no client"),
    "nobody": N_("There is no such client, or its access has ended"),
    "two": N_("Several clients fit: write the address of the portal"),
    "no_right": N_("The client has not allowed to enter dates"),
    "bad_kind": N_("This term is not read here: plan, BitrixGPT + Marketplace or on-premise licence"),
    "twice": N_("This client and term stand in the file above already"),
}
ABOUT_CLIENT = frozenset({"no_client", "nobody", "two"})
ABOUT_DAY = frozenset({"no_day", "bad_day", "no_such_day", "past", "far"})


class LineState(StrEnum):
    """What a line would do; `kept`: the client has confirmed another date, which stays."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    KEPT = "kept"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class DateLine:
    """One line against what is known of its client; `error` is a code of WRONG."""

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
    """The clients that a person sees, by what a file may call them, and the ends of their terms."""

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
        """Who a line is about, and by what: the address of the portal, or the name in its place, before the INN, and that before the name."""
        if line.domain:
            there = self.by_domain.get(plain_domain(line.domain), ())
            return (there, "domain") if there else (self.by_name.get(_plain(line.domain), ()), "name")
        if line.inn:
            whole, digits = ("".join(filter(one, line.inn)) for one in (str.isalnum, str.isdigit))
            return self.by_inn.get(whole) or self.by_inn.get(digits, ()), "inn"
        named = self.by_name.get(_plain(line.client), ())
        return (named, "name") if named else (self.by_domain.get(plain_domain(line.client), ()), "domain")


def _plain(name: str) -> str:
    return " ".join(name.replace("«", "").replace("»", "").replace('"', "").split()).casefold()


def judge_lines(lines: Iterable[FileLine], clients: KnownClients, today: date) -> tuple[DateLine, ...]:
    """Every line judged; of two lines about one term of one client the later one is wrong."""
    judged, seen = [], set[tuple[int, str]]()
    for line in lines:
        found = _judge(line, clients, today)
        if found.row is not None and found.state is not LineState.WRONG:
            key = found.row.client_id, found.kind
            if key in seen:
                found = DateLine(
                    line, LineState.WRONG, "twice", found.row, found.found_by, found.kind, found.day
                )
            seen.add(key)
        judged.append(found)
    return tuple(judged)


def _judge(line: FileLine, clients: KnownClients, today: date) -> DateLine:
    if not (line.domain or line.inn or line.client):
        return DateLine(line, LineState.WRONG, "no_client")
    rows, by = clients.find(line)
    if len(rows) != 1:
        return DateLine(line, LineState.WRONG, "two" if rows else "nobody")
    row = rows[0]
    if not row.may_act:
        return DateLine(line, LineState.WRONG, "no_right", row, by)
    kind = line.kind or str(main_kind_of(row.client_id, clients.on_premise))
    if kind not in set(SINGLE):
        return DateLine(line, LineState.WRONG, "bad_kind", row, by)
    day, wrong = read_day(line.ends_on)
    wrong = wrong or _unlikely(day, today)
    if wrong or day is None:
        return DateLine(line, LineState.WRONG, wrong, row, by, kind, day)
    known = clients.ends.get((row.client_id, kind))
    return DateLine(line, _state(day, known, clients.integrator), "", row, by, kind, day, known)


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
    """How many lines would do what."""
    counts = dict.fromkeys(LineState, 0)
    for one in lines:
        counts[one.state] += 1
    return counts
