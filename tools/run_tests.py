"""Runs every test in parts: units, cases and real servers on SQLite, all on PostgreSQL, the browser; stops at the first part that fails."""

import os
import subprocess
import sys
from pathlib import Path

PARTS: dict[str, tuple[str, tuple[str, ...], bool]] = {
    "units": ("unit tests on SQLite", ("-n", "2", "-m", "not (browser or cases or servers)"), False),
    "cases": ("cases on SQLite", ("-n", "2", "-m", "cases and not (browser or servers)"), False),
    "servers": ("real servers on SQLite", ("-n", "2", "-m", "servers and not browser"), False),
    "postgresql": ("all of these on PostgreSQL", ("-n", "2"), True),
    "browser": ("the browser", ("-m", "browser", "-p", "no:randomly"), False),
}
ROOT = Path(__file__).resolve().parent.parent


def run(title: str, *arguments: str, **environment: str) -> None:
    """Run pytest once and leave with its code when it fails."""
    print(f"== {title}", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    code = subprocess.run(command, env=_keeping_byte_code() | environment, check=False).returncode
    if code:
        sys.exit(code)


def _keeping_byte_code() -> dict[str, str]:
    """Compile and rewrite each test module once for all three passes, outside the sources."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(ROOT / ".venv" / "pycache")}


def main() -> None:
    """The parts of `make test`, or those that are named: units, cases, servers, postgresql, browser."""
    for name in sys.argv[1:] or PARTS:
        title, arguments, database = PARTS[name]
        run(title, *arguments, **({"B24_TEST_DATABASE": os.environ["B24_POSTGRESQL"]} if database else {}))


if __name__ == "__main__":
    main()
