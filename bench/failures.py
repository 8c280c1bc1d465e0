"""What clients return when a portal misbehaves: rows missing, errors, and how often tokens are refreshed."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.wire import Bench

PEERS = ("ours", "b24pysdk call_list", "b24pysdk call_list_fast", "fast_bitrix24")
SCENARIOS: dict[str, list[tuple[Any, ...]]] = {
    "nothing happens": [],
    "OPERATION_TIME_LIMIT in the middle of a batch": [("limit_command", 130)],
    "the same, first command of a batch": [("limit_command", 103)],
    "HTTP 429 OPERATION_TIME_LIMIT on request 3": [("limit_request", 3)],
    "first 4 requests answer 503": [("refuse", "QUERY_LIMIT_EXCEEDED", 4)],
    "the bucket is already full": [("fill",)],
    "25 lowest rows deleted before every request": [("delete_lowest", 25)],
}


def failure_table(bench: "Bench") -> list[str]:
    """Every scenario with every client; deletions come last because they change the portal."""
    rows = ["| scenario | " + " | ".join(PEERS) + " |", "|---|" + "---|" * len(PEERS)]
    for title, orders in SCENARIOS.items():
        cells = [_cell(bench, name, orders) for name in PEERS]
        rows.append(f"| {title} | " + " | ".join(cells) + " |")
    return rows


def _cell(bench: "Bench", name: str, orders: list[tuple[Any, ...]]) -> str:
    bench.order(name, "reset")
    before = set(bench.order(name, "ids"))
    for order in orders:
        bench.order(name, *order)
    cost = bench.read(name)
    surviving = len(before & set(bench.order(name, "ids")))
    missing = surviving - cost["rows"] if cost["failure"] else max(0, surviving - cost["rows"])
    ended = f"raises {cost['failure'].partition(':')[0]}" if cost["failure"] else "ends well"
    return f"{ended}, {missing} missing, {cost['wall']:.1f} s"


def export_by_eight(bench: "Bench", run: Callable[..., dict[str, Any]]) -> list[str]:
    """Eight processes read the same portal at the same time."""
    table = ["| client | finished | HTTP | 503 | slowest s |", "|---|--:|--:|--:|--:|"]
    for name in ("ours", "b24pysdk call_list_fast", "fast_bitrix24"):
        bench.order(name, "reset")
        kept = len(bench.order(name, "ids"))
        with tempfile.TemporaryDirectory() as folder:
            options = [_database(folder), "background"] if name == "ours" else []
            with ThreadPoolExecutor(8) as pool:
                jobs = [
                    pool.submit(run, name, bench.base(name), bench.plan, *options, authority=bench.authority)
                    for _ in range(8)
                ]
                costs = [job.result() for job in jobs]
        seen = bench.order(name, "report")
        done = sum(cost["rows"] == kept and not cost["failure"] for cost in costs)
        slowest = max(cost["wall"] for cost in costs)
        table.append(f"| {name} | {done} of 8 | {seen['http']} | {seen['refused']} | {slowest:.1f} |")
    return table


def _database(folder: str) -> str:
    from sqlalchemy import create_engine

    from b24app.database import Base
    from b24app.discovery import import_tables

    url = f"sqlite:///{folder}/budget.sqlite3"
    engine = create_engine(url)
    import_tables()
    Base.metadata.create_all(engine)
    engine.dispose()
    return url


def refresh_by_32(bench: "Bench") -> list[str]:
    """Four processes of eight threads call with one expired token that lies in one database."""
    bench.order("ours", "reset")
    pair = bench.order("ours", "expired_pair")
    with tempfile.TemporaryDirectory() as folder:
        url = _database(folder)
        words = [sys.executable, "-m", "bench.refreshers", url, bench.base("ours"), json.dumps(pair)]
        prepare(words)
        root = Path(__file__).resolve().parent.parent
        running = [
            subprocess.Popen(words, cwd=root, env=dict(os.environ), stdout=subprocess.PIPE) for _ in range(4)
        ]
        answered = sum(int(process.communicate(timeout=120)[0]) for process in running)
    refreshes = bench.order("ours", "report")["refreshes"]
    return [
        "| threads that got their answer | refreshes |",
        "|--:|--:|",
        f"| {answered} of 32 | {refreshes} |",
    ]


def prepare(words: list[str]) -> None:
    """Put the pair into the database once."""
    subprocess.run([*words, "prepare"], check=True, cwd=Path(__file__).resolve().parent.parent)
