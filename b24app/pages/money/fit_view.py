"""Does the plan fit: one sentence about the seats, the seats themselves as a picture, and the other known limits."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.dates import format_date
from flask_babel import gettext

from b24app.plans.usage import Gauge, UsageLevel, month_after
from b24app.terms.usage_records import UsageView
from b24app.text.formats import locale, month_short, number, unbroken
from b24app.text.messages import N_, NOTHING, Sentence, sentence

MOST_SEATS = 100
"""With more seats than that the picture is a bar."""
COMPARED = ("disk_gb", "pipelines", "smart_processes", "sites")
FAR_MONTHS = 11
LEVELS = {UsageLevel.OVER: "fail", UsageLevel.NEAR: "warn"}
LIMIT_TEXTS = {
    "disk_gb": N_("Disk: %(used)s of %(limit)s GB"),
    "pipelines": N_("Pipelines: %(used)s of %(limit)s"),
    "smart_processes": N_("Smart processes: %(used)s of %(limit)s"),
    "sites": N_("Sites: %(used)s of %(limit)s"),
}


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat of the plan: taken, idle (not signed in for 60 days), free, or last; a free one may bear its month."""

    kind: str
    month: str = ""


@dataclass(frozen=True, slots=True)
class LimitLine:
    """Another limit in words, and its level when it is full or nearly."""

    text: str
    level: str


@dataclass(frozen=True, slots=True)
class PlanFit:
    """The sentence (its `until` in bold), the same in short for the answer, the seats or their share, and the other limits."""

    level: str
    text: Sentence
    short: Sentence
    seats: tuple[Seat, ...]
    share: float | None
    idle: int
    limits: tuple[LimitLine, ...]
    not_compared: tuple[str, ...]


def fit_of(usage: UsageView, today: date) -> PlanFit:
    """Use against limits as the page shows it; a limit that no source states is only named."""
    seats = usage.gauges[0]
    others = [found for found in usage.gauges if found.code in COMPARED and found.used is not None]
    text, short = _sentence(seats, usage, today)
    limit = seats.limit or 0
    return PlanFit(
        level=_level(seats, usage),
        text=text,
        short=short,
        seats=tuple(_seats(seats, usage, today)) if limit <= MOST_SEATS else (),
        share=float(seats.used) / limit if seats.used is not None and limit > MOST_SEATS else None,
        idle=min(usage.idle_users or 0, int(seats.used or 0)),
        limits=tuple(_limit(found) for found in others if found.limit is not None),
        not_compared=tuple(gettext(found.title) for found in (seats, *others) if _is_unknown(found)),
    )


def _is_unknown(found: Gauge) -> bool:
    return found.used is not None and found.limit is None


def _level(seats: Gauge, usage: UsageView) -> str:
    if seats.limit is None or seats.used is None:
        return "unknown"
    if seats.level is UsageLevel.OVER:
        return "fail"
    return "warn" if usage.seats_months is not None and usage.seats_months <= 2 else "pass"


def _sentence(seats: Gauge, usage: UsageView, today: date) -> tuple[Sentence, Sentence]:
    """The sentence below the title of the card, and its short form for the answer of the page."""
    if seats.used is None:
        return sentence(N_("Use is not known yet: the checks count employees, orders and deals.")), NOTHING
    used = number(seats.used)
    if seats.limit is None or seats.free is None:
        text = N_("Seats taken: %(used)s. No source states how many the plan has.")
        return sentence(text, used=used), NOTHING
    values = {"used": used, "limit": number(seats.limit)}
    if seats.free < 0:
        text = N_("Seats are short by %(until)s: %(used)s of %(limit)s are taken.")
        return sentence(text, until=number(-seats.free), **values), sentence(N_("The plan lacks seats."))
    if seats.free == 0:
        text = N_("%(until)s: %(used)s of %(limit)s are taken.")
        none_left = sentence(N_("No seat is left"))
        return sentence(text, until=none_left, **values), sentence(N_("No seat of the plan is left."))
    if usage.seats_full_on is None:
        text = N_("There are %(until)s: %(used)s of %(limit)s are taken, and their number does not grow.")
        if usage.seats_growth is None:
            text = N_("There are %(until)s: %(used)s of %(limit)s are taken.")
        return sentence(text, until=sentence(N_("seats enough")), **values), sentence(
            N_("The plan is enough.")
        )
    until = until_month(usage.seats_full_on, today)
    text = N_("Seats last %(until)s: %(used)s of %(limit)s are taken, each month plus %(growth)s.")
    found = sentence(text, until=until, growth=number(usage.seats_growth), **values)
    return found, sentence(N_("The plan lasts %(until)s."), until=until)


def until_month(month: date, today: date) -> Sentence:
    """«until June», with the year when it is not near."""
    far = (month.year - today.year) * 12 + month.month - today.month > FAR_MONTHS
    name = format_date(month, "MMMM y" if far else "MMMM", locale())
    return sentence(N_("until %(month)s"), month=unbroken(name))


def _limit(found: Gauge) -> LimitLine:
    text = gettext(LIMIT_TEXTS[found.code], used=number(found.used), limit=number(found.limit))
    return LimitLine(text, LEVELS.get(found.level, ""))


def _seats(seats: Gauge, usage: UsageView, today: date) -> Iterator[Seat]:
    """The seats in their order: first those taken, then those of people who do not sign in, then the free ones by month."""
    if seats.used is None or not seats.limit:
        return
    used, limit = int(seats.used), seats.limit
    taken, idle = min(used, limit), min(usage.idle_users or 0, used, limit)
    yield from (Seat("taken") for _ in range(taken - idle))
    yield from (Seat("idle") for _ in range(idle))
    for place in range(1, limit - taken + 1):
        month = _month_of(place, usage.seats_growth, today) if usage.seats_full_on else ""
        yield Seat("last" if month and place == limit - taken else "free", month)


def _month_of(place: int, growth: Decimal | None, today: date) -> str:
    """The month in which the free seat of this place is taken at the present growth."""
    return month_short(month_after(today, math.ceil(place / growth))) if growth else ""
