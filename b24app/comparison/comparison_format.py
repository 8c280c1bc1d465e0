"""Stores and loads the lines of a comparison; bounded, with the version of the rules they were found by."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from b24app.checklist.engine.fact import FactRefusal
from b24app.checklist.engine.verdict import Level
from b24app.checklist.model import RunResult
from b24app.comparison.compare import Change, Comparison, Difference, FieldChange, Mismatch
from b24app.comparison.resource import load_resources
from b24app.database import db

RULES = 2
"""Incremented when the same facts would be compared differently: what was stored by older rules is compared anew."""
MOST_LINES = 1000
OWN = ("me", "granted_scopes")


@dataclass(frozen=True, slots=True)
class KeptField:
    """One field before and after."""

    field: str
    before: str
    after: str
    texts: tuple[str, str]


@dataclass(frozen=True, slots=True)
class KeptLine:
    """One line; its kind by its code."""

    kind: str
    key: str
    name: str
    place: str
    difference: Difference
    level: Level
    fields: tuple[KeptField, ...] = ()
    refusal: FactRefusal | None = None
    more: Mapping[str, str] = field(default_factory=dict)
    now_off: bool = False


@dataclass(frozen=True, slots=True)
class KeptComparison:
    """The stored lines, how many more there were, what is unchanged, and how reliable it is."""

    lines: tuple[KeptLine, ...]
    unchanged: Mapping[str, int]
    mismatches: tuple[Mismatch, ...]
    more: int = 0


KEPT: TypeAdapter[KeptComparison] = TypeAdapter(KeptComparison)
MORE = ("tells", "title", "meaning", "remedy", "link", "new_key", "new_name", "new_tells")


def dump_comparison(found: Comparison) -> bytes:
    """At most MOST_LINES lines: the first of the page, and what is worse before what is new."""
    lines = tuple(_kept(change) for change in found.changes[:MOST_LINES])
    more = found.more + max(0, len(found.changes) - MOST_LINES)
    return KEPT.dump_json(
        KeptComparison(lines, found.unchanged, found.mismatches, more), exclude_defaults=True
    )


def load_comparison(content: bytes) -> Comparison | None:
    """Load a comparison; None when it has another format."""
    try:
        kept = KEPT.validate_json(content)
    except ValidationError:
        return None
    kinds = load_resources()
    known = all(
        line.kind in kinds and all(one.field in kinds[line.kind].fields for one in line.fields)
        for line in kept.lines
    )
    return (
        Comparison(tuple(map(_change, kept.lines)), kept.unchanged, kept.mismatches, kept.more)
        if known
        else None
    )


def _kept(change: Change) -> KeptLine:
    fields = tuple(KeptField(one.field, one.before, one.after, one.texts) for one in change.fields)
    more = {name: str(getattr(change, name)) for name in MORE if getattr(change, name)}
    return KeptLine(
        change.kind.code, change.key, change.name, change.place, change.difference, change.level,
        fields, change.refusal, more, change.now_off,
    )  # fmt: skip


def _change(line: KeptLine) -> Change:
    kind = load_resources()[line.kind]
    fields = tuple(
        FieldChange(x.field, kind.fields[x.field], x.before, x.after, x.texts) for x in line.fields
    )
    more = {name: text for name, text in line.more.items() if name in MORE}
    return Change(
        kind, line.key, line.name, line.place, line.difference, line.level, fields, line.refusal,
        now_off=line.now_off, **more,
    )  # fmt: skip


def stands_on(before_id: int, after_id: int) -> str:
    """The digest of the inputs of a comparison of two runs: the rules, and the facts behind every kind; another digest, another comparison."""
    rows = db.session.execute(
        select(RunResult.run_id, RunResult.facts).where(RunResult.run_id.in_((before_id, after_id)))
    )
    facts = {run_id: dict(numbers) for run_id, numbers in rows}
    parts = [f"{RULES}", *(f"{code}={kind.signature}" for code, kind in load_resources().items())]
    parts += (
        f"{name}={number}"
        for run_id in (before_id, after_id)
        for name, number in _compared(facts.get(run_id, {}))
    )
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def _compared(numbers: Mapping[str, int]) -> Iterable[tuple[str, int]]:
    names = compared_facts()
    return sorted((name, number) for name, number in numbers.items() if name in names)


def compared_facts() -> set[str]:
    """The facts behind every kind, and those of who looked."""
    return {*OWN, *(name for kind in load_resources().values() for name in (*kind.facts, *kind.optional))}
