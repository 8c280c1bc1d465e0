"""All rules of standards, found by the folder `rules`."""

from collections.abc import Mapping
from functools import cache

from b24app.discovery import by_code, import_all
from b24app.integrators.standards.standard_rule import StandardRule


@cache
def load_rules() -> Mapping[str, StandardRule]:
    """Import every file of `rules` and return the RULES that each declares, by code."""
    return by_code(
        rule
        for module in import_all("b24app.integrators.standards.rules")
        for rule in vars(module).get("RULES", ())
    )


def facts_of_rules() -> frozenset[str]:
    """The facts that rules read."""
    return frozenset(name for rule in load_rules().values() for name in rule.facts)
