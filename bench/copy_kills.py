"""A copy whose workers are killed at twenty points: `python -m bench.copy_kills [--kills 20] [--seed 1]`.

Real workers as `flask worker` runs them, a sandbox portal on a real port, packs in a folder. Each kill comes at a random
moment behind a request, or behind a new file in the storage. When the copy has ended its packs are opened: a row that the
portal had when the copy was asked for and that is missing, and a row that was packed twice as it is, end the bench with 1.
The shop goes on selling meanwhile: an order that came later may be missing, one that was changed may lie there in both states.
"""

import argparse
import contextlib
import logging
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sqlalchemy import select

from b24app.backup.archive.keys import Identity, public_key_of, throw_away_identity
from b24app.backup.archive.packs import open_pack
from b24app.backup.model import BackupCopy, BackupPlan, CopyKind, CopyState, TargetKind
from b24app.backup.proofs.row_digest import row_digest
from b24app.backup.reading.chain import packs_of
from b24app.backup.reading.copy_verbs import start_copy
from b24app.backup.reading.shares import is_night
from b24app.backup.targets.open_target import open_target
from b24app.database import db
from b24app.portals.model import Portal
from bench.chaos_town import ANNA, Town
from bench.chaos_town import built as built_town

ZONES = ("Europe/London", "Asia/Tokyo", "America/Los_Angeles")
"""At every hour one of them has night."""
READ = (CopyState.PROVING, CopyState.DONE, CopyState.UNPROVEN)
ENDED = (*READ, CopyState.FAILED)
LISTS = {
    "deal": "deal", "contact": "contact", "company": "company", "lead": "lead", "activity": "activity",
    "requisite": "requisite", "deal.stage_history": "deal_history",
}  # fmt: skip
OWNED = {"deal.product_rows": ("product_row", "id"), "deal.comments": ("comment", "ID")}


@dataclass
class KilledCopy:
    """What the copy holds beside what the portal has."""

    kills: int = 0
    rows: int = 0
    packs: int = 0
    unnamed: int = 0
    """Packs in the storage that no row names: stored by a worker that died before it could write that down."""
    missing: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    state: str = ""


@contextlib.contextmanager
def built(folder: Path) -> Iterator[Town]:
    """The town of the chaos bench, whose application offers a folder for copies."""
    packs = folder / "copies"
    packs.mkdir()
    before = os.environ.get("B24APP_BACKUP_FOLDER")
    os.environ["B24APP_BACKUP_FOLDER"] = str(packs)
    try:
        with built_town(folder, f"sqlite:///{folder}/kills.sqlite3", "") as town:
            yield town
    finally:
        os.environ.pop("B24APP_BACKUP_FOLDER")
        if before is not None:
            os.environ["B24APP_BACKUP_FOLDER"] = before


def begin(town: Town, portal_id: int, identity: Identity) -> int:
    """A key, a folder, a copy that was asked for; by night of an Enterprise portal, so that the bench is short."""
    for installation in town.portals[portal_id].installations.values():
        installation.withheld = set(installation.card.scopes) - {"crm"}
    with town.inside(portal_id) as now:
        portal = db.session.get_one(Portal, portal_id)
        portal.scopes, portal.plan_code = ["crm"], "ru_ent250"
        portal.time_zone = next(one for one in ZONES if is_night(now, one))
        db.session.add(
            BackupPlan(
                recipient=public_key_of(identity), key_at=now, key_kept_at=now, target_kind=TargetKind.FOLDER,
                target='{"kind": "folder"}', target_title="folder",
            )
        )  # fmt: skip
        db.session.flush()
        return start_copy(CopyKind.MANUAL, by=ANNA, at=now).id


def rage(town: Town, copy_id: int, kills: int, draw: Random) -> int:
    """Kill until enough workers are dead or the copy is read; returns how many were."""
    done = 0
    while done < kills and state_of(town, copy_id) not in READ:
        wait_for_work(town, draw)
        town.crew.kill(draw.choice(town.crew.alive))
        town.crew.start()
        done += 1
        town.move_clock(10)
    return done


def wait_for_work(town: Town, draw: Random) -> None:
    """Until the portal was asked a few times more, or a pack lies there that did not, and then a moment."""
    requests, files = len(town.world.traffic.requests), count_files(town)
    by_files, more = draw.random() < 0.5, draw.randrange(1, 12)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if by_files and count_files(town) > files:
            break
        if not by_files and len(town.world.traffic.requests) >= requests + more:
            break
        time.sleep(0.002)
    time.sleep(draw.choice([0, 0, 0.002, 0.01, 0.05, 0.2]))


