"""Tables, the session, sealed (encrypted) columns, and the rule that a query never forgets its portal."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar

from cryptography.fernet import Fernet, MultiFernet
from flask import Flask, current_app, has_app_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    ClauseElement,
    Connection,
    DateTime,
    ForeignKey,
    LargeBinary,
    MetaData,
    Result,
    TypeDecorator,
    event,
)
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    SessionTransaction,
    UOWTransaction,
    declared_attr,
    mapped_column,
    with_loader_criteria,
)
from sqlalchemy.sql import visitors
from sqlalchemy.sql.base import ExecutableOption

from b24app.network import before_sending, sent_ahead
from b24app.stored_values import guard_columns

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, aware on both sides whatever the database keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse naive moments and turn the rest into UTC."""
        if value is not None and value.tzinfo is None:
            msg = "a moment needs a time zone"
            raise ValueError(msg)
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """SQLite forgets the zone; what it kept is UTC."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Sealed(TypeDecorator[str]):
    """A text that is stored encrypted in the database; the first key seals, every key opens."""

    impl = LargeBinary
    cache_ok = True

    @staticmethod
    def use_keys(app: Flask, keys: tuple[str, ...]) -> None:
        """Give an application its keys, newest first; two applications of one process do not share them."""
        app.extensions["seal_keys"] = MultiFernet([Fernet(key) for key in keys])

    @staticmethod
    def ring() -> MultiFernet:
        """The keys of the current application."""
        keys: MultiFernet = current_app.extensions["seal_keys"]
        return keys

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """Seal before the value is stored."""
        return None if value is None else self.ring().encrypt(value.encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Open after the value is read."""
        return None if value is None else self.ring().decrypt(bytes(value)).decode()


class SealedBytes(TypeDecorator[bytes]):
    """A file that is stored encrypted in the database, under the same keys."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """Seal before the value is stored."""
        return None if value is None else Sealed.ring().encrypt(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """Open after the value is read."""
        return None if value is None else Sealed.ring().decrypt(bytes(value))


class Base(DeclarativeBase):
    """The mother of all tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Moment}  # noqa: RUF012 - SQLAlchemy's own convention


guard_columns(Base)


class OfPortal:
    """A row that belongs to one portal and is invisible from any other."""

    @declared_attr
    def portal_id(cls) -> Mapped[int]:  # noqa: N805
        """The portal this row belongs to."""
        return mapped_column(ForeignKey("portal.id", ondelete="CASCADE"), index=True)


Asked = ParamSpec("Asked")
Found = TypeVar("Found")
db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)

EVERY_PORTAL = "every portal"


class PortalForgotten(RuntimeError):
    """A query on rows of portals ran without naming the portal."""


@contextmanager
def portal_scope(portal_id: int) -> Iterator[None]:
    """Everything read or written inside belongs to this portal."""
    with _scope(portal_id):
        yield


@contextmanager
def every_portal() -> Iterator[None]:
    """Work over all portals: jobs and the operator's commands."""
    with _scope(EVERY_PORTAL):
        yield


@contextmanager
def _scope(value: int | str) -> Iterator[None]:
    info = db.session().info
    before = info.get("portal")
    info["portal"] = value
    try:
        yield
    finally:
        info["portal"] = before


def before_network() -> None:
    """Keep what was done so far and leave the transaction: none is open while the network is asked."""
    db.session.commit()


def changed_rows(done: Result[Any]) -> int:
    """How many rows an UPDATE or a DELETE has found; zero where the database does not report it."""
    return int(getattr(done, "rowcount", 0))


class TransactionOpen(RuntimeError):
    """Something was about to be sent over the network while a transaction was open: a bug of ours."""


@before_sending
def refuse_open_transaction() -> None:
    """Refuse to wait for the network in a transaction: it would hold a connection, and on SQLite everybody's writes.

    What another thread sends ahead is not waited for by the transaction.
    """
    if has_app_context() and not sent_ahead.get() and db.session().in_transaction():
        raise TransactionOpen


