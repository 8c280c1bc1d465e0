"""Keeps objects on a server by SFTP: paramiko works on a connection that our own guard has made.

The host key is stored at the first check and compared from then on. A file gets its name when all of its bytes are there.
"""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from stat import S_ISDIR

import paramiko

from b24app.backup.targets.object_names import (
    LARGEST,
    UNFINISHED,
    is_name,
    parents,
    unfinished_name,
)
from b24app.backup.targets.sftp_connection import connect, free_bytes
from b24app.backup.targets.storage_requests import StoragePatience
from b24app.backup.targets.target import (
    ObjectMissing,
    StoredObject,
    TargetFailed,
    TargetRefused,
    listed_below,
)
from b24app.backup.targets.target_settings import SftpSettings
from b24app.deadline import seconds_left, within
from b24app.guard import Guard

PIECE = 32 * 1024
DEEPEST, MOST_IN_A_FOLDER = 8, 100_000
logging.getLogger("paramiko").setLevel(logging.CRITICAL)  # its lines name hosts and users


@contextmanager
def _as_target_failures() -> Iterator[None]:
    """Convert failures of the connection and of the server to failures of a target."""
    try:
        yield
    except PermissionError:
        raise TargetRefused("right") from None
    except TimeoutError:
        raise TargetFailed("silent") from None
    except (OSError, EOFError, paramiko.SSHException) as error:
        raise TargetFailed(
            "fault" if isinstance(error, OSError) and error.errno is None else "broken_off"
        ) from None


@dataclass
class SftpTarget:
    """Objects as files below one folder of a server."""

    settings: SftpSettings
    guard: Guard
    patience: StoragePatience = StoragePatience()  # noqa: RUF009 - frozen
    _line: paramiko.SFTPClient | None = field(default=None, init=False)
    _transport: paramiko.Transport | None = field(default=None, init=False)

    def put(self, name: str, content: bytes) -> None:
        """Write to a temporary file, then rename; other bytes of this name stay as they are."""
        path, aside = self._path(name), self._path(unfinished_name(name, secrets.token_hex(8)))
        with self._asking() as line:
            try:
                self._write(line, name, aside, content)
                self._appear(line, aside, path, content)
            except BaseException:
                with suppress(OSError, EOFError, paramiko.SSHException):
                    line.remove(aside)
                raise
            with suppress(FileNotFoundError):
                line.remove(aside)

    def get(self, name: str) -> bytes:
        """The bytes of a file."""
        with self._asking() as line:
            return self._read(line, self._path(name))

    def delete(self, name: str) -> None:
        """Remove a file."""
        with self._asking() as line, suppress(FileNotFoundError):
            line.remove(self._path(name))

    def names(self, prefix: str = "") -> Iterator[StoredObject]:
        """Files below the folder of the prefix, folder by folder."""
        return listed_below(prefix, self._walk(prefix.rpartition("/")[0], DEEPEST))

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()
        self._line = self._transport = None

    @property
    def host_key(self) -> str:
        """The key that the server shows, for the settings; connects when nothing is open."""
        with self._asking():
            shown = self._transport.get_remote_server_key() if self._transport else None
        return f"{shown.get_name()} {shown.get_base64()}" if shown else ""

    @contextmanager
    def _asking(self) -> Iterator[paramiko.SFTPClient]:
        """The open connection, within the seconds that one request may take; one that failed is closed."""
        with within(self.patience.whole), _as_target_failures():
            try:
                if self._line is None:
                    self._transport, self._line = connect(self.settings, self.guard, self.patience)
                yield self._line
            except (EOFError, TimeoutError, ConnectionError, paramiko.SSHException):
                self.close()
                raise
            except OSError:
                if self._is_broken():
                    self.close()
                raise

    def _is_broken(self) -> bool:
        """Whether the connection is lost: paramiko reports that as an OSError without a number, the same as failures of servers."""
        channel = self._line.get_channel() if self._line is not None else None
        whole = self._transport is not None and self._transport.is_active()
        return channel is None or channel.closed or not whole

    def _path(self, name: str) -> str:
        folder = self.settings.folder.rstrip("/")
        return f"{folder}/{name}" if folder else name

    def _walk(self, folder: str, depth: int) -> Iterator[StoredObject]:
        with self._asking() as line:
            try:
                listed = line.listdir_iter(self._path(folder) if folder else self.settings.folder or ".")
                found = _entries(listed)
            except FileNotFoundError:
                return
        for name, is_folder, size in sorted(found):
            path = f"{folder}/{name}" if folder else name
            if is_folder:
                if depth:
                    yield from self._walk(path, depth - 1)
            elif not name.startswith(UNFINISHED):
                yield StoredObject(path, size)

    def _write(self, line: paramiko.SFTPClient, name: str, aside: str, content: bytes) -> None:
        try:
            _upload(line, aside, content)
        except FileNotFoundError:
            self._make_folders(line, name)
            _upload(line, aside, content)
        except OSError as error:
            free = free_bytes(line, aside.rpartition("/")[0] or ".") if error.errno is None else None
            if free is not None and free < len(content):
                raise TargetRefused("no_room") from None
            raise

    def _appear(self, line: paramiko.SFTPClient, aside: str, path: str, content: bytes) -> None:
        if not _rename(line, aside, path) and self._read(line, path) != content:
            raise TargetRefused("other_bytes")

    def _make_folders(self, line: paramiko.SFTPClient, name: str) -> None:
        for folder in filter(None, parents(self._path(name))):
            if _is_there(line, folder):
                continue
            try:
                line.mkdir(folder, 0o700)
            except FileNotFoundError:
                raise TargetRefused("folder") from None
            except OSError:  # a server reports only "failure" where another worker has just made it
                if not _is_there(line, folder):
                    raise

    @staticmethod
    def _read(line: paramiko.SFTPClient, path: str) -> bytes:
        try:
            with line.open(path, "rb") as file:
                size = file.stat().st_size or 0
                if size > LARGEST:
                    raise TargetRefused("too_large")
                file.prefetch(size)
                content = _whole(file, size)
        except FileNotFoundError:
            raise ObjectMissing from None
        if len(content) != size:
            raise TargetFailed("broken_off")
        return content