def count_files(town: Town) -> int:
    """How many objects the storage has."""
    return sum(1 for one in (town.folder / "copies").rglob("*") if one.is_file())


def state_of(town: Town, copy_id: int) -> str:
    """Where the copy stands."""
    with town.app.app_context():
        found = db.session.connection().execute(
            select(BackupCopy.__table__.c.state).where(BackupCopy.__table__.c.id == copy_id)
        )
        return str(found.scalar_one())


def settle(town: Town, copy_id: int, seconds: float) -> str:
    """Let the workers end the reading."""
    until = time.monotonic() + seconds
    while state_of(town, copy_id) not in ENDED and time.monotonic() < until:
        time.sleep(0.2)
        town.crew.mourn()
        town.move_clock(5)
    return state_of(town, copy_id)


def ids_now(town: Town, portal_id: int) -> dict[str, set[int]]:
    """The ids of the portal's rows that a copy of this moment has to hold, by the code of the entity."""
    tables = town.portals[portal_id].tables
    kinds = LISTS | {code: table for code, (table, _) in OWNED.items()}
    with town.world.lock:
        return {code: set(tables[table].ids) for code, table in kinds.items()}


def judge(
    town: Town, portal_id: int, copy_id: int, identity: Identity, asked: dict[str, set[int]]
) -> KilledCopy:
    """Open every pack and compare it with the portal's tables; `asked`: what was there when the copy was asked for."""
    found = KilledCopy(state=state_of(town, copy_id))
    lines: dict[str, Counter[tuple[str, bytes]]] = {}
    owned: dict[str, set[int]] = {code: set() for code in OWNED}
    with town.inside(portal_id):
        packs = [(one.entity, one.name) for one in packs_of(db.session.get_one(BackupCopy, copy_id))]
        db.session.commit()
        target = open_target(portal_id)
        for entity, name in packs:
            for line in open_pack(target.get(name), identity):
                lines.setdefault(entity, Counter())[line.id, row_digest(line.row or {})] += 1
                if entity in OWNED and line.row is not None:
                    owned[entity] |= set(ids_inside(line.row["rows"], OWNED[entity][1]))
    there = ids_now(town, portal_id)
    compare(found, {code: ids & there[code] for code, ids in asked.items()}, lines, owned)
    found.packs, found.rows = len(packs), sum(one.total() for one in lines.values())
    stored = {one.name for one in (town.folder / "copies").rglob("*.age")}
    found.unnamed = len(stored - {name.rpartition("/")[2] for _, name in packs})
    return found


def ids_inside(rows: object, key: str) -> Iterator[int]:
    """The ids of the rows that hang on one owner."""
    assert isinstance(rows, list)
    yield from (int(row[key]) for row in rows)


def compare(
    found: KilledCopy,
    expected: dict[str, set[int]],
    lines: dict[str, Counter[tuple[str, bytes]]],
    owned: dict[str, set[int]],
) -> None:
    """What is missing, and what was packed twice."""
    for code, ids in expected.items():
        kept = owned[code] if code in OWNED else {int(one) for one, _ in lines.get(code, {})}
        found.missing += [f"{code} {one}" for one in sorted(ids - kept)]
    for code, counted in lines.items():
        found.doubled += [f"{code} {one}" for (one, _), times in counted.items() if times > 1]


def run(folder: Path, kills: int, seed: int, seconds: float = 600) -> KilledCopy:
    """One copy under fire."""
    identity = throw_away_identity()
    with built(folder) as town:
        portal_id = town.install("127.0.0.2")
        town.world.latency = 0.02
        copy_id, asked = begin(town, portal_id, identity), ids_now(town, portal_id)
        done = rage(town, copy_id, kills, Random(seed))
        settle(town, copy_id, seconds)
        found = judge(town, portal_id, copy_id, identity, asked)
        found.kills = done
        return found


def main() -> int:
    """Kill, count, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="kills") as name:
        began = time.monotonic()
        found = run(Path(name), asked.kills, asked.seed)
    print("| kills | lines | packs | packs of the dead | missing | doubled | ended as | seconds |")
    print("|--:|--:|--:|--:|--:|--:|---|--:|")
    print(
        f"| {found.kills} | {found.rows} | {found.packs} | {found.unnamed} | {len(found.missing)} "
        f"| {len(found.doubled)} | {found.state} | {time.monotonic() - began:.0f} |"
    )
    for one in (*found.missing[:20], *found.doubled[:20]):
        print(one)
    return 0 if not found.missing and not found.doubled and found.state in READ else 1


if __name__ == "__main__":
    sys.exit(main())
