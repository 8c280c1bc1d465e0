"""Reads a copy of a Bitrix24 portal without the application that made it: list, verify, decrypt, export to CSV and XLSX.

    pip install pyrage zstandard          (and xlsxwriter, for XLSX)
    python renewal_copy.py list FOLDER
    python renewal_copy.py verify FOLDER --key-file KEY.txt
    python renewal_copy.py export FOLDER --to TABLES --key-file KEY.txt
    python renewal_copy.py files FOLDER --to FILES --key-file KEY.txt

Needs Python 3.11 or newer. MIT licence. Made of b24app/backup/reader by tools/reader_file.py; docs/archive.md describes the format.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit("Python 3.11 or newer is needed. Нужен Python 3.11 или новее.")
try:
    import pyrage
    import zstandard
except ImportError:
    sys.exit("Two packages are needed. Нужны два пакета: pip install pyrage zstandard")

import argparse
import base64
import csv
import functools
import getpass
import hashlib
import io
import json
import locale
import lzma
import os
import pyrage
import re
import sqlite3
import sys
import zipfile
import zlib
import zstandard
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import zip_longest
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn, Self


class Problem(Exception):
    """Something about a copy or a key is wrong; `code` names the sentence and `values` go into it."""

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


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


KNOWN_VERSION = 1
FILES = "files"
"""The tier of entities whose lines hold parts of files."""


@dataclass(frozen=True, slots=True)
class ListedPack:
    """A pack as a manifest lists it."""

    sha256: str
    plain_sha256: str
    size: int
    rows: int
    gone: int


@dataclass(frozen=True, slots=True)
class ListedEntity:
    """One kind of rows in a copy, its packs older first."""

    code: str
    title: str
    rows: int
    gone: int
    present: int | None
    left_out: str
    packs: tuple[ListedPack, ...]
    tier: str = ""
    field_titles: Mapping[str, str] = field(default_factory=dict)
    """By the code of the field; a copy of an earlier release names none."""


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A whole file in a copy, and the hashes of its sealed parts."""

    name: str
    size: int
    sha256: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy by its manifest."""

    portal: str
    folder: str
    made_at: str
    kind: str
    sha256: str
    base_folder: str
    base_sha256: str
    recipients: tuple[str, ...]
    entities: tuple[ListedEntity, ...]
    files: tuple[ListedFile, ...]

    @property
    def packs(self) -> Iterator[ListedPack]:
        """All packs, entity by entity."""
        for entity in self.entities:
            yield from entity.packs


def digest_without_itself(content: Mapping[str, Any]) -> str:
    """The hash over a manifest without its own `sha256`: keys sorted, no spaces, letters as they are."""
    bare = {name: value for name, value in content.items() if name != "sha256"}
    text = json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def read_copy(content: bytes) -> Copy:
    """A copy from the bytes of its manifest."""
    try:
        whole = json.loads(content)
        if not isinstance(whole, dict) or whole.get("format") != "renewal-copy":
            raise Problem("manifest_foreign")
        if digest_without_itself(whole) != whole.get("sha256"):
            raise Problem("manifest_damaged")
        if int(whole["version"]) > KNOWN_VERSION:
            raise Problem("manifest_newer")
        return _copy_of(whole)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise Problem("manifest_damaged") from None


def _copy_of(whole: Mapping[str, Any]) -> Copy:
    base = whole["base"] or {"folder": "", "sha256": ""}
    return Copy(
        portal=str(whole["portal"]),
        folder=str(whole["folder"]),
        made_at=str(whole["made_at"]),
        kind=str(whole["kind"]),
        sha256=whole["sha256"],
        base_folder=str(base["folder"]),
        base_sha256=str(base["sha256"]),
        recipients=tuple(map(str, whole["recipients"])),
        entities=tuple(_entity_of(one) for one in whole["entities"]),
        files=tuple(
            ListedFile(str(one["name"]), int(one["size"]), str(one["sha256"]), tuple(map(str, one["parts"])))
            for one in whole["files"]
        ),
    )


def _entity_of(one: Mapping[str, Any]) -> ListedEntity:
    packs = [
        ListedPack(
            str(pack["sha256"]),
            str(pack["plain_sha256"]),
            int(pack["size"]),
            int(pack["rows"]),
            int(pack["gone"]),
        )
        for pack in one["packs"]
    ]
    present = None if one["present"] is None else int(one["present"])
    rows, gone = int(one["rows"]), int(one["gone"])
    return ListedEntity(
        str(one["code"]), str(one["title"]), rows, gone, present, str(one["left_out"]), tuple(packs), str(one.get("tier") or ""),
        {str(code): str(title) for code, title in (one.get("field_titles") or {}).items()},
    )  # fmt: skip


def read_copies(objects: Objects) -> tuple[list[Copy], list[tuple[str, Problem]]]:
    """The copies of all readable manifests, oldest first, and what is wrong with the others."""
    found: dict[tuple[str, str], Copy] = {}
    wrong = []
    for file in objects.manifests:
        try:
            copy = read_copy(file.read())
        except Problem as problem:
            if problem.code != "manifest_foreign":
                wrong.append((str(file), problem))
            continue
        found[copy.portal, copy.folder] = copy
    return sorted(found.values(), key=lambda one: (one.made_at, one.folder)), wrong


def choose_copy(copies: Sequence[Copy], folder: str, portal: str) -> Copy:
    """The copy that was named, or the newest; raises a Problem rather than choose between two portals."""
    fitting = [one for one in copies if one.portal.startswith(portal) and folder in ("", one.folder)]
    if not fitting:
        raise Problem("no_such_copy", folder=folder or portal)
    if len({one.portal for one in fitting}) > 1:
        raise Problem("several_portals", portals=", ".join(sorted({one.portal for one in fitting})))
    return fitting[-1]


Damage = tuple[ListedPack, Problem]


@dataclass
class RowsAsOf:
    """Reads the packs of one entity twice: which line of an id is the last, and then those lines.

    With `keep_going` a pack that cannot be read is noted in `damages` and left out; without it the Problem is raised.
    """

    objects: Objects
    entity: ListedEntity
    identities: Identities
    keep_going: bool = False
    columns: dict[str, None] = field(default_factory=dict)
    damages: list[Damage] = field(default_factory=list)
    present: int = 0

    def __enter__(self) -> Self:
        self._last = sqlite3.connect("")  # a temporary file that SQLite makes and removes by itself
        self._last.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-4000;"
            "CREATE TABLE last (id TEXT PRIMARY KEY, pack INT, line INT, gone INT) WITHOUT ROWID;"
            "CREATE INDEX of_pack ON last (pack, line);"
        )
        self._readable = [number for number, pack in enumerate(self.entity.packs) if self._note(number, pack)]
        counted = self._last.execute("SELECT count(*) FROM last WHERE NOT gone").fetchone()
        self.present = int(counted[0])
        return self

    def __exit__(self, *_error: object) -> None:
        self._last.close()

    def _note(self, number: int, pack: ListedPack) -> bool:
        """Store the ids of a pack when all of it could be read."""
        try:
            found = [self._place(line, number, at) for at, line in enumerate(self.lines(pack))]
        except Problem as problem:
            if not self.keep_going or problem.code == "wrong_key":
                raise
            self.damages.append((pack, problem))
            return False
        self._last.executemany("INSERT OR REPLACE INTO last VALUES (?, ?, ?, ?)", found)
        return True

    def _place(self, line: Line, number: int, at: int) -> tuple[str, int, int, bool]:
        for row in table_rows(line):
            self.columns |= dict.fromkeys(row)
        name = line["id"].encode(errors="surrogatepass").decode(errors="backslashreplace")
        return name, number, at, "row" not in line

    def lines(self, pack: ListedPack) -> Iterator[Line]:
        """Every line of a pack, which is checked against the manifest."""
        content = self.objects.read_sealed(pack.sha256)
        return open_lines(content, self.identities, facts_of(pack))

    def __iter__(self) -> Iterator[Line]:
        for number in self._readable:
            kept = self._last.cursor()
            places = kept.execute(
                "SELECT line FROM last WHERE pack = ? AND NOT gone ORDER BY line", (number,)
            )
            with closing(kept):
                yield from _chosen(self.lines(self.entity.packs[number]), partial(_next_of, places))


def table_rows(line: Line) -> Sequence[Mapping[str, Any]]:
    """The rows of a table that one line makes: what the portal returns for an owner at a time is in one line of that owner.

    Parts of files are no rows of a table.
    """
    row = line.get("row")
    if row is None:
        return ()
    if row.keys() == {"part", "content"}:
        return ()
    inner = row.get("rows")
    if (
        row.keys() <= {"rows", "contentRefused"}
        and isinstance(inner, list)
        and all(isinstance(one, dict) for one in inner)
    ):
        return inner
    return (row,)


def _next_of(rows: sqlite3.Cursor) -> int:
    found = rows.fetchone()
    return -1 if found is None else int(found[0])


def _chosen(lines: Iterator[Line], following: Callable[[], int]) -> Iterator[Line]:
    wanted = following()
    for at, line in enumerate(lines):
        if at == wanted:
            yield line
            wanted = following()


def facts_of(pack: ListedPack) -> PackFacts:
    """What a manifest holds about a pack."""
    return PackFacts(pack.sha256, pack.plain_sha256, pack.size, pack.rows)


def chosen_entities(entities: Sequence[ListedEntity], codes: Sequence[str]) -> list[ListedEntity]:
    """The entities of these codes, or all that have packs."""
    unknown = set(codes) - {one.code for one in entities}
    if unknown:
        raise Problem("no_such_entity", codes=", ".join(sorted(unknown)))
    return [one for one in entities if one.code in codes or (not codes and one.packs)]


def join_parts(objects: Objects, file: ListedFile, identities: Identities) -> Iterator[bytes]:
    """The bytes of a file in pieces; without a key nothing comes, and only the sealed parts are checked."""
    digest, size = hashlib.sha256(), 0
    for part in file.parts:
        for piece in _open_part(objects, part, identities):
            digest.update(piece)
            size += len(piece)
            yield piece
    if identities and (size != file.size or digest.hexdigest() != file.sha256):
        raise Problem("plain_hash_differs")


def _open_part(objects: Objects, name: str, identities: Identities) -> Iterator[bytes]:
    """One part, named by the hash of its sealed bytes; packed by zstd when its name has that ending."""
    told = SEALED_NAME.search(name)
    if told is None:
        raise Problem("pack_missing")
    sealed = objects.read_sealed(told[1])
    check_sealed(sealed, PackFacts(sha256=told[1]))
    if identities:
        plain = open_age(sealed, identities)
        yield from unpacked(plain) if told[2] else (plain,)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, and where it is."""

    where: str
    problem: Problem


