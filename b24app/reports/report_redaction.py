"""Takes out of a report what people may have typed into answers and notes: secrets always, mail addresses outside."""

import dataclasses
from typing import Any, TypeVar

from b24app.bitrix24.masking import EMAIL, MASK, clean_secrets

T = TypeVar("T")
DIGEST = "digest"  # of a file, looks like a key and is none


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
        names = (field.name for field in dataclasses.fields(value) if field.name != DIGEST)
        return dataclasses.replace(value, **{name: _shield(getattr(value, name), outside) for name in names})
    return value


def _clean(text: str, *, outside: bool) -> str:
    text = clean_secrets(text)
    return EMAIL.sub(MASK, text) if outside else text
