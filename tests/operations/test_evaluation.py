"""The two pages for whoever evaluates: their figures are the code's, both say the same, and each is printed on two pages."""

import re
import runpy
import sys
from pathlib import Path

import pytest
from weasyprint import CSS, HTML

from b24app.manifest import ROOT
from b24app.settings import Settings

PAGES = (ROOT / "docs" / "evaluation.md", ROOT / "docs" / "evaluation.en.md")
TOOL = ROOT / "tools" / "evaluation_figures.py"
PAPER = "@page{size:A4;margin:18mm}body{font:10.5pt/1.35 'Open Sans',sans-serif}h1{font-size:17pt}h2{font-size:13pt}td{padding:1mm}"


def on_paper(markdown: str) -> str:
    """The document as plain markup: enough to see how much room it takes."""
    text = re.sub(r"<!--.*?-->|^\|[-:|]+\|$|^\| \| \|$", "", markdown, flags=re.MULTILINE)
    text = re.sub(
        r"^(#+) (.*)$",
        lambda found: f"<h{len(found[1])}>{found[2]}</h{len(found[1])}>",
        text,
        flags=re.MULTILINE,
    )
    rows = re.sub(
        r"^\| (.*?) \| (.*?) \|$", r"<table><tr><td>\1</td><td>\2</td></tr></table>", text, flags=re.MULTILINE
    )
    parts = re.split(r"\n\n+", re.sub(r"^- ", "<br>• ", rows, flags=re.MULTILINE))
    return "".join(f"<div style='margin-bottom:2mm'>{part}</div>" for part in parts)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_each_is_printed_on_two_pages(path: Path) -> None:
    printed = HTML(string=on_paper(path.read_text(encoding="utf-8"))).render(stylesheets=[CSS(string=PAPER)])
    assert len(printed.pages) <= 2


def test_the_figures_are_those_of_the_code() -> None:
    tool = runpy.run_path(str(TOOL))
    figures = tool["count"]()
    for language, path in tool["DOCUMENTS"].items():
        assert tool["write"](language, figures) == path.read_text(encoding="utf-8"), "run the tool"
    assert int(figures["checks"]) > 50
    assert int(figures["tests"]) >= 5_000


def test_a_figure_that_is_not_true_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    tool = runpy.run_path(str(TOOL))
    figures = tool["count"]() | {"checks": "1"}
    assert tool["write"]("ru", figures) != PAGES[0].read_text(encoding="utf-8")
    monkeypatch.setattr(sys, "argv", [str(TOOL), "--check"])
    tool["main"]()


def test_both_languages_have_the_same_parts() -> None:
    russian, english = (path.read_text(encoding="utf-8") for path in PAGES)
    for part in (r"^#+ ", r"^\| ", r"^- ", r"\]\(", r"`make \w+"):
        found = [len(re.findall(part, text, re.MULTILINE)) for text in (russian, english)]
        assert found[0] == found[1] > 0, part


def test_what_they_promise_about_time_is_what_the_settings_say() -> None:
    fields = Settings.model_fields
    assert fields["keep_uninstalled_days"].default == 30
    assert fields["server_timing"].default is False
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "--cov-fail-under=95" in makefile