def check_copy(
    objects: Objects,
    copy: Copy,
    copies: Sequence[Copy],
    identities: Identities,
    told: Callable[[ListedEntity, int], None],
) -> Iterator[Fault]:
    """All faults of a copy; `told` is called for each entity when it is done, with the number of its faults."""
    yield from check_chain(copy, copies)
    for entity in copy.entities:
        faults = [Fault(entity.code, one) for one in _check_entity(objects, entity, identities)]
        told(entity, len(faults))
        yield from faults
    for file in copy.files:
        try:
            for _piece in join_parts(objects, file, identities):
                pass
        except Problem as problem:
            yield Fault(file.name, problem)


def check_chain(copy: Copy, copies: Sequence[Copy]) -> Iterator[Fault]:
    """An increment begins with the packs of its base, as its base lists them."""
    base = next((one for one in copies if (one.portal, one.folder) == (copy.portal, copy.base_folder)), None)
    if base is None:
        return
    if base.sha256 != copy.base_sha256:
        yield Fault(copy.folder, Problem("base_differs", folder=base.folder))
    mine = {entity.code: entity.packs for entity in copy.entities}
    for entity in base.entities:
        if mine.get(entity.code, ())[: len(entity.packs)] != entity.packs:
            yield Fault(entity.code, Problem("chain_differs", folder=base.folder))


