"""Texts of a call: request and answer packed for storage, looked through for words, and a batch opened by its commands."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import zstandard

from b24app.bitrix24.batch_parts import code_of, parts_of
from b24app.bitrix24.masked_values import CUT, quote
from b24app.bitrix24.responses import read_timing
from b24app.json_values import Json, is_array, is_object

LEVEL = 3  # more takes longer than it saves (docs/benchmarks.md)
BETWEEN = "\0"  # JSON escapes this character


@dataclass(frozen=True, slots=True)
class CallTexts:
    """The request and the answer, as masked JSON."""

    request: str
    answer: str

    @property
    def cut(self) -> bool:
        """Whether a part is missing: earlier releases kept beginnings, this one cuts at MOST_KEPT."""
        return self.request.endswith(CUT) or self.answer.endswith(CUT)


@dataclass(frozen=True, slots=True)
class CallCommand:
    """One command of a batch; `answer` is empty when the portal returned none, `seconds` are those that it returned."""

    key: str
    method: str
    request: str
    answer: str
    error: str
    seconds: float | None


def pack_texts(texts: CallTexts) -> bytes:
    """Both texts as one compressed piece."""
    return zstandard.ZstdCompressor(level=LEVEL).compress(join_texts(texts))


def join_texts(texts: CallTexts) -> bytes:
    """Both texts one behind the other; half of a character, which no bytes can hold, becomes a question mark."""
    return f"{texts.request}{BETWEEN}{texts.answer}".encode(errors="replace")


def unpack_bytes(packed: bytes) -> bytes:
    """Both texts, one after the other; empty where the piece is damaged."""
    try:
        return zstandard.ZstdDecompressor().decompress(packed)
    except zstandard.ZstdError:
        return b""


def unpack_texts(packed: bytes) -> CallTexts:
    """Both texts, whole; empty ones where the piece is damaged."""
    request, _, answer = unpack_bytes(packed).decode(errors="replace").partition(BETWEEN)
    return CallTexts(request, answer)


def texts_of(packed: bytes | None, request: str, answer: str) -> CallTexts:
    """The texts of a row: packed, or as rows of earlier releases have them."""
    return CallTexts(request, answer) if packed is None else unpack_texts(packed)


@dataclass(frozen=True, slots=True)
class Needle:
    """Words to look for, whatever the case of their letters, as they are and as JSON writes them."""

    spellings: tuple[str, ...]
    bytes_of_latin: tuple[bytes, ...]
    """The same for the bytes of a text, which are quicker to search; empty unless the words are ASCII."""

    @classmethod
    def of(cls, words: str) -> "Needle":
        """The spellings of these words."""
        plain = words.casefold()
        found = tuple(dict.fromkeys((plain, quote(plain)[1:-1])))
        return cls(found, tuple(one.encode() for one in found) if plain.isascii() else ())

    def lies_in(self, text: str) -> bool:
        """Whether a short text has the words."""
        folded = text.casefold()
        return any(one in folded for one in self.spellings)

    def lies_in_bytes(self, whole: bytes) -> bool:
        """Whether both texts of a call, unpacked and not decoded, have the words."""
        if not self.bytes_of_latin:
            return self.lies_in(whole.decode(errors="replace"))
        lower = whole.lower()
        return any(one in lower for one in self.bytes_of_latin)


def open_commands(texts: CallTexts) -> tuple[CallCommand, ...]:
    """The commands of a batch with what came of each; none where the texts are no whole batch."""
    request, answer = read_text(texts.request), read_text(texts.answer)
    commands = request.get("cmd") if is_object(request) else None
    if not is_object(commands) or not is_object(answer):
        return ()
    return tuple(_opened(key, command, parts_of(answer, key)) for key, command in commands.items())


def read_text(text: str) -> Json:
    """A kept text as JSON; None for one that was cut."""
    try:
        found: Json = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found


def _opened(key: str, command: Json, parts: Mapping[str, Json]) -> CallCommand:
    method, params = (*command, None, None)[:2] if is_array(command) else (command, None)
    told = parts.get("time")
    return CallCommand(
        key=key,
        method=str(method or ""),
        request=quote({} if params is None else params),
        answer=quote(parts) if parts else "",
        error=code_of(parts["error"]) if "error" in parts else "",
        seconds=read_timing(told).duration if is_object(told) else None,
    )
