"""Finds the placements by their folder: every file of it that holds a PLACEMENT."""

from collections.abc import Mapping
from functools import cache

from b24app.discovery import import_all
from b24app.placements.placement import Placement


@cache
def load_placements() -> Mapping[str, Placement]:
    """Import every file of `placements/` and return what they declare, by code."""
    declared = (vars(module).get("PLACEMENT") for module in import_all("b24app.placements"))
    return {one.code: one for one in declared if isinstance(one, Placement)}
