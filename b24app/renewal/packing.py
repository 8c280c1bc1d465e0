"""A letter as it lies in the database between the moment it fell due and the moment it is sent."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from b24app.renewal.channels import Letter

NAMES = frozenset(field.name for field in fields(Letter))


def pack(letter: Letter) -> dict[str, Any]:
    """The letter as JSON."""
    values = asdict(letter)
    values["lines"] = list(letter.lines)
    values["deadline"] = letter.deadline.isoformat() if letter.deadline else None
    return values


def unpack(values: Mapping[str, Any]) -> Letter:
    """The letter of a row, also of a release that knew fewer or more fields."""
    deadline = values.get("deadline")
    known = {name: value for name, value in values.items() if name in NAMES}
    known["lines"] = tuple(values.get("lines") or ())
    known["deadline"] = datetime.fromisoformat(deadline) if deadline else None
    return Letter(**known)
