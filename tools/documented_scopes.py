"""Writes sandbox/rest/documented_scopes.tsv: the scope of each method that is used here, by the vendor's documentation.

    python tools/documented_scopes.py FOLDER      (a clone of bitrix-tools/b24-rest-docs, with or without its files)

A line is a method, the scopes of its page, those of the page of its section, and the page; methods of REST 3.0 begin with
`api/`. The first lines name the commit and every family of methods that the documentation knows.
"""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from sandbox.rest.spelling import DOCUMENTED
from tools.used_methods import ROOT, used_methods

RESULT = ROOT / "sandbox/rest/documented_scopes.tsv"
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
    print(f"{len(lines)} methods")
    return 0


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
