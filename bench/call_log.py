"""What the log of calls costs: `python -m bench.call_log [--database-url URL]`: masking, packing, rows on disk, looking through them.

The night is that of a portal of the sandbox; the list is fifty deals of fifty fields in each of twenty commands.
"""

import argparse
import random
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, func, select, text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from b24app.bitrix24.bulk_notes import BulkNotes
from b24app.bitrix24.call_files import CallFile, write_calls
from b24app.bitrix24.call_log import CallEntry, MaskedNotes, codes_inside, methods_inside
from b24app.bitrix24.call_log_database import DatabaseLog
from b24app.bitrix24.call_search import Search, whole_calls
from b24app.bitrix24.call_texts import CallTexts, pack_texts
from b24app.bitrix24.connection import Connection, SentRequest
from b24app.bitrix24.model import CallLogEntry
from b24app.database import Base
from b24app.discovery import import_tables
from b24app.portals.model import Portal
from bench.portal_life import furnish

DICE = random.Random(7)
DEAL = {"ID": "1", "TITLE": "Заказ № 1", "COMMENTS": "Позвонить до обеда, домофон 17", "PHONE": "+7 916 123-45-67"} | {
    f"FIELD_{number}": ("2026-11-30T09:40:00+03:00", "Y", "1999.50", "C1:EXECUTING", None, "17")[number % 6]
    for number in range(46)
}  # fmt: skip
KEYS = [f"p{number}" for number in range(50)]


def a_deal() -> dict[str, str | None]:
    """A deal like no other."""
    sums = {f"FIELD_{number}": f"{DICE.random() * 10_000:.2f}" for number in range(2, 46, 6)}
    ids = {f"FIELD_{number}": str(DICE.randrange(10_000)) for number in range(5, 46, 6)}
    moment = f"2026-11-{DICE.randrange(1, 31):02}T{DICE.randrange(24):02}:{DICE.randrange(60):02}:00+03:00"
    return DEAL | sums | ids | {"ID": str(DICE.randrange(10**6)), "FIELD_0": moment}


def batch_of(method: str, commands: int, rows: int) -> tuple[str, Any, Any]:
    """A batch of lists and its answer."""
    keys = KEYS[:commands]
    params = {"halt": 0, "cmd": dict.fromkeys(keys, f"{method}?start=-1&filter%5B%3Eid%5D=7")}
    times = {key: {"duration": 0.2, "operating": 1.5} for key in keys}
    return (
        "batch",
        params,
        {"result": {"result": {key: [a_deal() for _ in range(rows)] for key in keys}, "result_time": times}},
    )


CALLS = {
    "one deal": ("crm.deal.get", {"id": 7}, {"result": DEAL, "time": {"duration": 0.1}}),
    "50 deals × 20 commands": batch_of("crm.deal.list", 20, 50),
    "50 deals × 50 commands": batch_of("crm.deal.list", 50, 50),
}


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-url", default="", help="an empty PostgreSQL database; SQLite without it")
    options = parser.parse_args()
    night = calls_of_a_night()
    with emptied(options.database_url) as engine:
        print(
            "| call | text, KB | packed, KB | masking, ms | packing, ms | all with the row written, ms | memory, MB |"
        )
        print("|---|--:|--:|--:|--:|--:|--:|")
        for name, call in CALLS.items():
            print(f"| {name} | {cost(engine, [call], MaskedNotes())} |")
        print(
            f"| the same of the copy: count, ids, hash | {cost(engine, [CALLS['50 deals × 50 commands']], BulkNotes())} |"
        )
        print(
            f"| a night of a portal, {len(night)} calls | {cost(engine, night, MaskedNotes())} |", flush=True
        )
        fill(engine, night)
        show_reading(engine)


def calls_of_a_night() -> list[tuple[str, Any, Any]]:
    """What a portal is asked in a night, and what it answers."""
    found: list[tuple[str, Any, Any]] = []
    note = Connection._note  # noqa: SLF001

    def keep(self: Connection, sent: SentRequest, *refused: Any, **answered: Any) -> None:
        found.append((sent.method, sent.params, answered.get("body") or {}))
        note(self, sent, *refused, **answered)

    with furnish() as life:
        life.day(step=24)
        Connection._note = keep  # type: ignore[method-assign]  # noqa: SLF001 - the bench listens
        life.day(step=24)
        Connection._note = note  # type: ignore[method-assign]  # noqa: SLF001
    return found


