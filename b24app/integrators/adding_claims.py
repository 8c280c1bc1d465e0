"""Claims the adding of an object to a portal: kept before the request leaves, so that a kill, a lost answer and two workers add it once."""

from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import InstrumentedAttribute

from b24app.database import changed_rows, db


def claim_adding(
    since: InstrumentedAttribute[datetime | None],
    seen: datetime | None,
    at: datetime,
    *unadded: ColumnElement[bool],
) -> bool:
    """Store in the column `since` of one row that it is being added from `at` on, and commit that.

    False when another worker has stored it since `seen` was read, or the row is not one of the `unadded` any more.
    """
    same = since.is_(None) if seen is None else since == seen
    mine = update(since.class_).where(*unadded, same).values({since: at})
    done = db.session.execute(mine.execution_options(synchronize_session=False))
    db.session.commit()
    return changed_rows(done) == 1
