"""Help that ships as data: guides to each route of the renewal, the table of errors by their words, why a delivery failed."""

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from b24app import errors
from b24app.bitrix24.masking import clean, hide_quoted
from b24app.errors import AppError
from b24app.guard import PlaceRefused
from b24app.input_limits import one_line
from b24app.sources import read_data
from b24app.text.messages import N_

DATA = Path(__file__).with_name("data")
NO_TEXT: Mapping[str, str] = {"ru": "", "en": ""}
LONGEST = 20_000
OWN_PAGES = ("/documents", "/after")


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One step in both languages; `article` is what the article says where it differs."""

    title: Mapping[str, str]
    text: Mapping[str, str]
    path: str
    source: Mapping[str, str]
    checked: date
    grade: str
    article: Mapping[str, str] = field(default_factory=lambda: NO_TEXT)

    @property
    def own(self) -> bool:
        """Whether its path is a page of this application, not of the portal."""
        return self.path in OWN_PAGES


@dataclass(frozen=True, slots=True)
class Guide:
    """The steps of one route or one question of the renewal."""

    code: str
    title: Mapping[str, str]
    lead: Mapping[str, str]
    steps: tuple[GuideStep, ...]


@dataclass(frozen=True, slots=True)
class GuideFile:
    """What guides.toml holds."""

    version: str
    guides: tuple[Guide, ...]


@functools.cache
def read_guides() -> Mapping[str, Guide]:
    """Read the guides that ship with this version, by code, in their order."""
    return {guide.code: guide for guide in read_data(GuideFile, "guides.toml", folder=DATA).guides}


@dataclass(frozen=True, slots=True)
class Symptom:
    """One trouble: how it is recognised, why it happens, what to do; texts in each language."""

    code: str
    patterns: tuple[re.Pattern[str], ...]
    weight: int
    title: Mapping[str, str]
    cause: Mapping[str, str]
    fix: Mapping[str, str]
    path: str
    source: Mapping[str, str]
    grade: str

    def matches(self, text: str) -> bool:
        """Whether any of its patterns is in the text."""
        return any(pattern.search(text) for pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class SymptomFile:
    """What symptoms.toml holds."""

    version: str
    symptoms: tuple[Symptom, ...]


@functools.cache
def read_symptoms() -> tuple[Symptom, ...]:
    """Read the table that ships with this version (each row names its source)."""
    return read_data(SymptomFile, "symptoms.toml", folder=DATA).symptoms


def recognise(text: str) -> tuple[Symptom, ...]:
    """The troubles that a text speaks of, the surest first; nothing when it is not understood."""
    plain = " ".join(text[:LONGEST].lower().split())
    found = [symptom for symptom in read_symptoms() if symptom.matches(plain)]
    return tuple(sorted(found, key=lambda symptom: -symptom.weight))


@dataclass(frozen=True, slots=True)
class FailureWords:
    """One kind of failure: its stored code, its class, its message in general, and for some of its details."""

    code: str
    error: type[AppError]
    message: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


SLOW_DOWN = N_("The portal asked to slow down, and there was no free moment.")
MESSAGES: Mapping[type[AppError], str] = {
    errors.SettingsWrong: N_("No mail server is set for this application: ask whoever runs it."),
    errors.PortalError: N_("The portal did not answer as expected."),
    errors.LimitReached: SLOW_DOWN,
    errors.OperationLimited: SLOW_DOWN,
    errors.VendorFault: N_("The portal failed inside."),
    errors.AnswerBroken: N_("The portal answered with something that cannot be read."),
    errors.UnknownRefusal: N_("The portal refused with words that we do not know."),
    errors.Unreachable: N_("The portal could not be reached."),
    errors.WriteUncertain: N_(
        "It is not certain that the portal saved this: look there before sending it again."
    ),
}
NAMED = (one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, AppError))
KINDS: tuple[type[AppError], ...] = (*NAMED, PlaceRefused)
CORE = tuple(FailureWords(one.kind, one, MESSAGES.get(one, "")) for one in KINDS)


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure: a message id for people, the raw words for whoever mends it, and whether it may pass by itself."""

    message: str
    detail: str
    passes: bool = False


def describe(error: Exception, known: Iterable[FailureWords] = CORE) -> str:
    """What is kept of an error: its code and its own words, without secrets; what a stranger's error quotes is hidden too."""
    words = one_line(str(error))
    words = clean(words if isinstance(error, AppError) else hide_quoted(words), strict=True)
    return f"{_code_of(error, known)}: {words}"[:300]


def _code_of(error: Exception, known: Iterable[FailureWords]) -> str:
    """The code of the nearest class that has one; an error that is not ours is kept by its name, for reading alone."""
    codes = {one.error: one.code for one in known}
    return next((codes[kind] for kind in type(error).__mro__ if kind in codes), type(error).__name__)


def explain(kept: str, known: Iterable[FailureWords] = CORE) -> Failure | None:
    """The failure behind what was kept; None when nothing failed."""
    if not kept:
        return None
    code, _, detail = kept.partition(": ")
    found = next((one for one in known if one.code == code), None)
    if found is None:
        return Failure(AppError.public, kept)
    if found.error is errors.BadInput:
        return Failure(detail, "")
    message = found.details.get(detail) or found.message or found.error.public
    return Failure(message, kept, found.error.retryable)
