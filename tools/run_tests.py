"""Runs every test in parts: units, cases and real servers on SQLite, every statement of theirs on PostgreSQL, the browser; stops at the first part that fails."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

WORKERS = str(min(8, max(2, os.cpu_count() or 2)))
BROWSERS = "2"  # each is several processes; pages wait for most of the time
ONCE_MORE = (
    "--reruns",
    "1",
    "-r",
    "fER",
)  # a page and its test are two processes; what passed only then is named
MEMORY_FOLDER, ROOM_NEEDED = Path("/dev/shm"), 4 * 2**30  # noqa: S108 - a place for temporary files is what is looked for
PARTS: dict[str, tuple[str, tuple[str, ...], bool]] = {
    "units": ("unit tests on SQLite", ("-n", WORKERS, "-m", "not (browser or cases or servers)"), False),
    "cases": ("cases on SQLite", ("-n", WORKERS, "-m", "cases and not (browser or servers)"), False),
    "servers": ("real servers on SQLite", ("-n", WORKERS, "-m", "servers and not browser"), False),
    "postgresql": (
        "every statement of unit tests and real servers, on PostgreSQL",
        ("-n", WORKERS, "-m", "not (browser or cases)"),
        True,
    ),
    "browser": ("the browser", ("-n", BROWSERS, "-m", "browser", "-p", "no:randomly", *ONCE_MORE), False),
}
ROOT = Path(__file__).resolve().parent.parent
STATEMENTS = ROOT / ".venv" / "statements"
"""What units and servers asked of SQLite in this run: PostgreSQL is asked every statement again, by as few tests as that takes."""


def run(title: str, *arguments: str, **environment: str) -> None:
    """Run pytest once and leave with its code when it fails."""
    print(f"== {title}", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    kept = _keeping_byte_code() | _keeping_files_in_memory() | environment
    code = subprocess.run(command, env=kept, check=False).returncode
    if code:
        sys.exit(code)


def _keeping_byte_code() -> dict[str, str]:
    """Compile and rewrite each test module once for all three passes, outside the sources."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(ROOT / ".venv" / "pycache")}


def _keeping_files_in_memory() -> dict[str, str]:
    """Databases and storages of tests need not wait for a disk, where the machine has room for them in memory."""
    if not os.access(MEMORY_FOLDER, os.W_OK) or shutil.disk_usage(MEMORY_FOLDER).free < ROOM_NEEDED:
        return {}
    return {"TMPDIR": str(MEMORY_FOLDER)}


def main() -> None:
    """The parts of `make test`, or those that are named: units, cases, servers, postgresql, browser."""
    shutil.rmtree(STATEMENTS, ignore_errors=True)
    for name in sys.argv[1:] or PARTS:
        title, arguments, database = PARTS[name]
        recorded = {"B24_STATEMENTS": str(STATEMENTS)} if name in ("units", "servers", "postgresql") else {}
        run(
            title,
            *arguments,
            **recorded,
            **({"B24_TEST_DATABASE": os.environ["B24_POSTGRESQL"]} if database else {}),
        )


if __name__ == "__main__":
    main()
