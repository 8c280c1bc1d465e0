"""The one row that a portal has in a table of such rows, or for one key of it: made once, whoever asks first."""

from collections.abc import Mapping
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from b24app.database import Base, db

Row = TypeVar("Row", bound=Base)


def single_row(
    table: type[Row],
    session: Session | None = None,
    *,
    begins: Mapping[str, object] | None = None,
    **key: int | str,
) -> Row:
    """The row of the portal of the scope, made when there is none; the caller changes it and the edge commits.

    Two requests, or a request and a job, may find none at the same moment: the later one gets the row of the earlier.
    The table has to hold the key unique; `begins` are values of a new row that have no default.
    """
    session = session or db.session()
    row = session.scalar(select(table).filter_by(**key))
    return row if row is not None else _make(table, session, key, begins or {})


def _make(table: type[Row], session: Session, key: dict[str, int | str], begins: Mapping[str, object]) -> Row:
    row = table(**key, **begins)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        earlier = session.scalar(select(table).filter_by(**key))
        if earlier is None:  # it was refused for another reason
            raise
        return earlier
    return row
