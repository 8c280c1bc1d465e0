"""Finds the files of copies in folders and zip archives, however they were downloaded: by the ends of their names."""

import functools
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from b24app.backup.reader.problems import Problem

MOST_READ = 64 * 1024 * 1024
SEALED_NAME = re.compile(r"([0-9a-f]{64})\.((?:jsonl\.)?zst\.)?age")
UNREADABLE = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
)
"""Errors of a file on the disk or inside a ZIP archive that is damaged or has a password."""
MANIFEST_NAME = re.compile(r"manifest[^/]*\.json", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file on the disk, or one inside a zip archive."""

    path: Path
    inside: str = ""

    def read(self) -> bytes:
        """Its bytes; a file that is larger than any of a copy is refused."""
        try:
            return self._read_zipped() if self.inside else self._read_plain()
        except UNREADABLE:
            raise Problem("unreadable", path=self) from None

    def _read_plain(self) -> bytes:
        with self.path.open("rb") as file:
            return _limited(file.read(MOST_READ + 1))

    def _read_zipped(self) -> bytes:
        with open_archive(self.path, self.path.stat().st_mtime_ns).open(self.inside) as file:
            return _limited(file.read(MOST_READ + 1))

    def __str__(self) -> str:
        return f"{self.path}: {self.inside}" if self.inside else str(self.path)


@functools.lru_cache(maxsize=8)
def open_archive(path: Path, _changed: int) -> zipfile.ZipFile:
    """A ZIP archive with its list read once, however many of its files are wanted."""
    return zipfile.ZipFile(path)


def _limited(content: bytes) -> bytes:
    if len(content) > MOST_READ:
        raise OSError
    return content


@dataclass
class Objects:
    """The manifests and the sealed files of one or more places; sealed ones by the hash in their name."""

    manifests: list[FoundFile] = field(default_factory=list)
    sealed: dict[str, FoundFile] = field(default_factory=dict)
    unreadable: list[Problem] = field(default_factory=list)
    """Archives that cannot be opened: their contents are missing, which other files may not need."""

    def read_sealed(self, sha256: str) -> bytes:
        """The bytes of a pack; raises a Problem when it is not here."""
        if sha256 not in self.sealed:
            raise Problem("pack_missing")
        return self.sealed[sha256].read()


def find_objects(places: Sequence[Path]) -> Objects:
    """Everything of copies in folders, in zip archives inside them, and in zip archives named by themselves."""
    found = Objects()
    for place in places:
        if not place.exists():
            raise Problem("no_such_place", path=place)
        for one in _files_of(place, found.unreadable):
            name = PurePosixPath(one.inside or one.path.as_posix()).name
            if sealed := SEALED_NAME.search(name):
                found.sealed.setdefault(sealed[1], one)
            elif MANIFEST_NAME.fullmatch(name):
                found.manifests.append(one)
    if found.unreadable and not found.manifests:
        raise found.unreadable[0]
    if not found.manifests:
        raise Problem("no_copies", path=", ".join(map(str, places)))
    return found


def _files_of(place: Path, unreadable: list[Problem]) -> Iterator[FoundFile]:
    paths = sorted(place.rglob("*")) if place.is_dir() else [place]
    for path in paths:
        if not path.is_file():
            continue
        if path.suffix.lower() != ".zip":
            yield FoundFile(path)
            continue
        try:
            names = open_archive(path, path.stat().st_mtime_ns).namelist()
            yield from [FoundFile(path, name) for name in names if not name.endswith("/")]
        except (OSError, zipfile.BadZipFile):
            unreadable.append(Problem("unreadable", path=path))
