"""The sandbox's answers have the documented shape: the vendor's own request/answer pairs say so."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import requests

import sandbox.methods  # noqa: F401 fills the registry
from sandbox.rest.registry import METHODS
from sandbox.world import World
from tests.sandbox.caller import Caller
from tests.sandbox.clients import a_client
from tests.sandbox.deviations import DEVIATIONS, PREPARATIONS, REQUESTS
from tests.sandbox.shapes import Shape, differences, learn

pytestmark = pytest.mark.cases

FIXTURES = Path(os.environ.get("B24_FIXTURES", Path(__file__).parents[3] / "shared" / "fixtures"))


def documented() -> list[str]:
    """Name the methods that are both implemented and documented by an example."""
    if not FIXTURES.is_dir():
        return []
    files = [json.loads(path.read_text()) for path in sorted(FIXTURES.glob("*.json")) if path.name[0] != "_"]
    known = [one["method"] for one in files if one["api"] == "v2" and one["responses"]]
    return [name for name in known if name.lower() in METHODS]


def fixture_of(method: str) -> dict[str, Any]:
    return dict(json.loads((FIXTURES / f"{method}.json").read_text()))


def request_for(method: str, fixture: dict[str, Any]) -> dict[str, Any]:
    """Replay the documented request; what it looks for by number lives in another portal, so filters are left out."""
    if method in REQUESTS:
        return REQUESTS[method]
    asked = dict(fixture["requests"][0]) if fixture["requests"] else {}
    return {name: value for name, value in asked.items() if name.lower() not in ("filter", "start")}


def body_of(response: dict[str, Any], fixture: dict[str, Any]) -> dict[str, Any]:
    """Return a documented body; pages that forget the wrapper get it back."""
    body = {name: value for name, value in response.items() if name not in ("time", "next")}
    if fixture.get("wrapper_missing_in_doc") and "result" not in body:
        total = {"total": body.pop("total")} if "total" in body else {}
        return {"result": body, **total}
    return body


def departures(method: str, answer: dict[str, Any], fixture: dict[str, Any]) -> Iterable[str]:
    shape = Shape()
    for response in fixture["responses"]:
        learn(shape, body_of(response, fixture))
    shape.optional |= {"total"} if len(fixture["responses"]) > 1 else set()
    ours = {name: value for name, value in answer.items() if name not in ("time", "next")}
    allowed = DEVIATIONS.get(method, {})
    for difference in differences(shape, ours, ""):
        where = difference.split(":")[0]
        if not any(where == place or where.startswith(f"{place}.") for place in allowed):
            yield difference


@pytest.fixture
def client(world: World, session: requests.Session) -> Caller:
    return a_client(world, session)


@pytest.mark.skipif(not FIXTURES.is_dir(), reason=f"documented pairs are not at {FIXTURES}; set B24_FIXTURES")
@pytest.mark.parametrize("method", documented())
def test_answers_in_the_documented_shape(client: Caller, method: str) -> None:
    fixture = fixture_of(method)
    for name, params in PREPARATIONS.get(method, []):
        client.result(name, **params)
    answer = client.call(method, **request_for(method, fixture))
    assert "result" in answer, answer
    assert list(departures(method, answer, fixture)) == []
