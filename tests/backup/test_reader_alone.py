"""The single file of the reader: the same source, and at work where our code does not exist."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from b24app.backup.archive.keys import key_code, public_key_of, throw_away_identity
from tests.backup.folders_of_copies import keep_copy, row
from tools.reader_file import RESULT, SOURCES, join_modules

NEEDED = ("pyrage", "zstandard")
RUN = (
    "import runpy, sys; site, file = sys.argv[1:3]; del sys.argv[1:3]; sys.path.append(site); "
    "runpy.run_path(file, run_name='__main__')"
)
MEASURE = (
    "import atexit, re; "
    "atexit.register(lambda: print('peak', int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) // 1024)); "
)
KEY = throw_away_identity()
RECIPIENT = public_key_of(KEY)


def imports_of(text: str) -> set[str]:
    found = set()
    for one in ast.walk(ast.parse(text)):
        if isinstance(one, ast.Import):
            found |= {name.name.split(".")[0] for name in one.names}
        elif isinstance(one, ast.ImportFrom):
            found.add((one.module or ".").split(".")[0])
    return found


def test_the_single_file_is_made_of_the_present_source() -> None:
    assert RESULT.read_text(encoding="utf-8") == join_modules(), "run python tools/reader_file.py"


def test_the_single_file_needs_two_packages_and_for_workbooks_a_third() -> None:
    outside = imports_of(RESULT.read_text(encoding="utf-8")) - sys.stdlib_module_names
    assert outside == {"pyrage", "zstandard", "xlsxwriter"}


def test_the_modules_of_the_reader_know_nothing_else_of_ours() -> None:
    for path in SOURCES.glob("*.py"):
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            module = one.module or "" if isinstance(one, ast.ImportFrom) else ""
            assert not module.startswith("b24app") or module.startswith("b24app.backup.reader"), path


class Alone:
    """A machine with Python and the needed packages, without our code."""

    def __init__(self, place: Path, *packages: str) -> None:
        self.site, self.file = place / "site", place / "renewal_copy.py"
        self.site.mkdir()
        home = Path(__import__("pyrage").__file__).parents[1]
        for name in packages:
            (self.site / name).symlink_to(home / name)
        self.file.write_bytes(RESULT.read_bytes())

    def does(
        self, *arguments: object, before: str = "", language: str = "en_GB.UTF-8"
    ) -> subprocess.CompletedProcess[str]:
        order = [sys.executable, "-I", "-S", "-c", before + RUN, self.site, self.file, *arguments]
        return subprocess.run(
            list(map(str, order)),
            capture_output=True, text=True, timeout=120, cwd=self.site, check=False, env={"LC_ALL": language, "PYTHONUTF8": "1"},
        )  # fmt: skip


@pytest.fixture
def alone(tmp_path: Path) -> Alone:
    return Alone(tmp_path, *NEEDED)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "key.txt"
    path.write_text(f"# public key: {RECIPIENT}\n{KEY}\n")
    return path


def test_a_copy_is_listed_verified_opened_and_exported_without_our_code(
    alone: Alone, tmp_path: Path, key_file: Path
) -> None:
    copy = tmp_path / "copy"
    keep_copy(copy, "2026-11-29-1", {"deal": [row(n, TITLE=f"Сделка {n}") for n in range(50)]}, [RECIPIENT])
    assert alone.does("list", copy).returncode == 0
    verified = alone.does("verify", copy, "--key-file", key_file)
    assert (verified.returncode, verified.stderr) == (0, "")
    assert "whole and opens" in verified.stdout
    assert alone.does("export", copy, "--to", tmp_path / "out", "--key-file", key_file).returncode == 0
    assert (tmp_path / "out/deal.csv").read_text(encoding="utf-8-sig").count("Сделка") == 50
    lacking = alone.does("export", copy, "--format", "xlsx", "--to", tmp_path / "out", "--key-file", key_file)
    assert (lacking.returncode, "pip install xlsxwriter" in lacking.stdout) == (2, True)
    assert alone.does("decrypt", copy, "--to", tmp_path / "out", "--key-file", key_file).returncode == 0


def test_damage_and_a_wrong_key_are_said_in_the_language_of_the_system(
    alone: Alone, tmp_path: Path, key_file: Path
) -> None:
    copy = tmp_path / "copy"
    manifest = keep_copy(copy, "2026-11-29-1", {"deal": [row(n) for n in range(50)]}, [RECIPIENT])
    key_file.write_text(str(throw_away_identity()))
    wrong = alone.does("verify", copy, "--key-file", key_file, language="ru_RU.UTF-8")
    assert wrong.returncode == 2
    assert (
        f"Этот ключ не открывает эту копию. Копия открывается ключом {key_code(RECIPIENT)}." in wrong.stdout
    )
    pack = copy / manifest.entities[0].packs[0].name
    content = pack.read_bytes()  # random bytes: what is written in place of one must differ from it
    pack.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    damaged = alone.does("verify", copy)
    assert damaged.returncode == 1
    assert "damaged: the bytes are not those that were written" in damaged.stdout


def test_what_is_not_installed_is_named(tmp_path: Path) -> None:
    lacking = Alone(tmp_path, "pyrage").does("list", tmp_path)
    assert lacking.returncode == 1
    assert "pip install pyrage zstandard" in lacking.stderr
    assert "Traceback" not in lacking.stderr


def test_a_workbook_is_written_where_the_third_package_is(tmp_path: Path, key_file: Path) -> None:
    copy, alone = tmp_path / "copy", Alone(tmp_path, *NEEDED, "xlsxwriter")
    keep_copy(copy, "2026-11-29-1", {"deal": [row(1)]}, [RECIPIENT])
    done = alone.does("export", copy, "--format", "xlsx", "--to", tmp_path / "out", "--key-file", key_file)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out/deal.xlsx").read_bytes().startswith(b"PK")


@pytest.mark.cases
def test_memory_stays_flat_however_large_the_copy_is(alone: Alone, tmp_path: Path, key_file: Path) -> None:
    peaks = []
    for number, count in enumerate((20_000, 200_000)):
        copy = tmp_path / f"copy-{count}"
        rows = (row(n, TITLE=f"Сделка {n}", COMMENTS="x" * 200) for n in range(count))
        keep_copy(copy, f"2026-11-2{number}-1", {"deal": list(rows)}, [RECIPIENT], raw_limit=4_000_000)
        done = alone.does(
            "export", copy, "--to", tmp_path / f"out-{count}", "--key-file", key_file, before=MEASURE
        )
        assert done.returncode == 0
        peaks.append(int(done.stdout.split("peak")[1]))
    assert peaks[1] < peaks[0] + 16
    assert peaks[1] < 64


def test_the_module_is_run_by_its_name_too(tmp_path: Path) -> None:
    keep_copy(tmp_path, "2026-11-29-1", {"deal": [row(1)]}, [RECIPIENT])
    order = [sys.executable, "-m", "b24app.backup.reader", "verify", str(tmp_path)]
    assert (
        subprocess.run(order, capture_output=True, timeout=60, check=False, cwd=SOURCES.parents[2]).returncode
        == 0
    )
