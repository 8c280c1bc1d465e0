"""The reader: what is in a copy, whether it is whole, and its rows as of that copy, in words of the reader's language."""

import csv
import hashlib
import json
import shutil
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pytest

from b24app.backup.archive.archive_manifest import (
    ArchiveManifest,
    ManifestFile,
    manifest_name,
    write_manifest,
)
from b24app.backup.archive.keys import key_code, public_key_of, throw_away_identity
from b24app.backup.archive.packs import PackRow
from b24app.backup.guided_exports import seal_file
from b24app.backup.reader.command import run
from b24app.backup.reader.exporting import csv_cell
from b24app.backup.reader.reader_words import WORDS, choose_language
from b24app.backup.targets.zip_volume import ZipPart, ZipVolume, split_volumes
from tests.backup.folders_of_copies import READ_AT, gone, keep_copy, put, row

KEY, OTHER = throw_away_identity(), throw_away_identity()
RECIPIENT = public_key_of(KEY)
FULL, LATER = "2026-11-28-1", "2026-11-29-2"


@dataclass
class Reader:
    """A person with a folder of downloaded files and a key in a file."""

    folder: Path
    key_file: Path
    full: ArchiveManifest
    later: ArchiveManifest
    said: list[str] = field(default_factory=list)

    def does(self, action: str, *more: object, key: bool = True, also: Path | None = None) -> int:
        self.said.clear()
        places = [str(one) for one in (self.folder, also) if one]
        keys = ["--key-file", str(self.key_file)] if key and action != "list" else []
        return run(["--language", "en", action, *places, *keys, *map(str, more)], self.said.append)

    @property
    def text(self) -> str:
        return "\n".join(self.said)

    def pack(self, entity: int, number: int) -> Path:
        return self.folder / self.later.entities[entity].packs[number].name

    def table(self, name: str, to: Path) -> list[dict[str, str]]:
        with (to / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    folder, key_file = tmp_path / "downloaded", tmp_path / "key.txt"
    deals = [row(n, TITLE=f"Сделка {n}", OPPORTUNITY=n * 100) for n in range(1, 21)]
    full = keep_copy(folder, FULL, {"deal": deals, "contact": [row(5, NAME="Анна")]}, [RECIPIENT])
    changed = [
        row(3, TITLE="Сделка 3, новая", PHONE=[{"VALUE": "+7 916 000-00-00"}]),
        gone(7),
        row(21, TITLE="=1+1"),
    ]
    later = keep_copy(
        folder, LATER, {"deal": changed}, [RECIPIENT], base=full, present={"deal": 20, "contact": 1}
    )
    key_file.write_text(f"# created: 2026-11-28\n# public key: {RECIPIENT}\n{KEY}\n")
    return Reader(folder, key_file, full, later)


def test_copies_are_listed_with_their_counts_and_the_code_of_the_key(reader: Reader) -> None:
    assert reader.does("list") == 0
    assert FULL in reader.text
    assert LATER in reader.text
    assert f"rows: 24, packs: {len(reader.later.entities[0].packs) + 1}" in reader.text
    assert key_code(RECIPIENT) in reader.text
    assert reader.does("list", "--copy", LATER) == 0
    assert "deal  Deal  rows: 23" in reader.text


def test_a_whole_copy_is_told_to_be_whole_with_a_key_and_without(reader: Reader) -> None:
    assert reader.does("verify") == 0
    assert "whole and opens" in reader.text
    assert reader.does("verify", key=False) == 0
    assert "Whole by hashes" in reader.text


def test_rows_are_those_of_the_copy_the_last_line_wins_and_what_is_gone_is_gone(
    reader: Reader, tmp_path: Path
) -> None:
    assert reader.does("export", "--to", tmp_path / "now") == 0
    deals = {one["ID"]: one for one in reader.table("deal.csv", tmp_path / "now")}
    assert len(deals) == 20
    assert "7" not in deals
    assert deals["3"]["TITLE"] == "Сделка 3, новая"
    assert reader.does("export", "--copy", FULL, "--to", tmp_path / "before") == 0
    before = {one["ID"]: one["TITLE"] for one in reader.table("deal.csv", tmp_path / "before")}
    assert (len(before), before["3"], before["7"]) == (20, "Сделка 3", "Сделка 7")


def test_a_table_opens_in_a_russian_excel_and_runs_nothing(reader: Reader, tmp_path: Path) -> None:
    reader.does("export", "--to", tmp_path / "out")
    content = (tmp_path / "out/deal.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf_id;ID;TITLE;")
    assert b"\r\n" in content
    last = reader.table("deal.csv", tmp_path / "out")[-1]
    assert last["TITLE"] == "'=1+1"
    third = next(one for one in reader.table("deal.csv", tmp_path / "out") if one["ID"] == "3")
    assert json.loads(third["PHONE"]) == [{"VALUE": "+7 916 000-00-00"}]
    assert csv_cell("+7 (916) 000-00-00") == "+7 (916) 000-00-00"
    assert csv_cell("-12.50") == "-12.50"
    assert csv_cell("@SUM(A1)") == "'@SUM(A1)"
    assert csv_cell("-1+cmd|' /C calc'!A0").startswith("'")


def test_a_workbook_has_numbers_as_numbers_and_texts_as_texts(reader: Reader, tmp_path: Path) -> None:
    assert reader.does("export", "--format", "xlsx", "--to", tmp_path / "out") == 0
    sheet = openpyxl.load_workbook(tmp_path / "out/deal.xlsx").active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:4] == ("_id", "ID", "TITLE", "OPPORTUNITY")
    assert len(rows) == 21
    assert rows[1][:4] == ("1", "1", "Сделка 1", 100)
    assert rows[-1][2] == "=1+1"
    assert sheet.cell(len(rows), 3).data_type == "s"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_table_that_cannot_be_written_is_said_in_words(reader: Reader, tmp_path: Path, form: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / f"deal.{form}.part").symlink_to(tmp_path / "no-such-folder" / "table")
    assert reader.does("export", "--format", form, "--to", out) == 2
    assert f"Cannot be written: {out / f'deal.{form}'}" in reader.text


