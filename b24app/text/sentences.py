"""A sentence before translation: a message id, its plural chosen by `count`, and the values to put into it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Union

Value = Union[str, int, float, Decimal, date, datetime, tuple[Union[str, "Sentence"], ...], "Sentence", None]


@dataclass(frozen=True, slots=True)
class Sentence:
    """What the edge translates; a date becomes a day in words, another Said is translated first."""

    message: str
    plural: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.message)


NOTHING = Sentence("")
NAMED = re.compile(r"%\((\w+)\)")


def sentence(message: str | tuple[str, str], **values: Value) -> Sentence:
    """Put a message id, or a pair of them, and its values together."""
    one, many = message if isinstance(message, tuple) else (message, "")
    return Sentence(one, many, values)


def can_be_said(said: Sentence) -> bool:
    """Whether every value that the message names is there, down to the sentences inside it."""
    named = set(NAMED.findall(said.message + said.plural))
    counted = not said.plural or isinstance(said.values.get("count"), int)
    return counted and named <= said.values.keys() and all(can_be_said(inner) for inner in _inside(said))


def _inside(said: Sentence) -> Iterator[Sentence]:
    for value in said.values.values():
        parts = value if isinstance(value, tuple) else (value,)
        yield from (part for part in parts if isinstance(part, Sentence))
