"""Opens one pack: age, then zstd, then a JSON object a line; whatever does not fit raises a Problem."""

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyrage
import zstandard

from b24app.backup.reader.problems import Problem

AGE_LINE = b"age-encryption.org/v1\n"
NO_KEY = "No matching keys"
MOST_PLAIN = 72_000_000
"""No pack of ours holds more than 64 MB unpacked: what unpacks to more is not a pack."""
MOST_WINDOW = 8 * 1024 * 1024
READ_AT_ONCE = 512
"""Sealed bytes that are unpacked at once: four of them may unpack to 128 KB, so these make 16 MB at most."""

Identities = Sequence[pyrage.x25519.Identity]
Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PackFacts:
    """What a manifest holds about a pack; what is empty or None is not compared."""

    sha256: str = ""
    plain_sha256: str = ""
    size: int | None = None
    rows: int | None = None


def check_sealed(content: bytes, facts: PackFacts) -> None:
    """Compare the sealed bytes with the manifest; needs no key."""
    if facts.size is not None and len(content) != facts.size:
        raise Problem("size_differs", found=len(content), told=facts.size)
    if facts.sha256 and hashlib.sha256(content).hexdigest() != facts.sha256:
        raise Problem("hash_differs")


def open_age(content: bytes, identities: Identities) -> bytes:
    """The zstd bytes inside; every sealed byte is authenticated before any is returned."""
    if not content.startswith(AGE_LINE):
        raise Problem("not_sealed")
    try:
        return pyrage.decrypt(content, identities)
    except pyrage.DecryptError as error:
        raise Problem("wrong_key" if NO_KEY in str(error) else "damaged") from None


def unpacked(packed: bytes) -> Iterator[bytes]:
    """The plain bytes in pieces of 16 MB at most, counted before the next one; one whole zstd frame and nothing after it."""
    reader = zstandard.ZstdDecompressor(max_window_size=MOST_WINDOW).decompressobj()
    total, source = 0, io.BytesIO(packed)
    try:
        while piece := source.read(READ_AT_ONCE):
            found = reader.decompress(piece)
            total += len(found)
            if total > MOST_PLAIN:
                raise Problem("damaged")
            if found:
                yield found
            if reader.eof:
                break
    except zstandard.ZstdError:
        raise Problem("damaged") from None
    if not reader.eof or reader.unused_data or source.read(1):
        raise Problem("damaged")


def plain_lines(packed: bytes, facts: PackFacts) -> Iterator[bytes]:
    """The lines of a pack without their ends; the hash and the number are compared after the last one."""
    digest, rows, rest = hashlib.sha256(), 0, io.BytesIO()
    for piece in unpacked(packed):
        digest.update(piece)
        first, *others = piece.split(b"\n")
        rest.write(first)
        if others:
            rows += len(others)
            yield rest.getvalue()
            yield from others[:-1]
            rest = io.BytesIO()
            rest.write(others[-1])
    if rest.tell():
        raise Problem("damaged")
    if facts.plain_sha256 and digest.hexdigest() != facts.plain_sha256:
        raise Problem("plain_hash_differs")
    if facts.rows is not None and rows != facts.rows:
        raise Problem("rows_differ", found=rows, told=facts.rows)


def read_line(text: bytes) -> Line:
    """One row of a pack: `id` and `read_at`, and either `row` or `gone`."""
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        raise Problem("damaged") from None
    named = (
        isinstance(line, dict) and isinstance(line.get("id"), str) and isinstance(line.get("read_at"), str)
    )
    if not named or isinstance(line.get("row"), dict) == (line.get("gone") is True):
        raise Problem("damaged")
    found: Line = line
    return found


def open_lines(content: bytes, identities: Identities, facts: PackFacts = PackFacts()) -> Iterator[Line]:
    """Check and open one pack, row by row."""
    check_sealed(content, facts)
    for text in plain_lines(open_age(content, identities), facts):
        yield read_line(text)
