"""Finds the REST methods that the application's code names: every text shaped like one whose family is documented."""

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHAPE = re.compile(r"^(api/)?[a-z_0-9*]+(\.[A-Za-z_0-9*]+)+$")
FILLED_IN = re.compile(r"\{\w*\}")
ANY = "*"
"""Stands for what is filled in when the method is called."""


def used_methods(families: Collection[str], room: Path = ROOT / "b24app") -> Mapping[str, list[str]]:
    """Methods by name in lower case, each with the files that name it; parts that are filled in are `*`."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(room.rglob("*.py")):
        for text in set(_texts(ast.parse(path.read_text(encoding="utf-8")))):
            if SHAPE.match(text) and text.removeprefix("api/").partition(".")[0] in families:
                found[text.lower()].append(str(path.relative_to(room)))
    return found


def _texts(tree: ast.Module) -> Iterator[str]:
    """The texts of a module's code; its documentation is left out."""
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else ANY for part in node.values)
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts | spoken
        ):
            yield FILLED_IN.sub(ANY, node.value)
