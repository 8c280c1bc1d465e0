"""Checks whose losses a person has accepted: judged again at once, so that what is explained is no obstacle any more."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from b24app.checklist.engine.check import CheckSpec, load_checks
from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.judge import judge
from b24app.checklist.engine.run_jobs import comparable, portal_and_its_time
from b24app.checklist.engine.runs import (
    activated_at,
    baseline_for,
    facts_of_run,
    get_run,
    store_verdicts,
    verdicts_of_run,
)
from b24app.checklist.engine.verdict import Because, Level, Sentence, Verdict, sentence
from b24app.checklist.model import AcceptedChange
from b24app.comparison.compare import Change
from b24app.text.messages import N_

Accepted = Mapping[str, AcceptedChange]
"""What people have accepted, by the fingerprint of the change."""
OPEN = frozenset({Level.WARN, Level.FAIL})
STATES = frozenset({Level.WARN, Level.FAIL, Level.UNKNOWN})
GRAVITY = (Level.UNKNOWN, Level.WARN, Level.FAIL)
REASONS: Mapping[str, str] = {
    "on_purpose": N_("Changed on purpose"),
    "not_needed": N_("Not needed any more"),
    "replaced": N_("Replaced by something else"),
    "other": N_("Another reason"),
}


def judge_with_acceptances(run_id: int, changes: Collection[Change], accepted: Accepted) -> None:
    """Judge the comparing checks of a run again by its own facts; what is accepted passes, what was taken back stands again."""
    stored, specs = verdicts_of_run(run_id), load_checks()
    codes = [code for code, one in stored.items() if is_comparing(specs[code]) and _may_move(one)]
    taken = any(change.fingerprint in accepted for change in changes)
    if not codes or not (taken or any(stored[code].because is Because.ACCEPTED for code in codes)):
        return
    alone, beside = _judged(run_id, codes)
    found = {code: weigh(specs[code], beside[code], alone[code], changes, accepted) for code in codes}
    store_verdicts(run_id, {code: one for code, one in found.items() if _said(one) != _said(stored[code])})


def is_comparing(spec: CheckSpec) -> bool:
    """Whether a check compares with the snapshot; traffic that is awaited after an activation is no difference of settings."""
    return "baseline" in spec.given and "activated_at" not in spec.given


def _may_move(one: Verdict) -> bool:
    return one.level in OPEN or one.because is Because.ACCEPTED


def _said(one: Verdict) -> tuple[object, ...]:
    return one.level, one.sentence, one.detail, one.because


def _judged(run_id: int, codes: Collection[str]) -> tuple[Mapping[str, Verdict], Mapping[str, Verdict]]:
    """The verdicts without a snapshot and beside it, at the moment of the run."""
    portal, now = portal_and_its_time()
    ended = get_run(run_id).finished_at
    at = ended.astimezone(ZoneInfo(portal.time_zone)) if ended else now
    facts: Facts = facts_of_run(run_id)
    since = activated_at(now)
    alone = judge(facts, at, codes=codes, activated_at=since)
    return alone, judge(facts, at, comparable(facts, baseline_for(run_id)), codes, since)


def weigh(
    spec: CheckSpec, beside: Verdict, alone: Verdict, changes: Collection[Change], accepted: Accepted
) -> Verdict:
    """The verdict once accepted losses are left out: accepted when none is left, and what is bad without a snapshot stays."""
    mine = [one for one in changes if one.level is not Level.PASS and set(one.kind.facts) & set(spec.facts)]
    done = [one for one in mine if one.fingerprint in accepted]
    if beside.level not in OPEN or not done:
        return beside
    rest = [one for one in mine if one.fingerprint not in accepted]
    explained = {one.name for one in done} - {one.name for one in rest}
    names = _names(beside)
    if left := tuple(name for name in names if name not in explained):
        if len(left) < len(names):
            return _without(beside, left, explained)
        if rest:
            return beside
    elif rest and not names:
        return beside
    if alone.level in STATES:
        return min(beside, alone, key=lambda one: GRAVITY.index(one.level))
    by = [accepted[one.fingerprint] for one in done if not names or one.name in names]
    return _accepted(beside, by or [accepted[one.fingerprint] for one in done])


def _names(verdict: Verdict) -> tuple[str, ...]:
    """The names that a verdict tells; none when it tells something else."""
    value = verdict.sentence.values.get("names")
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, tuple) else ()


def _without(verdict: Verdict, left: tuple[str, ...], explained: Collection[str]) -> Verdict:
    """Only the names that nobody has explained."""
    told = replace(verdict.sentence, values={**verdict.sentence.values, "names": left})
    evidence = tuple(one for one in verdict.evidence if one.label not in explained)
    return replace(verdict, sentence=told, evidence=evidence)


def _accepted(verdict: Verdict, by: Collection[AcceptedChange]) -> Verdict:
    told = tuple(dict(_words(by)).values())
    return Verdict(
        Level.PASS,
        verdict.sentence,
        sentence(N_("Accepted: %(by)s"), by=told),
        tuple(replace(one, level=None) for one in verdict.evidence),
        Because.ACCEPTED,
    )


def _words(by: Collection[AcceptedChange]) -> Iterator[tuple[tuple[str, ...], Sentence]]:
    """Who and why, each once."""
    for row in by:
        why = sentence(REASONS[row.reason])
        if row.explanation:
            why = sentence(N_("%(why)s (%(words)s)"), why=why, words=row.explanation)
        said = sentence(N_("%(who)s — %(why)s"), who=row.user_name, why=why)
        yield (row.user_name, row.reason, row.explanation), said