@contextmanager
def emptied(url: str) -> Iterator[Engine]:
    """A database with our tables and one portal."""
    import_tables()
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(url or f"sqlite:///{Path(folder) / 'log.sqlite3'}")
        Base.metadata.create_all(engine)
        with Session(engine) as session:
            kept = {"member_id": "m", "domain": "d", "client_endpoint": "c", "server_endpoint": "s"}
            session.add(Portal(id=1, created_at=datetime.now(UTC), **kept))
            session.commit()
        yield engine
        Base.metadata.drop_all(engine)
        engine.dispose()


def entry_of(call: tuple[str, Any, Any], notes: MaskedNotes | BulkNotes) -> CallEntry:
    """The entry that a connection would write."""
    method, params, body = call
    asked, answered = notes.of_request(method, params), notes.of_answer(method, params, body, b"")
    inside = {"commands": methods_inside(method, params), "refused": codes_inside(method, body)}
    return CallEntry(time.time(), method, 0.1, 200, "", 1, asked, answered, **inside)


def cost(engine: Engine, calls: list[tuple[str, Any, Any]], notes: MaskedNotes | BulkNotes) -> str:
    """The cells of one line."""
    log = DatabaseLog(engine, 1)
    entries = [entry_of(call, notes) for call in calls]
    texts = [CallTexts(one.request, one.answer) for one in entries]
    size = sum(len((one.request + one.answer).encode()) for one in texts)
    packed = sum(len(pack_texts(one)) for one in texts)
    masking = middle(lambda: [entry_of(call, notes) for call in calls])
    packing = middle(lambda: [pack_texts(one) for one in texts])
    writing = middle(lambda: write_down(log, calls, notes))
    tracemalloc.start()
    for call in calls:
        pack_texts(CallTexts((one := entry_of(call, notes)).request, one.answer))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return f"{size / 1000:,.1f} | {packed / 1000:,.1f} | {masking:.2f} | {packing:.2f} | {writing:.2f} | {peak / 1e6:.1f}"


def write_down(log: DatabaseLog, calls: list[tuple[str, Any, Any]], notes: MaskedNotes | BulkNotes) -> None:
    """All that a call costs: masked, packed, its row committed."""
    for call in calls:
        log.record(entry_of(call, notes))


def middle(action: Callable[[], object]) -> float:
    """Milliseconds of the processor, the median of some: other work on the machine changes them least."""
    spent = []
    for _ in range(15):
        start = time.process_time()
        action()
        spent.append(time.process_time() - start)
    return statistics.median(spent) * 1000


def fill(engine: Engine, night: list[tuple[str, Any, Any]], nights: int = 100) -> None:
    """Many nights of one portal, and what a row of them takes on disk."""
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM call_log"))
    before, log = disk_of(engine), DatabaseLog(engine, 1)
    entries = [entry_of(call, MaskedNotes()) for call in night]
    for _ in range(nights):
        for entry in entries:
            log.record(replace(entry, at=time.time()))
    taken = (disk_of(engine) - before) / nights
    portals = taken * 7 * 10_000 / 1e9
    print(
        f"\na night on disk with its indexes: {taken / 1000:.1f} KB; 7 days of 10,000 portals: {portals:.1f} GB"
    )


def disk_of(engine: Engine) -> int:
    """Bytes of the table and its indexes."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            return int(connection.scalar(text("SELECT pg_total_relation_size('call_log')")) or 0)
        pages = text(
            "SELECT SUM(s.pgsize - s.unused) FROM dbstat s JOIN sqlite_master m ON m.name = s.name WHERE m.tbl_name = 'call_log'"
        )
        return int(connection.scalar(pages) or 0)


def show_reading(engine: Engine) -> None:
    """Looking through everything, by column, in Latin and in Cyrillic letters, and both files."""
    with Session(engine) as session:
        session.info["portal"] = 1
        rows = session.scalar(select(func.count(CallLogEntry.id)))
    print(f"\n| {rows:,} calls of one portal are read | seconds of the processor |\n|---|--:|")
    looks = {
        "method of a command": Search(method="sale.paysystem.list"),
        "refusals": Search(errors_only=True),
    }
    looks |= {"latin words in the texts": Search(text="nowhere to be found"), "cyrillic words": Search(text="нигде нет")}  # fmt: skip
    for name, wanted in looks.items():
        begun = time.process_time()
        found = sum(1 for _ in whole_calls(engine, 1, wanted))
        print(f"| {name} ({found:,} found) | {time.process_time() - begun:.2f} |", flush=True)
    for kind in CallFile:
        begun = time.process_time()
        size = sum(len(piece) for piece in write_calls(whole_calls(engine, 1, Search()), kind))
        print(f"| file {kind}, {size / 1e6:.0f} MB | {time.process_time() - begun:.2f} |", flush=True)


if __name__ == "__main__":
    main()
