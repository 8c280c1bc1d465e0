"""Files of a copy with the rows that name them: one owner is in memory at a time, and of its bytes at most a given number."""

import base64
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from b24app.backup.restore.data.copied_items import CopiedItems
from b24app.json_values import JsonObject


@dataclass(slots=True)
class FileParts:
    """The files of one owner, part by part, until its own line comes; the bytes are dropped when they are more than `most`."""

    most: int
    size: int = 0
    sizes: dict[str, int] = field(default_factory=dict)
    _bodies: dict[str, dict[int, bytes]] = field(default_factory=dict)

    @property
    def fits(self) -> bool:
        """Whether the bytes are here."""
        return self.size <= self.most

    def add(self, file: str, number: int, body: bytes) -> None:
        """Take one part of a file."""
        self.size += len(body)
        self.sizes[file] = self.sizes.get(file, 0) + len(body)
        if self.fits:
            self._bodies.setdefault(file, {})[number] = body
        else:
            self._bodies.clear()

    def body(self, file: str) -> bytes:
        """The bytes of a file; empty once they were too many."""
        parts = self._bodies.get(file, {})
        return b"".join(parts[number] for number in sorted(parts))


def count_lines(items: CopiedItems, entity: str, owners: Collection[str]) -> Counter[str]:
    """How many lines of its own each of these owners has in the copy and its chain; files are not decoded."""
    wanted = set(owners)
    return Counter(line.id for line in items.lines(entity, wanted) if line.id in wanted)


def read_files(
    items: CopiedItems, entity: str, owners: Collection[str], most: int
) -> Iterator[tuple[str, JsonObject | None, FileParts]]:
    """The rows of these owners with their files, older lines first: the last of an owner counts, None means that it was deleted."""
    wanted, parts = set(owners), dict[str, FileParts]()
    for line in items.lines(entity, wanted):
        owner, _, rest = line.id.partition("/")
        if owner not in wanted:
            continue
        if not rest:
            yield owner, line.row, parts.pop(owner, FileParts(most))
            continue
        file, _, number = rest.rpartition("/")
        content = line.row.get("content") if line.row is not None else None
        if isinstance(content, str) and number.isdigit():
            parts.setdefault(owner, FileParts(most)).add(file, int(number), base64.b64decode(content))
