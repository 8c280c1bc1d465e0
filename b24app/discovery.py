"""Finds modules by their folder: what a package holds is imported without a list to keep."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType


def import_all(package: str) -> Iterator[ModuleType]:
    """Import every module below a package, in the order of their names; packages themselves are left out."""
    found = importlib.import_module(package)
    for module in pkgutil.walk_packages(found.__path__, f"{package}."):
        if not module.ispkg:
            yield importlib.import_module(module.name)


def import_children(package: str) -> Iterator[ModuleType]:
    """Import what lies directly in a package, modules and packages alike, in the order of their names."""
    found = importlib.import_module(package)
    for module in pkgutil.iter_modules(found.__path__, f"{package}."):
        yield importlib.import_module(module.name)
