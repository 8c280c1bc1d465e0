"""The mark of a line: last change of what was made, end of the work on it, digest of what hangs on it; moments are the portal's."""

from collections.abc import Iterable
from hashlib import sha256

from pydantic_core import to_json

from b24app.json_values import JsonObject

BETWEEN = "|"


def line_mark(updated: str, ended: str, hanging: str = "") -> str:
    """The mark of something that was made; empty where the portal does not show it. `hanging` is empty where it is unknown."""
    return BETWEEN.join((updated, ended, hanging)) if updated else ""


def updated_at(mark: str) -> str:
    """Its last change, as the portal wrote it."""
    return mark.split(BETWEEN, maxsplit=1)[0]


def ended_at(mark: str) -> str:
    """When the additions to it ended; its last change where the portal returned no time."""
    return _part(mark, 1) or updated_at(mark)


def hanging_digest(mark: str) -> str:
    """The digest of what hung on it then; empty where it was not read, as by an earlier release."""
    return _part(mark, 2)


def digest_of(rows: Iterable[JsonObject], fields: Iterable[str]) -> str:
    """A digest of rows by these fields, whatever their order and their numbers."""
    names = tuple(fields)
    values = sorted(to_json([row.get(name) for name in names]) for row in rows)
    return sha256(b"\n".join(values)).hexdigest()[:16]


def _part(mark: str, place: int) -> str:
    parts = mark.split(BETWEEN)
    return parts[place] if len(parts) > place else ""
