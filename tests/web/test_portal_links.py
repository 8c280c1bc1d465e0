"""Links into a portal: each is built from its verified address, scheme and host together, in templates and in code."""

import ast
import re
from collections.abc import Iterator

import pytest

from b24app.manifest import ROOT

pytestmark = pytest.mark.once

CALL = re.compile(r"\bportal\(")
MADE_BY_HAND = re.compile(r"https?://\"?\s*~|https?://\{\{|\"http\"\s*~")
JUDGED = {
    "checklist/engine/page_answers.py", "checklist/engine/outside_checks.py", "integrators/pipeline/companies.py",
    "backup/targets/target_check.py", "backup/targets/target_settings.py", "backup/targets/typed_storage.py",
    "backup/targets/sftp_connection.py", "reminders/channels/email/smtp.py",
    "integrators/outside/sign_in.py",
}  # fmt: skip
"""Addresses that are judged or compared and lead into no portal of ours."""


def arguments(text: str, start: int) -> str:
    """What stands between the brackets of a call."""
    depth, end = 1, start
    while depth:
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        end += 1
    return text[start : end - 1]


def calls() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        for found in CALL.finditer(text):
            yield path.name, arguments(text, found.end())


def test_every_link_of_a_template_is_given_the_portals_whole_address() -> None:
    found = list(calls())
    assert len(found) > 25
    assert [one for one in found if "portal_url" not in one[1]] == []


def test_no_template_writes_a_scheme_before_a_host() -> None:
    made = [
        path.name
        for path in (ROOT / "templates").rglob("*.html")
        if MADE_BY_HAND.search(path.read_text("utf-8"))
    ]
    assert made == []


def test_no_code_writes_a_scheme_before_a_host_but_where_it_is_judged() -> None:
    made = set()
    for path in (ROOT / "b24app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else None
            if isinstance(first, ast.Constant) and first.value in ("https://", "http://"):
                made.add(path.relative_to(ROOT / "b24app").as_posix())
    assert made == JUDGED
