"""Judges facts: every check becomes a verdict, what could not be seen never a pass. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from b24app.checklist.engine.applicability import looks_without_rights, no_rights, weighed
from b24app.checklist.engine.check import Baseline, CheckSpec, load_checks
from b24app.checklist.engine.fact import REASON_TEXTS, WHO_GRANTS, FactRefusal, Facts, Reason
from b24app.checklist.engine.verdict import (
    Evidence,
    Verdict,
    not_used,
    seen,
    sentence,
    unknown,
    warned,
)
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
    """How many answers behind a verdict come from earlier runs, and the date of the oldest."""
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
    """The portal's own message, and the right that its documentation requires."""
    lines = []
    if no.code or no.description:
        words = sentence("%(code)s %(description)s", code=no.code, description=no.description)
        lines.append(Evidence(N_("The portal's answer"), words))
    if no.who:
        lines.append(Evidence(N_("Right needed"), sentence(no.who)))
    return tuple(lines)
