"""The digest of a row of the copy, by which equal rows are found; fields that the portal changes by itself do not count. Pure."""

import json
from functools import lru_cache
from hashlib import blake2b

from b24app.json_values import Json, JsonObject, is_array, is_object

DIGEST_BYTES = 8
MOVES_BY_ITSELF = frozenset(
    {
        "lastactivityby",
        "lastactivitytime",
        "lastcommunicationtime",
        "lastcommunicationcalltime",
        "lastcommunicationemailtime",
        "lastcommunicationimoltime",
        "lastcommunicationwebformtime",
        "date_active",
    }
)
"""Fields that change without a change of the item, and without its time of change."""
ADDRESSES = frozenset({"url", "urlmachine", "downloadurl", "showurl", "detailurl", "viewurl"})
"""Addresses of a file carry the token of who asks: they differ with every answer."""


def row_digest(row: JsonObject) -> bytes:
    """Eight bytes over every field of a row, whatever the order of its fields."""
    text = json.dumps(normalised(row), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()


def normalised(row: JsonObject) -> JsonObject:
    """A row without the fields that change by themselves; a file counts by its id."""
    return {
        key: _inside(value) if isinstance(value, dict | list) else value
        for key, value in row.items()
        if _plain(key) not in MOVES_BY_ITSELF
    }


def _inside(value: Json) -> Json:
    if is_object(value):
        is_file = any(_plain(key) == "id" for key in value)
        left_out = ADDRESSES if is_file else frozenset[str]()
        return {
            key: _inside(one) if isinstance(one, dict | list) else one
            for key, one in value.items()
            if _plain(key) not in left_out
        }
    if is_array(value):
        return [_inside(one) if isinstance(one, dict | list) else one for one in value]
    return value


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return name.replace("_", "").lower() if "_" in name and name.upper() == name else name.lower()
