"""Join the reader of copies into the one file that people keep beside their copy: the same source without our package."""

from __future__ import annotations

import argparse
import ast
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = "b24app.backup.reader"
SOURCES = ROOT / "b24app/backup/reader"
RESULT = ROOT / "static/reader/renewal_copy.py"
ORDER = (
    "problems",
    "pack_format",
    "identities",
    "objects",
    "stored_copies",
    "as_of",
    "files_inside",
    "checking",
    "column_titles",
    "exporting",
    "joined_files",
    "argument_words",
    "reader_words",
    "arguments",
    "command",
)
HEAD = '''"""Reads a copy of a Bitrix24 portal without the application that made it: list, verify, decrypt, export to CSV and XLSX.

    pip install pyrage zstandard          (and xlsxwriter, for XLSX)
    python renewal_copy.py list FOLDER
    python renewal_copy.py verify FOLDER --key-file KEY.txt
    python renewal_copy.py export FOLDER --to TABLES --key-file KEY.txt
    python renewal_copy.py files FOLDER --to FILES --key-file KEY.txt

Needs Python 3.11 or newer. MIT licence. Made of b24app/backup/reader by tools/reader_file.py; docs/archive.md describes the format.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit("Python 3.11 or newer is needed. Нужен Python 3.11 или новее.")
try:
    import pyrage
    import zstandard
except ImportError:
    sys.exit("Two packages are needed. Нужны два пакета: pip install pyrage zstandard")
'''


def read_module(name: str) -> tuple[list[ast.stmt], str]:
    """The imports of a module and the text of all else."""
    text = (SOURCES / f"{name}.py").read_text(encoding="utf-8")
    body = ast.parse(text).body
    imports = [one for one in body if isinstance(one, ast.Import | ast.ImportFrom)]
    lines = text.splitlines()
    for one in (body[0], *imports):
        for number in range(one.lineno - 1, one.end_lineno or one.lineno):
            lines[number] = ""
    return imports, "\n".join(lines).strip()


def names_of(text: str) -> set[str]:
    """What a text defines at its top."""
    found: set[str] = set()
    for one in ast.parse(text).body:
        if isinstance(one, ast.FunctionDef | ast.ClassDef):
            found.add(one.name)
        targets = (
            one.targets
            if isinstance(one, ast.Assign)
            else [one.target]
            if isinstance(one, ast.AnnAssign)
            else []
        )
        found |= {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}
    return found


def outer_imports(imports: list[ast.stmt]) -> tuple[set[str], dict[str, set[str]]]:
    """Whole modules, and names by module, without those of the reader itself, which are all in the one file."""
    whole, parts = set(), {}
    for one in imports:
        if isinstance(one, ast.Import):
            whole |= {ast.unparse(one)}
        elif isinstance(one, ast.ImportFrom) and not (one.module or "").startswith(PACKAGE):
            parts.setdefault(one.module or "", set()).update(ast.unparse(name) for name in one.names)
        elif isinstance(one, ast.ImportFrom) and any(name.asname for name in one.names):
            raise SystemExit(f"An import of the reader's own names under another name: {ast.unparse(one)}")
    return whole, parts


def join_modules() -> str:
    """The text of the one file; a name that two modules define is refused."""
    whole: set[str] = set()
    parts: dict[str, set[str]] = {}
    bodies, seen = [], set()
    missing = {path.stem for path in SOURCES.glob("*.py")} - {*ORDER, "__init__", "__main__"}
    if missing:
        raise SystemExit(f"Not in ORDER: {', '.join(sorted(missing))}")
    for name in ORDER:
        imports, body = read_module(name)
        more, named = outer_imports(imports)
        whole |= more
        for module, found in named.items():
            parts.setdefault(module, set()).update(found)
        if twice := names_of(body) & seen:
            raise SystemExit(f"Defined twice: {', '.join(sorted(twice))}")
        seen |= names_of(body)
        bodies.append(body)
    partial_imports = [
        f"from {module} import {', '.join(sorted(found))}" for module, found in sorted(parts.items())
    ]
    end = 'if __name__ == "__main__":\n    main()\n'
    return "\n\n\n".join([f"{HEAD}\n" + "\n".join([*sorted(whole), *partial_imports]), *bodies, end])


def main() -> int:
    """Write the file, or with --check say whether it is the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    text = join_modules()
    if parser.parse_args().check:
        return int(RESULT.read_text(encoding="utf-8") != text)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
