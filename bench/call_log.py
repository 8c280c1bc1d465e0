"""What the log of calls costs: `python -m bench.call_log` writes down small calls and full batches on SQLite."""

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from b24app.bitrix24.call_log import CallEntry, describe_answer, describe_request
from b24app.bitrix24.call_log_database import DatabaseLog
from b24app.database import Base
from b24app.discovery import import_tables
from b24app.portals.model import Portal

ROW = {"id": 1, "title": "Заказ № 1", "opportunity": 1999.5} | {f"field{n}": "x" * 12 for n in range(30)}
SMALL = ("crm.item.get", {"entityTypeId": 2, "id": 7}, {"result": {"item": ROW}})
BATCH = (
    "batch",
    {
        "halt": 1,
        "cmd": {f"p{n}": "crm.item.list?entityTypeId=2&start=-1&filter%5B%3Eid%5D=7" for n in range(50)},
    },
    {"result": {"result": {f"p{n}": {"items": [ROW] * 50} for n in range(50)}}},
)


def main() -> None:
    """Print milliseconds per call."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'log.sqlite3'}")
        import_tables()
        Base.metadata.create_all(engine)
        with Session(engine) as session:
            session.add(
                Portal(
                    id=1,
                    member_id="m",
                    domain="d",
                    client_endpoint="c",
                    server_endpoint="s",
                    created_at=datetime.now(UTC),
                )
            )
            session.commit()
        log = DatabaseLog(engine, 1)
        print("| call | masking ms | with the row on disk ms |\n|---|--:|--:|")
        for name, pair in (("a small call", SMALL), ("a batch of 2,500 rows", BATCH)):
            masking, writing = middle(describe, *pair), middle(write, log, *pair)
            print(f"| {name} | {masking:.2f} | {writing:.2f} |")
        engine.dispose()


def middle(action: Callable[..., object], *given: Any) -> float:
    spent = []
    for _ in range(200):
        start = time.perf_counter()
        action(*given)
        spent.append(time.perf_counter() - start)
    return statistics.median(spent) * 1000


def describe(method: str, asked: Any, answered: Any) -> tuple[str, str]:
    return describe_request(method, asked), describe_answer(method, asked, answered)


def write(log: DatabaseLog, method: str, asked: Any, answered: Any) -> None:
    request, answer = describe(method, asked, answered)
    log.record(CallEntry(time.time(), method, 0.1, 200, "", 1, request, answer))


if __name__ == "__main__":
    main()
