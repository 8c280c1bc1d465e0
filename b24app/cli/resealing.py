"""`flask reseal`: seals everything anew under the first of B24APP_SEAL_KEYS, so that older keys can be taken away.

May run while the application works, be stopped and begun again: a row that somebody writes meanwhile is sealed by him.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Table, select, update

from b24app.cli.sealed_columns import SealedColumn, opens_with, sealed_columns
from b24app.database import Base, Sealed, SealedBytes, changed_rows, db
from b24app.services import services

PART, PART_OF_FILES = 200, 10
"""Rows that are read at once; files of one row may take 16 MB."""
DELIVERIES: Table = Base.metadata.tables["delivery"]


@dataclass(slots=True)
class Resealed:
    """What became of the sealed values of one place: under the first key already, sealed anew, opened by no key."""

    place: str
    kept: int = 0
    renewed: int = 0
    lost: int = 0


def reseal_all() -> list[Resealed]:
    """Go through every sealed column and the sealed links of messages; commits after each part."""
    first = Fernet(services().settings.seal_keys[0].get_secret_value())
    ring = Sealed.ring()
    found = [_reseal_column(one, first, ring) for one in sealed_columns()]
    return [*found, _reseal_links(first, ring)]


def _reseal_column(place: SealedColumn, first: Fernet, ring: MultiFernet) -> Resealed:
    done, after = Resealed(place.name), None
    most = PART_OF_FILES if isinstance(place.column.type, SealedBytes) else PART
    while rows := place.rows(after, most):
        for row in rows:
            _count(done, first, ring, row[1], partial(place.replace, row))
        db.session.commit()
        after = rows[-1][0]
    return done


def _reseal_links(first: Fernet, ring: MultiFernet) -> Resealed:
    """A message that opens something carries its link sealed inside of its own JSON (`reminders/packed_messages.py`)."""
    done, after = Resealed("delivery.letter link"), 0
    number, letter = DELIVERIES.c.id, DELIVERIES.c.letter
    query = select(number, letter).order_by(number).limit(PART).with_for_update()
    while rows := db.session.execute(query.where(number > after)).all():
        for row_id, kept in rows:
            if kept and kept.get("opens") and kept.get("link"):
                put = partial(_put_link, row_id, kept)
                _count(done, first, ring, str(kept["link"]).encode(), put)
        db.session.commit()
        after = rows[-1][0]
    return done


def _put_link(row_id: int, kept: Mapping[str, object], link: bytes) -> bool:
    mine = update(DELIVERIES).where(DELIVERIES.c.id == row_id)
    return changed_rows(db.session.execute(mine.values(letter={**kept, "link": link.decode()}))) == 1


def _count(
    done: Resealed, first: Fernet, ring: MultiFernet, content: bytes, put: Callable[[bytes], bool]
) -> None:
    if opens_with(first, content):
        done.kept += 1
        return
    try:
        renewed = ring.rotate(content)
    except InvalidToken:
        done.lost += 1
        return
    done.renewed += put(renewed)
