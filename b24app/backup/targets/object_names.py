"""Names of objects in a target, checked before they become a path or a URL, and the folder of one portal. Pure."""

import hashlib
import re

LARGEST = 64 * 1024 * 1024
"""Bytes that are read from an object at most: packs are far smaller, and a faulty storage must not fill the memory."""
MOST_OBJECTS = 1_000_000
UNFINISHED = ".part-"
"""Prefix of the last part of a name whose bytes are still being written; no such name is listed."""
_PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
_LONGEST = 400


def check_name(name: str) -> str:
    """Return a valid name; raises ValueError for one that is no name of an object: a bug of ours."""
    if len(name) > _LONGEST or not all(_PART.fullmatch(part) for part in name.split("/")):
        msg = f"not a name of an object: {name[:80]!r}"
        raise ValueError(msg)
    return name


def is_name(text: str) -> bool:
    """Whether a listed name may have been written by us."""
    return len(text) <= _LONGEST and all(_PART.fullmatch(part) for part in text.split("/"))


def portal_hash(member_id: str) -> str:
    """The hash of a portal for the name of its folder: the same in every installation, and not reversible."""
    return hashlib.sha256(f"renewal-copy:{member_id}".encode()).hexdigest()[:32]


def portal_folder(member_id: str) -> str:
    """The folder that holds everything of a portal."""
    return f"renewal-copy/{portal_hash(member_id)}/"


def parents(name: str) -> list[str]:
    """The folders of a name, the outermost first."""
    parts = name.split("/")[:-1]
    return ["/".join(parts[: place + 1]) for place in range(len(parts))]


def unfinished_name(name: str, token: str) -> str:
    """The temporary name of an object until all of its bytes are there, in the same folder."""
    folder, slash, _ = name.rpartition("/")
    return f"{folder}{slash}{UNFINISHED}{token}"
