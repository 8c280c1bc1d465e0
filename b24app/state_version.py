"""A portal's state has a version: a commit that wrote a row of a portal gives it a new one, whoever wrote and however.

What is kept of a page (`web/kept_pages.py`) is kept under the version that was read before anything else, so no page shows
what is stored no more. Every table of portals counts but the logs below, which no kept page reads (a test holds that). The
version is random, not a number: it never comes back, not even for a portal that was erased and installed again. It is in
a table of its own and is written last, so that no two transactions wait for each other because of it.
"""

import re
import secrets
from collections.abc import Iterable
from typing import cast

from sqlalchemy import (
    Column,
    Connection,
    Delete,
    Executable,
    ForeignKey,
    Insert,
    String,
    Table,
    TextClause,
    Update,
    event,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction

from b24app.database import Base

LOGS = frozenset(
    {
        "call_log",
        "shown_error",
        "paging_habit",
        "reminder_due",
        "job",
        "night_work",
        "consent_audit",
        "client_summary",
        "found_value",
        "webhook_client",
        "webhook_event",
        "webhook_sending",
        "calendar_event",
        "given_feed",
    }
)
PORTAL = "portal"
WRITES = re.compile(r"(?i)\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(\w+)")
DIALECTS = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
portal_state = Table(
    "portal_state",
    Base.metadata,
    Column("portal_id", ForeignKey("portal.id", ondelete="CASCADE"), primary_key=True),
    Column("version", String(16), nullable=False),
)


def new_version() -> str:
    """A version that no state has had."""
    return secrets.token_hex(8)


def note_change(session: Session, portal_ids: Iterable[int | None]) -> None:
    """Give the states of these portals a new version when the session commits."""
    session.info.setdefault("changed", set()).update(one for one in portal_ids if one is not None)


def has_changed(session: Session) -> bool:
    """Whether the session has written, or is about to write, what the present version does not cover."""
    return bool(session.info.get("changed") or session.new or session.dirty or session.deleted)


@event.listens_for(Session, "after_flush")
def _note_rows(session: Session, _context: UOWTransaction) -> None:
    rows = [*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))]
    tables = ((row, Base.metadata.tables[row.__tablename__]) for row in rows if isinstance(row, Base))
    note_change(session, (getattr(row, column) for row, table in tables if (column := _owner(table))))


@event.listens_for(Session, "do_orm_execute")
def _note_statement(state: ORMExecuteState) -> None:
    """Handle an UPDATE, a DELETE and an INSERT, which write without a flush; over every portal it is asked first whose rows they are."""
    statement, here = state.statement, state.session.info.get("portal")
    table = _table_of(statement)
    column = "" if table is None else _owner(table)
    if not column:
        return
    if column == "portal_id" and isinstance(here, int):
        note_change(state.session, (here,))
    elif table is not None and isinstance(statement, Update | Delete):
        whose = select(table.c[column]).where(*statement._where_criteria).distinct()  # noqa: SLF001
        note_change(state.session, state.session.connection().scalars(whose).all())
    else:  # rows to come, or a text: of any portal
        note_change(
            state.session, state.session.connection().scalars(select(Base.metadata.tables[PORTAL].c.id))
        )


def _table_of(statement: Executable) -> Table | None:
    """The table that a statement writes to."""
    if isinstance(statement, Insert | Update | Delete):
        return statement.table if isinstance(statement.table, Table) else None
    written = WRITES.match(statement.text) if isinstance(statement, TextClause) else None
    return Base.metadata.tables.get(written[1]) if written else None


def _owner(table: Table) -> str:
    """The column that names the portal of a row; nothing for a log and for what belongs to no portal."""
    if table.name in LOGS or table is portal_state:
        return ""
    if table.name == PORTAL:
        return "id"
    return "portal_id" if "portal_id" in table.c else ""


@event.listens_for(Session, "before_commit")
def _renew_versions(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    if changed := session.info.pop("changed", None):
        renew(session.connection(), changed)


def renew(connection: Connection, portal_ids: Iterable[int]) -> None:
    """Give the states of these portals a new version now; a portal that is deleted has none."""
    portal = Base.metadata.tables[PORTAL]
    found = (
        select(portal.c.id, literal(new_version())).where(portal.c.id.in_(portal_ids)).order_by(portal.c.id)
    )
    insert = DIALECTS[connection.dialect.name](portal_state).from_select(["portal_id", "version"], found)
    write = cast("postgresql.Insert", insert)  # both have the same words for a conflict
    connection.execute(
        write.on_conflict_do_update(index_elements=["portal_id"], set_={"version": write.excluded.version})
    )


@event.listens_for(Session, "after_transaction_end")
def _forget_changes(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop("changed", None)
