"""Keeps what an opening writes: two windows opened at once may both be the first."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import IntegrityError

from b24app.database import db

T = TypeVar("T")


def keep(write: Callable[[], T]) -> T:
    """Write and commit; two windows opened at once may both be the first, so once more when they collide."""
    try:
        kept = write()
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        kept = write()
        db.session.commit()
    return kept
