"""Texts before translation: message ids marked where they are written, and sentences that carry the values to put in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Union

Value = Union[str, int, float, Decimal, date, datetime, tuple[Union[str, "Sentence"], ...], "Sentence", None]
NAMED = re.compile(r"%\((\w+)\)")


def N_(message: str) -> str:  # noqa: N802 - the customary gettext name
    """Mark a message id for extraction and return it unchanged."""
    return message


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - the customary gettext name, doubled
    """Mark a message id and its plural for extraction and return both unchanged."""
    return one, many


def P_(context: str, message: str) -> str:  # noqa: N802 - the customary gettext name
    """Mark a message id that has another meaning elsewhere; the context travels in it, as catalogues keep it."""
    return f"{context}\x04{message}"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message id, its plural chosen by `count`, and values; a sentence among the values is translated first."""

    message: str
    plural: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is any text."""
        return bool(self.message)

    @property
    def is_whole(self) -> bool:
        """Whether every value that the message names is there, down to the sentences inside it."""
        named = set(NAMED.findall(self.message + self.plural))
        counted = not self.plural or isinstance(self.values.get("count"), int)
        return counted and named <= self.values.keys() and all(inner.is_whole for inner in self._inside())

    def _inside(self) -> Iterator["Sentence"]:
        for value in self.values.values():
            parts = value if isinstance(value, tuple) else (value,)
            yield from (part for part in parts if isinstance(part, Sentence))


NOTHING = Sentence("")


def sentence(message: str | tuple[str, str], **values: Value) -> Sentence:
    """Put a message id, or a pair of them, and its values together."""
    one, many = message if isinstance(message, tuple) else (message, "")
    return Sentence(one, many, values)
