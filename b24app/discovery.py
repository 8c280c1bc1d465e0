"""Discovery: finds modules by their folder, without a list to keep: all of a package, and the tables of every room; no code twice."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Protocol, TypeVar


class Coded(Protocol):
    """What is declared under a code."""

    @property
    def code(self) -> str:
        """The code, unique in its registry."""
        ...


T = TypeVar("T")
Declared = TypeVar("Declared", bound=Coded)
_HOMES: dict[tuple[type, str], str] = {}


def by_code(found: Iterable[Declared]) -> dict[str, Declared]:
    """What the files of a folder declare, by code; a code that is declared twice is refused."""
    known: dict[str, Declared] = {}
    for one in found:
        if known.setdefault(one.code, one) is not one:
            msg = f"two {type(one).__name__} have the code {one.code!r}"
            raise LookupError(msg)
    return known


def enter(registry: dict[str, T], code: str, found: T, home: str) -> None:
    """Add what the module `home` declares to a registry; a code that another module has taken is refused."""
    first = _HOMES.setdefault((type(found), code), home)
    if first != home:
        msg = f"{code!r} is declared by {first} and by {home}"
        raise LookupError(msg)
    registry[code] = found


def import_all(package: str) -> Iterator[ModuleType]:
    """Import every module below a package, in the order of their names; packages themselves are left out."""
    found = importlib.import_module(package)
    for module in pkgutil.walk_packages(found.__path__, f"{package}."):
        if not module.ispkg:
            yield importlib.import_module(module.name)


def import_children(package: str) -> Iterator[ModuleType]:
    """Import the direct children of a package, modules and packages alike, in the order of their names."""
    found = importlib.import_module(package)
    for module in pkgutil.iter_modules(found.__path__, f"{package}."):
        yield importlib.import_module(module.name)


def import_tables() -> None:
    """Import the `model.py` of every room, which makes the metadata complete for migrations and tests."""
    root = Path(__file__).parent
    for path in sorted(root.rglob("model.py")):
        importlib.import_module(".".join(("b24app", *path.relative_to(root).with_suffix("").parts)))
