"""Whole files out of a copy: the parts of each joined, in the folders and under the names that their rows hold."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from b24app.backup.reader.as_of import RowsAsOf
from b24app.backup.reader.exporting import safe_name, whole_or_nothing

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
