"""The manifest of the application, manifest.json, as a frozen object: version, scopes, placements, events, languages."""

import json
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Manifest:
    """What this version of the application asks of a portal and adds to it."""

    code: str
    version: int
    title: dict[str, str]
    scopes: tuple[str, ...]
    placements: tuple[str, ...]
    events: tuple[str, ...]
    languages: tuple[str, ...]


def read_manifest(path: Path = ROOT / "manifest.json") -> Manifest:
    """Read manifest.json from the project's root."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    return Manifest(
        code=raw["code"],
        version=raw["version"],
        title=raw["title"],
        **{name: tuple(raw[name]) for name in ("scopes", "placements", "events", "languages")},
    )
