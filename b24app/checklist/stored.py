"""Facts, refusals and verdicts as JSON and back again."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from b24app.checklist.fact import Facts, load_facts
from b24app.checklist.own import OWN_FACTS
from b24app.checklist.reading import adapter
from b24app.checklist.refusal import Refusal
from b24app.checklist.verdict import Evidence, Level, Said, Value, Verdict


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
    return {
        "level": verdict.level.value,
        "said": _dump_said(verdict.said),
        "detail": _dump_said(verdict.detail) if verdict.detail else None,
        "evidence": [_dump_evidence(line) for line in verdict.evidence],
    }


def load_verdict(value: Mapping[str, Any]) -> Verdict:
    """A verdict again."""
    return Verdict(
        Level(value["level"]),
        _load_said(value["said"]),
        _load_said(value["detail"]) if value["detail"] else None,
        tuple(_load_evidence(line) for line in value["evidence"]),
    )


def _dump_evidence(line: Evidence) -> dict[str, Any]:
    at = line.at.isoformat() if line.at else None
    return {"label": line.label, "said": _dump_said(line.said), "level": line.level, "at": at}


def _load_evidence(value: Mapping[str, Any]) -> Evidence:
    level = Level(value["level"]) if value["level"] else None
    at = datetime.fromisoformat(value["at"]) if value["at"] else None
    return Evidence(value["label"], _load_said(value["said"]), level, at)


def _dump_said(said: Said) -> dict[str, Any]:
    values = {name: _dump_value(value) for name, value in said.values.items()}
    return {"message": said.message, "plural": said.plural, "values": values}


def _load_said(value: Mapping[str, Any]) -> Said:
    values = {name: _load_value(inner) for name, inner in value["values"].items()}
    return Said(value["message"], value["plural"], values)


def _dump_value(value: Value) -> Any:
    """JSON knows no dates, so they carry their kind; a list of names needs none."""
    match value:
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case Said():
            return {"said": _dump_said(value)}
        case Decimal():
            return str(value)
        case tuple():
            return [_dump_value(one) for one in value]
    return value


def _load_value(value: Any) -> Value:
    match value:
        case {"moment": text}:
            return datetime.fromisoformat(text)
        case {"day": text}:
            return date.fromisoformat(text)
        case {"said": inner}:
            return _load_said(inner)
        case list():
            return tuple(one if isinstance(one, str) else _load_said(one["said"]) for one in value)
    plain: str | int | None = value
    return plain
