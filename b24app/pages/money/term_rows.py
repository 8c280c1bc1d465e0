"""The table of terms: its rows by date, what is odd about a date, and the row whose form is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext

from b24app.terms.paid_terms import paid_term_history
from b24app.terms.policy import State
from b24app.terms.term import KIND_TITLES, PAYS_BY, Term
from b24app.terms.timeline import TOLD_BY_PORTAL, TermRow, Timeline
from b24app.terms.typed_days import A_YEAR, DayUse, doubts_about, repaired_day, use_of_kind
from b24app.text.messages import N_, Sentence, sentence
from b24app.web.doubted_days import known_of_day
from b24app.web.filters import doubted_day

OVER = (State.GRACE, State.LAPSED, State.LOCKED)
MOST_HISTORY = 30
CONSEQUENCES = {
    "plan": N_("Without it the portal falls to the free plan"),
    "marketplace": N_("Without it applications stop"),
    "site": N_("Without it the site gets no updates"),
}


@dataclass(frozen=True, slots=True)
class ListedTerm:
    """One line of the table: the row, and what is odd about a date that was kept as it was typed."""

    row: TermRow
    source: Sentence
    odd: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class AskedDay:
    """A day that is asked back: the day, the doubts about it, and the day that was likely meant."""

    day: date
    doubts: tuple[Sentence, ...]
    repair: date | None


@dataclass(frozen=True, slots=True)
class OpenRow:
    """The row that is its own form: the number of the term (0 for a new one), what was typed, and what is wrong."""

    term_id: int
    form: Mapping[str, object]
    wrong: Mapping[str, str]
    use: DayUse
    asked: AskedDay | None
    why: str


def listed_terms(timeline: Timeline) -> tuple[ListedTerm, ...]:
    """All terms by date, those without one first."""
    rows = sorted(timeline.rows, key=lambda row: (row.term.ends_on or date.min, row.term.id))
    return tuple(ListedTerm(row, _source(row), _odd(row)) for row in rows)


def _source(row: TermRow) -> Sentence:
    """Who gave the date and when, in few words: the icon beside it shows the kind of source."""
    term = row.term
    if row.source_kind == "portal" or term.confirmed_by in TOLD_BY_PORTAL:
        return sentence(N_("portal, %(day)s"), day=term.known_at)
    if row.source_kind == "person":
        return sentence(N_("%(who)s, %(day)s"), who=term.confirmed_by or term.said_by, day=term.known_at)
    return row.source


def _odd(row: TermRow) -> tuple[Sentence, ...]:
    """The doubts about a written date; none about a plan that is over: the whole page shows that."""
    end = row.term.ends_on
    if end is None or row.term.pending_since or (row.main and row.state in OVER):
        return ()
    return doubts_about(end, use_of_kind(row.term.kind), known_of_day(_end_before(row.term)))


def _end_before(term: Term) -> date | None:
    """The end before a renewal that has arrived: a year earlier, and never more than a year after that day."""
    if term.renewed_on is None or term.ends_on is None:
        return None
    year = timedelta(days=A_YEAR)
    return min(term.ends_on - year, term.renewed_on + year)


def open_row(
    term_id: int, form: Mapping[str, object], wrong: Mapping[str, str], *, before: date | None, bought: bool
) -> OpenRow:
    """The form of a row; a renewal that was bought asks for the end of the new term."""
    kind = str(form.get("kind") or "")
    use = DayUse.NEXT if bought else use_of_kind(kind)
    found = doubted_day("ends_on")
    asked = asked_day(found.day, use, before) if found else None
    return OpenRow(term_id, form, wrong, use, asked, CONSEQUENCES.get(kind, ""))


def asked_day(day: date, use: DayUse, before: date | None) -> AskedDay | None:
    """The question about a typed day; None for a likely one."""
    known = known_of_day(before)
    doubts = doubts_about(day, use, known)
    return AskedDay(day, doubts, repaired_day(day, use, known)) if doubts else None


def term_choices() -> Mapping[str, object]:
    """The choices in the form of a term."""
    return {
        "payers": [(code, gettext(title)) for code, title in PAYS_BY.items()],
        "kinds": [(kind, gettext(title)) for kind, title in KIND_TITLES.items()],
    }


def term_history() -> Sequence[object]:
    """The latest changes of all terms."""
    return paid_term_history()[:MOST_HISTORY]
