"""Writes the scopes of every method, event and widget that is used here, by the vendor's documentation.

    python tools/documented_scopes.py FOLDER      (a clone of bitrix-tools/b24-rest-docs, with or without its files)

In sandbox/rest/documented_scopes.tsv a line is a method, the scopes of its page, those of the page of its section, and the
page; methods of REST 3.0 begin with `api/`. The first lines name the commit and every family of methods that the
documentation knows. In documented_bindings.tsv beside it a line is an event or a widget, its scopes and its page.
"""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from b24app.backup.proofs.watched_events import EVENTS
from b24app.manifest import read_manifest
from b24app.portals.install import DEAL_CHANGED
from sandbox.rest.spelling import DOCUMENTED
from tools.used_methods import ROOT, used_methods

RESULT = ROOT / "sandbox/rest/documented_scopes.tsv"
BINDINGS = ROOT / "sandbox/rest/documented_bindings.tsv"
BOUND = frozenset({*read_manifest().events, *read_manifest().placements, *EVENTS, DEAL_CHANGED})
"""Every event and widget that this application binds anywhere."""
OF_EVERY_KIND = re.compile(r"^CRM_[A-Z]+_")
TITLE, NAME = re.compile(r"^#\s+(.*)$", re.MULTILINE), re.compile(r"[A-Za-z_][\w.]*\w")
SCOPE = re.compile(r"^>\s*Scope:\s*(.*)$", re.MULTILINE)
QUOTED, CODE = re.compile(r"`([^`]+)`"), re.compile(r"[a-z][a-z0-9_.]*")


@dataclass(frozen=True, slots=True)
class MethodPage:
    """What one page says of a method."""

    method: str
    scopes: str
    section: str
    page: str


def main(folder: str) -> int:
    """Read the pages, keep those of the methods that are used, and write the file."""
    commit = _git(folder, "rev-parse", "--short", "HEAD").strip()
    pages = list(read_pages(folder))
    families = sorted({one.method.removeprefix("api/").partition(".")[0] for one in pages})
    wanted = [*used_methods(families), *DOCUMENTED, *(f"api/{one}" for one in DOCUMENTED)]
    kept = sorted(
        {one for one in pages if any(fnmatchcase(one.method.lower(), name) for name in wanted)}, key=_order
    )
    lines = [f"{one.method}\t{one.scopes}\t{one.section}\t{one.page}" for one in kept]
    head = [
        f"# bitrix-tools/b24-rest-docs {commit}; made by tools/documented_scopes.py",
        f"# {' '.join(families)}",
    ]
    RESULT.write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")
    bound = sorted(read_bindings(folder))
    BINDINGS.write_text("\n".join([head[0], *bound]) + "\n", encoding="utf-8")
    print(f"{len(lines)} methods, {len(bound)} events and widgets")
    return 0


def read_bindings(folder: str) -> Iterator[str]:
    """A line for each event and widget that has a page of its own."""
    for path, text in _texts(folder).items():
        title = TITLE.search(text)
        words = set(re.findall(r"[\w.]+", title[1].upper())) if title and "/outdated/" not in path else set()
        for name in BOUND:
            if {name, OF_EVERY_KIND.sub("CRM_XXX_", name)} & words:
                yield f"{name}\t{_scopes(text)}\t{path}"


def read_pages(folder: str) -> Iterator[MethodPage]:
    """The pages of methods: a title that ends with a method's name."""
    texts = _texts(folder)
    for path, text in texts.items():
        title = TITLE.search(text)
        names = NAME.findall(title[1]) if title else []
        if not names or "." not in names[-1] or "/outdated/" in path:
            continue
        newer = "REST 3.0" in text and ("-rest-v3" in path or "относится к REST 3.0" in text)
        section = texts.get(f"{path.rpartition('/')[0]}/index.md", "")
        yield MethodPage(f"api/{names[-1]}" if newer else names[-1], _scopes(text), _scopes(section), path)


def _scopes(text: str) -> str:
    line = SCOPE.search(text)
    words = (word.strip() for quoted in QUOTED.findall(line[1] if line else "") for word in quoted.split(","))
    return " ".join(word for word in words if CODE.fullmatch(word))


def _texts(folder: str) -> Mapping[str, str]:
    paths = [
        path
        for path in _git(folder, "ls-tree", "-r", "HEAD", "--name-only", "api-reference").splitlines()
        if path.endswith(".md")
    ]
    return {path: _git(folder, "show", f"HEAD:{path}") for path in paths}


def _git(folder: str, *words: str) -> str:
    return subprocess.run(["git", "-C", folder, *words], capture_output=True, text=True, check=True).stdout


def _order(one: MethodPage) -> tuple[str, str]:
    return one.method.lower(), one.page


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
