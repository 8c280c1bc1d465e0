"""A report to Sentry, whole, as it would leave: no page token, no address of a webhook, nothing of people."""

import json
import subprocess
import sys
from typing import Any

import pytest
from sentry_sdk.utils import AnnotatedValue

from b24app.manifest import ROOT
from b24app.web.monitoring import keep_crumb, scrub

pytestmark = pytest.mark.servers

MARK = "metka"

# Sentry patches whatever it reports on and never lets go of it, hence a process of its own with a server of its own.
STORY = """
import logging, sys, threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import requests
import sentry_sdk
from cryptography.fernet import Fernet
from flask import Flask
from pydantic import SecretStr
from sentry_sdk.transport import Transport

from b24app.database import Base, db
from b24app.factory import create_app
from b24app.jobs.execution import do_due
from b24app.jobs.job import Job
from b24app.jobs.queue import Queue
from b24app.settings import Settings
from b24app.web.monitoring import report_errors

MARK = "metka"

class Aloud(Transport):
    def capture_envelope(self, envelope):
        sys.stdout.buffer.write(envelope.serialize() + b"\\n")

class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        print("HEARD", sorted(self.headers), file=sys.stderr)
        self.send_response(500)
        self.end_headers()

    def log_message(self, *args):
        pass

server = HTTPServer(("127.0.0.1", 0), Hook)
threading.Thread(target=server.serve_forever, daemon=True).start()
hook = f"http://127.0.0.1:{server.server_port}/services/{MARK}hook?token={MARK}query"

settings = Settings.model_construct(sentry_dsn=SecretStr("https://key@sentry.example/1"))
assert report_errors(settings, transport=Aloud())
app = Flask("shop")

@app.post("/status/<token>")
def fail(token):
    password = MARK + "local"
    requests.post(hook, timeout=5)
    logging.getLogger("b24app").warning("asked %s", hook)
    logging.getLogger("b24app").warning("letter to %s", MARK + "@shop.example")
    sentry_sdk.set_user({"id": 7, "email": MARK + "@shop.example"})
    sentry_sdk.set_extra("answer", {"PAYMENT_SHOPPASSWORD2": MARK, "CODE": "API_KEY", "VALUE": MARK})
    sentry_sdk.set_context("person", {"NAME": MARK, "PHONE": [{"VALUE": MARK}]})
    sentry_sdk.set_tag("frame_token", MARK)
    sentry_sdk.add_breadcrumb(message="select", category="query", data={"password": MARK})
    raise ValueError(f"wrong value '{MARK} {password}' at {hook}")

headers = {"X-Frame-Token": f"{MARK}page.{MARK}", "Cookie": f"a={MARK}", "Authorization": f"Bearer {MARK}"}
headers |= {"Referer": f"https://a.example/?frame_token={MARK}", "X-Forwarded-For": "203.0.113.9"}
query = f"AUTH_ID={MARK}&REFRESH_ID={MARK}&member_id={MARK}&APP_SID={MARK}"
form = {"AUTH_ID": MARK, "REFRESH_ID": MARK, "frame_token": MARK, "PLACEMENT_OPTIONS": MARK}
app.test_client().post(f"/status/{MARK}{'x' * 30}.{MARK}{'y' * 30}?{query}", headers=headers, data=form)

def work():
    raise RuntimeError(f"the portal said '{MARK}argument 1'")

ours = create_app(Settings(
    _env_file=None, public_url="https://renewal.example", client_id="c", client_secret="s", secret_key="x" * 40,
    seal_keys=(Fernet.generate_key().decode(),), database_url=f"sqlite:///{sys.argv[1]}/app.sqlite3",
    edition="local",
))
queue = Queue({"work": Job("work", work)})
ours.extensions["services"] = replace(ours.extensions["services"], queue=queue)
with ours.app_context():
    Base.metadata.create_all(db.engine)
    queue.later("work")
    db.session.commit()
do_due(ours, queue.jobs)
try:
    requests.post(hook.replace("http:", "wrong:"), timeout=5)
except requests.RequestException:
    logging.getLogger("b24app").exception("a webhook failed: %s", {"url": hook, "secret": MARK})
sentry_sdk.flush()
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """What left for Sentry, and what the webhook's server heard of."""
    command = [sys.executable, "-c", STORY, str(tmp_path_factory.mktemp("sentry"))]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    return ran.stdout, ran.stderr


def events_of(text: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    return [line for line in lines if "exception" in line or "logentry" in line]


def test_nothing_marked_leaves_in_a_report(told: tuple[str, str]) -> None:
    text, _ = told
    assert [line[:400] for line in text.splitlines() if MARK in line] == []
    assert "203.0.113.9" not in text


def test_a_report_still_says_what_broke_and_where(told: tuple[str, str]) -> None:
    page, job, log = events_of(told[0])
    assert page["exception"]["values"][-1]["type"] == "ValueError"
    frame = page["exception"]["values"][-1]["stacktrace"]["frames"][-1]
    assert (frame["function"], "vars" in frame) == ("fail", False)
    assert page["transaction"] == "fail"
    assert page["request"]["url"].startswith("http://localhost/")
    assert page["request"]["headers"]["X-Frame-Token"] == "***"
    assert job["exception"]["values"][-1]["type"] == "RuntimeError"
    assert "a webhook failed" in log["logentry"]["message"]
    crumbs = [one.get("category") for one in page["breadcrumbs"]["values"]]
    assert "httplib" in crumbs


def test_others_learn_nothing_of_our_reports(told: tuple[str, str]) -> None:
    assert "HEARD" in told[1]
    assert "sentry-trace" not in told[1].lower()
    assert "baggage" not in told[1].lower()


def test_a_page_token_never_reaches_a_report_under_any_name_of_a_header() -> None:
    headers = dict.fromkeys(("X-Frame-Token", "x-frame-token", "Cookie", "Referer", "Hx-Current-Url"), MARK)
    event = {
        "request": {
            "headers": headers,
            "query_string": MARK,
            "data": {"a": MARK},
            "cookies": {"a": MARK},
            "env": {},
        }
    }
    assert MARK not in str(scrub(event, None))


def test_a_crumb_of_a_request_keeps_its_method_and_status_only() -> None:
    crumb = {
        "type": "http",
        "category": "httplib",
        "data": {"url": MARK, "method": "POST", "status_code": 500},
    }
    assert keep_crumb(crumb, None)["data"] == {"method": "POST", "status_code": 500}


def test_a_report_with_more_crumbs_than_sentry_keeps_still_goes_out() -> None:
    crumbs = AnnotatedValue({"values": [{"category": "app", "message": "asked"}]}, {"len": 200})
    report = scrub({"breadcrumbs": crumbs, "message": "broke"}, None)
    assert report == {
        "breadcrumbs": {"values": [{"category": "app", "message": "asked"}]},
        "message": "broke",
    }
