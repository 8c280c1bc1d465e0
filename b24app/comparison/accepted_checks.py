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
    "on_purpose": N_("As it was meant"),
    "repaired": N_("An error was put right"),
    "for_now": N_("For a time, until a day"),
    "not_needed": N_("Not needed any more"),
    "replaced": N_("Replaced by something else"),
    "other": N_("Another reason"),
}


def judge_with_acceptances(run_id: int, changes: Collection[Change], accepted: Accepted) -> None:
    """Judge the comparing checks of a run again by its own facts; what is accepted passes, what was taken back counts again."""
    stored, specs = verdicts_of_run(run_id), load_checks()
    codes = [code for code, one in stored.items() if is_comparing(specs[code]) and _may_move(one)]
    taken = any(change.fingerprint in accepted for change in changes)
    if not codes or not (taken or any(stored[code].because is Because.ACCEPTED for code in codes)):
        return
    alone, beside = _judged(run_id, codes)
    found = {
        code: weigh(
            beside[code],
            alone[code],
            lines_of(specs[code], changes),
            accepted,
            {name for other in codes if other != code for name in _names_shown(beside[other])},
        )
        for code in codes
    }
    store_verdicts(
        run_id, {code: one for code, one in found.items() if _statement(one) != _statement(stored[code])}
    )


def is_comparing(spec: CheckSpec) -> bool:
    """Whether a check compares with the snapshot; traffic that is awaited after an activation is no difference of settings."""
    return "baseline" in spec.given and "activated_at" not in spec.given


def _may_move(one: Verdict) -> bool:
    return one.level in OPEN or one.because is Because.ACCEPTED


def _statement(one: Verdict) -> tuple[object, ...]:
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


def lines_of(spec: CheckSpec, changes: Collection[Change]) -> tuple[Change, ...]:
    """What is worse among the objects that a check looks at."""
    facts = set(spec.facts)
    return tuple(one for one in changes if one.level is not Level.PASS and facts & set(one.kind.facts))


def weigh(
    beside: Verdict,
    alone: Verdict,
    mine: Collection[Change],
    accepted: Accepted,
    elsewhere: Collection[str] = (),
) -> Verdict:
    """The verdict once accepted losses are left out: accepted when none is left; what is bad without a snapshot stays.

    `mine` are the lines of the check, `elsewhere` the names that other checks report.
    """
    done = [one for one in mine if one.fingerprint in accepted]
    if beside.level not in OPEN or not done:
        return beside
    rest = [one for one in mine if one.fingerprint not in accepted]
    names, explained = _names(beside), {one.name for one in done} - {one.name for one in rest}
    left = tuple(name for name in names if name not in explained)
    if left and len(left) < len(names):
        return _without(beside, left, explained)
    if rest and (left or not names):
        return beside
    told = [one for one in done if one.name in names] or done
    kinds = {one.kind.code for one in told}
    if behind := [one for one in rest if one.kind.code in kinds and one.name not in elsewhere]:
        return _unexplained(behind)
    if alone.level in STATES:
        return min(beside, alone, key=lambda one: GRAVITY.index(one.level))
    return _accepted(beside, [accepted[one.fingerprint] for one in told])


def _unexplained(behind: Collection[Change]) -> Verdict:
    """The verdict on other losses behind an accepted one, by their names, as a check reports one sort of loss at a time."""
    level = max((one.level for one in behind), key=GRAVITY.index)
    names = tuple(sentence(one.name) if one.kind.named else one.name for one in behind)
    return Verdict(level, sentence(N_("Not explained yet: %(names)s"), names=names))


def _names_shown(verdict: Verdict) -> set[str]:
    """The names in a bad verdict or in its evidence."""
    return {*_names(verdict), *(one.label for one in verdict.evidence)} if verdict.level in OPEN else set()


def _names(verdict: Verdict) -> tuple[str, ...]:
    """The names in a verdict; none when it has no names."""
    value = verdict.sentence.values.get("names")
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, tuple) else ()


def _without(verdict: Verdict, left: tuple[str, ...], explained: Collection[str]) -> Verdict:
    """The verdict with only the names that are not explained yet."""
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
