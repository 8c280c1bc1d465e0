"""Finds modules by their folder, without a list to keep: all of a package, and the tables of every room."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
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


def import_tables() -> None:
    """Import the `model.py` of every room, which makes the metadata complete for migrations and tests."""
    for path in sorted(Path(__file__).parent.glob("*/model.py")):
        importlib.import_module(f"b24app.{path.parent.name}.model")
