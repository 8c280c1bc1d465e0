"""What a look at one part of an installation found, and how long a look may take."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextvars import copy_context
from dataclasses import dataclass
from enum import StrEnum

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from b24app.database import db

SEE_DATABASE = "Mend the parts database and schema first: this one cannot be judged without them."
SEE_LOG = "Read the lines of this command's own log, and whether the other side can be reached from here."
log = structlog.get_logger(__name__)


class FindingState(StrEnum):
    """Whether a part works, works with a remark, does not work, or is switched off by its settings."""

    OK = "ok"
    REMARK = "remark"
    FAILED = "failed"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: what was found in words that hold no secret, and what to do about it."""

    part: str
    state: FindingState
    found: str
    todo: str = ""


LookAtPart = Callable[[], Iterable[Finding]]


def look_at_all(app: Flask, looks: Mapping[str, LookAtPart], seconds: float) -> list[Finding]:
    """Look at all parts at once, each in a thread of its own; those that take longer than `seconds` have failed by that."""
    until = time.monotonic() + seconds
    begun = [(part, *_begin(app, part, look)) for part, look in looks.items()]
    found: list[Finding] = []
    for part, thread, answers in begun:
        thread.join(max(0.0, until - time.monotonic()))
        found += [_silent(part, seconds)] if thread.is_alive() else answers
    return found


def _begin(app: Flask, part: str, look: LookAtPart) -> tuple[threading.Thread, list[Finding]]:
    answers: list[Finding] = []

    def work() -> None:
        with app.app_context():
            _fill(answers, part, look)
            db.session.remove()

    thread = threading.Thread(target=copy_context().run, args=(work,), name=f"doctor: {part}", daemon=True)
    thread.start()
    return thread, answers


def _fill(answers: list[Finding], part: str, look: LookAtPart) -> None:
    """Keep what was found before a look failed."""
    try:
        answers.extend(look())
    except SQLAlchemyError as error:
        db.session.rollback()
        words = f"the database did not answer ({type(error).__name__})"
        answers.append(Finding(part, FindingState.FAILED, words, SEE_DATABASE))
    except Exception as error:
        log.exception("a look of the doctor failed", part=part, error=type(error).__name__)
        words = f"could not be looked at ({type(error).__name__})"
        answers.append(Finding(part, FindingState.FAILED, words, SEE_LOG))


def _silent(part: str, seconds: float) -> Finding:
    return Finding(part, FindingState.FAILED, f"no answer within {seconds:g} s", SEE_LOG)
