"""What is found by its folder is read at the start: a file that fails, or a code declared twice, is refused there."""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from b24app.checklist.engine.check import CHECKS
from b24app.discovery import enter
from b24app.factory import FOLDERS, load_folders

Lay = Callable[[str, str], None]
TWICE = {
    "b24app.reminders.channels": "from dataclasses import replace\nfrom b24app.reminders.channels.email import CHANNEL\nCHANNEL = replace(CHANNEL)\n",
    "b24app.reminders.kinds": "from b24app.reminders.kinds import ReminderKind\nKINDS = (ReminderKind('grace', 'x'),)\n",
    "b24app.placements": "from dataclasses import replace\nfrom b24app.placements.rest_app_uri import PLACEMENT\nPLACEMENT = replace(PLACEMENT)\n",
    "b24app.checklist.questions.asked": "from dataclasses import replace\nfrom b24app.checklist.questions.asked.paid_questions import QUESTIONS\nQUESTIONS = (replace(QUESTIONS[0]),)\n",
}  # fmt: skip


def forget() -> None:
    for load in FOLDERS:
        load.cache_clear()


@pytest.fixture
def lay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lay]:
    """Lays one more file into a package, as if it had always been there."""
    laid: list[str] = []

    def lay_file(package: str, text: str) -> None:
        (tmp_path / "laid.py").write_text(text)
        room = importlib.import_module(package)
        monkeypatch.setattr(room, "__path__", [*room.__path__, str(tmp_path)])
        laid.append(f"{package}.laid")
        forget()

    yield lay_file
    forget()
    for name in laid:
        sys.modules.pop(name, None)


@pytest.mark.parametrize("package", TWICE)
def test_a_code_that_is_declared_twice_stops_the_start(lay: Lay, package: str) -> None:
    lay(package, TWICE[package])
    with pytest.raises(LookupError):
        load_folders()


@pytest.mark.parametrize(
    "package", [*TWICE, "b24app.checklist.checks", "b24app.checklist.facts", "b24app.comparison.resources"]
)
def test_a_file_that_fails_stops_the_start(lay: Lay, package: str) -> None:
    lay(package, "1 / 0\n")
    with pytest.raises(ZeroDivisionError):
        load_folders()


def test_a_check_that_another_file_has_declared_is_refused() -> None:
    load_folders()
    code, spec = next(iter(CHECKS.items()))
    enter(CHECKS, code, spec, spec.judge.__module__)
    with pytest.raises(LookupError, match=code):
        enter(CHECKS, code, spec, "another.file")
    assert CHECKS[code] is spec
