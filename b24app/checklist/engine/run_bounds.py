"""Time limits of one run, and what a run without any answer of the portal keeps, with its messages."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from b24app.checklist.engine.check import load_checks
from b24app.checklist.engine.fact import REASON_TEXTS, WHOLE_PORTAL, Facts, Reason, load_facts
from b24app.checklist.engine.verdict import Level, Verdict
from b24app.deadline import within
from b24app.text.messages import N_

RUN_SECONDS = 90.0
"""Seconds of one run from its first request to its last look from outside."""
ASKING_SECONDS = 66.0  # a cloud portal cuts a request at 60 s (limits.md)
FAULTS = 1
"""How often a run repeats a request that failed for another reason than a limit."""
UNREADABLE = N_("The portal answered with something that cannot be read.")
NOT_SENT = frozenset({Reason.SCOPE, Reason.NEEDS, Reason.NOT_ASKED})


@contextmanager
def running() -> Iterator[None]:
    """The time of one run in all."""
    with _within(RUN_SECONDS):
        yield


@contextmanager
def asking() -> Iterator[None]:
    """Limit the time of all answers of one run; the rest is for looking from outside."""
    with _within(ASKING_SECONDS):
        yield


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    from b24app.portals.client_factory import pace

    with within(seconds, pace().steady):
        yield


def got_nothing(facts: Facts) -> bool:
    """Whether the portal answered no request at all, and did not refuse us as a whole either."""
    asked = load_facts()
    answered = any(name in asked for name in facts.values)
    refused = any(no.reason in WHOLE_PORTAL for no in facts.refusals.values())
    return bool(facts.refusals) and not answered and not refused


def why_nothing(facts: Facts) -> str:
    """The message id of what came in the place of answers."""
    reasons = Counter(no.reason for no in facts.refusals.values() if no.reason not in NOT_SENT)
    reason = reasons.most_common(1)[0][0] if reasons else Reason.UNREACHABLE
    return UNREADABLE if reason is Reason.BROKEN else REASON_TEXTS[reason]


def worth_keeping(facts: Facts, before: Facts) -> Facts:
    """The facts without refusals of those that were read before: for these the earlier values stay."""
    lost = {name for name in _unread(facts) if name in before.values}
    return Facts(facts.values, {name: no for name, no in facts.refusals.items() if name not in lost})


def not_answered(facts: Facts, before: Facts, known: Mapping[str, Verdict]) -> set[str]:
    """The checks whose earlier verdict stays: their facts were asked for again, and the portal did not return them."""
    lost, specs = _unread(facts), load_checks()
    return {
        code
        for code, verdict in known.items()
        if verdict.level is not Level.UNKNOWN
        and (lost & {*specs[code].facts, *(name for name in specs[code].optional if name in before.values)})
    }


def _unread(facts: Facts) -> set[str]:
    """Names of refused facts; a missing method counts as an answer."""
    return {name for name, no in facts.refusals.items() if no.reason is not Reason.METHOD}
