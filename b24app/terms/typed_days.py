"""Whether a day that a person typed is likely meant: the doubts about it, to be asked back. Pure.

Nothing is refused here: a doubt is answered by a person with one press, and the day is kept as it was typed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from b24app.text.messages import N_, NN_, Sentence, sentence


class DayUse(StrEnum):
    """What a typed day is: an end, a new end, the end of something else, the day of a copy, of something done."""

    MAIN = "main"
    NEXT = "next"
    SUBSCRIPTION = "subscription"
    OTHER = "other"
    COPY = "copy"
    DONE = "done"


ENDS = (DayUse.MAIN, DayUse.NEXT, DayUse.SUBSCRIPTION)
USE_OF_KIND = {"plan": DayUse.MAIN, "on_premise": DayUse.MAIN, "marketplace": DayUse.SUBSCRIPTION}
A_YEAR, A_YEAR_AND_SOME, THREE_YEARS = 366, 372, 3 * 366
SHORTEST_TERM = 25
LATELY = {DayUse.COPY: 120, DayUse.DONE: 62}
"""How many days ago a copy was made, or a step was taken, before its year is asked about."""


@dataclass(frozen=True, slots=True)
class KnownOfDay:
    """What the doubts depend on: today, the day as it was written before, whether the portal answers as paid."""

    today: date
    before: date | None = None
    answers: bool = False


def use_of_kind(kind: str) -> DayUse:
    """The use of a typed end by its kind of term."""
    return USE_OF_KIND.get(kind, DayUse.OTHER)


def doubts_about(day: date, use: DayUse, known: KnownOfDay) -> tuple[Sentence, ...]:
    """The doubts about a typed day; none when it is likely, or when it was the stored one before."""
    if day == known.before and use is not DayUse.NEXT:
        return ()
    return tuple(_of_past(day, use, known) if use in LATELY else _of_end(day, use, known))


def repaired_day(day: date, use: DayUse, known: KnownOfDay) -> date | None:
    """The same day of the nearest year without a doubt; None where no year mends it."""
    past = use in LATELY
    years = range(known.today.year, known.today.year + (-2 if past else 2), -1 if past else 1)
    found = (_in_year(day, year) for year in years)
    return next((one for one in found if one and one != day and not doubts_about(one, use, known)), None)


def _in_year(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return None


def _of_past(day: date, use: DayUse, known: KnownOfDay) -> Iterator[Sentence]:
    ago = (known.today - day).days
    if ago < 0:
        yield sentence(N_("This day has not come yet: is the year right?"))
    elif ago > LATELY[use]:
        yield sentence(N_("That is long ago: is the year right?"))


def _of_end(day: date, use: DayUse, known: KnownOfDay) -> Iterator[Sentence]:
    if day < known.today:
        text = N_("This day has passed: is the year right?")
        if known.answers and use in ENDS:
            text = N_("This day has passed, yet the portal answers as a paid one: is the year right?")
        yield sentence(text)
    elif (day - known.today).days > _farthest(use, known):
        text = N_("This is in more than three years: is the year right?")
        if use in ENDS:
            text = N_(
                "This is in more than a year, and Bitrix24 is paid for 1 or 12 months: is the year right?"
            )
        yield sentence(text)
    elif use is DayUse.NEXT and known.before is not None and 0 < (day - known.before).days < SHORTEST_TERM:
        lasts = NN_(
            "The new term would last only %(count)s day: is the date right?",
            "The new term would last only %(count)s days: is the date right?",
        )
        yield sentence(lasts, count=(day - known.before).days)


def _farthest(use: DayUse, known: KnownOfDay) -> int:
    """How many days ahead an end may be: a year after the one before it, where there was one."""
    if use not in ENDS:
        return THREE_YEARS
    if known.before is None or known.before < known.today:
        return A_YEAR
    return (known.before - known.today).days + A_YEAR_AND_SOME
