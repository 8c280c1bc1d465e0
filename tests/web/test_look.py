"""The look keeps its promises: strict policy, roles, weight, words, documents."""

import gzip
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment

from b24app.web.bundles import FIRST, put_together
from tests.actors import Actor, Opened
from tools.gallery import PAGES, ROOT, environment

STATIC = ROOT / "static"
TEMPLATES = ROOT / "templates"
FIRST_VIEW = 39 * 1024  # to come: 36
OURS = ("base.html", "bare.html", "outside.html", "ui", "widget", "states")


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_needs_no_inline_script_or_style(page: str, lang: str) -> None:
    html = _draw(page, lang)
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son\w+=\"|hx-on|javascript:", html)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_one_main_heading_and_no_repeated_ids(page: str) -> None:
    html = _draw(page, "ru")
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert html.count("<h1") == 1
    assert sorted(set(ids)) == sorted(ids)


def test_the_first_view_stays_light(first_checks: Actor, north_admin: Opened) -> None:
    packed = sum(len(put_together(name).packed) for name in FIRST)
    assert packed + len(gzip.compress(north_admin.get("/renewal").data, 9)) <= FIRST_VIEW


def test_components_take_colours_from_roles() -> None:
    for name in ("parts.css", "work.css", "charts.css"):
        assert "--ui-color" not in (STATIC / name).read_text()


def test_every_vendor_token_in_use_is_vendored() -> None:
    used = set(
        re.findall(r"var\((--(?:ui|air)-[\w-]+)", "".join(p.read_text() for p in STATIC.glob("*.css")))
    )
    vendored = "".join(path.read_text() for path in (STATIC / "vendor").glob("air-tokens-*.css"))
    assert not [name for name in used if f"{name}:" not in vendored]


def test_nothing_on_the_screen_is_smaller_than_twelve_pixels() -> None:
    rules = re.findall(
        r"([^{}]+)\{[^{}]*font-size: (\d+)px", "".join(p.read_text() for p in STATIC.glob("*.css"))
    )
    small = [selector.strip() for selector, size in rules if 0 < int(size) < 12]
    assert all("avatar" in selector for selector in small)


def test_every_macro_is_described() -> None:
    described = (ROOT / "docs/look.md").read_text()
    macros = {(path.stem, name) for path in (TEMPLATES / "ui").glob("*.html") for name in _macros(path)}
    assert not sorted(
        name for _file, name in macros if f"`{name}" not in described and f"{name}(" not in described
    )


def test_every_text_of_the_look_is_translated() -> None:
    with (ROOT / "translations/ru/LC_MESSAGES/messages.po").open("rb") as file:
        messages = [message for message in read_po(file, locale="ru") if message.string]
    known = {str(tuple(m.id)) if isinstance(m.id, tuple | list) else str(m.id) for m in messages}
    missing = {text for text in _texts() if text not in known}
    assert not missing


@cache
def _jinja(lang: str) -> Environment:
    return environment(lang, "/static")


@cache
def _draw(page: str, lang: str) -> str:
    return _jinja(lang).get_template(f"gallery/{page}.html").render(lang=lang, theme="light")


def _macros(path: Path) -> list[str]:
    return re.findall(r"macro ([a-z]\w+)\(", path.read_text())


def _texts() -> set[str]:
    found = extract_from_dir(
        TEMPLATES, method_map=[("**.html", "jinja2")], keywords={"_": None, "ngettext": (1, 2)}
    )
    return {str(text) for name, _line, text, _comments, _context in found if name.split("/")[0] in OURS}
