"""Runs every test: on SQLite, on PostgreSQL, then in the browser; stops at the first pass that fails."""

import os
import subprocess
import sys


def run(title: str, *arguments: str, **environment: str) -> None:
    """Run pytest once and leave with its code when it fails."""
    print(f"== {title}", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    code = subprocess.run(command, env=os.environ | environment, check=False).returncode
    if code:
        sys.exit(code)


def main() -> None:
    """The three passes of `make test`."""
    run("tests on SQLite", "-n", "2")
    run("tests on PostgreSQL", "-n", "2", B24_TEST_DATABASE=os.environ["B24_POSTGRESQL"])
    run("tests in the browser", "-m", "browser", "-p", "no:randomly")


if __name__ == "__main__":
    main()
