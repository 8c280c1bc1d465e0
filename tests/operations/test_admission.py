"""The table of the reviewers' requirements is whole and its evidence exists: files, tests and pages that it names."""

import ast
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from b24app.manifest import ROOT
from tools.admission import PAGE, STATES, Requirement, count_states, draw, read_requirements

ROWS = read_requirements()
TOTAL = 55
"""How many the vendor's rules make (as listed in docs/admission.md)."""


@cache
def names_in(path: Path) -> frozenset[str]:
    """The names of the functions of a file, those in classes too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def exists(evidence: str, app: Flask) -> bool:
    """Whether a file, a test or a page of this name is there."""
    if evidence.startswith("page:"):
        return app.test_client().get(evidence.removeprefix("page:")).status_code == 200
    path, _, test = evidence.partition("::")
    return (ROOT / path).exists() and (not test or test in names_in(ROOT / path))


def test_every_requirement_stands_once_in_its_order() -> None:
    assert [row.number for row in ROWS] == list(range(1, TOTAL + 1))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.number))
def test_the_evidence_of_a_row_exists(app: Flask, row: Requirement) -> None:
    assert [one for one in row.evidence if not exists(one, app)] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.number))
def test_a_state_says_why(row: Requirement) -> None:
    assert row.state in STATES
    assert row.evidence if row.state == "met" else row.remark


def test_evidence_that_is_gone_is_found(app: Flask) -> None:
    gone = ("tests/operations/test_admission.py::test_nothing", "docs/nothing.md", "page:/legal/nothing")
    assert [exists(one, app) for one in gone] == [False] * 3


def test_the_page_is_made_from_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == draw(ROWS)
    assert sum(count_states(ROWS).values()) == TOTAL
