"""Log lines and error reports: any object without secrets, people and addresses; tracebacks keep their frames. Pure."""

from collections.abc import Mapping
from typing import Any

from b24app.bitrix24.masking import MASK, MOST_TEXT, clean, hide_quoted
from b24app.bitrix24.secret_names import VALUES, Sort, label_of, sort_of

SWITCHES = ("Y", "N")
NAMES_OF_SOMEBODY = frozenset({"name", "title"})
# Errors of the program itself quote its own names; others quote the values that they stumbled over.
OF_THE_PROGRAM = (
    "AttributeError",
    "NameError",
    "ImportError",
    "ModuleNotFoundError",
    "TypeError",
    "KeyError",
)
DEEPEST = 12


def mask_object(name: str, value: Any, depth: int = 0) -> Any:
    """A value of a log line: hidden when its name says so, otherwise cleaned wherever text lies in it."""
    if value is None or isinstance(value, bool) or value in ("", [], {}, ()):
        return value
    sort = sort_of(name)
    personal = sort is Sort.PERSON or name.lower() in NAMES_OF_SOMEBODY
    if sort is Sort.SECRET or depth > DEEPEST or (personal and value not in SWITCHES):
        return MASK
    if isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return _mask_map(value, depth + 1)
    if isinstance(value, list | tuple | set | frozenset):
        return [mask_object("", inner, depth + 1) for inner in value]
    if isinstance(value, BaseException):
        return mask_traceback(f"{type(value).__name__}: {value}")
    return mask_lines(value if isinstance(value, str) else str(value))


def _mask_map(value: Mapping[Any, Any], depth: int) -> dict[Any, Any]:
    label = label_of(value)
    names = {key: label if label and str(key).lower() in VALUES else str(key) for key in value}
    return {_key(key): mask_object(names[key], inner, depth) for key, inner in value.items()}


def mask_lines(text: str) -> str:
    """Free text line by line; of an address only its host stays."""
    return "\n".join(_bounded(clean(line, strict=True)) for line in clean(text, strict=True).split("\n"))


def mask_traceback(text: str) -> str:
    """A traceback: frames stay, the words of errors lose what they quote."""
    lines, frames = [], False
    for line in text.split("\n"):
        frames = line.lstrip(" |+-").startswith("Traceback (") or (frames and line[:1] in (" ", "|"))
        lines.append(line if frames else hide_quoted(line, names=line.startswith(OF_THE_PROGRAM)))
    return mask_lines("\n".join(lines))


def _key(key: Any) -> Any:
    return clean(key) if isinstance(key, str) else key


def _bounded(line: str) -> str:
    return line if len(line) <= MOST_TEXT else line[:MOST_TEXT] + "…"
