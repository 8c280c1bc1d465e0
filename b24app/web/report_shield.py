"""Takes out of a report what people may have typed into answers and notes: secrets always, mail addresses outside."""

import dataclasses
import re
from typing import Any, TypeVar

from b24app.wire.masks import MASK, SECRET_IN_TEXT, WEBHOOK

T = TypeVar("T")
EMAIL = re.compile(r"[^\s@<>,;:\"'()«»]+@[^\s@<>,;:\"'()«»]+\.\w[\w-]*")


def shield(value: T, *, outside: bool) -> T:
    """The same record without secrets in any of its texts, however deep they lie."""
    found: T = _shield(value, outside)
    return found


def _shield(value: Any, outside: bool) -> Any:
    if isinstance(value, str):
        return _clean(value, outside=outside)
    if isinstance(value, tuple):
        return tuple(_shield(one, outside) for one in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (field.name for field in dataclasses.fields(value))
        return dataclasses.replace(value, **{name: _shield(getattr(value, name), outside) for name in names})
    return value


def _clean(text: str, *, outside: bool) -> str:
    text = WEBHOOK.sub(rf"\1{MASK}", SECRET_IN_TEXT.sub(rf"\1{MASK}", text))
    return EMAIL.sub(MASK, text) if outside else text
