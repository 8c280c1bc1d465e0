"""`make audit`: asks pip-audit for known advisories of the locked versions; apart from `make check`, for it needs its source and another's day.

Exit code: 0 none known, 1 there are some, 2 the source did not answer for every package, so nothing is known of the rest.
pip-audit lives in a virtual environment of its own (`.state/audit`), so that the one of development stays as it is locked.
"""

import json
import re
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements/app.txt", "requirements/dev.txt")
PIP_AUDIT = "pip-audit>=2.10,<3"
HOME = ROOT / ".state" / "audit"
CLEAN, FOUND, UNKNOWN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Audited:
    """What the source said of one lock: which packages it answered for, what is known, of what nothing is."""

    lock: str
    answered: tuple[str, ...] = ()
    advisories: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    failure: str = ""

    @property
    def code(self) -> int:
        """Advisories weigh more than silence; silence is never good news."""
        if self.advisories:
            return FOUND
        return UNKNOWN if self.failure or self.unknown or not self.answered else CLEAN


def judge(lock: str, stdout: str, stderr: str) -> Audited:
    """Read what pip-audit printed; it ends with 0 also where it could ask for nothing, so its own code is not believed."""
    try:
        rows: list[dict[str, Any]] = json.loads(stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = (stderr.strip().splitlines() or ["no output"])[-1]
        return Audited(lock, failure=last[:300])
    known = [row for row in rows if "vulns" in row]
    return Audited(
        lock,
        answered=tuple(str(row["name"]) for row in known),
        advisories=tuple(_advisory(row, one) for row in known for one in row["vulns"]),
        unknown=tuple(str(row["name"]) for row in rows if "vulns" not in row),
    )


def _advisory(row: dict[str, Any], one: dict[str, Any]) -> str:
    fixed = ", ".join(one.get("fix_versions") or ()) or "not mended yet"
    return f"{row['name']} {row['version']}: {one['id']} ({fixed})"


def count_locked(path: Path) -> int:
    """How many packages a lock pins."""
    return len(re.findall(r"(?m)^[A-Za-z0-9][\w.\[\],-]*==", path.read_text(encoding="utf-8")))


def ask(program: list[str], lock: str) -> Audited:
    """Let pip-audit look at one lock as it stands: no package is fetched or built for that."""
    words = [
        *program,
        "--requirement",
        str(ROOT / lock),
        "--require-hashes",
        "--disable-pip",
        "--format=json",
        "--progress-spinner=off",
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return judge(lock, done.stdout, done.stderr)


def prepare() -> list[str]:
    """pip-audit in its own environment, made at the first time."""
    program = HOME / "bin" / "pip-audit"
    if not program.exists():
        venv.create(HOME, with_pip=True)
        subprocess.run(
            [str(HOME / "bin" / "python"), "-m", "pip", "install", "--quiet", PIP_AUDIT], check=True
        )
    return [str(program)]


def tell(found: Audited) -> None:
    """Say plainly what is known and what is not."""
    print(
        f"{found.lock}: {count_locked(ROOT / found.lock)} locked, the source answered for {len(found.answered)}"
    )
    if found.failure:
        print(f"  the source could not be asked: {found.failure}")
    if found.unknown:
        print(
            f"  nothing is known of {len(found.unknown)}: {', '.join(found.unknown[:8])}{' …' if len(found.unknown) > 8 else ''}"
        )
    for one in found.advisories:
        print(f"  ADVISORY {one}")


def main(program: list[str]) -> int:
    """Audit both locks."""
    try:
        program = program or prepare()
    except subprocess.CalledProcessError as error:
        print(f"pip-audit could not be installed ({error.returncode}); nothing was audited")
        return UNKNOWN
    audits = [ask(program, lock) for lock in LOCKS]
    for one in audits:
        tell(one)
    codes = {one.code for one in audits}
    code = FOUND if FOUND in codes else max(codes)
    print(
        (
            "no advisory is known",
            "there are advisories",
            "NOT AUDITED: the source did not answer for every package",
        )[code]
    )
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
