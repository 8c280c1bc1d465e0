"""Runs every test: on SQLite, on PostgreSQL, then in the browser; stops at the first pass that fails."""

import os
import subprocess
import sys
from pathlib import Path

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
    """The three passes of `make test`."""
    run("tests on SQLite", "-n", "2")
    run("tests on PostgreSQL", "-n", "2", B24_TEST_DATABASE=os.environ["B24_POSTGRESQL"])
    run("tests in the browser", "-m", "browser", "-p", "no:randomly")


if __name__ == "__main__":
    main()
