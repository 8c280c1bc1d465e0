"""Facts, refusals and verdicts as JSON and back again."""

from collections.abc import Mapping
from typing import Any

from b24app.checklist.fact import Facts, load_facts
from b24app.checklist.own import OWN_FACTS
from b24app.checklist.reading import adapter
from b24app.checklist.refusal import Refusal
from b24app.checklist.verdict import Verdict


def kinds() -> dict[str, type]:
    """The record type of every fact that may be stored."""
    return {name: spec.kind for name, spec in load_facts().items()} | dict(OWN_FACTS)


def dump(kind: Any, value: Any) -> Any:
    """A record as plain JSON."""
    return adapter(kind).dump_python(value, mode="json")


def dump_facts(facts: Facts) -> dict[str, tuple[Any, Any]]:
    """Each fact's value or refusal as plain JSON, by name."""
    known = kinds()
    told = {name: (dump(known[name], value), None) for name, value in facts.values.items() if name in known}
    return told | {name: (None, dump(Refusal, no)) for name, no in facts.refusals.items()}


def load_facts_from(rows: Mapping[str, tuple[Any, Any]]) -> Facts:
    """Facts again; one whose shape has changed since it was stored counts as not asked."""
    known = kinds()
    values = {
        name: adapter(known[name]).validate_python(value)
        for name, (value, _) in rows.items()
        if value is not None and name in known
    }
    noes = {name: adapter(Refusal).validate_python(no) for name, (_, no) in rows.items() if no is not None}
    return Facts(values, noes)


def dump_verdict(verdict: Verdict) -> dict[str, Any]:
    """A verdict as plain JSON."""
    told: dict[str, Any] = dump(Verdict, verdict)
    return told


def load_verdict(value: Any) -> Verdict:
    """A verdict again; moments are told by the names of their values."""
    read: Verdict = adapter(Verdict).validate_python(value)
    return read
