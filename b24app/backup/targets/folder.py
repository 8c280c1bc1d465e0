"""Keeps objects in a folder of this server, below the root that a setting names: no portal chooses a path of the server."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from b24app.backup.targets.object_names import LARGEST, UNFINISHED, check_name, unfinished_name
from b24app.backup.targets.target import ObjectMissing, StoredObject, TargetFailed, TargetRefused

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
NO_RIGHT = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


@contextmanager
def _as_target_failures() -> Iterator[None]:
    """Failures of the file system as failures of a target."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise TargetRefused("no_room") from None
        if error.errno in NO_RIGHT:
            raise TargetRefused("right") from None
        raise TargetFailed("fault") from None


class FolderTarget:
    """Objects as files; a name appears when all of its bytes are on the disk, never before."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, content: bytes) -> None:
        """Write to a temporary file, then link it to the name; other bytes of this name stay as they are."""
        path = self._path(name)
        with _as_target_failures():
            path.parent.mkdir(parents=True, exist_ok=True)
            aside = self._path_of(unfinished_name(name, secrets.token_hex(8)))
            try:
                _write(aside, content)
                _appear(aside, path, content)
            finally:
                aside.unlink(missing_ok=True)
            _settle(path.parent)

    def get(self, name: str) -> bytes:
        """The bytes of a file."""
        path = self._path(name)
        with _as_target_failures():
            try:
                with path.open("rb") as file:
                    content = file.read(LARGEST + 1)
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                raise ObjectMissing from None
        if len(content) > LARGEST:
            raise TargetRefused("too_large")
        return content

    def delete(self, name: str) -> None:
        """Remove a file, and the folders that are empty without it."""
        path = self._path(name)
        with _as_target_failures():
            with suppress(FileNotFoundError, NotADirectoryError):
                path.unlink()
            for folder in path.parents:
                if folder == self._root or not _remove_empty(folder):
                    return

    def names(self, prefix: str = "") -> Iterator[StoredObject]:
        """Files below the root, in the order of their names."""
        start = self._root / prefix.rpartition("/")[0]
        with _as_target_failures():
            for folder, folders, files in os.walk(start):
                folders.sort()
                for file in sorted(files):
                    path = Path(folder, file)
                    name = path.relative_to(self._root).as_posix()
                    if name.startswith(prefix) and not file.startswith(UNFINISHED):
                        with suppress(FileNotFoundError):  # removed meanwhile
                            yield StoredObject(name, path.stat().st_size)

    def close(self) -> None:
        """Do nothing: no connection is open."""

    def _path(self, name: str) -> Path:
        return self._path_of(check_name(name))

    def _path_of(self, name: str) -> Path:
        return self._root / name


def _write(path: Path, content: bytes) -> None:
    """Bytes that are on the disk when this returns; only our own user reads them."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _appear(aside: Path, path: Path, content: bytes) -> None:
    """Give the written bytes their name; the same bytes may be stored already."""
    try:
        os.link(aside, path)
    except FileExistsError:
        if path.read_bytes() != content:
            raise TargetRefused("other_bytes") from None
    except OSError as error:
        if error.errno not in NO_LINKS or path.exists():
            raise
        aside.replace(path)


def _settle(folder: Path) -> None:
    """Sync the folder itself to the disk."""
    line = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(line)
    finally:
        os.close(line)


def _remove_empty(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError:
        return False
    return True
