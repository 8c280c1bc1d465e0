"""Saves a world to a file and loads it after a restart; the file is this program's own format."""

from __future__ import annotations

import io
import pickle
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typing_extensions import override

if TYPE_CHECKING:
    from sandbox.world import World

ROOTS = {
    "sandbox",
    "builtins",
    "datetime",
    "collections",
    "random",
    "zoneinfo",
    "functools",
    "decimal",
    "copyreg",
}
REFUSED = {"eval", "exec", "open", "compile", "__import__", "input", "breakpoint"}
# Where a saved portal of an earlier release finds its classes and functions now.
MOVED = {
    "sandbox.shop.chance": "sandbox.shop.pseudorandom",
    "sandbox.shop.clients": "sandbox.shop.contacts",
    "sandbox.shop.goods": "sandbox.shop.products",
    "sandbox.shop.ledger": "sandbox.shop.order_history",
    "sandbox.shop.seasons": "sandbox.shop.timeline",
}
RENAMED = {"Ledger": "OrderHistory", "TokenBook": "TokenStore"}


class OwnUnpickler(pickle.Unpickler):
    """Loads nothing but classes of the sandbox and of the standard library's containers."""

    @override
    def find_class(self, module: str, name: str) -> Any:
        """Return a class of the sandbox or of the standard containers."""
        if module.partition(".")[0] not in ROOTS or name in REFUSED:
            raise pickle.UnpicklingError(f"{module}.{name} does not belong to a sandbox")
        return super().find_class(MOVED.get(module, module), RENAMED.get(name, name))


def save(world: World, path: Path) -> None:
    """Write the world to a new file, then replace the old one."""
    with world.lock:
        written = pickle.dumps(world)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f"{path.suffix}.new")
    fresh.write_bytes(written)
    fresh.replace(path)


def load(path: Path) -> World | None:
    """Return the saved world, None when there is none yet."""
    if not path.exists():
        return None
    found: World = OwnUnpickler(io.BytesIO(path.read_bytes())).load()
    return found


class StateSaver:
    """Saves the world in the background after requests, at most once in `seconds`."""

    def __init__(self, world: World, path: Path, *, seconds: float = 2.0) -> None:
        self._world, self._path, self._seconds = world, path, seconds
        self._seen = -1
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Save for the last time."""
        self._stopped.set()
        self._thread.join()
        save(self._world, self._path)

    def _work(self) -> None:
        while not self._stopped.wait(self._seconds):
            touched = self._world.traffic.hits
            if touched != self._seen:
                self._seen = touched
                save(self._world, self._path)
