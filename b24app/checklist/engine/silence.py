"""Judges whether something that usually happens has stopped: by its own rhythm, never by ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from b24app.checklist.engine.rhythm import Rhythm
from b24app.checklist.engine.verdict import Verdict, passed, seen, unknown, warned

USUAL_GAPS = 5


@dataclass(frozen=True, slots=True)
class Wording:
    """The message ids of one check: `last` takes last_at, `silent` takes names."""

    last: str
    silent: str
    switched_on: str
    nothing: str
    usual: str


def judge_silence(beats: Mapping[str, Rhythm], now: datetime, least_days: int, wording: Wording) -> Verdict:
    """Warn of what has been quiet for longer than the least days and five usual gaps; `beats` are by name."""
    evidence = tuple(seen(name, wording.last, last_at=beat.last) for name, beat in beats.items() if beat.last)
    silent = tuple(name for name, beat in beats.items() if beat.is_silent(now, least_days, USUAL_GAPS))
    if silent:
        return warned(wording.silent, wording.switched_on, evidence, names=silent)
    if not evidence:
        return unknown(wording.nothing)
    return passed(wording.usual, None, evidence)
