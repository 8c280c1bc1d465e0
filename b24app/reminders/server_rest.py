"""The rest of a server that messages of all portals go through: while mail is away one worker tries it and nobody else waits.

After a failure the server rests, with growing pauses; when one is over, one worker alone tries again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from b24app.database import db
from b24app.reminders.delivery_lease import changed
from b24app.reminders.model import ServerRest

FIRST_REST, LONGEST_REST = timedelta(seconds=30), timedelta(minutes=10)
TRY = timedelta(seconds=60)
"""For so long the one that tries keeps the others away."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether a server may be asked: `rests_until` is empty when it may, `failures` are those it had in a row.

    The portal's `own` server is of no concern to others, whatever becomes of it.
    """

    failures: int = 0
    rests_until: datetime | None = None
    own: bool = False


def take_turn(channel: str, at: datetime) -> Turn:
    """Ask whether this server may be asked now. Commits."""
    query = select(ServerRest.failures, ServerRest.until).where(ServerRest.channel == channel)
    row = db.session.execute(query).one_or_none()
    db.session.commit()
    if row is None or row.failures == 0:
        return Turn()
    if at < row.until <= at + LONGEST_REST + TRY:  # later still means a clock that was set back
        return Turn(row.failures, row.until)
    mine = update(ServerRest).where(ServerRest.channel == channel, ServerRest.until == row.until)
    return Turn(row.failures, None if changed(mine.values(until=at + TRY)) else at + TRY)


def note_away(channel: str, at: datetime, turn: Turn) -> None:
    """Let a server that failed rest, longer each time. Of several workers that saw it at once one counts. Commits."""
    failures = turn.failures + 1
    mine = update(ServerRest).where(ServerRest.channel == channel, ServerRest.failures == turn.failures)
    since = {} if turn.failures else {"away_since": at}
    if (
        not changed(mine.values(failures=failures, until=at + rest_after(failures), **since))
        and not turn.failures
    ):
        _begin(channel, at)


def note_served(channel: str, turn: Turn) -> None:
    """The server answered: everybody may ask again. Commits."""
    if turn.failures:
        changed(update(ServerRest).where(ServerRest.channel == channel).values(failures=0))


def rest_after(failures: int) -> timedelta:
    """How long a server rests after so many failures in a row."""
    return min(FIRST_REST * (1 << min(failures - 1, 10)), LONGEST_REST)


def _begin(channel: str, at: datetime) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(ServerRest(channel=channel, failures=1, until=at + FIRST_REST, away_since=at))
    except IntegrityError:
        return
    db.session.commit()
