"""Pauses (circuit breaker), how long a portal that does not answer is left alone: which failures count, and pauses that grow. Pure."""

from datetime import timedelta
from enum import StrEnum

from b24app import errors
from b24app.bitrix24 import no_answer
from b24app.bitrix24.retries import MOST_FAULTS, may_pass
from b24app.errors import PortalError

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=2)
PROBE_LEASE = timedelta(minutes=1)
"""How long one process alone may ask a portal whose pause is over."""
PROBE_SECONDS, PERSON_SECONDS = 10.0, 30.0
"""Seconds that the first request after a failure may take: in background work, and after a person's press."""


class Silence(StrEnum):
    """What came in the place of an answer of REST."""

    NO_ANSWER = "no_answer"
    NO_CONNECTION = "no_connection"
    CERTIFICATE = "certificate"
    PAGE = "page"
    DELETED = "deleted"


def silence_of(error: PortalError) -> Silence | None:
    """What a failed request shows about the portal; None for an answer of its REST, and for what was never sent by us."""
    kinds: tuple[tuple[type[PortalError], Silence | None], ...] = (
        (no_answer.PortalRests, None),
        (no_answer.CertificateRefused, Silence.CERTIFICATE),
        (no_answer.PageInstead, Silence.PAGE),
        (errors.PortalGone, Silence.DELETED),
        (no_answer.NoAnswer, None if error.code == "out_of_time" else Silence.NO_ANSWER),
        (no_answer.LineCut, Silence.NO_ANSWER),
        (errors.Unreachable, Silence.NO_CONNECTION),
    )
    return next((silence for kind, silence in kinds if isinstance(error, kind)), None)


def is_answer(error: PortalError) -> bool:
    """Whether the portal's REST itself refused: then it works."""
    from_rest = bool(error.code) and not isinstance(error, errors.Unreachable | errors.AddressChanged)
    return from_rest and silence_of(error) is None


def ends_asking(error: PortalError, failed: int) -> bool:
    """Whether the same work shall ask no more after so many failures in a row."""
    return not may_pass(error) or failed > MOST_FAULTS


def pause_after(failures: int) -> timedelta:
    """How long nobody asks after this many failures: 1, 2, 4, 8 … minutes, two hours at most."""
    return min(FIRST_PAUSE * (1 << min(max(0, failures - 1), 10)), LONGEST_PAUSE)
