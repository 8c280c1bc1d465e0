"""Pages are sent without the indentation of their templates; values keep every space and line."""

import re

from flask import Flask

from b24app.manifest import ROOT
from b24app.web.template_source import Unindented


def test_indentation_of_a_page_is_not_sent(app: Flask) -> None:
    extension = Unindented(app.jinja_env)
    assert extension.preprocess("<p>\n    a  b\n\n</p>", "page.html") == "<p>\na  b\n</p>"
    assert extension.preprocess("a\n    b", "letter.txt") == "a\n    b"


def test_a_value_keeps_its_lines(app: Flask) -> None:
    assert app.jinja_env.from_string("<pre>{{ text }}</pre>").render(text="a\n    b") == "<pre>a\n    b</pre>"


def test_no_json_breaks_the_attribute_that_it_stands_in() -> None:
    """`tojson` leaves its quotes as they are: in attributes that a macro writes they end the value, so they are escaped by force."""
    in_attributes = re.compile(r'"hx-vals": *[^|\n]*\|tojson(?!\|forceescape)')
    found = [
        (path.name, line)
        for path in (ROOT / "templates").rglob("*.html")
        for line in path.read_text(encoding="utf-8").splitlines()
        if in_attributes.search(line)
    ]
    assert found == []