def _check_entity(objects: Objects, entity: ListedEntity, identities: Identities) -> Iterator[Problem]:
    rows, gone = sum(pack.rows for pack in entity.packs), sum(pack.gone for pack in entity.packs)
    if (rows, gone) != (entity.rows, entity.gone):
        yield Problem("counts_differ", found=rows, told=entity.rows)
    if not identities:
        yield from _check_hashes(objects, entity)
        return
    with RowsAsOf(objects, entity, identities, keep_going=True) as found:
        for pack, problem in found.damages:
            yield Problem("pack_wrong", name=pack.sha256[:12], why=problem)
        if entity.present is not None and not found.damages and found.present != entity.present:
            yield Problem("present_differs", found=found.present, told=entity.present)


def _check_hashes(objects: Objects, entity: ListedEntity) -> Iterator[Problem]:
    for pack in entity.packs:
        try:
            check_sealed(objects.read_sealed(pack.sha256), facts_of(pack))
        except Problem as problem:
            yield Problem("pack_wrong", name=pack.sha256[:12], why=problem)


LIST = re.compile(r"list_(?P<number>\d+)")
FIELDS = re.compile(r"list(_\w+)?\.fields")
Titles = Mapping[str, str]
"""By the folded code of a field."""


def fold(code: str) -> str:
    """The code of a field in one form for every spelling of the portal: UF_CRM_17, ufCrm_17 and ufCrm17 are one field."""
    return code.replace("_", "").lower()


def find_titles(
    objects: Objects, entities: Sequence[ListedEntity], entity: ListedEntity, identities: Identities
) -> Titles:
    """The titles of the fields of one entity; a damaged pack has none."""
    found = {fold(code): title for code, title in entity.field_titles.items() if title}
    if part := LIST.fullmatch(entity.code):
        for one in entities:
            if FIELDS.fullmatch(one.code) and one.packs:
                found |= _titles_of_list(RowsAsOf(objects, one, identities, keep_going=True), part["number"])
    return found


def _titles_of_list(reading: RowsAsOf, number: str) -> dict[str, str]:
    """The fields of one universal list; a line holds those of one list."""
    with reading as rows:
        return dict(
            pair for line in rows if line["id"] == number for row in table_rows(line) for pair in _named(row)
        )


