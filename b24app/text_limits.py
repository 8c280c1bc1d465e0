"""Limits of texts from outside: NUL, surrogates, length, depth of JSON. Pure."""

import json
import math
import re
from typing import Any
from urllib.parse import SplitResult, urlsplit

from b24app.errors import BadInput
from b24app.text.messages import N_

MOST_DEPTH = 32
ODD_CHARACTERS = N_("The text has characters that cannot be kept. Paste it as plain text.")
TOO_LONG = N_("This is too long.")
OUT_OF_RANGE = N_("This number is out of the sensible range.")
_UNFIT = re.compile("[\0\ud800-\udfff]")


def is_plain(text: str) -> bool:
    """Whether a text can be stored and sent: no NUL and no half of a surrogate pair."""
    return _UNFIT.search(text) is None


def check_text(text: str, field: str, most: int | None = None) -> str:
    """The text as it is; raises BadInput naming the field when it cannot be kept or is too long."""
    if not is_plain(text):
        raise BadInput(ODD_CHARACTERS, field)
    if most is not None and len(text) > most:
        raise BadInput(TOO_LONG, field)
    return text


def clean_text(text: str, most: int) -> str:
    """A text of a portal, which no person can be asked to mend: without what cannot be kept, and cut."""
    return _UNFIT.sub("", text)[:most]


def split_address(text: str) -> SplitResult | None:
    """The parts of an address; None for what no address can be: `https://[`, a port past the last one."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - reading it is what judges it
    except ValueError:
        return None
    return parts


def read_json(text: str, field: str = "") -> Any:
    """JSON of a stranger; ValueError for what is none, BadInput for what is too deep, not finite or not plain text."""
    try:
        found = json.loads(text)
    except RecursionError:
        raise BadInput(ODD_CHARACTERS, field) from None
    if not _is_sound(found, MOST_DEPTH):
        raise BadInput(ODD_CHARACTERS, field)
    return found


def _is_sound(value: Any, depth: int) -> bool:
    if isinstance(value, str):
        return is_plain(value)
    if isinstance(value, float):
        return math.isfinite(value)
    if not isinstance(value, dict | list):
        return True
    inside = [*value, *value.values()] if isinstance(value, dict) else value
    return depth > 0 and all(_is_sound(inner, depth - 1) for inner in inside)
