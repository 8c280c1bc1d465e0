"""Reads what the page of a copy under way shows, whole or in a poll."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from b24app.backup.backup_plan import read_choices
from b24app.backup.copy_estimate import read_estimate
from b24app.backup.reading.shares import is_night
from b24app.pages.copy.going_answer import write_going_answer
from b24app.pages.copy.progress_view import GoingCopy
from b24app.pages.copy.target_part import target_name
from b24app.services import services
from b24app.web.filters import zone

FAST, SLOW = timedelta(minutes=1), timedelta(minutes=10)


def going_values(going: GoingCopy) -> Mapping[str, object]:
    """The answer, the hour, and how often the page asks again."""
    now = services().clock.now()
    waited = now - going.begun_at if going.begun_at else timedelta()
    return {
        "answer": write_going_answer(going, going.left, promised_time(going, now)),
        "now": now,
        "target_name": target_name(read_choices()),
        "night": is_night(now, zone().key),
        "every": "2s" if waited < FAST else "5s" if waited < SLOW else "15s",
    }


def promised_time(going: GoingCopy, now: datetime) -> timedelta | None:
    """The time that was estimated before the press for a full copy, while it is not over yet; it does not include files."""
    kept = read_estimate(now)
    if not going.is_full or going.has_files_left or kept is None or not kept.known:
        return None
    promised = timedelta(seconds=kept.seconds)
    return promised if going.begun_at is None or now - going.begun_at < promised else None