def _named(row: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    code, title = row.get("FIELD_ID"), row.get("NAME")
    if isinstance(code, str) and isinstance(title, str) and title:
        yield fold(code), title


def titles_of_columns(columns: Sequence[str], titles: Titles) -> list[str]:
    """The title of each column, empty where it has none; an empty list where none has."""
    found = [titles.get(fold(one), "") for one in columns]
    return found if any(found) else []


NAMED_FIRST, NAMED_LAST = "_id", "_read_at"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
JUST_NUMBER = re.compile(r"[+-][\d\s(). -]*")
MOST_SHEET_ROWS = 1_048_576
MOST_CELL = 32_767
MOST_COLUMNS = 16_384
EXACT = 10**15
"""Excel keeps fifteen digits of a number; longer ones are written as text."""

Cell = Callable[[object], Any]


def plain_value(value: object) -> str:
    """A value as the text of a cell; what has parts is written as JSON."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode(errors="surrogatepass").decode(errors="backslashreplace")


def csv_cell(value: object) -> str:
    """A value that no spreadsheet takes for a formula; numbers and telephone numbers stay as they are."""
    text = plain_value(value)
    if text.startswith(FORMULA_SIGNS) and not JUST_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def safe_name(name: str) -> str:
    """A name of a file, whatever the manifest calls it."""
    return re.sub(r"[^\w.-]", "_", name).lstrip(".")[:120] or "_"


def table_name(code: str) -> str:
    """The file's name of an entity; two whose codes differ in signs that a name cannot have do not share one."""
    name = safe_name(code)
    return name if name == code else f"{name}-{hashlib.sha256(code.encode(errors='replace')).hexdigest()[:8]}"


@contextmanager
def whole_or_nothing(path: Path, *, replace: bool) -> Iterator[Path]:
    """A temporary path to write to, which becomes `path` at the end; after an error nothing stays."""
    if path.exists() and not replace:
        raise Problem("exists", path=path)
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(path)
    except OSError:
        raise Problem("cannot_write", path=path) from None
    finally:
        part.unlink(missing_ok=True)


def json_line(line: Line) -> str:
    """One line of JSON; half a pair of surrogates, which UTF-8 cannot hold, is written as its number."""
    text = json.dumps(line, ensure_ascii=False)
    return text if text.isprintable() or _is_whole(text) else json.dumps(line)


def _is_whole(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def write_jsonl(rows: RowsAsOf, path: Path) -> int:
    """Write each row as a line of JSON, as it is in its pack."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in rows:
            file.write(f"{json_line(line)}\n")
    return 0


def table_head(rows: RowsAsOf) -> list[str]:
    """The columns: every field of any row, in the order in which they came."""
    return [NAMED_FIRST, *rows.columns, NAMED_LAST]


def write_rows(line: Line, columns: list[str], cell: Cell) -> Iterator[list[Any]]:
    """The rows of one line under these columns."""
    for row in table_rows(line):
        yield [cell(line["id"]), *(cell(row.get(name)) for name in columns[1:-1]), cell(line["read_at"])]


def fields_name(code: str) -> str:
    """The file that names the columns of a table of CSV, beside it: the table itself keeps one line of heads, for programs."""
    return f"{table_name(code)}-fields.csv"


def write_fields(columns: Sequence[str], titles: Sequence[str], path: Path, separator: str = ";") -> None:
    """Write the columns that have a title, in their order: the code in the table's head, and the title."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file, delimiter=separator)
        table.writerow(["column", "title"])
        pairs = zip(columns, titles, strict=True)
        table.writerows([csv_cell(code), csv_cell(title)] for code, title in pairs if title)


def write_csv(rows: RowsAsOf, path: Path, separator: str = ";") -> int:
    """A table with a byte order mark, so that Excel reads its letters."""
    columns = table_head(rows)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file, delimiter=separator)
        table.writerow([csv_cell(name) for name in columns])
        for line in rows:
            table.writerows(write_rows(line, columns, csv_cell))
    return 0


def xlsx_cell(value: object) -> float | int | str:
    """Numbers that Excel keeps exactly are numbers; all else is text."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and abs(value) < EXACT:  # type: ignore[arg-type]
        return value  # type: ignore[return-value]
    return plain_value(value)


def write_xlsx(rows: RowsAsOf, path: Path, titles: Titles) -> int:
    """Write a workbook with as many sheets as the rows need; returns how many texts were cut at Excel's limit of a cell.

    Below the codes of the columns a second line has their titles, where any is known.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise Problem("xlsx_missing") from None
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    columns = table_head(rows)
    if len(columns) > MOST_COLUMNS:
        raise Problem("too_many_columns")
    head = [columns, *filter(None, [titles_of_columns(columns, titles)])]
    with path.open("wb") as file, xlsxwriter.Workbook(file, options) as book:
        return _fill_sheets(book, head, rows)


def _fill_sheets(book: Any, head: list[list[str]], rows: RowsAsOf) -> int:
    cut, at, sheet = 0, MOST_SHEET_ROWS, None
    for cells in (one for line in rows for one in write_rows(line, head[0], xlsx_cell)):
        if at >= MOST_SHEET_ROWS:
            sheet, at = _new_sheet(book, head), len(head)
        for place, value in enumerate(cells):
            cut += isinstance(value, str) and len(value) > MOST_CELL
            _write_cell(sheet, at, place, value)
        at += 1
    if sheet is None:
        _new_sheet(book, head)
    return cut


def _write_cell(sheet: Any, at: int, place: int, value: float | str) -> None:
    if isinstance(value, str):
        sheet.write_string(at, place, value[:MOST_CELL])
    else:
        sheet.write_number(at, place, value)


def _new_sheet(book: Any, head: list[list[str]]) -> Any:
    sheet = book.add_worksheet()
    for line, names in enumerate(head):
        for place, name in enumerate(names):
            if name:
                sheet.write_string(line, place, plain_value(name)[:MOST_CELL])
    sheet.freeze_panes(len(head), 0)
    return sheet


PART_FIELDS = {"part", "content"}
NOT_GIVEN = "contentRefused"
DEEPEST = 100


def is_part(row: Mapping[str, Any] | None) -> bool:
    """Whether a line holds a part of a file."""
    return row is not None and row.keys() == PART_FIELDS


@dataclass
class FileNames:
    """What the rows hold about files: their names and sizes by item and file, folders of Disk, and how many items lack a file."""

    names: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    folders: dict[str, tuple[str, str]] = field(default_factory=dict)
    missing: int = 0

    def learn(self, item: str, row: Mapping[str, Any]) -> None:
        """Take the names and folders of one row; a file that did not come is only counted."""
        if row.get(NOT_GIVEN) is True:
            self.missing += 1
        elif row.get("TYPE") == "file":
            key = f"{item}/{row.get('FILE_ID') or item}"
            self.names[key], self.parents[key] = str(row.get("NAME") or ""), str(row.get("PARENT_ID") or "")
            if str(row.get("SIZE") or "").isdigit():
                self.sizes[key] = int(row["SIZE"])
        elif row.get("TYPE") in ("folder", "storage"):
            self.folders[item] = (str(row.get("NAME") or ""), str(row.get("PARENT_ID") or ""))
        else:
            self.names |= {f"{item}/{number}": name for number, name in named_inside(row)}

    def path_of(self, key: str) -> Path:
        """The folders of a file, and its name; without a name its number."""
        item, _, number = key.partition("/")
        name = safe_name(self.names[key]) if self.names[key] else number
        if key not in self.parents:
            return Path(safe_name(item)) / (name if name == number else f"{number}-{name}")
        steps, at = list[str](), self.parents[key]
        while at in self.folders and len(steps) < DEEPEST:
            folder, at = self.folders[at]
            steps.insert(0, safe_name(folder))
        return Path(*steps, name)


def named_inside(value: Any) -> Iterator[tuple[str, str]]:
    """Files that fields name, at any depth: their ids, and their names where there are any."""
    if isinstance(value, dict):
        if value.get("id") not in (None, "") and value.keys() & {"url", "detailUrl"}:
            yield str(value["id"]), str(value.get("name") or "")
        for one in value.values():
            yield from named_inside(one)
    elif isinstance(value, list):
        for one in value:
            yield from named_inside(one)


def write_files(rows: RowsAsOf, to: Path, *, replace: bool) -> tuple[int, int]:
    """Write every whole file of an entity; returns how many there are, and how many items lack one."""
    known = FileNames()
    for line in rows:
        if not is_part(line["row"]):
            known.learn(line["id"], line["row"])
    parts = _lay_out(rows, known, to)
    taken: set[Path] = set()
    for key in sorted(known.names):
        if key not in parts and known.sizes.get(key) != 0:
            continue
        path = to / known.path_of(key)
        if path in taken:
            path = path.with_name(f"{safe_name(key)}-{path.name}")
        taken.add(path)
        _join(path, parts.get(key, {}), known.sizes.get(key), replace=replace)
    return len(taken), known.missing


def _lay_out(rows: RowsAsOf, known: FileNames, to: Path) -> dict[str, dict[int, Path]]:
    """Write parts as they come, each into a file of its own: those of one file may be in several packs."""
    found: dict[str, dict[int, Path]] = {}
    for line in rows:
        key, _, number = line["id"].rpartition("/")
        if not is_part(line["row"]) or key not in known.names or not number.isdigit():
            continue
        path = to / f".{safe_name(key)}.{number}.part"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(line["row"]["content"]))
        found.setdefault(key, {})[int(number)] = path
    return found


def _join(path: Path, parts: Mapping[int, Path], size: int | None, *, replace: bool) -> None:
    """Join the parts of a file; what exceeds its stored size is cut off, as it belongs to an earlier, longer file."""
    with whole_or_nothing(path, replace=replace) as unfinished, unfinished.open("wb") as out:
        for number in sorted(parts):
            out.write(parts[number].read_bytes())
            parts[number].unlink()
        if size is not None and out.tell() > size:
            out.truncate(size)


