"""References between commands of a batch: $result[key][field], $total[key] and so on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

REFERENCE = re.compile(r"\$(result|total|next|error|time)((?:\[[^\[\]]*\])+)")
STEP = re.compile(r"\[([^\[\]]*)\]")

Maps = Mapping[str, Mapping[str, Any]]


def resolve(value: Any, maps: Maps) -> Any:
    """Replace references in values; keys are left as they are."""
    if isinstance(value, dict):
        return {key: resolve(item, maps) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, maps) for item in value]
    return _text(value, maps) if isinstance(value, str) else value


def _text(text: str, maps: Maps) -> Any:
    whole = REFERENCE.fullmatch(text)
    if whole:
        return look_up(maps[whole[1]], STEP.findall(whole[2]))
    return REFERENCE.sub(lambda found: _embedded(found, maps), text)


def _embedded(found: re.Match[str], maps: Maps) -> str:
    value = look_up(maps[found[1]], STEP.findall(found[2]))
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else found[0]


def look_up(value: Any, steps: list[str]) -> Any:
    """Follow a path; a missing step stops at the deepest value found, as the portal does."""
    for step in steps:
        if isinstance(value, Mapping) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return value
    return value
