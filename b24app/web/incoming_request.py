"""One request as it arrives byte by byte: where it ends. Its content is judged by gunicorn and by the application."""

import re
from tempfile import SpooledTemporaryFile
from typing import Protocol

IN_MEMORY = 64 * 1024  # what is larger waits in a file
MOST_HEAD = 64 * 1024
MOST_BODY = (
    33 * 1024 * 1024
)  # a little more than MAX_CONTENT_LENGTH: the application itself refuses what is too large
LENGTH = re.compile(rb"(?im)^content-length:[ \t]*(\d{1,12})[ \t]*\r?$")
CHUNKED = re.compile(rb"(?im)^transfer-encoding:.*\bchunked[ \t]*\r?$")
EXPECTING = re.compile(rb"(?im)^expect:[ \t]*100-continue[ \t]*\r?$")
SIZE = re.compile(rb"[0-9a-fA-F]{1,8}(?=[ \t;]|$)")


class BodyEnd(Protocol):
    """Finds the end of a body."""

    whole: bool

    def take(self, data: bytes) -> int:
        """How many of these bytes belong to the body."""
        ...


class CountedBody:
    """A body whose length its head gives."""

    def __init__(self, length: int) -> None:
        self._left = length
        self.whole = length == 0

    def take(self, data: bytes) -> int:
        """How many of these bytes belong to the body."""
        taken = min(self._left, len(data))
        self._left -= taken
        self.whole = self._left == 0
        return taken


class ChunkedBody:
    """A body in chunks; a size that cannot be read ends it, and gunicorn refuses it."""

    def __init__(self) -> None:
        self.whole = False
        self._line = bytearray()
        self._skip = 0
        self._last = False

    def take(self, data: bytes) -> int:
        """How many of these bytes belong to the body."""
        at = 0
        while at < len(data) and not self.whole:
            if self._skip:
                step = min(self._skip, len(data) - at)
                self._skip -= step
                at += step
                continue
            end = data.find(b"\n", at) + 1
            self._line += data[at : end or len(data)]
            at = end or len(data)
            if end:
                self._end_line()
        return at

    def _end_line(self) -> None:
        line = bytes(self._line).rstrip(b"\r\n")
        self._line.clear()
        if self._last:
            self.whole = not line
            return
        size = SIZE.match(line)
        self._last = size is not None and int(size[0], 16) == 0
        self._skip = int(size[0], 16) + len(b"\r\n") if size and not self._last else 0
        self.whole = size is None


class IncomingRequest:
    """Keeps what has come of one request; `cut` when it was handed on before its end, too large to wait for."""

    def __init__(self) -> None:
        self.whole = False
        self.cut = False
        self.size = 0
        self.overread = False
        self._head = bytearray()
        self._body: BodyEnd | None = None
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - lives as long as the request

    def add(self, data: bytes) -> bytes:
        """Keep what belongs to this request; the rest, which belongs to the next one, is returned."""
        if self._body is None:
            data = self._add_head(data)
        taken = 0
        if self._body is not None and data:
            taken = self._body.take(data)
            self._keep(data[:taken])
        self._judge()
        return data[taken:]

    @property
    def begun(self) -> bool:
        """Whether anything of it is here."""
        return bool(self._head or self.size)

    @property
    def wants_word(self) -> bool:
        """Whether its sender waits for «100 Continue» before the body."""
        return self._body is not None and not self.whole and EXPECTING.search(self._head) is not None

    def read(self, size: int) -> bytes:
        """Give a thread what is here; nothing is waited for."""
        data = self._file.read(size)
        self.overread = self.overread or not data
        return data

    @property
    def used_up(self) -> bool:
        """Whether all of it was read and nothing behind its end was asked for: then the next one may follow."""
        return not self.cut and not self.overread and self._file.tell() == self.size

    def close(self) -> None:
        """Forget what was kept."""
        self._file.close()

    def _add_head(self, data: bytes) -> bytes:
        searched = max(0, len(self._head) - 3)
        self._head += data
        end = self._head.find(b"\r\n\r\n", searched) + 4
        if end < 4:
            return b""
        rest = bytes(self._head[end:])
        del self._head[end:]
        self._keep(self._head)
        self._body = _end_of_body(bytes(self._head))
        return rest

    def _keep(self, data: bytes | bytearray) -> None:
        self._file.write(data)
        self.size += len(data)

    def _judge(self) -> None:
        if self._body is None:
            self.cut = len(self._head) > MOST_HEAD
            if self.cut:
                self._keep(self._head)
        else:
            self.whole = self._body.whole
            self.cut = not self.whole and self._is_too_large()
        if self.whole or self.cut:
            self._file.seek(0)

    def _is_too_large(self) -> bool:
        """A length that is too large needs no waiting for: the application refuses it by the head alone."""
        named = LENGTH.search(self._head)
        return self.size > MOST_BODY or (named is not None and int(named[1]) > MOST_BODY)


def _end_of_body(head: bytes) -> BodyEnd:
    if CHUNKED.search(head):
        return ChunkedBody()
    named = LENGTH.search(head)
    return CountedBody(int(named[1]) if named else 0)