ARGUMENT_WORDS: dict[str, tuple[str, str]] = {
    "about": ("Reads a copy of a Bitrix24 portal.", "Читает копию портала Битрикс24."),
    "usage": ("usage: ", "использование: "),
    "actions": ("what to do", "что сделать"),
    "places_title": ("where the copy lies", "где лежит копия"),
    "options_title": ("options", "параметры"),
    "action": ("ACTION", "ДЕЙСТВИЕ"),
    "place": ("PLACE", "МЕСТО"),
    "file": ("FILE", "ФАЙЛ"),
    "folder": ("FOLDER", "ПАПКА"),
    "hash": ("HASH", "ХЕШ"),
    "kind": ("KIND", "ВИД"),
    "sign": ("SIGN", "ЗНАК"),
    "help_help": ("show this help and end", "показать эту справку и закончить"),
    "help_list": ("which copies there are and what is in them", "какие копии есть и что в них"),
    "help_verify": ("check that a copy is whole", "проверить, что копия цела"),
    "help_decrypt": ("write the rows as lines of JSON", "записать строки в виде JSON"),
    "help_export": ("write tables: CSV or XLSX", "записать таблицы: CSV или XLSX"),
    "help_files": ("write the files that were copied", "записать скопированные файлы"),
    "help_places": (
        "folders or zip archives with the copy's files",
        "папки или архивы ZIP с файлами копии",
    ),
    "help_language": ("language of the messages: ru or en", "язык сообщений: ru или en"),
    "help_copy": ("folder of the copy; the newest without it", "папка копии; без неё — самая новая"),
    "help_portal": ("beginning of the portal's hash", "начало хеша портала"),
    "help_key_file": ("file with the secret key", "файл с секретным ключом"),
    "help_ask_key": ("ask for the key and look inside", "спросить ключ и посмотреть внутрь"),
    "help_to": ("folder to write to", "папка, куда записать"),
    "help_entity": ("only this kind; may be repeated", "только этот вид; можно повторять"),
    "help_replace": ("write over what is there", "записать поверх того, что есть"),
    "help_keep_going": (
        "leave damaged packs out and go on",
        "пропустить повреждённые пакеты и продолжить",
    ),
    "help_format": ("csv or xlsx; csv without it", "csv или xlsx; без него — csv"),
    "help_separator": ("of CSV; a Russian Excel wants ;", "для CSV; русскому Excel нужна ;"),
    "usage_error": ("{program}: error: {why}", "{program}: ошибка: {why}"),
    "not_understood": ("{why}", "команда не разобрана ({why})"),
    "argument_wrong": ("argument {name}: {why}", "параметр {name}: {why}"),
    "arguments_missing": (
        "the following arguments are required: {names}",
        "не хватает: {names}",
    ),
    "arguments_unknown": ("unrecognized arguments: {names}", "неизвестные параметры: {names}"),
    "argument_ambiguous": (
        "ambiguous option: {name} could match {names}",
        "параметр {name} можно понять по-разному: {names}",
    ),
    "choice_wrong": (
        "invalid choice: {value} (choose from {choices})",
        "нет такого значения: {value} (есть {choices})",
    ),
    "value_missing": ("expected one argument", "не хватает значения"),
    "values_missing": ("expected at least one argument", "нужно хотя бы одно значение"),
    "value_unwanted": ("ignored explicit argument {value}", "значение {value} здесь не нужно"),
}


MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
WORDS: dict[str, tuple[str, str]] = {
    **ARGUMENT_WORDS,
    "wrong_key": (
        "This key does not open this copy. The copy opens with the key {codes}.",
        "Этот ключ не открывает эту копию. Копия открывается ключом {codes}.",
    ),
    "key_mistyped": (
        "The key is mistyped: a character is wrong or missing. Compare it with the printed page.",
        "В ключе опечатка: знак неверен или пропущен. Сверьте с распечаткой.",
    ),
    "public_key_given": (
        "This is a public key, it only seals. To open the copy take the secret one: AGE-SECRET-KEY-1…",
        "Это открытый ключ, он только закрывает. Чтобы открыть копию, нужен секретный: AGE-SECRET-KEY-1…",
    ),
    "no_key_in_it": (
        "There is no key here. A secret key begins with AGE-SECRET-KEY-1.",
        "Здесь нет ключа. Секретный ключ начинается с AGE-SECRET-KEY-1.",
    ),
    "key_in_arguments": (
        "The key stands in the command line, where others see it. Put it into a file: --key-file FILE, or type it when asked.",
        "Ключ стоит в командной строке, там его видят другие. Положите его в файл: --key-file ФАЙЛ, или введите, когда спросят.",
    ),
    "key_file_unreadable": (
        "The file with the key cannot be read: {path}",
        "Файл с ключом не читается: {path}",
    ),
    "files_written": ("{path}: files {count}", "{path}: файлов {count}"),
    "files_missing": (
        "Items whose file the portal did not give when the copy was made: {count}",
        "Элементов, файл которых портал не дал при копировании: {count}",
    ),
    "hash_differs": (
        "damaged: the bytes are not those that were written",
        "повреждён: в нём не то, что было записано",
    ),
    "size_differs": (
        "damaged: {found} bytes in place of {told}",
        "повреждён: {found} байт вместо {told}",
    ),
    "plain_hash_differs": ("damaged: what is inside has another hash", "повреждён: хеш содержимого другой"),
    "rows_differ": ("damaged: {found} rows in place of {told}", "повреждён: строк {found} вместо {told}"),
    "damaged": ("damaged: it does not open", "повреждён: не открывается"),
    "not_sealed": ("this is not a sealed pack", "это не закрытый пакет"),
    "pack_missing": ("missing: there is no such file", "нет такого файла"),
    "pack_wrong": ("pack {name}…: {why}", "пакет {name}…: {why}"),
    "unreadable": ("The file cannot be read: {path}", "Файл не читается: {path}"),
    "no_such_place": ("There is no such folder or archive: {path}", "Нет такой папки или архива: {path}"),
    "no_copies": (
        "There is no copy here: no manifest.json was found in {path}",
        "Копии здесь нет: в {path} не нашлось ни одного manifest.json",
    ),
    "no_such_copy": ("There is no such copy: {folder}", "Нет такой копии: {folder}"),
    "no_such_entity": ("There is nothing of this kind in the copy: {codes}", "В копии нет: {codes}"),
    "several_portals": (
        "Copies of several portals lie here: {portals}. Name one: --portal HASH",
        "Здесь копии нескольких порталов: {portals}. Назовите один: --portal ХЕШ",
    ),
    "manifest_damaged": ("the list of contents is damaged", "опись копии повреждена"),
    "manifest_foreign": ("this is not the list of contents of a copy", "это не опись копии"),
    "manifest_newer": (
        "the copy was made by a newer release: take a newer reader",
        "копия сделана более новой версией: возьмите более новую программу чтения",
    ),
    "counts_differ": (
        "the packs have {found} rows together, the list of contents says {told}",
        "в пакетах вместе {found} строк, в описи {told}",
    ),
    "present_differs": (
        "the copy has {found} records, the portal counted {told}",
        "в копии {found} записей, портал насчитал {told}",
    ),
    "base_differs": (
        "the copy it goes on from, {folder}, is not the one that it names",
        "копия {folder}, которую она продолжает, подменена",
    ),
    "chain_differs": (
        "its packs do not go on from those of {folder}",
        "её пакеты не продолжают пакеты {folder}",
    ),
    "exists": (
        "The file is there already: {path}. To write over it add --replace",
        "Файл уже есть: {path}. Чтобы записать поверх, добавьте --replace",
    ),
    "cannot_write": ("Cannot be written: {path}", "Не записывается: {path}"),
    "xlsx_missing": (
        "For XLSX one more package is needed: pip install xlsxwriter. CSV works without it.",
        "Для XLSX нужен ещё один пакет: pip install xlsxwriter. CSV работает и без него.",
    ),
    "too_many_columns": (
        "There are more columns than a workbook can hold. Take CSV.",
        "Столбцов больше, чем вмещает книга. Возьмите CSV.",
    ),
    "ask_key": ("Secret key (not shown): ", "Секретный ключ (не показываем): "),
    "copy_line": (
        "{folder}  {made_at}  {kind}  kinds: {entities}, rows: {rows}, packs: {packs}, {size} MB, key {codes}",
        "{folder}  {made_at}  {kind}  видов: {entities}, строк: {rows}, пакетов: {packs}, {size} МБ, ключ {codes}",
    ),
    "portal_line": ("Portal {portal}", "Портал {portal}"),
    "entity_line": ("  {code}  {title}  rows: {rows}", "  {code}  {title}  строк: {rows}"),
    "left_out_line": ("  {code}  {title}  not in the copy: {why}", "  {code}  {title}  в копии нет: {why}"),
    "entity_whole": ("  {code}  {title}: whole, packs: {packs}", "  {code}  {title}: цело, пакетов: {packs}"),
    "entity_faulty": ("  {code}  {title}: faults: {faults}", "  {code}  {title}: ошибок: {faults}"),
    "fault_line": ("! {where}: {why}", "! {where}: {why}"),
    "whole_without_key": (
        "Whole by hashes. Without a key what is inside was not looked at: add --key-file FILE or --ask-key.",
        "По хешам цела. Без ключа содержимое не смотрели: добавьте --key-file ФАЙЛ или --ask-key.",
    ),
    "whole_with_key": ("The copy is whole and opens.", "Копия цела и открывается."),
    "not_whole": ("The copy is damaged, faults: {faults}.", "Копия повреждена, ошибок: {faults}."),
    "written": ("  {path}  rows: {rows}", "  {path}  строк: {rows}"),
    "fields_written": ("  {path}  titles of its columns", "  {path}  названия столбцов"),
    "file_written": ("  {path}", "  {path}"),
    "cells_cut": (
        "  Texts longer than a cell of Excel were cut: {count}. CSV has them whole.",
        "  Обрезано текстов длиннее ячейки Excel: {count}. В CSV они целиком.",
    ),
    "base_missing": (
        "The copy it goes on from, {folder}, is not here. That is no fault: all packs are listed in this one.",
        "Копии {folder}, которую она продолжает, здесь нет. Это не ошибка: все пакеты названы в этой.",
    ),
    "nightly": ("by night", "ночная"),
    "manual": ("by hand", "вручную"),
    "before_renewal": ("before the renewal", "перед продлением"),
    "after_activation": ("after the activation", "после активации"),
    "manifest_hash": ("Hash of the list of contents: {sha256}", "Хеш описи: {sha256}"),
}


def choose_language(asked: str = "") -> str:
    """The language that was asked for, else that of the system: `ru` or `en`."""
    told = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))  # noqa: TID251
    known = asked or next(filter(None, told), "") or locale.getlocale()[0] or ""
    return "ru" if known.lower().startswith("ru") else "en"


def key_codes(codes: Iterable[str]) -> str:
    """Codes of keys as one text."""
    return ", ".join(codes) or "?"


def moment_text(moment: str) -> str:
    """A moment of the manifest to the minute; any other text stays as it is."""
    return f"{moment[:10]} {moment[11:16]} UTC" if MOMENT.fullmatch(moment) else moment


class Voice:
    """Sentences in one language."""

    def __init__(self, language: str) -> None:
        self._place = 1 if language == "ru" else 0

    def __call__(self, code: str, /, **values: object) -> str:
        """The sentence of this code with its values; a Problem among them is put into words."""
        plain = {name: self.of(one) if isinstance(one, Problem) else one for name, one in values.items()}
        return WORDS[code][self._place].format_map({"codes": "?"} | plain)

    def of(self, problem: Problem, **more: object) -> str:
        """What is wrong, in words."""
        return self(problem.code, **{**more, **problem.values})


LANGUAGES = ("ru", "en")
ACTIONS = ("list", "verify", "decrypt", "export", "files")
LANGUAGE_OPTION = "--language"
ARGUMENT = re.compile(r"argument (?P<name>.+?): (?P<why>.+)", re.DOTALL)
ARGPARSE: dict[str, re.Pattern[str]] = {
    "arguments_missing": re.compile(r"the following arguments are required: (?P<names>.+)", re.DOTALL),
    "arguments_unknown": re.compile(r"unrecognized arguments: (?P<names>.+)", re.DOTALL),
    "argument_ambiguous": re.compile(r"ambiguous option: (?P<name>.+) could match (?P<names>.+)", re.DOTALL),
    "choice_wrong": re.compile(r"invalid choice: (?P<value>.+) \(choose from (?P<choices>.+)\)", re.DOTALL),
    "value_missing": re.compile(r"expected one argument"),
    "values_missing": re.compile(r"expected at least one argument"),
    "value_unwanted": re.compile(r"ignored explicit argument (?P<value>.+)", re.DOTALL),
}
"""Messages of argparse by the codes of our own texts, as it has no Russian. Others are quoted as they are."""


