"""Traffic of a shop: how often events of a stream usually come, whether they have stopped or fallen, and whether they came back. Pure.

One rule decides. A stream with a number of occurrences in the shop's usual days (`shop_hours.py`) and none in further ones is
silent when that would happen by chance less than once in three thousand times. With n occurrences in D usual days the chance
of none in further e is (D / (D + e)) ** n: for rare events, of which few are known, the rule waits longer by itself.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from b24app.checklist.engine.shop_hours import TradeHours, thinned
from b24app.checklist.engine.verdict import (
    Because,
    Evidence,
    Level,
    Value,
    Verdict,
    passed,
    seen,
    sentence,
    unknown,
    verdict,
    warned,
)
from b24app.text.messages import N_

CHANCE = 1 / 3000
CHANCE_OF_RETURN = 1 / 500
"""Right after an activation people look closely, and a silence is reported sooner."""
FEWEST = 2
"""How many must have come after the first before more are expected: two gaps."""
LEAST_WAIT = 1.0
LONGEST_WAIT = 10.0
"""The wait after an activation is at least one usual day; streams rarer than one in ten days are left to the check itself."""
THIRD = 3
ORDINARY_SWING = 0.8
"""A shop's trade varies by a fifth without any cause."""
FALLEN_BY = (24, 49)
FEWEST_TO_FALL = 12
WAITING = N_("Waiting for traffic until %(until)s, %(time)s: %(names)s")
WAITED_BY = N_(
    "The deadline comes from the usual rhythm before the term, counted in the shop's own working hours. Until then nothing counts as lost."
)
NOT_COME = N_("Nothing has come since the activation: %(names)s")
MISSED = N_("By the usual rhythm before the term it was expected until %(until)s, %(time)s.")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The last moment, and how many came after the first in how many usual days; many within an hour count once."""

    last: datetime | None = None
    count: int = 0
    days: float = 0.0

    @property
    def is_known(self) -> bool:
        """Whether enough came to expect more."""
        return self.last is not None and self.count >= FEWEST

    @property
    def a_day(self) -> float:
        """How many come in a usual day."""
        return self.count / self.days if self.days else 0.0

    def longest_silence(self, least: float = 0.0, chance: float = CHANCE) -> float | None:
        """The usual days after which silence is no chance any more; None when there are too few occurrences."""
        return max(least, _limit(self.count, self.days, chance)) if self.is_known else None

    def silent_days(self, now: datetime) -> int | None:
        """Whole calendar days since the last time."""
        return None if self.last is None else max(0, (now - self.last).days)

    def is_silent(self, now: datetime, hours: TradeHours, least: float) -> bool:
        """Whether it has been silent for longer than chance explains, and for longer than `least`."""
        limit = self.longest_silence(least)
        return limit is not None and self.last is not None and hours.between(self.last, now) > limit


def rhythm(moments: Iterable[datetime | None], hours: TradeHours) -> Rhythm:
    """Find the rhythm of moments in any order; missing ones do not count."""
    known = thinned(moment for moment in moments if moment is not None)
    if not known:
        return Rhythm()
    count = len(known) - 1
    return Rhythm(max(known), count, max(hours.between(known[0], known[-1]), count / 24))


def _limit(count: int, took: float, chance: float = CHANCE) -> float:
    """After so many occurrences in so much time or so many turns: how much more without one is no chance any more."""
    return took * (math.exp(-math.log(chance) / count) - 1)


@dataclass(frozen=True, slots=True)
class Turns:
    """How often something occurs among numbered objects, such as a source among orders: a rhythm without a calendar."""

    last: int = 0
    count: int = 0
    span: int = 0

    def is_overdue(self, newest: int) -> bool:
        """Whether more numbers have passed without it than chance explains."""
        return self.count >= FEWEST and newest - self.last > _limit(self.count, max(self.span, self.count))

    def since(self, other: "Turns") -> "Turns":
        """Turns with their own last number where there is one, and the rhythm of the side with more occurrences."""
        better = max(self, other, key=lambda one: one.count)
        return Turns(self.last or other.last, better.count, better.span)


def turns(numbers: Iterable[int | None]) -> Turns:
    """Find the turns among numbers in any order."""
    known = sorted({number for number in numbers if number is not None})
    return Turns(known[-1], len(known) - 1, known[-1] - known[0]) if known else Turns()


def overdue(
    before: Mapping[str, Sequence[int]], now: Mapping[str, Sequence[int]], newest: int
) -> tuple[str, ...]:
    """The keys that occurred before and have missed too many numbers since."""
    both = {key: turns(now.get(key, ())).since(turns(before.get(key, ()))) for key in (*now, *before)}
    return tuple(key for key, one in both.items() if one.is_overdue(newest))


def has_fallen(moments: Sequence[datetime], a_day: float, now: datetime, hours: TradeHours) -> bool:
    """Whether the newest ones come at a third of the usual or less, beyond chance; `moments` in any order."""
    newest = sorted(moments, reverse=True)
    for count in FALLEN_BY:
        if count < len(newest):
            expected = a_day * hours.between(newest[count], now)
            if THIRD * count <= expected and _at_most(count, ORDINARY_SWING * expected) < CHANCE:
                return True
    return False


def is_more_than_chance(count: int, expected: float) -> bool:
    """Whether so many occurrences are more than chance explains for the expected number."""
    return 1 - _at_most(count - 1, expected) < CHANCE


def _at_most(count: int, expected: float) -> float:
    """The probability of so few occurrences for the expected number, by Poisson."""
    terms = (one * math.log(expected) - expected - math.lgamma(one + 1) for one in range(count + 1))
    return sum(map(math.exp, terms))


@dataclass(frozen=True, slots=True)
class Stream:
    """A regular kind of events: its title, its rhythm, and all of the newest moments.

    Streams are identified by the id of what they come through.
    """

    name: str
    rhythm: Rhythm
    moments: tuple[datetime, ...] = ()

    def a_day(self, until: datetime | None, hours: TradeHours) -> float:
        """How many come in a usual day, up to the newest one or up to a moment; 0 when there are too few."""
        if len(self.moments) < FEWEST_TO_FALL:
            return 0.0
        first, last = min(self.moments), until or max(self.moments)
        return (len(self.moments) - 1) / max(hours.between(first, last), 1 / 24)


Streams = Mapping[str, Stream]


def stream(name: str, moments: Sequence[datetime], hours: TradeHours) -> Stream:
    """Make a stream of its moments."""
    return Stream(name, rhythm(moments, hours), tuple(moments))


def fallen(before: Streams, now: Streams, at: datetime, hours: TradeHours) -> tuple[str, ...]:
    """The names of those whose share has fallen to a third or less; none for a shop that sells less of everything."""
    both = [key for key in now if key in before and before[key].a_day(None, hours)]
    then = sum(before[key].a_day(None, hours) for key in both)
    today = sum(now[key].a_day(at, hours) for key in both)
    trend = min(1.0, today / then) if then else 1.0
    return tuple(
        now[key].name
        for key in both
        if has_fallen(now[key].moments, trend * before[key].a_day(None, hours), at, hours)
    )


@dataclass(frozen=True, slots=True)
class Wording:
    """The message ids of one check: `last` takes last_at, `silent` and `fewer` take names."""

    last: str
    silent: str
    fewer: str
    switched_on: str
    nothing: str
    usual: str


def judge_silence(
    before: Streams, streams: Streams, now: datetime, hours: TradeHours, *, least: float, wording: Wording
) -> Verdict:
    """Warn of the streams that have been silent for longer than chance explains, or come three times more rarely."""
    evidence = tuple(
        seen(one.name, wording.last, last_at=one.rhythm.last) for one in streams.values() if one.rhythm.last
    )
    silent = tuple(one.name for one in streams.values() if one.rhythm.is_silent(now, hours, least))
    if silent:
        return warned(wording.silent, wording.switched_on, evidence, names=silent)
    if fewer := fallen(before, streams, now, hours):
        return warned(wording.fewer, wording.switched_on, evidence, names=fewer)
    if not evidence:
        return unknown(wording.nothing)
    return passed(wording.usual, None, evidence)


def with_ids(names: Mapping[str, str]) -> dict[str, str]:
    """Titles by id: the name, and the id beside it where several have the same name."""
    shared = list(names.values())
    return {key: f"{name} (ID {key})" if shared.count(name) > 1 else name for key, name in names.items()}


@dataclass(frozen=True, slots=True)
class Awaited:
    """A stream that has not come back yet, and the end of the wait for it."""

    name: str
    until: datetime


def judge_traffic(
    before: Streams, now: Streams, activated_at: datetime | None, at: datetime, hours: TradeHours
) -> Verdict | None:
    """A verdict that waits for streams seen before the activation and not since; None when there are none."""
    if activated_at is None:
        return None
    awaited = tuple(_awaited(before, now, activated_at, hours))
    if missed := tuple(one for one in awaited if one.until <= at):
        return _about(missed, at, Level.FAIL, NOT_COME, MISSED)
    if not awaited:
        return None
    return replace(_about(awaited, at, Level.UNKNOWN, WAITING, WAITED_BY), because=Because.WAITS_FOR_TRAFFIC)


def deadline_of(verdict: Verdict) -> datetime | None:
    """Until when a verdict waits for traffic; None when it does not wait."""
    until = verdict.sentence.values.get("until")
    waits = verdict.because is Because.WAITS_FOR_TRAFFIC
    return until if waits and isinstance(until, datetime) else None


def _awaited(before: Streams, now: Streams, activated_at: datetime, hours: TradeHours) -> Iterator[Awaited]:
    """The streams that came often enough to be expected soon: the wait is counted in the shop's own hours."""
    for key, one in now.items():
        if one.rhythm.last is not None and one.rhythm.last >= activated_at:
            continue
        usual = before[key].rhythm if key in before else Rhythm()
        wait = usual.longest_silence(LEAST_WAIT, CHANCE_OF_RETURN)
        if wait is not None and wait <= LONGEST_WAIT:
            yield Awaited(one.name, hours.after(activated_at, wait))


def _about(streams: tuple[Awaited, ...], at: datetime, level: Level, message: str, detail: str) -> Verdict:
    until = max(one.until for one in streams).astimezone(at.tzinfo)
    names: Value = sentence(streams[0].name) if len(streams) == 1 else tuple(one.name for one in streams)
    evidence = tuple(_evidence(one, at) for one in streams)
    return verdict(level, message, detail, evidence, until=until, time=_time(until), names=names)


def _evidence(one: Awaited, at: datetime) -> Evidence:
    until = one.until.astimezone(at.tzinfo)
    return seen(one.name, N_("expected until %(until)s, %(time)s"), until=until, time=_time(until))


def _time(value: datetime) -> str:
    return f"{value:%H:%M}"
