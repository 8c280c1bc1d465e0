"""A sentence before translation: a message id, its plural chosen by `count`, and the values to put into it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Union

Value = Union[str, int, Decimal, date, datetime, tuple[Union[str, "Said"], ...], "Said", None]


@dataclass(frozen=True, slots=True)
class Said:
    """What the edge translates; a date becomes a day in words, another Said is translated first."""

    message: str
    plural: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.message)


NOTHING = Said("")


def say(message: str | tuple[str, str], **values: Value) -> Said:
    """Put a message id, or a pair of them, and its values together."""
    one, many = message if isinstance(message, tuple) else (message, "")
    return Said(one, many, values)
