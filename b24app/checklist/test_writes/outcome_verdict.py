"""What the outcome of a test write means for a check: never tried, not allowed, too old, or what the portal said."""

from datetime import datetime, timedelta

from b24app.checklist.engine.fact_refusal import REASON_TEXTS, WHO_GRANTS, Reason
from b24app.checklist.engine.verdict import (
    Evidence,
    Level,
    Verdict,
    failed,
    passed,
    seen,
    sentence,
    unknown,
    warned,
)
from b24app.checklist.test_writes.write_steps import (
    ABOUT_THE_THING,
    SCOPES,
    Probed,
    Probes,
    StepDone,
    WriteKind,
)
from b24app.text.messages import N_

FRESH = timedelta(days=7)
WHERE = N_("Open “Checks”, then “Probes that write”, and try.")
STAYS = N_("What the probe made could not be cleared away: %(words)s")
ASKS_MORE = N_("The portal asks for a field that the probe does not fill in: %(words)s")


def judge_probe(probes: Probes, kind: WriteKind, now: datetime, good: str, bad: str) -> Verdict:
    """Judge one kind; `good` and `bad` say what was found out in one line."""
    found = probes.of(kind)
    if SCOPES[kind] in probes.missing:
        return unknown(REASON_TEXTS[Reason.SCOPE], WHO_GRANTS[Reason.SCOPE], needs=SCOPES[kind])
    if found is None:
        return _never(probes)
    if now - found.at > FRESH:
        return unknown(N_("Tried too long ago, on %(at)s"), WHERE, at=found.at)
    if probes.activated_at is not None and found.at < probes.activated_at <= now:
        return unknown(N_("Tried on %(at)s, before the plan was activated"), WHERE, at=found.at)
    return _outcome(found, good, bad)


def _never(probes: Probes) -> Verdict:
    if probes.on:
        return unknown(N_("Nobody has tried it yet"), WHERE)
    return unknown(
        N_("Probes that write are switched off, so nobody has tried it"),
        N_("An administrator can switch them on: “Checks”, then “Probes that write”."),
    )


def _outcome(found: Probed, good: str, bad: str) -> Verdict:
    told = seen(N_("Tried by"), N_("%(who)s"), who=found.by, at=found.at)
    step = found.failed
    if step is None:
        return passed(good, N_("Tried on %(at)s by %(who)s"), (told,), at=found.at, who=found.by)
    evidence = (told, *_words(step))
    match found.level:
        case Level.UNKNOWN:
            return _unclear(step, evidence)
        case Level.WARN if step.step not in ABOUT_THE_THING:
            return warned(STAYS, None, evidence, words=_answer(step))
        case Level.WARN:
            return warned(ASKS_MORE, None, evidence, words=_answer(step))
    return failed(bad, None, evidence, words=_answer(step))


def _unclear(step: StepDone, evidence: tuple[Evidence, ...]) -> Verdict:
    """Nothing was found out: who can change that, or our own words where the portal gave none."""
    if step.reason in (None, Reason.BROKEN):
        return Verdict(Level.UNKNOWN, sentence(step.public), sentence(WHERE), evidence)
    made = unknown(REASON_TEXTS[step.reason], WHO_GRANTS.get(step.reason), needs="", code=step.code)
    return Verdict(made.level, made.said, made.detail, evidence)


def _answer(step: StepDone) -> str:
    return step.words or step.code


def _words(step: StepDone) -> tuple[Evidence, ...]:
    if not step.code and not step.words:
        return ()
    words = sentence("%(code)s %(description)s", code=step.code, description=step.words)
    return (Evidence(N_("The portal's answer"), words),)