def test_texts_longer_than_a_cell_are_cut_aloud(tmp_path: Path, reader: Reader) -> None:
    keep_copy(reader.folder, "2026-11-30-3", {"deal": [row(1, TEXT="x" * 40_000)]}, [RECIPIENT])
    assert reader.does("export", "--format", "xlsx", "--to", tmp_path / "out") == 0
    assert "cut: 1" in reader.text
    assert reader.does("export", "--to", tmp_path / "out") == 0
    assert len(reader.table("deal.csv", tmp_path / "out")[0]["TEXT"]) == 40_000


def test_lines_of_json_are_the_lines_of_the_packs(reader: Reader, tmp_path: Path) -> None:
    assert reader.does("decrypt", "--entity", "deal", "--to", tmp_path / "out") == 0
    lines = [json.loads(one) for one in (tmp_path / "out/deal.jsonl").read_text().splitlines()]
    assert {one["id"]: one["row"]["TITLE"] for one in lines}["3"] == "Сделка 3, новая"
    assert not (tmp_path / "out/contact.jsonl").exists()


def test_a_flipped_bit_is_found_with_a_key_and_without(reader: Reader) -> None:
    content = bytearray(reader.pack(0, 1).read_bytes())
    content[len(content) // 2] ^= 1
    reader.pack(0, 1).write_bytes(content)
    for key in (True, False):
        assert reader.does("verify", key=key) == 1
        assert f"! deal: pack {reader.later.entities[0].packs[1].sha256[:12]}…: damaged" in reader.text
        assert "faults: 1." in reader.text


def test_a_missing_pack_is_found_and_an_export_says_so_and_leaves_nothing_half_done(
    reader: Reader, tmp_path: Path
) -> None:
    reader.pack(0, 0).unlink()
    assert reader.does("verify", key=False) == 1
    assert "missing" in reader.text
    assert reader.does("export", "--to", tmp_path / "out") == 2
    assert list((tmp_path / "out").iterdir()) == []
    assert reader.does("export", "--keep-going", "--to", tmp_path / "out") == 1
    assert "missing" in reader.text
    left = reader.later.entities[0].packs[0].rows
    assert len(reader.table("deal.csv", tmp_path / "out")) == 20 - left + (1 if left >= 3 else 0)


def test_packs_that_stand_in_for_one_another_are_found(reader: Reader) -> None:
    first, second = reader.pack(0, 0), reader.pack(0, 1)
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)
    assert reader.does("verify", key=False) == 1
    assert "faults: 2." in reader.text


def test_every_pack_that_is_left_out_of_a_base_is_found_by_the_chain(reader: Reader) -> None:
    deal = reader.later.entities[0]
    cut = deal.packs[1:]
    shorter = deal.model_copy(
        update={
            "packs": cut,
            "rows": sum(p.rows for p in cut),
            "gone": sum(p.gone for p in cut),
            "present": None,
        }
    )
    other = reader.later.model_copy(update={"entities": (shorter, *reader.later.entities[1:])})
    put(reader.folder, manifest_name(LATER), write_manifest(other))
    assert reader.does("verify", key=False) == 1
    assert f"do not go on from those of {FULL}" in reader.text


def test_another_base_than_the_one_named_is_found(reader: Reader) -> None:
    other = reader.full.model_copy(update={"kind": "nightly"})
    put(reader.folder, manifest_name(FULL), write_manifest(other))
    assert reader.does("verify", key=False) == 1
    assert "is not the one that it names" in reader.text