def current_portal_id() -> int:
    """The portal of the present scope; raises PortalForgotten outside of one."""
    value = db.session().info.get("portal")
    if not isinstance(value, int):
        msg = "no portal was chosen"
        raise PortalForgotten(msg)
    return value


def read_once(read: Callable[Asked, Found]) -> Callable[Asked, Found]:
    """Let a reader ask the database once per portal and transaction; anything written makes it ask again.

    For readers with hashable arguments whose answer nobody changes: all callers are given the same object.
    """

    @functools.wraps(read)
    def reader(*args: Asked.args, **named: Asked.kwargs) -> Found:
        session = db.session()
        if session.new or session.dirty or session.deleted:
            session.flush()  # as a query would
        key = (read, session.info.get("portal"), args, tuple(named.items()))
        kept = session.info.setdefault("read", {})
        if key not in kept:
            kept[key] = read(*args, **named)
        found: Found = kept[key]
        return found

    return reader


def forget_reads(session: Session) -> None:
    """Let every reader ask the database again."""
    session.info.pop("read", None)


@event.listens_for(Session, "after_transaction_end")
def _forget_with_transaction(session: Session, _transaction: SessionTransaction) -> None:
    """Forget kept reads after a flush, which has a transaction of its own, a commit, a rollback and the end of a savepoint."""
    forget_reads(session)


@event.listens_for(Session, "do_orm_execute")
def _forget_before_statement(state: ORMExecuteState) -> None:
    """An UPDATE, a DELETE and an INSERT write without a flush."""
    if not state.is_select:
        forget_reads(state.session)


@event.listens_for(Session, "do_orm_execute")
def _narrow_to_portal(state: ORMExecuteState) -> None:
    """Limit every use of rows of portals in a statement, a count and a subquery included, to those of the scope."""
    value = state.session.info.get("portal")
    if isinstance(value, int):
        state.statement = state.statement.options(_rows_of(value))
    elif value is None and (forgotten := _rows_of_portals(state)):
        msg = f"{', '.join(sorted(forgotten))} asked for without a portal"
        raise PortalForgotten(msg)


def _rows_of_portals(state: ORMExecuteState) -> set[str]:
    """The classes whose rows belong to portals, however deep they are in a statement; a bare table is its author's to narrow."""
    whole = state.statement
    parts = visitors.iterate(whole) if isinstance(whole, ClauseElement) else ()
    meant = (one._annotations.get("parententity") for one in parts)  # noqa: SLF001 - told by nothing public
    classes = {one.class_ for one in (*state.all_mappers, *(one.mapper for one in meant if one is not None))}
    return {one.__name__ for one in classes if issubclass(one, OfPortal)}


@functools.lru_cache(maxsize=1024)
def _rows_of(portal_id: int) -> ExecutableOption:
    """Cached per portal and not built per query: building takes a tenth of the query's time."""
    return with_loader_criteria(OfPortal, lambda row: row.portal_id == portal_id, include_aliases=True)


@event.listens_for(Session, "before_flush")
def _write_portal(session: Session, _context: UOWTransaction, _instances: object) -> None:
    value = session.info.get("portal")
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, OfPortal):
            continue
        owner: int | None = row.portal_id
        if owner is None and isinstance(value, int):
            row.portal_id = owner = value
        if value is None or (isinstance(value, int) and owner != value):
            msg = f"{type(row).__name__} was written outside its portal"
            raise PortalForgotten(msg)


@event.listens_for(Engine, "connect")
def _tune_sqlite(connection: DBAPIConnection, _record: object) -> None:
    """Web and worker write to one file: wait for each other instead of failing."""
    if type(connection).__module__.startswith("sqlite3"):
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "busy_timeout=15000", "foreign_keys=ON", "synchronous=NORMAL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


@event.listens_for(Engine, "savepoint")
def _begin_before_savepoint(connection: Connection, _name: str) -> None:
    """Python's SQLite begins no transaction for a savepoint: released, a first one would commit what is in it for good."""
    line = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite" and not getattr(line, "in_transaction", True):
        connection.exec_driver_sql("BEGIN")
