"""One style sheet and one script for all pages: whole, short, kept for a year."""

import gzip
import re

import pytest
from flask.testing import FlaskClient

from b24app.web.bundles import (
    OUTSIDE,
    STATIC,
    address_of,
    bundle_names,
    put_together,
    sheets_of_all,
    shorten_script,
    shorten_styles,
    sources,
)
from tests.actors import Opened


def files_of(page: str) -> tuple[list[str], list[str]]:
    styles = re.findall(r'rel="stylesheet" href="/static/([^"?]+)', page)
    return styles, re.findall(r'<script src="/static/([^"?]+)', page)


def test_a_page_names_one_style_sheet_and_one_script(north_admin: Opened) -> None:
    styles, scripts = files_of(north_admin.get("/renewal").text)
    assert styles == ["bundle/page.css", "print.css"]
    assert scripts == ["bundle/page.js"]


@pytest.mark.parametrize(
    ("path", "part"), [("/shop", "shop"), ("/money", "money"), ("/settings", "settings")]
)
def test_a_page_of_a_part_names_one_more_of_each(north_admin: Opened, path: str, part: str) -> None:
    page = north_admin.get(path).text
    styles, scripts = files_of(page)
    assert styles == ["bundle/page.css", "bundle/more.css", f"bundle/{part}.css", "print.css"]
    assert set(scripts) <= {"bundle/page.js", f"bundle/{part}.js"}
    assert f'data-part="{part}"' in page


@pytest.mark.parametrize("name", bundle_names())
def test_a_bundle_is_sent_packed_and_kept_for_a_year(visitor: FlaskClient, name: str) -> None:
    with visitor.application.test_request_context():
        address = address_of(name)
    plain = visitor.get(address)
    packed = visitor.get(address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data == put_together(name).text
    assert "max-age=31536000" in packed.headers["Cache-Control"]
    assert "Accept-Encoding" in packed.headers["Vary"]


@pytest.mark.parametrize("digest", ["", "?v=0123456789ab"])
def test_what_a_page_of_another_release_names_is_given_and_not_kept(
    visitor: FlaskClient, digest: str
) -> None:
    answer = visitor.get(f"/static/bundle/page.css{digest}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("name", ["other.css", "app.css"])
def test_nothing_else_is_a_bundle(visitor: FlaskClient, name: str) -> None:
    assert visitor.get(f"/static/bundle/{name}").status_code == 404


def test_every_file_of_a_page_is_in_its_bundle() -> None:
    names = {path.name for bundle in bundle_names() for path in sources(bundle)}
    apart = {path.name for path in STATIC.glob("*.[cj]s*")} - names
    assert apart == {"print.css", "report.css", "report-screen.css", "client_report.css"}


@pytest.mark.parametrize("part", ["shop", "money", "copy", "restore", "clients", "alone"])
def test_a_page_that_draws_a_bar_knows_its_colours(part: str) -> None:
    assert b".fill-track{fill:var(--track)}" in put_together(f"{part}.css").text


def test_what_stands_in_quotes_stays() -> None:
    assert (
        shorten_styles('a { content: attr(x) ": "; } /* no */ b :not(c) { d: 1 }')
        == 'a{content:attr(x) ": "}b :not(c){d:1}'
    )


def test_a_line_of_a_script_stays_unless_it_is_a_comment() -> None:
    assert shorten_script('  // no\n  a("b"); // yes\n') == 'a("b"); // yes'


def test_no_text_of_a_script_goes_over_several_lines() -> None:
    lines = [line for path in STATIC.glob("*.js") for line in path.read_text().splitlines()]
    assert not [line for line in lines if line.count("`") % 2]


def test_a_page_outside_a_portal_names_one_file_with_the_sheets_of_every_part(visitor: FlaskClient) -> None:
    for path in ("/", "/help", "/sign-in"):
        styles, scripts = files_of(visitor.get(path).text)
        assert styles == ["bundle/page.css", "bundle/outside.css", "print.css"]
        assert scripts == ["bundle/page.js"]
    whole = put_together(OUTSIDE).text
    assert [one for one in sheets_of_all() if put_together(one).text not in whole] == []
    assert (
        len(sheets_of_all())
        == len(set(sheets_of_all()))
        == len([one for one in bundle_names() if one.endswith(".css")]) - 2
    )