def test_a_copy_without_its_base_is_whole_for_all_packs_are_listed(reader: Reader) -> None:
    shutil.rmtree(reader.folder / "copies" / FULL)
    assert reader.does("verify") == 0
    assert "is not here. That is no fault" in reader.text


def test_fewer_records_than_the_portal_counted_are_a_fault(reader: Reader) -> None:
    deal = reader.later.entities[0].model_copy(update={"present": 25})
    other = reader.later.model_copy(update={"entities": (deal, *reader.later.entities[1:])})
    put(reader.folder, manifest_name(LATER), write_manifest(other))
    assert reader.does("verify") == 1
    assert "the copy has 20 records, the portal counted 25" in reader.text


def test_a_damaged_manifest_is_told_and_the_other_copies_are_read(reader: Reader) -> None:
    path = reader.folder / manifest_name(LATER)
    path.write_bytes(path.read_bytes().replace(b'"rows": 23', b'"rows": 24'))
    assert reader.does("verify") == 1
    assert "list of contents is damaged" in reader.text
    assert FULL in reader.text


def test_a_wrong_key_is_told_with_the_code_of_the_right_one(reader: Reader, tmp_path: Path) -> None:
    reader.key_file.write_text(str(OTHER))
    for action in ("verify", "export", "decrypt"):
        more = () if action == "verify" else ("--to", tmp_path / "out")
        assert reader.does(action, *more) == 2
        assert f"does not open this copy. The copy opens with the key {key_code(RECIPIENT)}" in reader.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "no key here"),
        (RECIPIENT, "public key"),
        (f"{KEY}"[:-1] + "!", "mistyped"),
        (f"{KEY}"[:-3], "mistyped"),
    ],
)
def test_what_is_no_key_is_told_by_what_it_is(reader: Reader, content: str, words: str) -> None:
    reader.key_file.write_text(content)
    assert reader.does("verify") == 2
    assert words in reader.text
    assert content[20:30] not in reader.text or not content


def test_a_key_in_groups_as_on_the_printed_page_opens(reader: Reader) -> None:
    secret = str(KEY)
    reader.key_file.write_text(
        "\n".join(" ".join(secret[a : a + 6] for a in range(b, b + 24, 6)) for b in range(0, 74, 24))
    )
    assert reader.does("verify") == 0


def test_a_key_among_the_arguments_is_refused_and_not_repeated(reader: Reader) -> None:
    assert reader.does("verify", "--key-file", str(KEY).lower(), key=False) == 2
    assert str(KEY)[20:30].lower() not in reader.text.lower()
    assert len(reader.said) == 1


def test_a_key_is_asked_for_unseen(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _question: f" {KEY} ")
    assert reader.does("verify", "--ask-key", key=False) == 0
    assert "opens" in reader.text


def test_files_are_found_in_zip_archives_and_under_any_folder(reader: Reader, tmp_path: Path) -> None:
    parts = tmp_path / "parts"
    parts.mkdir()
    files = [path for path in sorted(reader.folder.rglob("*")) if path.is_file()]
    for number in range(2):
        with zipfile.ZipFile(parts / f"part-{number}.zip", "w") as archive:
            for path in files[number::2]:
                archive.write(
                    path,
                    f"renewal-copy/x/{path.name}"
                    if path.suffix == ".age"
                    else f"{path.parent.name}/{path.name}",
                )
    reader.folder = parts
    assert reader.does("verify") == 0
    assert "whole and opens" in reader.text
    reader.folder = parts / "part-0.zip"
    assert reader.does("verify", "--copy", LATER, also=parts / "part-1.zip") == 0


def test_what_our_own_download_gives_is_read_as_it_is(reader: Reader, tmp_path: Path) -> None:
    files = [path for path in sorted(reader.folder.rglob("*")) if path.is_file()]
    parts = [
        ZipPart(
            f"renewal-copy/x/{path.relative_to(reader.folder).as_posix()}", path.stat().st_size,
            zlib.crc32(path.read_bytes()), READ_AT, path.read_bytes,
        )
        for path in files
    ]  # fmt: skip
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    for number, places in enumerate(split_volumes([part.size for part in parts], 2_000), 1):
        volume = ZipVolume([parts[place] for place in places]).read()
        (downloads / f"renewal-copy-{number}.zip").write_bytes(volume)
    assert len(list(downloads.iterdir())) > 2
    reader.folder = downloads
    assert reader.does("verify") == 0
    assert "whole and opens" in reader.text
    (downloads / "renewal-copy-1.zip").write_bytes(b"PK")
    assert reader.does("verify") in (1, 2)
    assert "cannot be read" in reader.text


