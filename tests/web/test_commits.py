"""A request commits at its edge, once: pages and the verbs behind them leave that to `b24app/web/access.py`."""

import re

import pytest

from b24app.manifest import ROOT

ROOMS = ("pages", "public", "placements", "web")
EDGE = "b24app/web/access.py"


@pytest.mark.parametrize("room", ROOMS)
def test_only_the_edge_commits(room: str) -> None:
    files = (path for path in (ROOT / "b24app" / room).rglob("*.py") if "session.commit(" in path.read_text())
    assert [str(path.relative_to(ROOT)) for path in files] == ([EDGE] if room == "web" else [])


def test_a_page_takes_nothing_back_by_itself_when_the_edge_redraws_it() -> None:
    own = [
        path.name
        for path in (ROOT / "b24app/pages").rglob("*.py")
        if re.search(r"redraw=", text := path.read_text()) and "session.rollback(" in text
    ]
    assert own == []
