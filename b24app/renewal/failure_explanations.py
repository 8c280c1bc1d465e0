"""Why something failed: the code that is kept of an error without its secrets, and its sentence for people. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from b24app import errors
from b24app.bitrix24 import no_answer
from b24app.bitrix24.masking import clean, hide_quoted
from b24app.errors import AppError
from b24app.guard import PlaceRefused
from b24app.input_limits import one_line
from b24app.text.messages import N_


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
_FOUND = {**vars(errors), **vars(no_answer)}
_OWN = (one for one in _FOUND.values() if isinstance(one, type) and issubclass(one, AppError))
_KINDS: tuple[type[AppError], ...] = (*_OWN, PlaceRefused)
APPLICATION_FAILURES = tuple(FailureWords(one.kind, one, MESSAGES.get(one, "")) for one in _KINDS)


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure: a message id for people, the raw words for whoever fixes it, and whether it may pass by itself."""

    message: str
    detail: str
    passes: bool = False


def describe(error: Exception, known: Iterable[FailureWords] = APPLICATION_FAILURES) -> str:
    """What is kept of an error: its code and its own words, without secrets; text quoted in an unknown error is hidden too."""
    words = one_line(str(error))
    words = clean(words if isinstance(error, AppError) else hide_quoted(words), strict=True)
    return f"{_code_of(error, known)}: {words}"[:300]


def _code_of(error: Exception, known: Iterable[FailureWords]) -> str:
    """The code of the nearest class that has one; an error that is not ours is kept by its name, for reading alone."""
    codes = {one.error: one.code for one in known}
    return next((codes[kind] for kind in type(error).__mro__ if kind in codes), type(error).__name__)


def explain(kept: str, known: Iterable[FailureWords] = APPLICATION_FAILURES) -> Failure | None:
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
