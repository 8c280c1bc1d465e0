"""Every section of the source article has its place: a page that exists."""

import os
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound

from b24app.renewal.guides import read_guides
from tests.terms.article import Section, read_article_map

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = Path(os.environ.get("B24_FIXTURES", str(ROOT.parent / "shared" / "fixtures")))
ARTICLE = FIXTURES.parent / "reference" / "source-article.txt"


def test_every_address_of_the_map_is_a_page(app: Flask):
    router = app.url_map.bind("renewal.example")
    for section in read_article_map():
        assert section.pages, section.title
        for page in section.pages:
            try:
                router.match(page, method="GET")
            except NotFound:
                pytest.fail(f"{section.title}: {page} is no page")


def test_every_named_guide_exists():
    named = {
        page.removeprefix("/renewal/guide/")
        for s in read_article_map()
        for page in s.pages
        if "/renewal/guide/" in page
    }
    assert named <= set(read_guides())


def words_of(code: str) -> str:
    """All that a guide says in Russian."""
    guide = read_guides()[code]
    steps = [part for step in guide.steps for part in (step.title["ru"], step.text["ru"])]
    return " ".join((guide.title["ru"], guide.lead["ru"], *steps))


@pytest.mark.parametrize("section", [s for s in read_article_map() if s.holds], ids=lambda s: s.title)
def test_a_section_that_was_thin_has_its_content_in_a_guide(section: Section):
    guides = [
        page.removeprefix("/renewal/guide/") for page in section.pages if page.startswith("/renewal/guide/")
    ]
    text = " ".join(words_of(code) for code in guides)
    assert [word for word in section.holds if word not in text] == []


def test_no_section_of_the_article_is_left_out():
    if not ARTICLE.exists():
        pytest.skip("the article is not beside this tree; point B24_FIXTURES at the folder of fixtures")
    contents = [
        line[2:] for line in ARTICLE.read_text(encoding="utf-8").splitlines() if line.startswith("- ")
    ]
    headings = contents[: contents.index("Заключение") + 1]
    assert [section.title for section in read_article_map()] == headings
