"""The verdict of a check: a level, a message id with its values, and the evidence behind it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial

from b24app.text.messages import Sentence, Value, sentence

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
    """Why a verdict is no judgement of the portal alone, as a code: its sentence may change."""

    WAITS_FOR_TRAFFIC = "waits_for_traffic"
    NO_BASELINE = "no_baseline"
    NO_RIGHTS = "no_rights"
    NO_SHOP = "no_shop"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation: its caption, its value, its level, its moment, and the portal's page of the object."""

    label: str
    sentence: Sentence
    level: Level | None = None
    at: datetime | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of one check: one line, a second line that explains it, and the evidence."""

    level: Level
    sentence: Sentence
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


passed = partial(verdict, Level.PASS)  # everything is as it should be
warned = partial(verdict, Level.WARN)  # a person should look at it; the renewal may continue
failed = partial(verdict, Level.FAIL)  # it blocks the renewal or has broken after it
not_used = partial(verdict, Level.NA)  # the portal does not use this part, so there is nothing to judge
unknown = partial(verdict, Level.UNKNOWN)  # it could not be seen, so there is no judgement
asked = partial(verdict, Level.ASK)  # only a person can answer
