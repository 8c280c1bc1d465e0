"""Megabytes that one portal adds in a year: `python -m bench.storage [--database-url URL] [--rows N] [--days N] [--years N]`.

A daily run and everything else that a day leaves behind; of the jobs' own tables and the pages people open nothing stays.
"""

import argparse
import gc
from collections.abc import Mapping

from sqlalchemy import text

from b24app.checklist.model import Run
from b24app.database import Base, db, every_portal
from bench.portal_life import Life, furnish

SHOWN = 12
MEGABYTE = 1_000_000


def main() -> None:
    """Let a year go by and print what each table has gained."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-url", default="", help="an empty PostgreSQL database; SQLite without it")
    parser.add_argument("--rows", type=int, default=0, help="make the shop large: number of deals")
    parser.add_argument("--days", type=int, default=365, help="days of a year")
    parser.add_argument("--years", type=int, default=1, help="years to measure, each by itself")
    options = parser.parse_args()
    with furnish(options.database_url, rows=options.rows) as life:
        for year in range(1, options.years + 1):
            before = sizes()
            pass_days(life, options.days)
            show(year, before, sizes(), runs_kept())


def pass_days(life: Life, days: int) -> None:
    """Days go by; now and then PostgreSQL is swept, as its own sweeper would within a real month."""
    for number in range(days):
        life.day(step=24)
        life.world.requests.clear()
        if number % 30 == 29:
            gc.collect()
            sweep()


def sweep() -> None:
    """Let the database use again what was deleted."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))


def sizes() -> dict[str, int]:
    """Bytes of each table with its indexes."""
    db.session.commit()
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            names = [table.name for table in Base.metadata.sorted_tables]
            size = text("SELECT pg_total_relation_size(CAST(:name AS regclass))")
            return {name: connection.scalar(size, {"name": f'"{name}"'}) for name in names}
        pages = text(
            "SELECT m.tbl_name, SUM(s.pgsize - s.unused) FROM dbstat s JOIN sqlite_master m ON m.name = s.name GROUP BY 1"
        )
        return {str(name): int(size) for name, size in connection.execute(pages)}


def runs_kept() -> int:
    """How many runs are left."""
    with every_portal():
        return db.session.query(Run).count()


def show(year: int, before: Mapping[str, int], after: Mapping[str, int], runs: int) -> None:
    """The tables that grew most, and all together."""
    grown = {name: size - before.get(name, 0) for name, size in after.items()}
    print(f"| year {year}: table | MB |\n|---|--:|")
    for name in sorted(grown, key=lambda name: -grown[name])[:SHOWN]:
        print(f"| {name} | {grown[name] / MEGABYTE:.2f} |")
    print(f"| **all, with {runs} runs** | **{sum(grown.values()) / MEGABYTE:.2f}** |", flush=True)


if __name__ == "__main__":
    main()
