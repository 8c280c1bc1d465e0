"""Holds the shape of the code: sizes of files and functions, first lines of modules, names that say nothing."""

import ast
import statistics
import sys
from pathlib import Path

FILE_STOP, FUNCTION_STOP = 300, 40
EMPTY_NAMES = {"utils", "helpers", "manager", "common", "base"}
ROOMS = ("b24app", "sandbox", "tools", "bench")


def read_functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions of a module, nested ones included."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def find_faults(path: Path, text: str, tree: ast.Module) -> list[str]:
    """What is wrong with the shape of one file."""
    faults = []
    if len(text.splitlines()) > FILE_STOP:
        faults.append(f"{path}: {len(text.splitlines())} lines, more than {FILE_STOP}")
    if not ast.get_docstring(tree):
        faults.append(f"{path}: the first line does not say what the file is for")
    if path.stem in EMPTY_NAMES:
        faults.append(f"{path}: the name says nothing")
    for function in read_functions(tree):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > FUNCTION_STOP:
            faults.append(
                f"{path}:{function.lineno}: {function.name} has {length} lines, more than {FUNCTION_STOP}"
            )
    return faults


def main() -> int:
    """Print the measures and every fault; the code is the verdict."""
    faults: list[str] = []
    files, functions = [], []
    for room in ROOMS:
        for path in sorted(Path(room).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            tree = ast.parse(text)
            faults += find_faults(path, text, tree)
            files.append(len(text.splitlines()))
            functions += [(f.end_lineno or f.lineno) - f.lineno + 1 for f in read_functions(tree)]
    nine_tenths = statistics.quantiles(functions, n=10)[-1]
    print(f"{len(files)} files, median {statistics.median(files):.0f} lines, longest {max(files)}")
    print(
        f"{len(functions)} functions, median {statistics.median(functions):.0f}, nine tenths {nine_tenths:.0f}"
    )
    print("\n".join(faults))
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
