"""Documents are true about the tree: files they name exist, rooms have a row, the top level and the arrows are as written."""

import re
from configparser import ConfigParser, SectionProxy
from pathlib import Path

import pytest
from sqlalchemy import Column

import b24app.factory  # noqa: F401 -- it declares every table
from b24app.database import Base
from b24app.jobs.job import load_jobs
from b24app.manifest import ROOT

DOCUMENTS = (*sorted(ROOT.glob("docs/*.md")), ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("README*.md")))
PLACES = (
    "",
    "b24app",
    "b24app/checklist",
    "b24app/reminders",
    "b24app/backup",
    "b24app/bitrix24",
    "templates",
    "tests",
    "sandbox",
)
ENDINGS = r"py|toml|html|css|js|json|conf|env\.example|ini|in|txt|po|yaml|xz"
FILE = re.compile(rf"(?<![\w/.<>*-])((?:[\w.-]+/)*[\w.-]+\.(?:{ENDINGS}))(?![\w/*.-]*\w)")
FOLDER = re.compile(r"`((?:[\w.-]+/)+)`")
LINK = re.compile(r"\]\(([^)#]+)")
ROOMS = sorted(path.parent.name for path in ROOT.glob("b24app/*/__init__.py"))
TOP_LEVEL = sorted(path.name for path in ROOT.glob("b24app/*.py"))


def missing(document: str, folder: Path = ROOT) -> list[str]:
    """Return names of files, folders and linked pages in a document that the tree does not hold."""
    named = [*FILE.findall(document), *FOLDER.findall(document)]
    links = [link for link in LINK.findall(document) if "://" not in link]
    return [name for name in named if not _exists(name)] + [
        link for link in links if not (folder / link).exists()
    ]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_exists(document: Path) -> None:
    assert missing(document.read_text(), document.parent) == []


@pytest.mark.parametrize(
    "named",
    [
        "`portals/pulse.py`",
        "`nothing.toml`",
        "b24app/nothing/here.py: verb",
        "`reminders/letters/`",
        "[x](nothing.md)",
    ],
)
def test_a_file_that_is_gone_is_found_by_its_name(named: str) -> None:
    assert len(missing(f"| see {named} |")) == 1


def test_every_room_has_its_row_in_the_glossary() -> None:
    rows = re.findall(r"^\| `(\w+)/` \|", (ROOT / "docs/glossary.md").read_text(), re.MULTILINE)
    assert sorted(rows) == ROOMS


def test_every_stored_name_of_the_glossary_is_stored_and_none_with_another_word_is_missing() -> None:
    table = (ROOT / "docs/glossary.md").read_text().split("## Stored names")[1]
    rows = [[cell.strip() for cell in line.split("|")[1:4]] for line in table.splitlines() if "`" in line]
    named = {
        kind: {
            one: word.strip("`")
            for stored, of, word in rows
            if of == kind
            for one in re.findall(r"`(\w+)`", stored)
        }
        for kind in ("table", "column", "job")
    }
    columns = {
        (one.columns[0].name, one.key)
        for mapper in Base.registry.mappers
        for one in mapper.column_attrs
        if isinstance(one.columns[0], Column)
    }
    assert set(named["table"]) <= set(Base.metadata.tables)
    assert set(named["column"].items()) == {(stored, word) for stored, word in columns if stored != word}
    assert set(named["job"].items()) <= {(job.name, job.work.__name__) for job in load_jobs().values()}


def test_the_top_of_the_application_holds_what_contributing_names() -> None:
    table = (ROOT / "CONTRIBUTING.md").read_text().split("The top of `b24app`")[1].split("\n\n")[1]
    cells = [line.split("|")[1] for line in table.splitlines()]
    assert sorted(re.findall(r"`(\w+\.py)`", " ".join(cells))) == TOP_LEVEL


def test_the_arrows_of_contributing_are_those_of_import_linter() -> None:
    drawn = (ROOT / "CONTRIBUTING.md").read_text().split("```")[1]
    held = contract("layers")["layers"].split("\n")
    assert [_names(layer, ",") for layer in drawn.split("→")] == [
        _names(layer, ":") for layer in held if layer
    ]


def test_the_files_that_call_themselves_pure_are_those_that_import_linter_holds_pure() -> None:
    files = {module_of(path): path.read_text() for path in ROOT.glob("b24app/**/*.py")}
    pure = {module for module, text in files.items() if re.search(r"\bPure\b", text.partition("\n")[0])}
    held = contract("pure")["source_modules"].split()
    assert held == sorted(pure)
    assert [
        module for module in held if re.search("^(from|import) pydantic", files[module], re.MULTILINE)
    ] == []


def contract(name: str) -> SectionProxy:
    rules = ConfigParser()
    rules.read(ROOT / ".importlinter")
    return rules[f"importlinter:contract:{name}"]


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _names(layer: str, separator: str) -> set[str]:
    return {name.strip() for name in layer.split(separator)}


def _exists(name: str) -> bool:
    if "/" in name:
        return any((ROOT / place / name).exists() for place in PLACES)
    tops = (
        "*",
        "b24app/**/*",
        "templates/**/*",
        "sandbox/**/*",
        "tests/**/*",
        "tools/**/*",
        "static/**/*",
        "requirements/*",
    )
    return any(path.name == name for top in tops for path in ROOT.glob(top))