def asked_language(arguments: Sequence[str]) -> str:
    """The language that the command line asks for; read before anything else, so that its errors are in it too."""
    for one, following in zip_longest(arguments, arguments[1:], fillvalue=""):
        name, equals, value = one.partition("=")
        if len(name) > len("--") and LANGUAGE_OPTION.startswith(name):
            found = value if equals else following
            return found if found in LANGUAGES else ""
    return ""


def argument_problem(voice: Voice, said: str) -> str:
    """A message of argparse in the reader's language."""
    if part := ARGUMENT.fullmatch(said):
        return voice("argument_wrong", name=part["name"], why=argument_problem(voice, part["why"]))
    for code, pattern in ARGPARSE.items():
        if found := pattern.fullmatch(said):
            return voice(code, **found.groupdict())
    return voice("not_understood", why=said)


class ArgumentParser(argparse.ArgumentParser):
    """Argparse with help and errors by `voice`; the groups of options that it would name itself stay empty."""

    voice = Voice("en")

    def error(self, message: str) -> NoReturn:
        """Print what is wrong, and exit."""
        self.print_usage(sys.stderr)
        why = argument_problem(self.voice, message)
        self.exit(2, self.voice("usage_error", program=self.prog, why=why) + "\n")


def build_parser(voice: Voice) -> argparse.ArgumentParser:
    """The parser of the command line."""
    parser = ArgumentParser(
        prog="renewal_copy", description=voice("about"), add_help=False, formatter_class=_formatter(voice)
    )
    parser.voice = voice
    options = parser.add_argument_group(voice("options_title"))
    _add_common(options, voice, default="")
    actions = parser.add_subparsers(
        dest="action", required=True, title=voice("actions"), metavar=voice("action")
    )
    for name in ACTIONS:
        action = actions.add_parser(
            name, help=voice(f"help_{name}"), description=voice(f"help_{name}"), add_help=False,
            formatter_class=_formatter(voice),
        )  # fmt: skip
        action.voice = voice
        places = action.add_argument_group(voice("places_title"))
        places.add_argument("places", nargs="+", type=Path, metavar=voice("place"), help=voice("help_places"))
        _add_options(name, action.add_argument_group(voice("options_title")), voice)
    return parser


def _add_common(group: Any, voice: Voice, default: str) -> None:
    group.add_argument("-h", "--help", action="help", help=voice("help_help"))
    group.add_argument(LANGUAGE_OPTION, choices=LANGUAGES, default=default, help=voice("help_language"))


def _add_options(name: str, group: Any, voice: Voice) -> None:
    _add_common(group, voice, default=argparse.SUPPRESS)
    for option, about in _options_of(name, voice):
        group.add_argument(option, help=voice(f"help_{option[2:].replace('-', '_')}"), **about)


def _options_of(name: str, voice: Voice) -> Iterator[tuple[str, dict[str, Any]]]:
    """The options of one action."""
    yield "--copy", {"default": "", "metavar": voice("folder")}
    yield "--portal", {"default": "", "metavar": voice("hash")}
    if name != "list":
        yield "--key-file", {"type": Path, "metavar": voice("file")}
    if name == "verify":
        yield "--ask-key", {"action": "store_true"}
    if name in ("decrypt", "export", "files"):
        yield "--to", {"type": Path, "required": True, "metavar": voice("folder")}
        yield "--entity", {"action": "append", "default": [], "metavar": voice("kind")}
        yield "--replace", {"action": "store_true"}
        yield "--keep-going", {"action": "store_true"}
    if name == "export":
        yield "--format", {"choices": ("csv", "xlsx"), "default": "csv"}
        yield "--separator", {"default": ";", "metavar": voice("sign")}


def _formatter(voice: Voice) -> type[argparse.HelpFormatter]:
    """Help whose first word is in the reader's language."""

    class Formatter(argparse.HelpFormatter):
        """Argparse's formatter with a translated first word of usage."""

        def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
            """Print the line of usage."""
            super().add_usage(usage, actions, groups, voice("usage") if prefix is None else prefix)

    return Formatter


Say = Callable[[str], None]
Write = Callable[[RowsAsOf, Path], int]
KINDS = frozenset({"nightly", "manual", "before_renewal", "after_activation"})
SECRET_SIGN = "AGE-SECRET-KEY-"  # noqa: S105 - the sign by which a key is refused


def run(arguments: Sequence[str], say: Say = print) -> int:
    """Execute a command: returns 0 when all is well, 1 when something is wrong with the copy, 2 when nothing could be done."""
    voice = Voice(choose_language(asked_language(arguments)))
    if any(SECRET_SIGN in one.upper() for one in arguments):
        say(voice("key_in_arguments"))
        return 2
    options = build_parser(voice).parse_args(arguments)
    chosen: list[Copy] = []
    try:
        return _act(options, voice, say, chosen)
    except Problem as problem:
        say(voice.of(problem, codes=_codes(chosen[-1]) if chosen else "?"))
        return 2


def _act(options: argparse.Namespace, voice: Voice, say: Say, chosen: list[Copy]) -> int:
    objects = find_objects(options.places)
    for problem in objects.unreadable:
        say(voice.of(problem))
    copies, wrong = read_copies(objects)
    faulty = int(bool(wrong or objects.unreadable))
    for where, problem in wrong:
        say(voice("fault_line", where=where, why=problem))
    if options.action == "list":
        _list(copies, options, voice, say)
        return faulty
    copy = choose_copy(copies, options.copy, options.portal)
    chosen.append(copy)
    say(f"{copy.folder}  {moment_text(copy.made_at)}")
    wanted = options.action != "verify" or options.key_file or options.ask_key
    identities = ask_identities(options.key_file, voice("ask_key")) if wanted else []
    task = Task(objects, copies, copy, identities, options, voice, say)
    return (task.verify() if options.action == "verify" else task.write_out()) or faulty


