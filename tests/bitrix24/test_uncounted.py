"""A list that tells where its next page begins, and no count, is read to its last page."""

import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from urllib3 import HTTPResponse

from b24app.rest_client import RestClient

LAST = 130


class Uncounted(requests.adapters.HTTPAdapter):
    """Answers one list in pages of fifty without a total; `restless` names a next page for ever."""

    def __init__(self, *, restless: bool = False) -> None:
        super().__init__()
        self.restless = restless

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        asked = json.loads(request.body or b"{}")
        body = self.batch(asked["cmd"]) if "cmd" in asked else self.page(asked["start"])
        raw = HTTPResponse(io.BytesIO(json.dumps(body).encode()), status=200, preload_content=False)
        return self.build_response(request, raw)

    def page(self, start: int) -> dict[str, Any]:
        rows = [{"ID": number} for number in range(start + 1, min(start + 50, LAST) + 1)]
        more = self.restless or start + 50 < LAST
        return {"result": rows} | ({"next": start + 50} if more else {})

    def batch(self, commands: dict[str, str]) -> dict[str, Any]:
        starts = {key: parse_qs(urlsplit(text).query)["start"][0] for key, text in commands.items()}
        pages = {key: self.page(int(start)) for key, start in starts.items()}
        next_pages = {key: page["next"] for key, page in pages.items() if "next" in page}
        results = {key: page["result"] for key, page in pages.items()}
        return {"result": {"result": results, "result_next": next_pages, "result_error": []}}


@pytest.fixture
def read(make_client: Callable[..., RestClient]) -> Callable[..., list[int]]:
    def read(**habits: bool) -> list[int]:
        client, session = make_client(), requests.Session()
        session.mount("https://", Uncounted(**habits))
        client.connection.open_session = lambda: session
        return [row["ID"] for row in client.rows("some.list")]

    return read


def test_every_page_is_followed(read: Callable[..., list[int]]) -> None:
    assert read() == list(range(1, LAST + 1))


def test_an_empty_page_is_the_end_whatever_it_promises(read: Callable[..., list[int]]) -> None:
    assert read(restless=True) == list(range(1, LAST + 1))