def _is_there(line: paramiko.SFTPClient, folder: str) -> bool:
    try:
        line.stat(folder)
    except FileNotFoundError:
        return False
    return True


def _entries(listed: Iterator[paramiko.SFTPAttributes]) -> list[tuple[str, bool, int]]:
    """Entries of a folder that we may have written; a server that lists without an end is refused."""
    found: list[tuple[str, bool, int]] = []
    for seen, one in enumerate(listed):
        if seen >= MOST_IN_A_FOLDER:
            raise TargetRefused("too_many")
        if seconds_left() <= 0:
            raise TimeoutError
        if is_name(one.filename) and "/" not in one.filename:
            found.append((one.filename, S_ISDIR(one.st_mode or 0), one.st_size or 0))
    return found


def _whole(file: paramiko.SFTPFile, size: int) -> bytes:
    """The bytes of a file up to its end, or one piece beyond its size: a server that never ends does not fill the memory."""
    content = bytearray()
    while len(content) <= size:
        if seconds_left() <= 0:
            raise TimeoutError
        piece = file.read(PIECE)
        if not piece:
            break
        content += piece
    return bytes(content)


def _upload(line: paramiko.SFTPClient, path: str, content: bytes) -> None:
    """Write and check the size: a server that stored less than all has failed."""
    with line.open(path, "wxb") as file:
        file.set_pipelined(pipelined=True)
        for start in range(0, len(content), PIECE):
            if seconds_left() <= 0:
                raise TimeoutError
            file.write(content[start : start + PIECE])
    if line.stat(path).st_size != len(content):
        raise TargetFailed("broken_off")


def _rename(line: paramiko.SFTPClient, aside: str, path: str) -> bool:
    """Give the written file its name; False when the name is taken. Plain SFTP does not overwrite on rename."""
    try:
        line.rename(aside, path)
    except PermissionError:
        raise
    except OSError as failure:
        with suppress(FileNotFoundError):
            line.stat(path)
            return False
        raise failure from None
    return True
