"""A check, a question and a resource are found by their folder: one new file is all that it takes."""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from b24app.checklist.engine.check import CHECKS, load_checks
from b24app.checklist.engine.fact import Facts
from b24app.checklist.facts.plan.user_totals import UserTotals
from b24app.checklist.questions.question import judge_answers, load_questions
from b24app.comparison.compare import Difference, compare
from b24app.comparison.resource import RESOURCES, load_resources
from tests.checklist.test_questions import NOW

Lay = Callable[[str, str], None]
QUESTION = """
from b24app.checklist.engine.check import Area
from b24app.checklist.questions.question import Question

QUESTIONS = (
    Question(code="ask_parking", title="t", how="h", why="w", remedy="r", area=Area.PLAN, field="f", yes="y", no="n", wrong="x"),
)
"""
RESOURCE = """
from b24app.checklist.engine.check import Area
from b24app.checklist.facts.plan.user_totals import UserTotals
from b24app.comparison.resource import Found, Resource, resource

@resource("Seats", area=Area.PLAN, meaning="m", remedy="r", fields={"active": "active"})
def seat(user_totals: UserTotals) -> Found:
    yield "all", Resource("All", "", {"active": str(user_totals.active)})
"""
CHECK = """
from b24app.checklist.engine.check import Area, check
from b24app.checklist.engine.verdict import Verdict, passed
from b24app.checklist.facts.plan.user_totals import UserTotals

@check(title="t", why="w", remedy="r", area=Area.PLAN)
def seats_are_counted(user_totals: UserTotals) -> Verdict:
    return passed("counted")
"""


def forget() -> None:
    for load in (load_questions, load_resources, load_checks):
        load.cache_clear()


@pytest.fixture
def lay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Lay one file into the folder of a package; afterwards nothing of it is left."""
    before = set(sys.modules)
    registries = {id(known): (known, dict(known)) for known in (CHECKS, RESOURCES)}
    forget()

    def lay(package: str, text: str) -> None:
        (tmp_path / "laid_by_a_test.py").write_text(text)
        folder = importlib.import_module(package)
        monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path)])

    yield lay
    for name in set(sys.modules) - before:
        if name.endswith("laid_by_a_test"):
            del sys.modules[name]
    for known, kept in registries.values():
        known.clear()
        known.update(kept)
    forget()


def test_a_question_is_one_file(lay: Lay) -> None:
    lay("b24app.checklist.questions.asked", QUESTION)
    assert "ask_parking" in judge_answers({}, NOW)


def test_a_resource_is_one_file(lay: Lay) -> None:
    lay("b24app.comparison.resources", RESOURCE)
    was, now = (Facts({"user_totals": UserTotals(count, count)}) for count in (3, 2))
    (found,) = compare(was, now).changes
    assert (found.kind.code, found.difference) == ("seat", Difference.ALTERED)
    assert [(one.title, one.before, one.after) for one in found.fields] == [("active", "3", "2")]


def test_a_check_is_one_file(lay: Lay) -> None:
    lay("b24app.checklist.checks", CHECK)
    assert load_checks()["seats_are_counted"].facts == ("user_totals",)
