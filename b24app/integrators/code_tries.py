"""Wrong codes of invitations, counted in the client's portal: ten, then an hour's rest, whatever process is asked."""

from datetime import datetime, timedelta

from sqlalchemy import Update, or_, update

from b24app.database import changed_rows, db
from b24app.integrators.model import CodeTries
from b24app.single_rows import single_row

MOST = 10
REST = timedelta(hours=1)


def take_try(at: datetime) -> bool:
    """Count a try in the portal in scope before its code is looked up; returns whether one was left.

    A refused try is not counted, so the rest ends an hour after the tenth wrong code. A clock that ran ahead by more than
    that and was set back begins anew.
    """
    single_row(CodeTries, begins={"wrong": 0, "last_at": at})
    quiet = or_(CodeTries.last_at <= at - REST, CodeTries.last_at > at + REST)
    _change(update(CodeTries).where(quiet).values(wrong=0, last_at=at))
    taken = update(CodeTries).where(CodeTries.wrong < MOST).values(wrong=CodeTries.wrong + 1, last_at=at)
    return _change(taken)


def give_try_back() -> None:
    """The code was right: only wrong ones count."""
    _change(update(CodeTries).where(CodeTries.wrong > 0).values(wrong=CodeTries.wrong - 1))


def _change(statement: Update) -> bool:
    done = db.session.execute(statement.execution_options(synchronize_session=False))
    return changed_rows(done) > 0