def _codes(copy: Copy) -> str:
    return key_codes(key_code(one) for one in copy.recipients)


def _list(copies: Sequence[Copy], options: argparse.Namespace, voice: Voice, say: Say) -> None:
    for portal in dict.fromkeys(one.portal for one in copies if one.portal.startswith(options.portal)):
        say(voice("portal_line", portal=portal))
        for copy in (one for one in copies if one.portal == portal and options.copy in ("", one.folder)):
            say(_copy_line(copy, voice))
            for entity in copy.entities if options.copy else ():
                line = "left_out_line" if entity.left_out else "entity_line"
                told = {
                    "code": entity.code,
                    "title": entity.title,
                    "rows": entity.rows,
                    "why": entity.left_out,
                }
                say(voice(line, **told))


def _copy_line(copy: Copy, voice: Voice) -> str:
    packs = list(copy.packs)
    return voice(
        "copy_line",
        folder=copy.folder,
        made_at=moment_text(copy.made_at),
        kind=voice(copy.kind) if copy.kind in KINDS else copy.kind,
        entities=len(copy.entities),
        rows=sum(one.rows for one in copy.entities),
        packs=len(packs),
        size=f"{sum(pack.size for pack in packs) / 1_000_000:.1f}",
        codes=_codes(copy),
    )


@dataclass(frozen=True, slots=True)
class Task:
    """One copy that was chosen, the keys that were given, and what was asked for."""

    objects: Objects
    copies: Sequence[Copy]
    copy: Copy
    identities: Identities
    options: argparse.Namespace
    voice: Voice
    say: Say

    def tell(self, code: str, /, **values: object) -> None:
        """Print a sentence."""
        self.say(self.voice(code, **values))

    def verify(self) -> int:
        """Check the copy, and print each fault."""
        if self.copy.base_folder and self.copy.base_folder not in {one.folder for one in self.copies}:
            self.tell("base_missing", folder=self.copy.base_folder)
        faults = 0
        for fault in check_copy(self.objects, self.copy, self.copies, self.identities, self._told):
            faults += 1
            self.tell("fault_line", where=fault.where, why=fault.problem)
        self.tell("manifest_hash", sha256=self.copy.sha256)
        if faults:
            self.tell("not_whole", faults=faults)
        else:
            self.tell("whole_with_key" if self.identities else "whole_without_key")
        return int(bool(faults))

    def _told(self, entity: ListedEntity, faults: int) -> None:
        line = "entity_faulty" if faults else "entity_whole"
        self.tell(line, code=entity.code, title=entity.title, packs=len(entity.packs), faults=faults)

    def write_out(self) -> int:
        """Write the entities that were asked for, and with `decrypt` the whole files too."""
        entities = chosen_entities(self.copy.entities, self.options.entity)
        if self.options.action == "files":
            return int(bool(sum(self._write_joined_files(one) for one in entities if one.tier == FILES)))
        faults = sum(self._write_entity(one) for one in entities)
        if self.options.action == "decrypt" and not self.options.entity:
            self._write_files()
        return int(bool(faults))

    def _write_entity(self, entity: ListedEntity) -> int:
        titles = self._titles(entity)
        ending, write = self._writer(titles)
        path = self.options.to / f"{table_name(entity.code)}.{ending}"
        reading = RowsAsOf(self.objects, entity, self.identities, keep_going=self.options.keep_going)
        with whole_or_nothing(path, replace=self.options.replace) as part, reading as rows:
            cut = write(rows, part)
        self.tell("written", path=path, rows=rows.present)
        if ending == "csv":
            self._write_fields(entity, table_head(rows), titles)
        if cut:
            self.tell("cells_cut", count=cut)
        self._tell_damages(entity, rows)
        return len(rows.damages)

    def _titles(self, entity: ListedEntity) -> Titles:
        """The titles of the fields of a table; lines of JSON need none."""
        if self.options.action != "export":
            return {}
        return find_titles(self.objects, self.copy.entities, entity, self.identities)

    def _write_fields(self, entity: ListedEntity, columns: Sequence[str], titles: Titles) -> None:
        """Write the titles of the columns beside a table of CSV."""
        if named := titles_of_columns(columns, titles):
            path = self.options.to / fields_name(entity.code)
            with whole_or_nothing(path, replace=self.options.replace) as part:
                write_fields(columns, named, part, self.options.separator)
            self.tell("fields_written", path=path)

    def _write_joined_files(self, entity: ListedEntity) -> int:
        to = self.options.to / safe_name(entity.code)
        reading = RowsAsOf(self.objects, entity, self.identities, keep_going=self.options.keep_going)
        with reading as rows:
            count, missing = write_files(rows, to, replace=self.options.replace)
        self.tell("files_written", path=to, count=count)
        if missing:
            self.tell("files_missing", count=missing)
        self._tell_damages(entity, reading)
        return len(reading.damages)

    def _tell_damages(self, entity: ListedEntity, rows: RowsAsOf) -> None:
        for pack, problem in rows.damages:
            why = Problem("pack_wrong", name=pack.sha256[:12], why=problem)
            self.tell("fault_line", where=entity.code, why=why)

    def _writer(self, titles: Titles) -> tuple[str, Write]:
        if self.options.action == "decrypt":
            return "jsonl", write_jsonl
        if self.options.format == "xlsx":
            return "xlsx", partial(write_xlsx, titles=titles)
        return "csv", partial(write_csv, separator=self.options.separator)

    def _write_files(self) -> None:
        for number, file in enumerate(self.copy.files, 1):
            path = self.options.to / "files" / f"{number}-{safe_name(file.name)}"
            with whole_or_nothing(path, replace=self.options.replace) as part, part.open("wb") as out:
                out.writelines(join_parts(self.objects, file, self.identities))
            self.tell("file_written", path=path)


def main() -> None:
    """Run the command with the arguments of the process; a terminal that lacks a letter shows another in its place."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
