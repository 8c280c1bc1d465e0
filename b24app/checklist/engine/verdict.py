"""The verdict of a check: a level, a message id with its values, and the evidence behind it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from b24app.text.sentences import Sentence, Value, sentence

Message = str | tuple[str, str]
__all__ = [
    "Because",
    "Evidence",
    "Level",
    "Message",
    "Sentence",
    "Value",
    "Verdict",
    "asked",
    "failed",
    "not_used",
    "passed",
    "seen",
    "sentence",
    "unknown",
    "verdict",
    "warned",
]  # fmt: skip


class Level(StrEnum):
    """How a check ended, from good to open."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    WARN = "warn"
    FAIL = "fail"
    ASK = "ask"
    UNKNOWN = "unknown"
    NA = "na"


class Because(StrEnum):
    """What a verdict that is no judgement yet waits for, as a code: its sentence may change."""

    WAITS_FOR_TRAFFIC = "waits_for_traffic"
    NO_BASELINE = "no_baseline"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation: its caption, what it was, how good that is, and when it was so."""

    label: str
    said: Sentence
    level: Level | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of one check: one line, a second line that explains it, and the evidence."""

    level: Level
    said: Sentence
    detail: Sentence | None = None
    evidence: tuple[Evidence, ...] = ()
    because: Because | None = None


def seen(
    label: str,
    message: Message = "%(value)s",
    level: Level | None = None,
    at: datetime | None = None,
    **values: Value,
) -> Evidence:
    """Name one observation in the portal."""
    return Evidence(label, sentence(message, **values), level, at)


def verdict(
    level: Level,
    message: Message,
    detail: Message | None = None,
    evidence: tuple[Evidence, ...] = (),
    **values: Value,
) -> Verdict:
    """Make a verdict; both lines share the values."""
    second = sentence(detail, **values) if detail else None
    return Verdict(level, sentence(message, **values), second, evidence)


def passed(
    message: Message,
    detail: Message | None = None,
    evidence: tuple[Evidence, ...] = (),
    **values: Value,
) -> Verdict:
    """Everything is as it should be."""
    return verdict(Level.PASS, message, detail, evidence, **values)


def warned(
    message: Message,
    detail: Message | None = None,
    evidence: tuple[Evidence, ...] = (),
    **values: Value,
) -> Verdict:
    """Somebody should look at it; the renewal may go on."""
    return verdict(Level.WARN, message, detail, evidence, **values)


def failed(
    message: Message,
    detail: Message | None = None,
    evidence: tuple[Evidence, ...] = (),
    **values: Value,
) -> Verdict:
    """It stands in the way of the renewal or has broken after it."""
    return verdict(Level.FAIL, message, detail, evidence, **values)


def not_used(message: Message, **values: Value) -> Verdict:
    """The portal does not use this part, so there is nothing to judge."""
    return verdict(Level.NA, message, None, (), **values)


def unknown(message: Message, detail: Message | None = None, **values: Value) -> Verdict:
    """It could not be seen, so nothing may be claimed."""
    return verdict(Level.UNKNOWN, message, detail, (), **values)


def asked(message: Message, detail: Message | None = None, **values: Value) -> Verdict:
    """Only a person can tell."""
    return verdict(Level.ASK, message, detail, (), **values)
