"""Tables that earlier releases had and this one has not, filled for a moment and moved as the migration moves them."""

import importlib.util
from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table

from b24app.checklist.engine.verdict import Level
from b24app.database import Moment
from b24app.manifest import ROOT
from b24app.stored_values import Code, Kept, among

OLD = MetaData()
Table(
    "run_fact", OLD, Column("id", Integer, primary_key=True), Column("portal_id", Integer), Column("run_id", Integer),
    Column("name", String(60)), Column("value", Kept(object)), Column("refusal", Kept(object)),
)  # fmt: skip
Table(
    "run_verdict", OLD, Column("id", Integer, primary_key=True), Column("portal_id", Integer), Column("run_id", Integer),
    Column("code", String(60)), Column("level", Code(8, among(Level), Level.UNKNOWN)),
    Column("verdict", Kept(object), nullable=False), Column("judged_at", Moment),
)  # fmt: skip


def migration(name: str) -> Any:
    """A file of `migrations/versions/`, which are no package."""
    path = ROOT / "migrations" / "versions" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def move(connection: Connection, fill: Callable[[Table], None]) -> None:
    """Fill the old tables, move their rows and drop them."""
    OLD.create_all(connection)
    for table in OLD.sorted_tables:
        fill(table)
    migration("0016_results_of_runs").move_forward(connection)
    OLD.drop_all(connection)
