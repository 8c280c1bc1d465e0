"""What a check says: a level, a message id with its values, and the evidence behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Scalar = str | int | float | bool | datetime | tuple[str, ...] | None
Message = str | tuple[str, str]


class Level(StrEnum):
    """How a check ended, from good to open."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    WARN = "warn"
    FAIL = "fail"
    ASK = "ask"
    UNKNOWN = "unknown"
    NA = "na"


@dataclass(frozen=True, slots=True)
class Said:
    """A message id (and its plural, chosen by `count`) with the values to put into it."""

    message: str
    plural: str = ""
    values: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing seen: its caption, what it was, how good that is, and when it was so."""

    label: str
    said: Said
    level: Level | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of one check: one line, a second line that explains it, and the evidence."""

    level: Level
    said: Said
    detail: Said | None = None
    evidence: tuple[Evidence, ...] = ()


def say(message: Message, **values: Scalar) -> Said:
    """Put a message id and its values together."""
    one, many = message if isinstance(message, tuple) else (message, "")
    return Said(one, many, values)


def seen(
    label: str,
    message: Message = "%(value)s",
    level: Level | None = None,
    at: datetime | None = None,
    **values: Scalar,
) -> Evidence:
    """Name one thing that was seen in the portal."""
    return Evidence(label, say(message, **values), level, at)


def verdict(
    level: Level,
    message: Message,
    detail: Message | None = None,
    evidence: tuple[Evidence, ...] = (),
    **values: Scalar,
) -> Verdict:
    """Make a verdict; both lines share the values."""
    second = say(detail, **values) if detail else None
    return Verdict(level, say(message, **values), second, evidence)


def passed(
    message: Message,
    detail: Message | None = None,
    evidence: tuple[Evidence, ...] = (),
    **values: Scalar,
) -> Verdict:
    """Everything is as it should be."""
    return verdict(Level.PASS, message, detail, evidence, **values)


def warned(
    message: Message,
    detail: Message | None = None,
    evidence: tuple[Evidence, ...] = (),
    **values: Scalar,
) -> Verdict:
    """Somebody should look at it; the renewal may go on."""
    return verdict(Level.WARN, message, detail, evidence, **values)


def failed(
    message: Message,
    detail: Message | None = None,
    evidence: tuple[Evidence, ...] = (),
    **values: Scalar,
) -> Verdict:
    """It stands in the way of the renewal or has broken after it."""
    return verdict(Level.FAIL, message, detail, evidence, **values)


def not_used(message: Message, **values: Scalar) -> Verdict:
    """The portal does not use this part, so there is nothing to judge."""
    return verdict(Level.NA, message, None, (), **values)


def unknown(message: Message, detail: Message | None = None, **values: Scalar) -> Verdict:
    """It could not be seen, so nothing may be claimed."""
    return verdict(Level.UNKNOWN, message, detail, (), **values)


def asked(message: Message, detail: Message | None = None, **values: Scalar) -> Verdict:
    """Only a person can tell."""
    return verdict(Level.ASK, message, detail, (), **values)
