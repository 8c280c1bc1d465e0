"""Traffic of a shop: how often something usually comes, whether it has stopped, and whether it came back. Pure."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median

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

LEAST_WAIT = timedelta(days=1)
LONGEST_WAIT = timedelta(days=14)
FEWEST = 3
WAITING = N_("Waiting for traffic until %(until)s, %(time)s: %(names)s")
WAITED_BY = N_("The deadline comes from the usual rhythm before the term. Until then nothing counts as lost.")
NOT_COME = N_("Nothing has come since the activation: %(names)s")
MISSED = N_("By the usual rhythm before the term it was expected until %(until)s, %(time)s.")
USUAL_GAPS = 5


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The last moment and the median gap in days between neighbours."""

    last: datetime | None = None
    gap_days: float | None = None
    count: int = 0

    def silent_days(self, now: datetime) -> int | None:
        """Whole days since the last time."""
        return None if self.last is None else max(0, (now - self.last).days)

    def is_silent(self, now: datetime, least_days: int, times: float) -> bool:
        """Whether it has been quiet for longer than both the least and so many usual gaps."""
        if self.last is None:
            return False
        allowed = max(float(least_days), times * (self.gap_days or 0))
        return now - self.last > timedelta(days=allowed)


def rhythm(moments: Iterable[datetime | None]) -> Rhythm:
    """Find the rhythm of moments in any order; missing ones do not count."""
    known = sorted(moment for moment in moments if moment is not None)
    if not known:
        return Rhythm()
    gaps = [(after - before) / timedelta(days=1) for before, after in itertools.pairwise(known)]
    return Rhythm(known[-1], median(gaps) if gaps else None, len(known))


@dataclass(frozen=True, slots=True)
class Wording:
    """The message ids of one check: `last` takes last_at, `silent` takes names."""

    last: str
    silent: str
    switched_on: str
    nothing: str
    usual: str


def judge_silence(rhythms: Mapping[str, Rhythm], now: datetime, least_days: int, wording: Wording) -> Verdict:
    """Warn of what has been quiet for longer than the least days and five usual gaps; `rhythms` are by name."""
    evidence = tuple(seen(name, wording.last, last_at=one.last) for name, one in rhythms.items() if one.last)
    silent = tuple(name for name, one in rhythms.items() if one.is_silent(now, least_days, USUAL_GAPS))
    if silent:
        return warned(wording.silent, wording.switched_on, evidence, names=silent)
    if not evidence:
        return unknown(wording.nothing)
    return passed(wording.usual, None, evidence)


@dataclass(frozen=True, slots=True)
class Stream:
    """Something that usually comes: its name, its rhythm before the activation, and when it came last."""

    name: str
    before: Rhythm
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Awaited:
    """A stream that has not come back yet, and until when it may take its time."""

    name: str
    until: datetime


def judge_traffic(
    before: Mapping[str, Rhythm],
    now: Mapping[str, Rhythm],
    activated_at: datetime | None,
    at: datetime,
    times: float,
) -> Verdict | None:
    """Wait for what came before the activation and has not come since; None when there is nothing to wait for."""
    if activated_at is None:
        return None
    streams = [Stream(name, before[name], one.last) for name, one in now.items() if name in before]
    awaited = tuple(_awaited(streams, activated_at, times))
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


def _awaited(streams: list[Stream], activated_at: datetime, times: float) -> Iterator[Awaited]:
    """What came often enough to be expected soon; what comes once a month is left to the check itself."""
    for stream in streams:
        if stream.last is not None and stream.last >= activated_at:
            continue
        if stream.before.gap_days is None or stream.before.count < FEWEST:
            continue
        wait = max(LEAST_WAIT, timedelta(days=times * stream.before.gap_days))
        if wait <= LONGEST_WAIT:
            yield Awaited(stream.name, activated_at + wait)


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
