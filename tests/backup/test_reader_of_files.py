"""The reader writes whole files: those of Disk below the names of their folders, others below the number of their item."""

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from b24app.backup.reader.as_of import table_rows
from b24app.backup.reader.joined_files import write_files


def part(name: str, number: int, body: bytes) -> dict[str, Any]:
    return {
        "id": f"{name}/{number}",
        "read_at": "",
        "row": {"part": number, "content": b64encode(body).decode()},
    }


def row(item: str, **fields: Any) -> dict[str, Any]:
    return {"id": item, "read_at": "", "row": fields}


def write(lines: list[dict[str, Any]], to: Path) -> tuple[int, int]:
    return write_files(lines, to, replace=False)  # type: ignore[arg-type]


DISK = [
    row("1", TYPE="storage", NAME="Общий диск"),
    row("2", TYPE="folder", NAME="Сметы: 2026", PARENT_ID="1"),
    part("9/29", 2, b"world"),
    part("9/29", 1, b"hello "),
    part("9/29", 3, b"behind an earlier, longer one"),
    row("9", TYPE="file", NAME="Смета.txt", FILE_ID="29", SIZE="11", PARENT_ID="2"),
    row("10", TYPE="file", NAME="Пусто.txt", FILE_ID="30", SIZE="0", PARENT_ID="2"),
    row("11", TYPE="file", NAME="Нет.txt", FILE_ID="31", SIZE="5", PARENT_ID="2", contentRefused=True),
    part("12/32", 1, b"other"),
    row("12", TYPE="file", NAME="Смета.txt", FILE_ID="32", SIZE="5", PARENT_ID="2"),
    part("13/33", 1, b"of a file that is gone"),
]


def test_files_of_disk_lie_below_their_folders(tmp_path: Path) -> None:
    assert write(DISK, tmp_path) == (3, 1)
    folder = tmp_path / "Общий_диск" / "Сметы__2026"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "Смета.txt": b"other",
        "9_29-Смета.txt": b"hello world",
        "Пусто.txt": b"",
    }
    assert not list(tmp_path.glob(".*")), "nothing of the parts stays"


def test_files_of_fields_and_pictures_lie_below_the_number_of_their_item(tmp_path: Path) -> None:
    lines = [
        part("150/77", 1, b"field"),
        row("150", id=150, ufCrm_990=[{"id": 77, "url": "/file"}]),
        part("1201/31", 1, b"picture"),
        row("1201", rows=[{"id": 31, "name": "cup.png", "detailUrl": "/upload/cup.png"}]),
    ]
    assert write(lines, tmp_path) == (2, 0)
    assert (tmp_path / "150" / "77").read_bytes() == b"field"
    assert (tmp_path / "1201" / "31-cup.png").read_bytes() == b"picture"


@pytest.mark.parametrize("name", ["../../escape", "/etc/passwd", ".hidden"])
def test_a_name_never_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    lines = [part("9/29", 1, b"x"), row("9", TYPE="file", NAME=name, FILE_ID="29", SIZE="1", PARENT_ID="")]
    write(lines, tmp_path / "to")
    assert [
        path for path in tmp_path.rglob("*") if path.is_file() and tmp_path / "to" not in path.parents
    ] == []


def test_parts_of_files_are_no_rows_of_tables() -> None:
    assert table_rows(part("9/29", 1, b"x")) == ()
    whole = row("1", rows=[{"id": 1}], contentRefused=True)
    assert table_rows(whole) == [{"id": 1}]
