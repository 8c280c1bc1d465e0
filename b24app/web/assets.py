"""Addresses of static files carry a digest of their contents, so they may be kept for a year."""

import functools
import hashlib
from pathlib import Path
from typing import Any

from flask import Flask


def stamp_assets(app: Flask) -> None:
    """Add `v=<digest>` to every address of a static file."""
    folder = Path(app.static_folder or "")
    digest = functools.cache(_digest) if not app.debug else _digest

    @app.url_defaults
    def stamp(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            values["v"] = digest(folder / str(values["filename"]))


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    except FileNotFoundError:
        return "missing"
