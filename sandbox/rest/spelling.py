"""Parameter names as the documentation spells them: in another case it is another name, which a portal ignores."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

# Taken from the tables and from the examples of the method pages of the documentation (bitrix-tools/b24-rest-docs 2ba8202).
DOCUMENTED: dict[str, frozenset[str]] = {
    method.lower(): frozenset([*names.split(), "start"])
    for method, _, names in (
        line.partition("\t")
        for line in Path(__file__)
        .with_name("documented_methods.tsv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
}
# The portal's source puts the names of these in upper case before it reads them (rest 25.600, api/placement.php,
# api/event.php, rest_provider.php); the documentation spells some of them in lower case.
ANY_CASE = frozenset(
    {
        "batch",
        "event.bind",
        "event.unbind",
        "events",
        "methods",
        "placement.bind",
        "placement.list",
        "placement.unbind",
        "scope",
    }
)


def known_names(method: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters without those that are spelled otherwise than the documentation spells them."""
    wrong = misspelled(method, params)
    return {name: value for name, value in params.items() if name not in wrong}


def misspelled(method: str, params: Mapping[str, Any]) -> frozenset[str]:
    """Return names that differ from a documented one in their case only."""
    documented = DOCUMENTED.get(method.lower())
    if documented is None or method.lower() in ANY_CASE:
        return frozenset()
    folded = {name.lower() for name in documented}
    return frozenset(str(name) for name in params if name not in documented and str(name).lower() in folded)
