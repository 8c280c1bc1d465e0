"""A short storm of `python -m bench.chaos`: real workers are killed, nothing is lost, doubled or stuck."""

from pathlib import Path
from random import Random

import pytest

from b24app.database import db
from bench.chaos import Storm
from bench.chaos_count import judge
from bench.chaos_load import DEEDS, forgive, turn_bad
from bench.chaos_nights import watch
from bench.chaos_town import built

pytestmark = [pytest.mark.enable_socket, pytest.mark.servers]
ASKED = ("run", "test write", "employee report", "reconciliation", "mail test", "disk count")


def test_workers_that_are_killed_lose_and_double_nothing(tmp_path: Path):
    draw = Random(3)
    with built(tmp_path, f"sqlite:///{tmp_path}/chaos.sqlite3", "") as town:
        with town.app.app_context(), db.engine.begin() as connection:
            watch(connection)
        portals = [town.install("127.0.0.2"), town.install("127.0.0.3")]
        turn_bad(town, portals[1], "page")
        storm = Storm(town, draw, kills=4)
        for blow in (storm.kill_one, storm.jump, storm.kill_both, storm.kill_one):
            for name in ASKED:
                DEEDS[name](town, draw, portals[0])
            storm.wait()
            blow()
        forgive(town)
        storm.settle(180, most=2)
        found = judge(town, storm.nights)
        assert storm.done["kills"] == 4
        assert found.numbers["taken over"] > 0
        assert (found.lost, found.doubled, found.stuck) == ([], [], [])
