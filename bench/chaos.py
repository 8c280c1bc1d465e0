"""Nothing is lost, nothing is done twice: workers are killed at random points while everything else goes wrong as well.

`python -m bench.chaos [--database URL] [--redis URL] [--kills 100] [--seed 1]`: a sandbox of portals of which some are
silent, deleted or answer with a page, a mail server that is slow or hangs up after DATA, two workers that are killed,
stopped and put to sleep, a clock that jumps by days. When the kills are over everything is left to settle; then rows,
notes, portals and mail are looked at. The end is 1 when anything was lost, doubled or stuck.
"""

import argparse
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sqlalchemy import create_engine, make_url, select, text

from b24app.database import db, every_portal
from b24app.jobs.model import RUNNING, WAITING, JobRow, NightRow
from b24app.services import services
from bench.chaos_count import Verdict, due_nights, judge
from bench.chaos_load import BAD, ask_something, forgive, furnish, turn_bad
from bench.chaos_mail import MOODS
from bench.chaos_nights import Nights, watch
from bench.chaos_town import Town, built
from bench.chaos_worker import RHYTHM

DAY = 86_400.0
SETTLING, WITH_BAD = 12, 2


@dataclass
class Storm:
    """What goes wrong, drawn from one seed."""

    town: Town
    draw: Random
    kills: int
    nights: Nights = field(default_factory=Nights)
    done: Counter[str] = field(default_factory=Counter)

    def rage(self) -> None:
        """Ask, kill, jump and sleep until enough workers are dead."""
        while self.done["kills"] < self.kills:
            for _ in range(self.draw.randrange(1, 4)):
                self.done[ask_something(self.town, self.draw)] += 1
            self.wait()
            deed = self.draw.choices(list(BLOWS), [weight for weight, _ in BLOWS.values()])[0]
            BLOWS[deed][1](self)
            self.done["ended by themselves"] += len(self.town.crew.mourn())
            self.nights.look(self.town)

    def wait(self) -> None:
        """A moment, or until something is written in a portal or handed to the mail server."""
        ambush, seen, until = self.draw.random() < 0.5, self.town.count_writes(), self.draw.uniform(0.02, 2.5)
        for _ in range(int(until * 50)):
            time.sleep(0.02)
            if ambush and self.town.count_writes() > seen:
                time.sleep(self.draw.choice([0, 0, 0.05, 0.2]))
                return

    def kill_one(self) -> None:
        """A worker dies, another one is started."""
        self.town.crew.kill(self.draw.choice(self.town.crew.alive))
        self.town.crew.start()
        self.done["kills"] += 1

    def kill_both(self) -> None:
        """The machine loses its power."""
        for number in list(self.town.crew.alive):
            self.town.crew.kill(number)
            self.done["kills"] += 1
        for _ in range(2):
            self.town.crew.start()

    def replace_one(self) -> None:
        """A new release: one is asked to stop, another one is started."""
        self.town.crew.ask_to_stop(self.draw.choice(self.town.crew.alive))
        self.town.crew.start()
        self.done["stops"] += 1

    def put_to_sleep(self) -> None:
        """A worker stands still for longer than its lease, then goes on as if nothing had been."""
        self.town.crew.pause(self.draw.choice(self.town.crew.alive), RHYTHM.lease * self.draw.uniform(0.5, 2))
        self.done["sleeps"] += 1

    def jump(self) -> None:
        """The clock is put forward by hours or days."""
        self.town.move_clock(self.draw.choice([3_600, 6 * 3_600, DAY, 2 * DAY]))
        self.done["jumps forward"] += 1

    def jump_back(self) -> None:
        """The clock is put back, as after it ran ahead."""
        self.town.move_clock(-self.draw.choice([1_800, 6 * 3_600, 2 * DAY]))
        self.done["jumps back"] += 1

    def change_mood(self) -> None:
        """The mail server becomes slow, deaf or busy, or is itself again."""
        self.town.mail.mood = self.draw.choice(MOODS)
        self.done["moods of the mail server"] += 1

    def change_portals(self) -> None:
        """A portal that worked turns bad, or all answer again but the ones that always are."""
        portal_id = self.draw.choice([1, 2, 3])
        kind = self.draw.choice([*BAD, ""])
        forgive(self.town)
        for number, bad in enumerate(BAD, 4):
            turn_bad(self.town, number, bad)
        if kind:
            turn_bad(self.town, portal_id, kind)
        self.done["turns of portals"] += 1

    def settle(self, seconds: float, most: int = SETTLING) -> None:
        """Let what is left be done while the clock goes on in steps: half a day with bad portals, then two nights with all of them back."""
        self.town.mail.mood = "prompt"
        until, steps = time.monotonic() + seconds, 0
        while steps < most and time.monotonic() < until:
            time.sleep(0.5)
            self.nights.look(self.town)
            self.done["ended by themselves"] += len(self.town.crew.mourn())
            if is_quiet(self.town):
                self.town.move_clock(6 * 3_600)
                steps += 1
            if steps == WITH_BAD or time.monotonic() > until - seconds / 2:
                forgive(self.town)
        while not is_quiet(self.town) and time.monotonic() < until:
            time.sleep(0.5)


