"""An installation that browser tests begin with: gone through in the wizard once for each kind of portal, then put back."""

import pickle
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sandbox.world import World


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the portal, the authorization server and the application listen; a kept portal has these in its addresses."""

    portal: int
    oauth: int
    app: int


@dataclass(frozen=True, slots=True)
class KeptInstallation:
    """The sandbox and our database after the wizard and the first checks."""

    ports: Ports
    seal_key: str
    world: bytes
    database: bytes

    @classmethod
    def take(cls, ports: Ports, seal_key: str, world: World, database: Path) -> "KeptInstallation":
        """Copy everything as it is now; no job may run meanwhile."""
        with world.lock:
            seen = pickle.dumps(world)
        return cls(ports, seal_key, seen, _read(database))

    def open_world(self) -> World:
        """Return a sandbox of its own."""
        world: World = pickle.loads(self.world)  # noqa: S301 - made by ourselves a moment ago
        return world


KEPT: dict[str, KeptInstallation] = {}
"""Of this process, by what their portals were made with."""


def _read(database: Path) -> bytes:
    """The file of a database in use, whole."""
    copy = database.with_suffix(".copy")
    with sqlite3.connect(database) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    source.close()
    target.close()
    content = copy.read_bytes()
    copy.unlink()
    return content
