"""A ZIP file of stored parts whose layout is known before they are read: any range of it can be read, a part at a time. Pure.

Source of the layout: APPNOTE.TXT of PKWARE, 4.3 (local headers, central directory, its end). Volumes stay below 4 GB.
"""

import io
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

LARGEST_VOLUME = 200 * 1024 * 1024
LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
NEEDS = 20
UTF_8 = 0x800


@dataclass(frozen=True, slots=True)
class ZipPart:
    """One file of the volume."""

    name: str
    size: int
    checksum: int
    at: datetime
    read: Callable[[], bytes]


def split_volumes(sizes: Sequence[int], most: int = LARGEST_VOLUME) -> list[range]:
    """Which parts go together, in their order; a part that is larger than a volume gets one of its own."""
    volumes: list[range] = []
    start = total = 0
    for place, size in enumerate(sizes):
        if place > start and total + size > most:
            volumes.append(range(start, place))
            start, total = place, 0
        total += size
    return [*volumes, range(start, len(sizes))] if sizes else []


class ZipVolume(io.RawIOBase):
    """Reads a ZIP file that is generated while it is read; holds one part in memory."""

    def __init__(self, parts: Sequence[ZipPart]) -> None:
        super().__init__()
        self._place = 0
        self._pieces: list[tuple[int, int, Callable[[], bytes]]] = []
        self.size = 0
        self._held: tuple[int, bytes] = (-1, b"")
        for length, read in _pieces(parts):
            self._pieces.append((self.size, length, read))
            self.size += length

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read bytes from the present position, at most to the end of its part."""
        for number, (start, length, read) in enumerate(self._pieces):
            if start <= self._place < start + length:
                content = self._content(number, length, read)
                found = content[self._place - start : self._place - start + len(buffer)]
                buffer[: len(found)] = found
                self._place += len(found)
                return len(found)
        return 0

    def _content(self, number: int, length: int, read: Callable[[], bytes]) -> bytes:
        if self._held[0] != number:
            self._held = (number, read())
        if len(self._held[1]) != length:
            raise OSError("a part has changed")
        return self._held[1]


def _pieces(parts: Sequence[ZipPart]) -> Iterator[tuple[int, Callable[[], bytes]]]:
    offset, directory = 0, b""
    for part in parts:
        header = _local(part)
        directory += _central(part, offset)
        yield len(header), lambda header=header: header  # type: ignore[misc]
        if part.size:
            yield part.size, part.read
        offset += len(header) + part.size
    count = len(parts)
    tail = directory + END.pack(b"PK\5\6", 0, 0, count, count, len(directory), offset, 0)
    yield len(tail), lambda: tail


def _moment(at: datetime) -> tuple[int, int]:
    time = at.hour << 11 | at.minute << 5 | at.second // 2
    return time, (max(at.year, 1980) - 1980) << 9 | at.month << 5 | at.day


def _local(part: ZipPart) -> bytes:
    name, size = part.name.encode(), part.size
    head = LOCAL.pack(
        b"PK\3\4", NEEDS, UTF_8, 0, *_moment(part.at), part.checksum, size, size, len(name), 0
    )  # fmt: skip
    return head + name


def _central(part: ZipPart, offset: int) -> bytes:
    name, size = part.name.encode(), part.size
    head = CENTRAL.pack(
        b"PK\1\2", NEEDS, NEEDS, UTF_8, 0, *_moment(part.at), part.checksum, size, size,
        len(name), 0, 0, 0, 0, 0, offset,
    )  # fmt: skip
    return head + name
