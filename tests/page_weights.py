"""What a page weighs for whoever opens it: its markup, sheets and scripts packed, its requests, its statements."""

import gzip
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from tests.actors import Opened
from tests.statements import statements

BUDGETS = Path(__file__).with_name("page_budgets.toml")
SHEET = re.compile(r'<link[^>]+rel="stylesheet"[^>]*>')
SCRIPT = re.compile(r'<script[^>]+src="([^"]+)"')
HREF = re.compile(r'href="([^"]+)"')
AT_ONCE = re.compile(r'hx-trigger="[^"]*\bload\b')
"""What htmx asks for as soon as the page stands."""
PICTURE = re.compile(r'<img[^>]+src="(?!data:)([^"]+)"')


@dataclass(frozen=True, slots=True)
class Weight:
    """One page as it is opened for the first time: bytes packed, and how often something is asked."""

    html: int
    css: int
    js: int
    requests: int
    statements: int

    def over(self, budget: "Weight") -> dict[str, tuple[int, int]]:
        """What is more than the budget: the number and its bound, by name."""
        mine, most = asdict(self), asdict(budget)
        return {name: (mine[name], most[name]) for name in mine if mine[name] > most[name]}


def weigh(opened: Opened, path: str) -> Weight:
    """Open a page whole, as somebody does who has nothing of it yet, and everything that it names."""
    with nothing_kept(opened.client.application), statements() as sent:
        answer = opened.client.get(path, headers={"X-Frame-Token": opened.token})
    assert answer.status_code == 200, (path, answer.status_code)
    return weigh_text(opened.client, answer.text, len(sent))


@contextmanager
def nothing_kept(app: Flask) -> Iterator[None]:
    """Another web process on the same database, which has drawn nothing yet."""
    here = app.extensions["services"]
    app.extensions["services"] = replace(here)
    try:
        yield
    finally:
        app.extensions["services"] = here


def weigh_text(client: FlaskClient, text: str, count: int) -> Weight:
    """The weight of markup that was given with so many statements, and of what it names."""
    sheets = {found[1] for link in SHEET.findall(text) if (found := HREF.search(link))}
    scripts, pictures = set(SCRIPT.findall(text)), set(PICTURE.findall(text))
    return Weight(
        html=len(gzip.compress(text.encode(), 6, mtime=0)),
        css=sum(size_of(client, address) for address in sheets),
        js=sum(size_of(client, address) for address in scripts),
        requests=1 + len(sheets) + len(scripts) + len(pictures) + len(AT_ONCE.findall(text)),
        statements=count,
    )


def size_of(client: FlaskClient, address: str) -> int:
    """Bytes of a file as it is sent to a browser that understands gzip."""
    with client.get(address, headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.status_code == 200, address
        body = answer.get_data()
        return len(body) if answer.headers.get("Content-Encoding") == "gzip" else len(gzip.compress(body, 6))


@cache
def read_budgets() -> dict[str, dict[str, Any]]:
    """The budgets by the beginning of the address."""
    return tomllib.loads(BUDGETS.read_text(encoding="utf-8"))


def budget_of(path: str) -> Weight:
    """The budget of a page: that of the longest beginning of its address."""
    budgets = read_budgets()
    key = max((one for one in budgets if one in ("/", path) or path.startswith(f"{one}/")), key=len)
    return Weight(**{name: value for name, value in budgets[key].items() if name != "reason"})
