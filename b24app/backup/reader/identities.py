"""Secret keys as people give them: from a file of age-keygen or typed from the printed page; never from arguments."""

import getpass
import re
from pathlib import Path

import pyrage

from b24app.backup.reader.problems import Problem

SECRET_LINE = re.compile(r"AGE-SECRET-KEY-1[A-Z0-9]+", re.IGNORECASE)
CODE_LENGTH = 8
Identity = pyrage.x25519.Identity


def key_code(recipient: str) -> str:
    """The last eight characters of a public key, in two groups: printed on the page with the key and shown beside a copy."""
    tail = recipient.strip()[-CODE_LENGTH:].upper()
    return f"{tail[:4]}-{tail[4:]}" if tail else ""


def read_secrets(text: str) -> list[Identity]:
    """Every secret key of a text: lines of age-keygen with their comments, or one key in groups."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = "".join("".join(lines).split())
    found = SECRET_LINE.findall(joined.upper().replace("AGE-SECRET-KEY-1", "\nAGE-SECRET-KEY-1"))
    try:
        keys = [pyrage.x25519.Identity.from_str(one) for one in found]
    except pyrage.IdentityError:
        raise Problem("key_mistyped") from None
    if not keys:
        raise Problem("public_key_given" if "AGE1" in joined.upper() else "no_key_in_it")
    return keys


def ask_identities(path: Path | None, question: str) -> list[Identity]:
    """The keys of a file, or those typed at the prompt without echo."""
    if path is None:
        return read_secrets(getpass.getpass(question))
    try:
        return read_secrets(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise Problem("key_file_unreadable", path=path) from None
