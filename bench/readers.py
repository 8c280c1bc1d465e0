"""Reads every row of `crm.item.list` with one client, in a process of its own, and says what it cost."""

import hashlib
import json
import os
import resource
import sys
import threading
import time
from array import array
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from operator import le
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PARAMS = {"entityTypeId": 2}
METHOD = "crm.item.list"
ROOM = 250_000
Rows = Iterator[dict[str, Any]]


@dataclass
class Cost:
    """What one reading took; memory in megabytes, time in seconds."""

    rows: int
    wall: float
    cpu: float
    first: float
    memory: float
    ordered: bool
    digest: str
    failure: str = ""


def main() -> None:
    """Run the reader that the arguments name and print its cost as JSON."""
    name, base, plan, *options = sys.argv[1:]
    reader = READERS[name](base, plan, *options)
    print(json.dumps(asdict(measure(reader))), flush=True)


def measure(reader: Callable[[], Rows]) -> Cost:
    """Read to the end; keep nothing but ids, in room that was taken before memory is watched."""
    ids, count = array("q", bytes(8 * ROOM)), 0
    watch = Memory()
    first, failure = 0.0, ""
    start, cpu = time.perf_counter(), time.process_time()
    try:
        for row in reader():
            first = first or time.perf_counter() - start
            ids[count] = int(row.get("id") or row["ID"])
            count += 1
    except Exception as error:  # noqa: BLE001 - a peer may raise anything
        failure = f"{type(error).__name__}: {str(error)[:80]}"
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    memory = watch.growth()
    del ids[count:]
    ordered = all(map(le, ids, ids[1:]))
    digest = hashlib.sha256(json.dumps(sorted(set(ids))).encode()).hexdigest()[:16]
    return Cost(len(set(ids)), wall, cpu, first, memory, ordered, digest, failure)


class Memory:
    """The growth of resident memory since the client was imported."""

    def __init__(self) -> None:
        self._before = self._now()
        self._peak = self._before
        self._end = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def growth(self) -> float:
        """Megabytes between the import of the client and the peak."""
        self._end.set()
        self._peak = max(self._peak, self._now())
        return (self._peak - self._before) / 1e6

    def _watch(self) -> None:
        while not self._end.wait(0.005):
            self._peak = max(self._peak, self._now())

    @staticmethod
    def _now() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def ours(base: str, plan: str, database: str = "", background: str = "") -> Callable[[], Rows]:
    """Our client; with a database its budget is shared by processes."""
    import requests

    from b24app.bitrix24.portal_address import Address
    from b24app.bitrix24.rate_limit import LocalStore, RateLimit, bucket_of
    from b24app.bitrix24.retries import Pace
    from b24app.rest_client import Connection, RestClient

    store: Any = LocalStore()
    if database:
        from sqlalchemy import create_engine

        import b24app.database  # noqa: F401 - tunes SQLite
        from b24app.bitrix24.shared_state import DatabaseStore

        store = DatabaseStore(create_engine(database), "bench")
    budget = RateLimit(store, bucket_of(plan), Pace(), background=bool(background), patience=900)
    client = RestClient(Connection(Address(base), None, requests.Session, budget))
    return lambda: client.rows(METHOD, PARAMS)


def loop(base: str, _plan: str) -> Callable[[], Rows]:
    """The bare loop that no client can beat: requests, json, one keyset chain after another; no error is handled."""
    import requests

    def read() -> Rows:
        session, last = requests.Session(), 0
        while True:
            commands = {f"p{n}": page(f"$result[p{n - 1}][items][49][id]" if n else last) for n in range(50)}
            body = json.dumps({"halt": 1, "cmd": commands})
            answer = session.post(f"{base}batch", data=body, headers={"Content-Type": "application/json"})
            for rows in json.loads(answer.content)["result"]["result"].values():
                yield from rows["items"]
                last = rows["items"][-1]["id"] if rows["items"] else last
                if len(rows["items"]) < 50:
                    return

    def page(after: object) -> str:
        return f"{METHOD}?entityTypeId=2&start=-1&order[id]=ASC&filter[>id]={after}"

    return read


def b24pysdk_list(base: str, _plan: str, fast: bool = False) -> Callable[[], Rows]:
    """The official SDK; https only."""
    from b24pysdk.credentials import BitrixWebhook

    parts = urlsplit(base)
    token = BitrixWebhook(domain=parts.netloc, webhook_token=parts.path.removeprefix("/rest/").strip("/"))

    def read() -> Rows:
        call = token.call_list_fast if fast else token.call_list
        answer: Any = call(METHOD, dict(PARAMS))
        found = answer["result"]
        for row in found:
            if isinstance(row, dict) and "items" in row:
                yield from row["items"]
            else:
                yield row

    return read


def fast_bitrix24(base: str, plan: str) -> Callable[[], Rows]:
    """fast_bitrix24's get_all, told of the portal's bucket as its documentation asks."""
    from fast_bitrix24 import Bitrix

    size, drain = (250, 5.0) if "_ent" in plan else (50, 2.0)
    client = Bitrix(base, verbose=False, request_pool_size=size, requests_per_second=drain)
    return lambda: iter(client.get_all(METHOD, dict(PARAMS)))


READERS: dict[str, Callable[..., Callable[[], Rows]]] = {
    "ours": ours,
    "loop": loop,
    "b24pysdk call_list": b24pysdk_list,
    "b24pysdk call_list_fast": lambda base, plan: b24pysdk_list(base, plan, fast=True),
    "fast_bitrix24": fast_bitrix24,
}

if __name__ == "__main__":
    main()
    os._exit(0)  # some clients keep threads or loops alive
