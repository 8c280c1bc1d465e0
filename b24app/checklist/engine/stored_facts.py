"""Stores and loads facts, refusals and verdicts."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NotRequired, final

from pydantic import StrictBool, StrictFloat, StrictInt, StrictStr
from typing_extensions import TypedDict

from b24app.checklist.engine.check import NO_BASELINE_YET
from b24app.checklist.engine.fact import REASON_TEXTS, FactRefusal, Facts, Reason, load_facts
from b24app.checklist.engine.own_facts import OWN_FACTS
from b24app.checklist.engine.traffic import WAITING
from b24app.checklist.engine.verdict import Because, Evidence, Level, Sentence, Value, Verdict, unknown
from b24app.json_values import Json, JsonObject
from b24app.stored_values import DayText, MomentText, dump_bytes, read_bytes, read_grown, read_kept

NOT_ASKED = unknown(REASON_TEXTS[Reason.NOT_ASKED])


@final
class KeptMoment(TypedDict):
    """A moment among the values of a sentence."""

    moment: MomentText


@final
class KeptDay(TypedDict):
    """A day among the values of a sentence."""

    day: DayText


@final
class KeptInner(TypedDict):
    """A sentence inside a sentence."""

    said: "KeptSentence"


Plain = StrictStr | StrictBool | StrictInt | StrictFloat | None
KeptValue = Plain | KeptMoment | KeptDay | KeptInner | list[StrictStr | KeptInner]


class KeptSentence(TypedDict):
    """A sentence before translation."""

    message: StrictStr
    plural: StrictStr
    values: dict[str, KeptValue]


class KeptEvidence(TypedDict):
    """One observation; older releases kept no `path`."""

    label: StrictStr
    said: KeptSentence
    level: Level | None
    at: MomentText | None
    path: NotRequired[StrictStr]


class KeptVerdict(TypedDict):
    """The answer of one check; older releases kept no `because`."""

    level: Level
    said: KeptSentence
    detail: KeptSentence | None
    evidence: list[KeptEvidence]
    because: NotRequired[Because]


BY_MESSAGE = {WAITING: Because.WAITS_FOR_TRAFFIC, NO_BASELINE_YET: Because.NO_BASELINE}
"""The meaning of a verdict's sentence without `because` in older releases."""


def kinds() -> dict[str, type]:
    """The record type of every fact that may be stored."""
    return {name: spec.kind for name, spec in load_facts().items()} | dict(OWN_FACTS)


@dataclass(frozen=True, slots=True)
class FactContent:
    """One stored fact: the bytes of its value, or those of the refusal in its place."""

    content: bytes
    refused: bool = False

    @property
    def digest(self) -> bytes:
        """A digest that is equal for equal contents."""
        return hashlib.blake2b(self.content, digest_size=16, person=b"no" if self.refused else b"").digest()


def dump_facts(facts: Facts) -> dict[str, FactContent]:
    """Each fact's value or refusal as bytes, by name."""
    known = kinds()
    values = {
        name: FactContent(dump_bytes(known[name], value))
        for name, value in facts.values.items()
        if name in known
    }
    return values | {
        name: FactContent(dump_bytes(FactRefusal, no), refused=True) for name, no in facts.refusals.items()
    }


def _read_fact(kind: type, content: bytes) -> object:
    """Read a stored fact; one that is marked as grown also without the fields that were added later."""
    found = read_bytes(kind, content)
    return read_grown(kind, content) if found is None and getattr(kind, "HAS_GROWN", False) else found


def load_facts_from(rows: Mapping[str, FactContent]) -> Facts:
    """Load facts; one whose format has changed since counts as not asked, unless it only has grown."""
    known = kinds()
    values = {
        name: _read_fact(known[name], row.content)
        for name, row in rows.items()
        if name in known and not row.refused
    }
    noes = {name: read_bytes(FactRefusal, row.content) for name, row in rows.items() if row.refused}
    return Facts(
        {name: value for name, value in values.items() if value is not None},
        {name: no for name, no in noes.items() if no is not None},
    )


def dump_verdict(verdict: Verdict) -> JsonObject:
    """A verdict as plain JSON."""
    kept: dict[str, Json] = {
        "level": verdict.level.value,
        "said": _dump_sentence(verdict.sentence),
        "detail": _dump_sentence(verdict.detail) if verdict.detail else None,
        "evidence": [_dump_evidence(line) for line in verdict.evidence],
    }
    return kept if verdict.because is None else {**kept, "because": verdict.because.value}


def load_verdict(value: object) -> Verdict:
    """Load a verdict; one whose format has changed since, or whose sentences lack a value, counts as not asked."""
    kept: KeptVerdict | None = read_kept(KeptVerdict, value)
    if kept is None:
        return NOT_ASKED
    found = Verdict(
        kept["level"],
        _load_sentence(kept["said"]),
        _load_sentence(kept["detail"]) if kept["detail"] else None,
        tuple(_load_evidence(line) for line in kept["evidence"]),
        kept.get("because", BY_MESSAGE.get(kept["said"]["message"])),
    )
    return found if all(one.is_whole for one in _sentences(found)) else NOT_ASKED


def _sentences(found: Verdict) -> tuple[Sentence, ...]:
    detail = (found.detail,) if found.detail else ()
    return (found.sentence, *detail, *(line.sentence for line in found.evidence))


def _dump_evidence(line: Evidence) -> Json:
    at = line.at.isoformat() if line.at else None
    kept: JsonObject = {
        "label": line.label,
        "said": _dump_sentence(line.sentence),
        "level": line.level,
        "at": at,
    }
    return {**kept, "path": line.path} if line.path else kept


def _load_evidence(kept: KeptEvidence) -> Evidence:
    at = datetime.fromisoformat(kept["at"]) if kept["at"] else None
    return Evidence(kept["label"], _load_sentence(kept["said"]), kept["level"], at, kept.get("path", ""))


def _dump_sentence(one: Sentence) -> Json:
    values = {name: _dump_value(value) for name, value in one.values.items()}
    return {"message": one.message, "plural": one.plural, "values": values}


def _load_sentence(kept: KeptSentence) -> Sentence:
    values = {name: _load_value(inner) for name, inner in kept["values"].items()}
    return Sentence(kept["message"], kept["plural"], values)


def _dump_value(value: Value) -> Json:
    """A value as JSON; dates, which JSON has not, are stored with their kind, a list of names without."""
    match value:
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case Sentence():
            return {"said": _dump_sentence(value)}
        case Decimal():
            return str(value)
        case tuple():
            return [_dump_value(one) for one in value]
    return value


def _load_value(value: KeptValue) -> Value:
    if isinstance(value, list):
        return tuple(one if isinstance(one, str) else _load_sentence(one["said"]) for one in value)
    if not isinstance(value, dict):
        return value
    if "moment" in value:
        return datetime.fromisoformat(value["moment"])
    return date.fromisoformat(value["day"]) if "day" in value else _load_sentence(value["said"])
