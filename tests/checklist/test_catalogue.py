"""The page of checks is made from the registry and must not fall behind it."""

from tools.checks_catalogue import PAGE, catalogue


def test_the_page_is_not_stale() -> None:
    assert PAGE.read_text(encoding="utf-8") == catalogue(), "run python tools/checks_catalogue.py"