BLOWS: dict[str, tuple[float, Callable[[Storm], None]]] = {
    "kill": (55, Storm.kill_one), "power": (15, Storm.kill_both), "release": (4, Storm.replace_one),
    "sleep": (5, Storm.put_to_sleep), "jump": (5, Storm.jump), "jump back": (3, Storm.jump_back),
    "mail": (10, Storm.change_mood), "portals": (6, Storm.change_portals),
}  # fmt: skip


def is_quiet(town: Town) -> bool:
    """Whether no job runs and nothing is due."""
    with town.app.app_context(), every_portal():
        now = services().clock.now()
        due = select(JobRow.id).where(JobRow.state == WAITING, JobRow.due_at <= now)
        busy = select(JobRow.id).where(JobRow.state == RUNNING)
        left = (due, busy, due_nights().where(NightRow.due_at <= now))
        return all(db.session.execute(one.limit(1)).first() is None for one in left)


def run(asked: argparse.Namespace) -> tuple[Verdict, Storm]:
    """One storm, and what it left."""
    with tempfile.TemporaryDirectory(prefix="chaos") as name:
        folder = Path(asked.keep or name)
        folder.mkdir(parents=True, exist_ok=True)
        with built(folder, own_database(asked.database, folder), asked.redis) as town:
            with town.app.app_context(), db.engine.begin() as connection:
                watch(connection)
            furnish(town)
            storm = Storm(town, Random(asked.seed), asked.kills)
            storm.rage()
            storm.settle(asked.settling)
            return judge(town, storm.nights), storm


def own_database(named: str, folder: Path) -> str:
    """A database of our own: a SQLite file in a folder that goes away, or one made beside the named one."""
    if not named.startswith("postgresql"):
        return f"sqlite:///{folder}/chaos.sqlite3"
    url = make_url(named)
    own = f"{url.database}_chaos"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{own}"'))
    server.dispose()
    return url.set(database=own).render_as_string(hide_password=False)


def report(verdict: Verdict, storm: Storm, name: str, seconds: float) -> None:
    """Print the table and every finding."""
    print("| database | kills | asked | jobs begun | lost | doubled | stuck | mail repeated once | seconds |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    numbers = verdict.numbers
    cells = (
        name, storm.done["kills"], numbers["asked"], numbers["jobs begun"], len(verdict.lost), len(verdict.doubled),
        len(verdict.stuck), numbers["repeated once"], f"{seconds:.0f}",
    )  # fmt: skip
    print(f"| {' | '.join(map(str, cells))} |\n")
    print("what happened:", dict(sorted(storm.done.items())))
    print("what came of it:", dict(sorted(numbers.items())))
    for kind in ("lost", "doubled", "stuck"):
        for finding in getattr(verdict, kind):
            print(f"{kind}: {finding}")


def main() -> int:
    """Storm, settle, count, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="sqlite://")
    parser.add_argument("--redis", default="")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--settling", type=float, default=600, help="at most so many seconds to settle")
    parser.add_argument("--keep", default="", help="a folder for notes, logs and the database of SQLite")
    asked = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    began = time.monotonic()
    verdict, storm = run(asked)
    name = asked.database.partition(":")[0].partition("+")[0] + (" with Redis" if asked.redis else "")
    report(verdict, storm, name, time.monotonic() - began)
    return 0 if verdict.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
