"""Kills workers while they send mail, and lets the clock jump: how many letters are lost, doubled, stuck.

    python -m bench.mail_kills [kills] [database url]

Two workers send to a mail server that is slow to answer the text; one of them is killed with SIGKILL at a random
moment, and another one takes its place. A minute passes with each kill, and after some of them the clock jumps by two
days or back by an hour. A letter is lost when it never arrived and nobody says so, doubled when it arrived more often than twice.
"""

import asyncio
import contextlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography.fernet import Fernet
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import func, select

from b24app.clock import ShiftedClock
from b24app.database import Base, db, portal_scope
from b24app.factory import create_app
from b24app.portals.model import InstallStatus, Portal
from b24app.reminders.channels import Message, Recipient
from b24app.reminders.kinds import Planned
from b24app.reminders.model import Delivery, DeliveryState
from b24app.reminders.outbox import Outgoing, keep_due
from b24app.reminders.reminder_jobs import send_waiting
from b24app.settings import Settings
from tests.story import OPERATOR

KEY = Fernet.generate_key().decode()
LETTERS_A_KILL, WORKERS, DAY, HOUR = 8, 3, 86_400.0, 3_600.0
JUMPS = {9: 2 * DAY, 14: -HOUR, 64: -HOUR}


class SlowOffice:
    """Takes every letter, counts it by its Message-ID, and answers after a moment in which a worker may die."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Count one letter; aiosmtpd names this method."""
        head = (envelope.content or b"").partition(b"\r\n\r\n")[0].decode(errors="replace")
        name = next(line for line in head.splitlines() if line.startswith("Message-ID"))
        self.taken[name] += 1
        await _moment()
        return "250 OK"


async def _moment() -> None:
    await asyncio.sleep(random.uniform(0.2, 0.6))


def open_app(database: str, smtp: int, folder: Path, key: str) -> Flask:
    """The application of one process."""
    settings = Settings(
        _env_file=None, **OPERATOR, public_url="https://renewal.example", client_id="bench", client_secret=SecretStr("bench"),
        secret_key=SecretStr("x" * 32), seal_keys=(SecretStr(key),), database_url=database, log_level="error",
        smtp_url=SecretStr(f"smtp://127.0.0.1:{smtp}"), mail_from="renewal@renewal.example",
    )  # fmt: skip
    return create_app(settings, clock=ShiftedClock(folder / "shift"))


def work(database: str, smtp: int, folder: Path, key: str) -> None:
    """One worker: sends what is due until it is killed."""
    app = open_app(database, smtp, folder, key)
    print("ready", flush=True)
    while True:
        with app.app_context(), contextlib.suppress(Exception):
            send_waiting(1)
        time.sleep(0.05)


def start(database: str, smtp: int, folder: Path) -> subprocess.Popen[bytes]:
    """Another worker."""
    words = (sys.executable, "-m", "bench.mail_kills", "work", database, str(smtp), str(folder), KEY)
    return subprocess.Popen(words, stdout=subprocess.PIPE)


def write_letters(app: Flask, first: int, count: int) -> None:
    """A few more letters that are due at once."""
    now = app.extensions["services"].clock.now()
    with app.app_context(), portal_scope(1):
        for number in range(first, first + count):
            item = Planned(f"bench:{number}", f"bench:{number}", "report", now.date(), 0)
            letter = Message(f"bench:{number}", "bench", f"Letter {number}", ("Line",))
            keep_due(item, [Outgoing("email", Recipient(f"{number}@shop.example"), letter)], None, now)
        db.session.commit()


def shift(folder: Path, seconds: float) -> None:
    """Set the clock of everybody by so many seconds from where it stands."""
    kept = folder / "shift"
    following = folder / "next"
    following.write_text(str(float(kept.read_text() or 0) + seconds))
    following.rename(kept)


def states(app: Flask) -> Counter[str]:
    """How many deliveries are in each state."""
    with app.app_context(), portal_scope(1):
        rows = db.session.execute(select(Delivery.state, func.count()).group_by(Delivery.state)).all()
    return Counter(dict(rows))


def main(kills: int, database: str) -> None:
    """Kill, count, print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "shift").write_text("0")
        office = SlowOffice()
        with socket.create_server(("127.0.0.1", 0)) as free:
            smtp = free.getsockname()[1]
        controller = Controller(office, hostname="127.0.0.1", port=smtp)
        controller.start()
        app = open_app(database or f"sqlite:///{folder / 'bench.sqlite3'}", smtp, folder, KEY)
        with app.app_context():
            url = app.extensions["services"].settings.database_url
            Base.metadata.drop_all(db.engine)
            Base.metadata.create_all(db.engine)
            db.session.add(_portal())
            db.session.commit()
        _kill_and_count(app, (url, smtp, folder), kills, office)
        controller.stop()


def _portal() -> Portal:
    return Portal(
        id=1, member_id="bench", domain="bench.bitrix24.example", client_endpoint="https://bench.bitrix24.example/rest/",
        server_endpoint="https://oauth.bitrix24.tech/rest/", status=InstallStatus.NEW, created_at=datetime.now(UTC),
    )  # fmt: skip


def _kill_and_count(app: Flask, place: tuple[str, int, Path], kills: int, office: SlowOffice) -> None:
    folder, chance = place[2], random.Random(7)
    workers = [start(*place) for _ in range(WORKERS)]
    written = 0
    for number in range(kills):
        write_letters(app, written, LETTERS_A_KILL)
        written += LETTERS_A_KILL
        workers.append(start(*place))
        victim = workers.pop(0)
        _kill(victim, chance.uniform(0.1, 1.0))
        shift(folder, 60.0)
        if number in JUMPS:
            shift(folder, JUMPS[number])
    _wait_for_end(app, folder)
    for worker in workers:
        _kill(worker, 0)
    _report(app, kills, written, office)


def _kill(victim: subprocess.Popen[bytes], seconds: float) -> None:
    """Let a worker begin and kill it a moment later, most likely in the middle of a letter."""
    if victim.stdout is not None:
        victim.stdout.readline()
        time.sleep(seconds)
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    if victim.stdout is not None:
        victim.stdout.close()


def _wait_for_end(app: Flask, folder: Path) -> None:
    for _ in range(120):
        left = states(app)
        if not (left[DeliveryState.WAITING] or left[DeliveryState.SENDING]):
            return
        time.sleep(3)
        shift(folder, 300.0)


def _report(app: Flask, kills: int, written: int, office: SlowOffice) -> None:
    found = states(app)
    stuck = found[DeliveryState.WAITING] + found[DeliveryState.SENDING]
    silent = written - len(office.taken) - found[DeliveryState.FAILED] - found[DeliveryState.UNCERTAIN]
    with app.app_context(), portal_scope(1):
        hit = db.session.scalar(select(func.sum(Delivery.lost_workers)))
    print(f"kills {kills}, {hit} of them in the middle of a letter; letters {written}, {dict(found)}")
    print(
        f"lost {max(0, silent)}, stuck {stuck}, arrived twice {sum(n == 2 for n in office.taken.values())}, "
        f"more often {sum(n > 2 for n in office.taken.values())}"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["work"]:
        work(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]), sys.argv[5])
    else:
        main(int((sys.argv[1:2] or ["100"])[0]), (sys.argv[2:3] or [""])[0])
