"""Judges facts: every check becomes a verdict, and what could not be seen never becomes a pass."""

from collections.abc import Collection, Mapping
from datetime import datetime

from b24app.checklist.engine.check import Baseline, CheckSpec, load_checks
from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.fact_refusal import REASON_TEXTS, WHO_GRANTS, FactRefusal, Reason
from b24app.checklist.engine.verdict import Evidence, Level, Verdict, not_used, sentence, unknown, warned
from b24app.text.messages import N_

NO_BASELINE = Baseline()


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
            return _unseen(name, facts.refusals.get(name, FactRefusal(Reason.NOT_ASKED)), baseline)
    arguments = {name: facts.values[name] for name in spec.facts}
    arguments |= {name: facts.values.get(name) for name in spec.optional}
    given: Mapping[str, object] = {"baseline": baseline, "refusals": facts.refusals, **moments}
    return spec.judge(**arguments, **{name: given[name] for name in spec.given})


def _unseen(name: str, no: FactRefusal, baseline: Baseline) -> Verdict:
    if no.reason is Reason.METHOD:
        return not_used(REASON_TEXTS[Reason.METHOD])
    values = {"needs": ", ".join(no.needs), "code": no.code}
    if no.reason is Reason.RIGHT and name in baseline.facts.values:
        return warned(
            N_("The right to see this was taken away since the snapshot."),
            WHO_GRANTS[Reason.RIGHT],
            _words(no),
        )
    made = unknown(REASON_TEXTS[no.reason], WHO_GRANTS.get(no.reason), **values)
    return Verdict(Level.UNKNOWN, made.said, made.detail, _words(no))


def _words(no: FactRefusal) -> tuple[Evidence, ...]:
    """The portal's own words, and the right that its documentation asks for."""
    lines = []
    if no.code or no.description:
        words = sentence("%(code)s %(description)s", code=no.code, description=no.description)
        lines.append(Evidence(N_("The portal's answer"), words))
    if no.who:
        lines.append(Evidence(N_("Right needed"), sentence(no.who)))
    return tuple(lines)