def test_a_broken_archive_beside_a_whole_copy_is_told_and_hinders_nothing(reader: Reader) -> None:
    (reader.folder / "other.zip").write_bytes(b"PK")
    assert reader.does("verify") == 1
    assert f"cannot be read: {reader.folder / 'other.zip'}" in reader.text
    assert "whole and opens" in reader.text


def test_what_is_there_is_not_written_over_unasked(reader: Reader, tmp_path: Path) -> None:
    assert reader.does("export", "--to", tmp_path / "out") == 0
    assert reader.does("export", "--to", tmp_path / "out") == 2
    assert "there already" in reader.text
    assert reader.does("export", "--replace", "--to", tmp_path / "out") == 0


def test_copies_of_two_portals_are_not_taken_for_one_another(reader: Reader) -> None:
    keep_copy(reader.folder, LATER, {"deal": [row(1)]}, [RECIPIENT], member="south")
    assert reader.does("verify") == 2
    assert "several portals" in reader.text
    assert reader.does("verify", "--portal", reader.full.portal[:8]) == 0


def test_a_place_without_a_copy_is_told(reader: Reader, tmp_path: Path) -> None:
    reader.folder = tmp_path / "nowhere"
    assert reader.does("list") == 2
    assert "no such folder" in reader.text
    reader.folder.mkdir()
    assert reader.does("list") == 2
    assert "no manifest.json" in reader.text


def test_a_file_name_cannot_lead_out_of_the_folder(reader: Reader, tmp_path: Path) -> None:
    keep_copy(reader.folder, "2026-11-30-9", {"../../evil": [row(1)]}, [RECIPIENT])
    assert reader.does("export", "--to", tmp_path / "a/b/out") == 0
    assert [path.name for path in (tmp_path / "a/b/out").iterdir()] == ["_.._evil-0fbfd372.csv"]


def test_rows_of_an_owner_become_rows_of_the_table(reader: Reader, tmp_path: Path) -> None:
    lines = [
        PackRow("5", READ_AT, {"rows": [{"id": 1, "price": 10}, {"id": 2, "price": 20}]}),
        PackRow("6", READ_AT, {"rows": [{"id": 3, "price": 30, "tax": "Y"}]}),
    ]
    keep_copy(reader.folder, "2026-11-30-9", {"deal.product_rows": lines}, [RECIPIENT])
    assert reader.does("export", "--to", tmp_path / "out") == 0
    found = reader.table("deal.product_rows.csv", tmp_path / "out")
    assert [(one["_id"], one["id"], one["price"], one["tax"]) for one in found] == [
        ("5", "1", "10", ""),
        ("5", "2", "20", ""),
        ("6", "3", "30", "Y"),
    ]


def test_whole_files_are_checked_and_taken_out(reader: Reader, tmp_path: Path) -> None:
    content = b"PK\x03\x04 a preset"
    sealed = seal_file(content, (RECIPIENT, ""))
    name = f"exports/{hashlib.sha256(sealed).hexdigest()}.age"
    put(reader.folder, name, sealed)
    file = ManifestFile(
        kind="preset",
        name="../Пресет.zip",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        parts=(name,),
    )
    keep_copy(reader.folder, "2026-11-30-9", {"deal": [row(1)]}, [RECIPIENT], files=[file])
    assert reader.does("verify") == 0
    assert reader.does("decrypt", "--to", tmp_path / "out") == 0
    assert [one.read_bytes() for one in (tmp_path / "out/files").iterdir()] == [content]
    put(reader.folder, name, sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert reader.does("verify", key=False) == 1
    assert "! ../Пресет.zip: damaged" in reader.text
    (reader.folder / name).unlink()
    assert reader.does("verify", key=False) == 1
    assert "! ../Пресет.zip: missing" in reader.text


def test_each_sentence_names_the_same_values_in_both_languages() -> None:
    import string

    for code, both in WORDS.items():
        named = [{name for _, name, _, _ in string.Formatter().parse(one) if name} for one in both]
        assert named[0] == named[1], code


@pytest.mark.parametrize(("told", "language"), [("ru_RU.UTF-8", "ru"), ("en_GB.UTF-8", "en"), ("C", "en")])
def test_the_language_is_that_of_the_system(
    monkeypatch: pytest.MonkeyPatch, told: str, language: str
) -> None:
    monkeypatch.setenv("LC_ALL", told)
    assert choose_language() == language
    assert choose_language("ru") == "ru"


def test_everything_is_said_in_russian_too(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    said: list[str] = []
    reader.key_file.write_text(str(OTHER))
    assert run(["verify", str(reader.folder), "--key-file", str(reader.key_file)], said.append) == 2
    assert f"Этот ключ не открывает эту копию. Копия открывается ключом {key_code(RECIPIENT)}." in said
