"""Facts, refusals and verdicts as JSON and back again."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import StrictBool, StrictFloat, StrictInt, StrictStr
from typing_extensions import TypedDict

from b24app.checklist.engine.fact import REASON_TEXTS, FactRefusal, Facts, Reason, load_facts
from b24app.checklist.engine.own_facts import OWN_FACTS
from b24app.checklist.engine.verdict import Evidence, Level, Sentence, Value, Verdict, unknown
from b24app.stored_values import DayText, MomentText, dump, read_kept
from b24app.text.sentences import can_be_said

NOT_ASKED = unknown(REASON_TEXTS[Reason.NOT_ASKED])


class KeptMoment(TypedDict):
    """A moment among the values of a sentence."""

    moment: MomentText


class KeptDay(TypedDict):
    """A day among the values of a sentence."""

    day: DayText


class KeptInner(TypedDict):
    """A sentence inside a sentence."""

    said: "KeptSaid"


Plain = StrictStr | StrictBool | StrictInt | StrictFloat | None
KeptValue = Plain | KeptMoment | KeptDay | KeptInner | list[StrictStr | KeptInner]


class KeptSaid(TypedDict):
    """A sentence before translation."""

    message: StrictStr
    plural: StrictStr
    values: dict[str, KeptValue]


class KeptEvidence(TypedDict):
    """One thing seen."""

    label: StrictStr
    said: KeptSaid
    level: Level | None
    at: MomentText | None


class KeptVerdict(TypedDict):
    """The answer of one check."""

    level: Level
    said: KeptSaid
    detail: KeptSaid | None
    evidence: list[KeptEvidence]


def kinds() -> dict[str, type]:
    """The record type of every fact that may be stored."""
    return {name: spec.kind for name, spec in load_facts().items()} | dict(OWN_FACTS)


def dump_facts(facts: Facts) -> dict[str, tuple[Any, Any]]:
    """Each fact's value or refusal as plain JSON, by name."""
    known = kinds()
    told = {name: (dump(known[name], value), None) for name, value in facts.values.items() if name in known}
    return told | {name: (None, dump(FactRefusal, no)) for name, no in facts.refusals.items()}


def load_facts_from(rows: Mapping[str, tuple[Any, Any]]) -> Facts:
    """Facts again; one whose shape has changed since it was stored counts as not asked."""
    known = kinds()
    values = {name: read_kept(known[name], value) for name, (value, _) in rows.items() if name in known}
    noes = {name: read_kept(FactRefusal, no) for name, (_, no) in rows.items() if no is not None}
    return Facts(_told(values), _told(noes))


def _told(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value is not None}


def dump_verdict(verdict: Verdict) -> dict[str, Any]:
    """A verdict as plain JSON."""
    return {
        "level": verdict.level.value,
        "said": _dump_said(verdict.said),
        "detail": _dump_said(verdict.detail) if verdict.detail else None,
        "evidence": [_dump_evidence(line) for line in verdict.evidence],
    }


def load_verdict(value: Any) -> Verdict:
    """A verdict again; one whose shape has changed since, or whose sentences cannot be said, counts as not asked."""
    kept: KeptVerdict | None = read_kept(KeptVerdict, value)
    if kept is None:
        return NOT_ASKED
    found = Verdict(
        kept["level"],
        _load_said(kept["said"]),
        _load_said(kept["detail"]) if kept["detail"] else None,
        tuple(_load_evidence(line) for line in kept["evidence"]),
    )
    return found if all(can_be_said(said) for said in _sentences(found)) else NOT_ASKED


def _sentences(found: Verdict) -> tuple[Sentence, ...]:
    detail = (found.detail,) if found.detail else ()
    return (found.said, *detail, *(line.said for line in found.evidence))


def _dump_evidence(line: Evidence) -> dict[str, Any]:
    at = line.at.isoformat() if line.at else None
    return {"label": line.label, "said": _dump_said(line.said), "level": line.level, "at": at}


def _load_evidence(kept: KeptEvidence) -> Evidence:
    at = datetime.fromisoformat(kept["at"]) if kept["at"] else None
    return Evidence(kept["label"], _load_said(kept["said"]), kept["level"], at)


def _dump_said(said: Sentence) -> dict[str, Any]:
    values = {name: _dump_value(value) for name, value in said.values.items()}
    return {"message": said.message, "plural": said.plural, "values": values}


def _load_said(kept: KeptSaid) -> Sentence:
    values = {name: _load_value(inner) for name, inner in kept["values"].items()}
    return Sentence(kept["message"], kept["plural"], values)


def _dump_value(value: Value) -> Any:
    """JSON knows no dates, so they carry their kind; a list of names needs none."""
    match value:
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case Sentence():
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
