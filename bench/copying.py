"""A whole copy beside the bare reading of the same rows: `python -m bench.copying [--rows 200000]`.

A sandbox with so many deals and what hangs on them, over real sockets; each reading in a process of its own. The copy reads,
packs, seals and stores in a folder and keeps its place in SQLite; the bare loop parses the answers and keeps ids alone. The
portal's limits are off and our share of them is not felt, so that the work itself is compared.
"""

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import requests

from b24app.backup.archive.keys import public_key_of, throw_away_identity
from b24app.backup.model import BackupPlan, CopyKind, TargetKind
from b24app.backup.reading.copy_verbs import start_copy
from b24app.database import Base, db, portal_scope
from b24app.factory import create_app
from b24app.manifest import ROOT, read_manifest
from b24app.services import services
from b24app.terms.term import Author
from bench.chaos_town import CARD, settings_of
from bench.fleet import free_port
from sandbox.live import go_live
from sandbox.world import World
from tests.actors import Actor

WATCHER = Author(1, "bench")
SCOPES = ["crm"]


@dataclass(frozen=True, slots=True)
class CopyBench:
    """A portal that runs, our application with its settings, and the folder of the copy."""

    environment: Mapping[str, str]
    folder: Path
    webhook: str
    copy_id: int


def main() -> None:
    """Read twice, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    asked = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="copying") as name, built(Path(name), asked.rows) as stage:
        bare = run(stage, "bare", stage.webhook)
        copy = run(stage, "copy", str(stage.copy_id))
        work = {name: cost["cpu"] + cost["portal"] for name, cost in (("bare", bare), ("copy", copy))}
        size = sum(one.stat().st_size for one in (stage.folder / "copies").rglob("*") if one.is_file())
    print(
        "| deals | reading | rows | requests | seconds | processor, s | of the portal, s | rows/s | memory grew, MB | archive, MB |"
    )
    print("|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for title, cost, archive in (("bare loop", bare, ""), ("copy", copy, f"{size / 1e6:.1f}")):
        print(
            f"| {asked.rows} | {title} | {cost['rows']} | {cost['requests']} | {cost['seconds']:.1f} | {cost['cpu']:.1f} | {cost['portal']:.1f} "
            f"| {cost['rows'] / cost['seconds']:.0f} | {cost['memory']:.1f} | {archive} |"
        )
    print(
        f"\ncopy / bare: {copy['seconds'] / bare['seconds']:.2f} by the clock, {work['copy'] / work['bare']:.2f} in processor time"
    )
    print(f"of reader and portal together; load {os.getloadavg()[0]:.1f}; the copy ended as: {copy['state']}")


def run(stage: CopyBench, *words: str) -> dict[str, float]:
    """One reading in a process of its own."""
    before = time.process_time()
    own = {"PYTHONPATH": str(ROOT), "MALLOC_ARENA_MAX": "2", "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(
        [sys.executable, "-m", "bench.copier", *words], cwd=ROOT, env=os.environ | stage.environment | own,
        capture_output=True, text=True, timeout=3600, check=False,
    )  # fmt: skip
    if not done.stdout.strip():
        raise RuntimeError(done.stderr[-3000:])
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found | {"portal": time.process_time() - before}


@contextmanager
def built(folder: Path, rows: int) -> Iterator[CopyBench]:
    """The sandbox with so many deals, the application in it, and a copy that waits."""
    ports = {name: free_port() for name in ("app", "oauth", "mail")}
    environment = settings_of(folder, f"sqlite:///{folder}/copying.sqlite3", "", ports)
    environment |= {"B24APP_BACKUP_FOLDER": str(folder / "copies")}
    del environment["B24APP_CLOCK_FILE"]
    (folder / "copies").mkdir()
    os.environ.update(environment)
    world = World(now=datetime.now().astimezone(), oauth_host=f"127.0.0.1:{ports['oauth']}", scheme="http")
    url = environment["B24APP_PUBLIC_URL"]
    world.register_application(
        **CARD,
        title="bench",
        app_url=f"{url}/app",
        install_url=f"{url}/install",
        scopes=read_manifest().scopes,
    )
    with ExitStack() as running:
        live = go_live(world, bind="127.0.0.1", portal_port=0, oauth_port=ports["oauth"])
        running.callback(live.stop)
        app = create_app()
        with app.app_context():
            Base.metadata.create_all(db.engine)
        portal = world.add_portal(f"127.0.0.1:{live.portal_server.port}", rows=rows)
        portal.limits.enabled = False
        with app.app_context():
            actor = Actor(app.test_client(), portal).installs()
            actor.grants(*SCOPES)
            copy_id = begin(actor.portal_id)
        webhook = portal.webhook(portal.admin, SCOPES)
        requests.get(f"{webhook}server.time", timeout=10)
        yield CopyBench(environment, folder, webhook, copy_id)


def begin(portal_id: int) -> int:
    """Choose a key and a folder, and ask for a copy."""
    with portal_scope(portal_id):
        now = services().clock.now()
        plan = BackupPlan(
            recipient=public_key_of(throw_away_identity()), key_at=now, key_kept_at=now,
            target_kind=TargetKind.FOLDER, target='{"kind": "folder"}', target_title="folder",
        )  # fmt: skip
        db.session.add(plan)
        db.session.commit()
        copy = start_copy(CopyKind.MANUAL, by=WATCHER, at=now)
        db.session.commit()
        return copy.id


if __name__ == "__main__":
    main()
