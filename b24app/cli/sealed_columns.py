"""Every place of the database that is sealed under B24APP_SEAL_KEYS: which columns, how their raw bytes are read and replaced."""

from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Column, LargeBinary, Select, Table, select, type_coerce, update

from b24app.database import Base, Sealed, SealedBytes, changed_rows, db

SealedRow = tuple[object, bytes]


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """One sealed column and the key of its table."""

    table: Table
    column: Column[object]
    key: Column[object]

    @property
    def name(self) -> str:
        """The column's name as an operator reads it."""
        return f"{self.table.name}.{self.column.name}"

    def rows(self, after: object | None, most: int) -> list[SealedRow]:
        """The next rows in the order of their key, as they are stored in the database."""
        return _read(self._query(after).order_by(self.key).limit(most))

    def newest(self, most: int) -> list[SealedRow]:
        """The rows with the highest keys, mostly those that were written last."""
        return _read(self._query(None).order_by(self.key.desc()).limit(most))

    def replace(self, row: SealedRow, content: bytes) -> bool:
        """Write other bytes unless somebody has written meanwhile."""
        raw = type_coerce(self.column, LargeBinary)
        mine = update(self.table).where(self.key == row[0], raw == row[1])
        done = db.session.execute(mine.values({self.column: type_coerce(content, LargeBinary)}))
        return changed_rows(done) == 1

    def _query(self, after: object | None) -> Select[object, bytes]:
        query = select(self.key, type_coerce(self.column, LargeBinary)).where(self.column.is_not(None))
        return query if after is None else query.where(self.key > after)


def sealed_columns() -> Iterator[SealedColumn]:
    """Each sealed column of each table, found by its type."""
    for table in Base.metadata.sorted_tables:
        (key, *_) = table.primary_key.columns
        for column in table.columns:
            if isinstance(column.type, Sealed | SealedBytes):
                yield SealedColumn(table, column, key)


def opens_with(key: Fernet, content: bytes) -> bool:
    """Whether this one key opens what was sealed."""
    try:
        key.decrypt(content)
    except InvalidToken:
        return False
    return True


def _read(query: Select[object, bytes]) -> list[SealedRow]:
    return [(row[0], bytes(row[1])) for row in db.session.execute(query)]
