"""Differences whose checks are muted with a reason: the row shows that, and offers the reason for its acceptance."""

from collections.abc import Mapping

from b24app.checklist.engine.check import CheckSpec, load_checks
from b24app.checklist.engine.mutes_and_owners import AREA_PREFIX
from b24app.checklist.engine.verdict import Level
from b24app.checklist.model import Mute
from b24app.comparison.compare import Change

TELLING = frozenset({Level.FAIL, Level.WARN})


def silence_of(change: Change, levels: Mapping[str, str], mutes: Mapping[str, Mute]) -> Mute | None:
    """The mute of the checks that report this difference; None as long as one of them still counts."""
    specs = load_checks()
    found = [
        mutes.get(code) or mutes.get(f"{AREA_PREFIX}{specs[code].area}")
        for code in checks_telling(change, levels)
    ]
    return found[0] if all(found) and found else None


def checks_telling(change: Change, levels: Mapping[str, str]) -> tuple[str, ...]:
    """The checks with a bad verdict on the facts that hold this difference."""
    specs = load_checks().items()
    return tuple(code for code, spec in specs if levels.get(code) in TELLING and _tells(spec, change))


def _tells(spec: CheckSpec, change: Change) -> bool:
    return "baseline" in spec.given and not set(spec.facts).isdisjoint(change.kind.facts)
