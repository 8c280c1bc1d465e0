"""A check that the portal is asked about again: how far it is, for every page that waits for the answer."""

from datetime import datetime
from enum import StrEnum

from flask import request

from b24app.checklist.engine.run_jobs import is_judged_since, is_unread_since
from b24app.services import services
from b24app.text.messages import N_
from b24app.web.form_fields import read_stamp

PATIENCE_SECONDS = 90
PER_SECOND = 1000
NOT_ANSWERED = N_("The portal has not answered yet. The old result stays.")
NOT_TOLD = N_("The portal did not answer. The result before it stays.")


class Repeat(StrEnum):
    """Still under way, too long under way, without an answer, or judged anew."""

    WAITING = "waiting"
    LATE = "late"
    UNTOLD = "untold"
    JUDGED = "judged"


def stamp_of_now() -> int:
    """The moment from which a page waits, in thousandths of a second, as `?since=` carries it."""
    return int(services().clock.now().timestamp() * PER_SECOND)


def asked_since() -> datetime | None:
    """The moment of `?since=`; None where a page waits for nothing. Raises BadInput."""
    return read_stamp(request.args, "since", per_second=PER_SECOND)


def state_of_repeat(run_id: int | None, target: str, since: datetime) -> Repeat:
    """How far the repeat of a check or an area that was asked for at a moment is; without a run nothing is waited for."""
    if run_id is None:
        return Repeat.JUDGED
    if not is_judged_since(run_id, target, since):
        waited = (services().clock.now() - since).total_seconds()
        return Repeat.WAITING if waited <= PATIENCE_SECONDS else Repeat.LATE
    return Repeat.UNTOLD if is_unread_since(run_id, target, since) else Repeat.JUDGED
