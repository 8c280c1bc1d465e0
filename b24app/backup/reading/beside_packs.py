"""Puts a plain description and the reader beside the packs: whoever finds the folder years later can open it alone."""

import hashlib
from pathlib import Path, PurePosixPath

from b24app.backup.targets.target import Target, TargetRefused
from b24app.manifest import ROOT

SOURCES = (ROOT / "static/reader/README.txt", ROOT / "static/reader/renewal_copy.py")


def store_beside(target: Target, sources: tuple[Path, ...] = SOURCES) -> None:
    """Put both; existing ones are left, and one of another release gets a name of its own beside it."""
    for source in sources:
        content = source.read_bytes()
        try:
            target.put(source.name, content)
        except TargetRefused as refused:
            if refused.reason != "other_bytes":
                raise
            target.put(name_of_release(source.name, content), content)


def name_of_release(name: str, content: bytes) -> str:
    """`renewal_copy-1a2b3c4d.py`: the name of bytes whose plain name is taken."""
    path = PurePosixPath(name)
    return f"{path.stem}-{hashlib.sha256(content).hexdigest()[:8]}{path.suffix}"
