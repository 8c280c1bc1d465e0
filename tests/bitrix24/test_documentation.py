"""The examples of docs/rest-client.md run as they stand; the sandbox is behind the wire."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from b24app.rest_client import Command, Marker, RestClient
from sandbox.portal import Portal

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rest-client.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def block_with(text: str) -> str:
    return next(block for block in BLOCKS if text in block)


def test_the_script_reads_a_portal_through_its_webhook(
    portal: Portal,
    open_session: Callable[[], requests.Session],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    webhook = portal.webhook(portal.admin, ("crm", "user"))
    monkeypatch.setattr(sys, "argv", ["script.py", webhook])
    wired = block_with("sys.argv").replace("requests.Session", "open_session")
    exec(compile(wired, str(PAGE), "exec"), {"open_session": open_session})  # noqa: S102 - our own page
    name, kinds, count = capsys.readouterr().out.splitlines()
    assert name == portal.admin.name
    assert kinds == "{'types': 'Answer', 'oops': 'MethodMissing'}"
    assert int(count) == len(portal.tables["deal"])


def test_the_write_with_a_marker_is_kept_once(client: RestClient, portal: Portal) -> None:
    before = len(portal.tables["deal"])
    portal.answer_next("truncated", method="crm.item.import")
    names = {"client": client, "Command": Command, "Marker": Marker, "uuid4": uuid4}
    exec(compile(block_with("uuid4()"), str(PAGE), "exec"), names)  # noqa: S102 - our own page
    assert len(portal.tables["deal"]) == before + 1
