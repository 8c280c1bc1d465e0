"""Whatever an authorization server answers ends in an error with a meaning, within bounds of size and time."""

import ast
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from urllib3 import HTTPResponse

from b24app import errors
from b24app.bitrix24 import no_answer
from b24app.bitrix24.oauth import TOKEN_LIMITS, ask_for_tokens
from tests.bitrix24.conftest import SECRET, SERVER

APPLICATION = Path(__file__).resolve().parents[2] / "b24app"
PAIR = {"access_token": "a" * 70, "refresh_token": "r" * 70, "expires_in": 3600}


class Saying(requests.adapters.HTTPAdapter):
    """An authorization server that says one thing and counts how often it is asked."""

    def __init__(self, body: io.BytesIO, status: int = 200, **headers: str) -> None:
        super().__init__()
        self.body, self.status, self.headers, self.asked = body, status, headers, 0
        self.request: requests.PreparedRequest | None = None

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        self.asked += 1
        self.request = request
        raw = HTTPResponse(self.body, headers=self.headers, status=self.status, preload_content=False)
        return self.build_response(request, raw)


def ask(server: Saying) -> Any:
    session = requests.Session()
    session.mount("https://", server)
    return ask_for_tokens(
        session, SERVER, ("local.wire", SECRET), grant_type="refresh_token", refresh_token="old"
    )


def saying(text: str, status: int = 200, **headers: str) -> Saying:
    return Saying(io.BytesIO(text.encode()), status, **headers)


def test_a_pair_is_a_pair() -> None:
    assert ask(saying(json.dumps(PAIR)))["refresh_token"] == "r" * 70


@pytest.mark.parametrize(
    ("text", "status", "meaning"),
    [
        ("<html>Bad gateway</html>", 502, errors.AnswerBroken),
        ("<html>Too many</html>", 429, errors.LimitReached),
        ("", 200, errors.AnswerBroken),
        ('{"access_token": "a', 200, errors.AnswerBroken),
        ("[]", 200, errors.AnswerBroken),
        (json.dumps(PAIR | {"expires_in": "soon"}), 200, errors.AnswerBroken),
        (json.dumps(PAIR | {"expires_in": [3600]}), 200, errors.AnswerBroken),
        (json.dumps(PAIR | {"expires_at": {"when": 1}}), 200, errors.AnswerBroken),
        ('{"error": "wrong_client"}', 200, errors.ClientUnknown),
        ('{"error": "invalid_grant", "error_description": "\\"quoted\\""}', 400, errors.TokenRejected),
        ('{"error": "PAYMENT_REQUIRED"}', 401, errors.MarketplaceEnded),
        ('{"error": "NEVER_HEARD_OF"}', 400, errors.UnknownRefusal),
    ],
)
def test_anything_else_has_a_meaning(text: str, status: int, meaning: type[errors.PortalError]) -> None:
    with pytest.raises(meaning):
        ask(saying(text, status))


def test_a_redirect_is_not_followed() -> None:
    server = saying("", 302, Location="https://elsewhere.example/oauth/token/")
    with pytest.raises(errors.AddressChanged):
        ask(server)
    assert server.asked == 1


def test_a_huge_answer_is_given_up() -> None:
    body = io.BytesIO(json.dumps(PAIR | {"pad": "x" * (4 * TOKEN_LIMITS.body)}).encode())
    with pytest.raises(errors.AnswerBroken, match="larger"):
        ask(Saying(body))


def test_a_dripping_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(range(0, 100_000, 5))
    monkeypatch.setattr("b24app.deadline.time.monotonic", lambda: float(next(moments)))
    body = io.BytesIO(json.dumps(PAIR | {"pad": "x" * TOKEN_LIMITS.body}).encode()[: TOKEN_LIMITS.body - 1])
    with pytest.raises(no_answer.NoAnswer, match="longer"):
        ask(Saying(body))


def test_a_grant_leaves_as_a_form_and_nothing_of_it_stands_in_the_address() -> None:
    server = saying(json.dumps(PAIR))
    ask(server)
    assert server.request is not None
    assert server.request.url == f"{SERVER}/oauth/token/"
    assert "Authorization" not in server.request.headers
    assert parse_qs(str(server.request.body)) == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["old"],
        "client_id": ["local.wire"],
        "client_secret": [SECRET],
    }


def grants_in(tree: ast.AST) -> Iterator[str]:
    """What a hand-made request of the token endpoint could not do without."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "grant_type":
            yield "grant_type"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (word for word in ("grant_type", "oauth/token") if word in node.value)


def test_authlib_alone_builds_the_requests_of_the_token_endpoint() -> None:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in APPLICATION.rglob("*.py")}
    places = {
        path.relative_to(APPLICATION).as_posix() for path, tree in trees.items() if any(grants_in(tree))
    }
    assert places == {"bitrix24/oauth.py"}
    called = {
        node.func.attr
        for node in ast.walk(trees[APPLICATION / "bitrix24" / "oauth.py"])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert "fetch_token" in called
    assert called.isdisjoint({"post", "request", "send"})
