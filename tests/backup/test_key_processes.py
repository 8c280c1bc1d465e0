"""A key in real processes: asked for, handed over, held, a crash reported, killed; the secret is in no file, report, line or argument."""

import json
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pyrage
import pytest
from cryptography.fernet import Fernet

from b24app.backup.archive.keys import public_key_of, throw_away_identity
from b24app.manifest import ROOT

pytestmark = pytest.mark.servers
KEY = throw_away_identity()
SECRET, PUBLIC = str(KEY), public_key_of(KEY)

# A worker's process: every line it is given is one thing to do, every line it prints is what came of it.
STORY = """
import json, logging, sys
from datetime import UTC, datetime, timedelta
import sentry_sdk
from pydantic import SecretStr
from sentry_sdk.transport import Transport
from b24app.backup.archive.held_keys import KeyElsewhere, KeyNeeded, hand_over, held_identity, key_request
from b24app.backup.archive.keys import public_key_of
from b24app.clock import SetClock
from b24app.database import Base, db, portal_scope
from b24app.factory import create_app
from b24app.jobs.execution import do_due
from b24app.jobs.job import Job
from b24app.portals.model import Portal
from b24app.settings import Settings
from b24app.web.monitoring import report_errors

given = json.loads(sys.stdin.readline())
reports = open(given["reports"], "ab")

class Aloud(Transport):
    def capture_envelope(self, envelope):
        reports.write(envelope.serialize() + b"\\n")
        reports.flush()

settings = Settings(
    _env_file=None, public_url="https://renewal.example", client_id="x", client_secret=SecretStr("x"), secret_key=SecretStr("x" * 40),
    seal_keys=(SecretStr(given["seal"]),), database_url=given["database"], log_level="debug",
    edition="local",
)
assert report_errors(Settings.model_construct(sentry_dsn=SecretStr("https://key@sentry.example/1")), transport=Aloud())
clock = SetClock(datetime(2026, 11, 29, 12, tzinfo=UTC) + timedelta(seconds=given["later"]))
app = create_app(settings, clock=clock)

def step():
    identity = held_identity("restore:1", (given["public"],), job="crash", job_id=1)
    return public_key_of(identity)

def crash(portal_id):
    with portal_scope(portal_id):
        identity = held_identity("restore:1", (given["public"],), job="crash", job_id=1)
    text = str(identity)
    logging.getLogger("b24app").warning("about to fall")
    raise RuntimeError("the portal said something strange")

with app.app_context():
    if given["fresh"]:
        Base.metadata.create_all(db.engine)
        db.session.add(Portal(member_id="m", domain="north.bitrix24.example", client_endpoint="https://x.example/rest/", server_endpoint="https://x.example/rest/", created_at=clock.now()))
        db.session.commit()
    queue = app.extensions["services"].queue
    queue.jobs = {**queue.jobs, "crash": Job("crash", crash)}
    with portal_scope(db.session.query(Portal.id).scalar()):
        for line in sys.stdin:
            order = json.loads(line)
            try:
                if order["do"] == "step":
                    answer = step()
                elif order["do"] == "asked":
                    answer = key_request("restore:1").public_key
                elif order["do"] == "give":
                    answer = hand_over("restore:1", order["to"], order["sealed"])
                else:
                    queue.later("crash", 1)
                    db.session.commit()
                    answer = do_due(app, queue.jobs)
            except (KeyNeeded, KeyElsewhere) as refused:
                answer = type(refused).__name__
            db.session.commit()
            print(json.dumps(answer), flush=True)
"""


class Process:
    """One worker of ours, which can be killed."""

    def __init__(self, place: Path, seal: str, *, later: int = 0) -> None:
        database = place / "rows.sqlite3"
        self.errors = (place / f"errors-{later}.txt").open("w+b")
        self.process = subprocess.Popen(
            [sys.executable, "-c", STORY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, cwd=ROOT, text=True
        )  # fmt: skip
        settings = {
            "database": f"sqlite:///{database}", "seal": seal, "public": PUBLIC, "later": later, "fresh": not database.exists(),
            "reports": str(place / "reports.txt"),
        }  # fmt: skip
        self._write(settings)

    def _write(self, value: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(value) + "\n")
        self.process.stdin.flush()

    def does(self, what: str, **values: object) -> object:
        self._write({"do": what, **values})
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, (self.errors.seek(0), self.errors.read()[-2000:])
        return json.loads(line)

    def is_given(self, secret: str) -> object:
        to = str(self.does("asked"))
        sealed = pyrage.encrypt(secret.encode(), [pyrage.x25519.Recipient.from_str(to)])
        return self.does("give", to=to, sealed=b64encode(sealed).decode())

    def arguments(self) -> bytes:
        folder = Path(f"/proc/{self.process.pid}")
        return (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()

    def is_killed(self) -> None:
        self.process.kill()
        self.process.wait(10)
        for stream in (self.process.stdin, self.process.stdout, self.errors):
            if stream is not None:
                stream.close()


def test_a_key_lives_in_one_process_and_leaves_no_trace_when_that_crashes_and_is_killed(
    tmp_path: Path,
) -> None:
    seal = Fernet.generate_key().decode()
    first = Process(tmp_path, seal)
    assert first.does("step") == "KeyNeeded"
    assert first.is_given(SECRET) is True
    assert first.does("step") == PUBLIC
    assert first.does("crash") == 1
    arguments = first.arguments()
    first.is_killed()

    second = Process(tmp_path, seal, later=120)
    assert second.does("step") == "KeyNeeded"
    assert second.is_given(SECRET) is True
    assert second.does("step") == PUBLIC
    second.is_killed()

    places = {path.name: path.read_bytes() for path in tmp_path.iterdir()} | {"arguments": arguments}
    assert b"RuntimeError" in places["reports.txt"]
    assert b"about to fall" in places["errors-0.txt"]
    assert {name for name, place in places.items() if SECRET[16:].encode() in place.upper()} == set()
