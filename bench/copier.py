"""One reading in a process of its own: a whole copy, or the bare loop over the same rows. Prints what it cost as JSON."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

from bench.readers import Memory

LISTS = (
    ("crm.item.list", "items", "id", "id", {"entityTypeId": 4}),
    ("crm.item.list", "items", "id", "id", {"entityTypeId": 3}),
    ("crm.item.list", "items", "id", "id", {"entityTypeId": 1}),
    ("crm.item.list", "items", "id", "id", {"entityTypeId": 2}),
    ("crm.item.list", "items", "id", "id", {"entityTypeId": 31}),
    ("crm.activity.list", "", "ID", "ID", {}),
    ("crm.requisite.list", "", "ID", "ID", {}),
    ("crm.requisite.bankdetail.list", "", "ID", "ID", {}),
    ("crm.stagehistory.list", "items", "ID", "ID", {"entityTypeId": 2}),
)
OWNERS = (
    ("crm.item.productrow.list", "productRows", ((1, "L"), (2, "D"), (31, "SI")), "=ownerType", "=ownerId"),
    (
        "crm.timeline.comment.list",
        "",
        ((4, "company"), (3, "contact"), (1, "lead"), (2, "deal"), (31, "smart_invoice")),
        "ENTITY_TYPE",
        "ENTITY_ID",
    ),
)


Batch = Callable[[dict[str, str]], dict[str, Any]]


@dataclass
class CopyCost:
    """Rows that came, requests, seconds, megabytes that memory grew by."""

    rows: int
    requests: int
    seconds: float
    cpu: float
    memory: float
    state: str = ""


def main() -> None:
    """`bare <webhook>`, or `copy <copy id>` with the application's settings in the environment."""
    name, argument = sys.argv[1:]
    read = {"bare": bare, "copy": copied}[name](argument)
    watch = Memory()
    began, cpu = time.perf_counter(), time.process_time()
    rows, requests, state = read()
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(json.dumps(asdict(CopyCost(rows, requests, wall, cpu, watch.growth(), state))), flush=True)


def bare(base: str) -> Callable[[], tuple[int, int, str]]:
    """Requests and json, one chain after another; no error is handled, nothing is kept but ids."""
    import requests

    session = requests.Session()
    asked = [0]

    def batch(commands: dict[str, str]) -> dict[str, Any]:
        asked[0] += 1
        body = json.dumps({"halt": 0, "cmd": commands})
        answer = session.post(f"{base}batch", data=body, headers={"Content-Type": "application/json"})
        found: dict[str, Any] = json.loads(answer.content)["result"]["result"]
        return found

    def read() -> tuple[int, int, str]:
        count, ids = 0, {}
        for method, items, name, key, params in LISTS:
            found = list(chain(batch, (method, items, name, key, params)))
            count += len(found)
            if "entityTypeId" in params and method == "crm.item.list":
                ids[params["entityTypeId"]] = found
        for method, items, kinds, type_name, id_name in OWNERS:
            for kind, short in kinds:
                count += of_owners(batch, method, items, ids[kind], (type_name, short, id_name))
        return count, asked[0], ""

    return read


def chain(batch: Batch, line: tuple[str, str, str, str, dict[str, int]]) -> Iterator[int]:
    """The ids of a list, 2,500 rows a request."""
    method, items, name, key, params = line
    last: int = 0
    place = f"[{items}]" if items else ""
    given = "".join(f"&{one}={value}" for one, value in params.items())
    while True:
        commands = {}
        for number in range(50):
            after = f"$result[p{number - 1}]{place}[49][{name}]" if number else last
            commands[f"p{number}"] = f"{method}?start=-1&order[{key}]=ASC&filter[>{key}]={after}{given}"
        for page in batch(commands).values():
            rows = page[items] if items else page
            for row in rows:
                last = int(row[name])
                yield last
            if len(rows) < 50:
                return


def of_owners(
    batch: Batch,
    method: str,
    items: str,
    owners: list[int],
    names: tuple[str, str, str],
) -> int:
    """How many rows hang on these owners, fifty of them a request."""
    kind_name, kind, id_name = names
    count = 0
    for first in range(0, len(owners), 50):
        commands = {
            f"o{owner}": f"{method}?filter[{quote(kind_name)}]={kind}&filter[{quote(id_name)}]={owner}"
            for owner in owners[first : first + 50]
        }
        found = batch(commands)
        count += sum(len(page[items] if items else page) for page in found.values())
    return count


def copied(argument: str) -> Callable[[], tuple[int, int, str]]:
    """The steps of a copy, one after the other, as a worker does them; its budget is not felt."""
    from b24app.backup.model import BackupCopy, CopyState
    from b24app.backup.reading.steps import make_copy
    from b24app.bitrix24.rate_limit import Bucket
    from b24app.database import db, every_portal
    from b24app.factory import create_app
    from b24app.portals import client_factory

    client_factory.bucket_of = lambda _plan: Bucket(1e9, 1e9)
    app = create_app()
    copy_id = int(argument)

    def look() -> tuple[str, int, int, str]:
        with app.app_context(), every_portal():
            copy = db.session.get_one(BackupCopy, copy_id)
            return copy.state, copy.rows, copy.requests, copy.error

    def read() -> tuple[int, int, str]:
        while (now := look())[0] in (CopyState.WAITING, CopyState.READING):
            with app.app_context():
                make_copy(copy_id)
        return now[1], now[2], f"{now[0]} {now[3]}".strip()

    return read


if __name__ == "__main__":
    main()
    os._exit(0)
