"""Secrets out, size bounded: what may be kept of a request or an answer."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

MASK = "***"
SECRET_NAMES = re.compile(
    r"^(auth|auth_?id|refresh_?id|access_?token|refresh_?token|application_?token|client_?secret|secret"
    r"|pass(word|wd)?|.*_password|.*password|token|api_?key|.*_(token|secret|key)|sessid|ap|authorization|urlmachine"
    r"|download_?url|urldownload|settings)$",
    re.IGNORECASE,
)
SECRET_IN_TEXT = re.compile(
    r"(?i)((?:auth|access_token|refresh_token|client_secret|code|token|sessid|password)(?:=|%3D|\"\s*:\s*\"))[^&\"\s\\]+"
)
WEBHOOK = re.compile(r"(/rest/(?:api/)?\d+/)[^/\s\"]+")
MOST_TEXT = 500


def mask_text(text: str) -> str:
    """Take secrets out of free text, such as an address or a command of a batch."""
    masked = WEBHOOK.sub(rf"\1{MASK}", SECRET_IN_TEXT.sub(rf"\1{MASK}", text))
    return masked if len(masked) <= MOST_TEXT else masked[:MOST_TEXT] + "…"


def to_masked_json(value: Any, size: int) -> str:
    """Write a value as JSON without secrets; stops at `size` characters, whatever the value's own size."""
    pieces: list[str] = []
    left = size
    for piece in _write(value):
        pieces.append(piece[:left])
        left -= len(piece)
        if left < 0:
            return "".join(pieces)[: size - 1] + "…"
    return "".join(pieces)


def _write(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield "{"
        for position, (key, inner) in enumerate(value.items()):
            yield f"{', ' if position else ''}{_quote(str(key))}: "
            yield from _write(MASK if _is_secret(key, inner) else inner)
        yield "}"
    elif isinstance(value, list | tuple):
        yield "["
        for position, inner in enumerate(value):
            yield ", " if position else ""
            yield from _write(inner)
        yield "]"
    else:
        yield _quote(mask_text(value) if isinstance(value, str) else value)


def _quote(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _is_secret(key: Any, value: Any) -> bool:
    return value not in (None, "", [], {}) and SECRET_NAMES.match(str(key)) is not None
