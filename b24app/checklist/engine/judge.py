"""Judges facts: every check becomes a verdict, what could not be seen never a pass; and counts how ready a portal is. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from b24app.checklist.engine.applicability import looks_without_rights, no_rights, weighed
from b24app.checklist.engine.check import SEVERITY_ORDER, Baseline, CheckSpec, Severity, load_checks
from b24app.checklist.engine.fact import REASON_TEXTS, WHO_GRANTS, FactRefusal, Facts, Reason
from b24app.checklist.engine.verdict import (
    Evidence,
    Level,
    Verdict,
    not_used,
    seen,
    sentence,
    unknown,
    warned,
)
from b24app.text.messages import N_

NO_BASELINE = Baseline()
MINUTES: Mapping[Level, int] = {Level.FAIL: 20, Level.WARN: 10, Level.ASK: 5, Level.UNKNOWN: 5}
ORDER = (Level.FAIL, Level.WARN, Level.ASK, Level.UNKNOWN)


def judge(
    facts: Facts,
    now: datetime,
    baseline: Baseline = NO_BASELINE,
    codes: Collection[str] | None = None,
    activated_at: datetime | None = None,
) -> dict[str, Verdict]:
    """Judge all checks, or the named ones, over facts that are already here."""
    return {
        code: _judge_one(spec, facts, baseline, {"now": now, "activated_at": activated_at})
        for code, spec in load_checks().items()
        if codes is None or code in codes
    }


def _judge_one(
    spec: CheckSpec, facts: Facts, baseline: Baseline, moments: Mapping[str, datetime | None]
) -> Verdict:
    for name in spec.facts:
        if name not in facts.values:
            no = facts.refusals.get(name, FactRefusal(Reason.NOT_ASKED))
            blind = no.reason is Reason.RIGHT and looks_without_rights(facts)
            return no_rights() if blind else _unseen(name, no, baseline)
    arguments = {name: facts.values[name] for name in spec.facts}
    arguments |= {name: facts.values.get(name) for name in spec.optional}
    given: Mapping[str, object] = {"baseline": baseline, "refusals": facts.refusals, **moments}
    verdict = spec.judge(**arguments, **{name: given[name] for name in spec.given})
    found = weighed(spec, verdict, facts, baseline)
    return replace(found, evidence=(*found.evidence, *_older(arguments.values(), moments["now"])))


def _older(found: Iterable[object], now: datetime | None) -> Iterator[Evidence]:
    """How many answers behind a verdict this run did not get itself, and of when the oldest of them is."""
    told = (getattr(one, "asked_at", None) for one in found)
    moments = [at for asked_at in told if isinstance(asked_at, Mapping) for at in asked_at.values()]
    if moments and now is not None:
        day = min(moments).astimezone(now.tzinfo).date()
        message = N_("%(count)s, the first of them of %(day)s; asked again in one of the next runs")
        yield seen(N_("Older answers"), message, count=len(moments), day=day)


def _unseen(name: str, no: FactRefusal, baseline: Baseline) -> Verdict:
    if no.reason is Reason.METHOD and name not in baseline.facts.values:
        return not_used(REASON_TEXTS[Reason.METHOD])
    if no.reason is Reason.METHOD:
        return warned(
            N_("The portal showed this at the snapshot and does not know it any more."), None, _words(no)
        )
    if no.reason is Reason.RIGHT and name in baseline.facts.values:
        return warned(
            N_("The right to see this was taken away since the snapshot."),
            WHO_GRANTS[Reason.RIGHT],
            _words(no),
        )
    needs = ", ".join(no.needs)
    return unknown(REASON_TEXTS[no.reason], WHO_GRANTS.get(no.reason), _words(no), needs=needs, code=no.code)


def _words(no: FactRefusal) -> tuple[Evidence, ...]:
    """The portal's own words, and the right that its documentation asks for."""
    lines = []
    if no.code or no.description:
        words = sentence("%(code)s %(description)s", code=no.code, description=no.description)
        lines.append(Evidence(N_("The portal's answer"), words))
    if no.who:
        lines.append(Evidence(N_("Right needed"), sentence(no.who)))
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class JudgedCheck:
    """A check's code, its level, how grave its failure is, and whether another check's remedy opens it too."""

    code: str
    level: Level
    severity: Severity
    waits_for_rights: bool = False


@dataclass(frozen=True, slots=True)
class Readiness:
    """Passed of counted: what does not apply and what is silenced leaves the total."""

    counts: Mapping[Level, int]
    muted: int
    total: int
    todo: tuple[str, ...]
    minutes: int

    @property
    def passed(self) -> int:
        """How many checks passed."""
        return self.counts.get(Level.PASS, 0)

    @property
    def percent(self) -> int:
        """Whole per cent, never 100 while anything is open."""
        return self.passed * 100 // self.total if self.total else 0

    @property
    def blockers(self) -> int:
        """How many checks stand in the way."""
        return self.counts.get(Level.FAIL, 0)

    @property
    def next_code(self) -> str | None:
        """The code to deal with first."""
        return self.todo[0] if self.todo else None


def readiness(judged: Collection[JudgedCheck], muted: Collection[str]) -> Readiness:
    """Count the verdicts and put what is left in order: gravest first."""
    counted = [item for item in judged if item.code not in muted]
    counts = {level: sum(item.level is level for item in counted) for level in Level}
    todo = sorted(
        (item for item in counted if item.level in ORDER and not item.waits_for_rights),
        key=lambda item: (ORDER.index(item.level), SEVERITY_ORDER[item.severity]),
    )
    return Readiness(
        counts=counts,
        muted=len(judged) - len(counted),
        total=len(counted) - counts[Level.NA],
        todo=tuple(item.code for item in todo),
        minutes=sum(MINUTES[item.level] for item in todo),
    )
