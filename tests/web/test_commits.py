"""A request commits at its edge, once: pages leave that to `b24app/web/access.py`, verbs of portals to the edge of their job."""

import pytest

from b24app.manifest import ROOT

# What keeps a commit of its own, and nothing else does (docs/decisions.md, “Commits, authors and transactions”).
COMMITS = {
    "pages": [],
    "public": [],
    "placements": [],
    "web": ["access.py"],
    "frames": ["keeping.py"],  # the edge of an opening: written again when two windows collide
    "portals": [
        "addresses.py",
        "administrator_access.py",
        "availability_watch.py",
        "event_inbox.py",
        "lost_access.py",
        "token_store.py",
    ],
}


@pytest.mark.parametrize("room", COMMITS)
def test_only_the_edge_commits(room: str) -> None:
    files = (path for path in (ROOT / "b24app" / room).rglob("*.py") if "session.commit(" in path.read_text())
    assert sorted(path.name for path in files) == COMMITS[room]


@pytest.mark.parametrize("room", ["pages", "public", "placements"])
def test_no_page_takes_back_what_a_request_did(room: str) -> None:
    files = (path for path in (ROOT / "b24app" / room).rglob("*.py") if "rollback(" in path.read_text())
    assert [path.name for path in files] == []
