"""What the platform that runs us sees: health, metrics, errors with a number, masked log lines."""

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from b24app.database import db
from b24app.factory import create_app
from b24app.logs import MaskedRecords, mask_line
from b24app.manifest import ROOT
from b24app.settings import Settings
from b24app.web.monitoring import report_errors, scrub
from sandbox.world import World
from tests.actors import Actor
from tests.installation import sessions_of
from tests.story import OPERATOR_ENVIRONMENT


@pytest.fixture
def broken(settings: Settings, world: World, http: Callable[[], requests.Session]) -> Flask:
    """An application whose database is out of reach, as a person with a metrics token runs it."""
    changes = {"database_url": "sqlite:////no/such/folder/app.sqlite3", "metrics_token": SecretStr("scraper")}
    return create_app(settings.model_copy(update=changes), clock=world.clock, http=http)


def test_a_database_out_of_reach_shows_a_number_and_nothing_else(broken: Flask, north: Actor):
    post = north.portal.opens(user=north.portal.admin, lang="en")
    answer = broken.test_client().post(post.url, data=post.form)
    assert answer.status_code == 503
    assert "Error number" in answer.text
    assert "sqlite" not in answer.text


def test_metrics_ask_for_the_token(broken: Flask):
    assert broken.test_client().get("/metrics").status_code == 403
    wrong = {"Authorization": "Bearer guess"}
    assert broken.test_client().get("/metrics", headers=wrong).status_code == 403


@pytest.fixture
def opened(settings: Settings, world: World, north: Actor) -> Iterator[Flask]:
    """The application of a person who opened the metrics on purpose."""
    changed = settings.model_copy(update={"metrics_open": True})
    app = create_app(changed, clock=world.clock, http=sessions_of(world), resolve=world.look_up)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_metrics_count_answers_and_portals(north: Actor, opened: Flask):
    visitor = opened.test_client()
    post = north.portal.opens(user=north.portal.admin)
    visitor.post(post.url, data=post.form)
    text = visitor.get("/metrics").text
    assert 'b24app_requests_total{endpoint="placements.open_app",status="200"}' in text
    assert 'b24app_portals{status="active"} 1.0' in text


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.0.0.7", "1.2.3.4"])
@pytest.mark.parametrize(
    "headers", [{}, {"X-Forwarded-For": "127.0.0.1"}, {"Authorization": "Bearer "}, {"Host": "localhost"}]
)
def test_metrics_are_closed_to_everybody_unless_a_setting_opens_them(visitor, address, headers):
    answer = visitor.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address})
    assert answer.status_code == 404


@pytest.mark.parametrize("token", ["", "  "])
def test_an_empty_metrics_token_opens_nothing(settings: Settings, world: World, token: str):
    few = settings.model_copy(update={"metrics_token": SecretStr(token)})
    client = create_app(few, clock=world.clock).test_client()
    for sent in ("", "Bearer ", "Bearer", f"Bearer {token}"):
        assert client.get("/metrics", headers={"Authorization": sent}).status_code == 404


def test_secrets_do_not_reach_a_log_line():
    line = {"event": "GET /app?auth=abc", "AUTH_ID": "abc", "form": {"refresh_token": "abc", "page": 1}}
    assert "abc" not in str(mask_line(None, "", line))
    assert line["form"] == {"refresh_token": "***", "page": 1}


def test_secrets_do_not_reach_an_error_report():
    event = {"request": {"query_string": "AUTH_ID=abc", "data": [{"access_token": "abc"}]}, "level": "error"}
    assert "abc" not in str(scrub(event, None))
    assert scrub(event, None)["level"] == "error"


def test_tokens_do_not_reach_the_log(north: Actor, caplog: pytest.LogCaptureFixture):
    post = north.portal.opens(user=north.portal.admin)
    north.sends(post, APPLICATION_TOKEN="a" * 32, AUTH_ID=post.form["AUTH_ID"][:-1])
    said = caplog.text
    assert "request refused" in said
    assert not [value for value in (post.form["AUTH_ID"][:-1], "a" * 32) if value in said]


def test_errors_are_reported_only_where_a_dsn_is_set(settings: Settings):
    assert report_errors(settings) is False


# Sentry patches whatever it reports on and never lets go of it, hence a process of its own.
REPORTER = """
import sys
import sentry_sdk
from pydantic import SecretStr
from sentry_sdk.transport import Transport
from b24app.settings import Settings
from b24app.web.monitoring import report_errors

class Aloud(Transport):
    def capture_envelope(self, envelope):
        sys.stdout.buffer.write(envelope.serialize())

settings = Settings.model_construct(sentry_dsn=SecretStr("https://key@sentry.example/1"))
assert report_errors(settings, transport=Aloud())
sentry_sdk.set_extra("access_token", "secret-in-extra")
sentry_sdk.capture_message("something broke")
"""


@pytest.mark.servers
def test_an_error_report_goes_out_without_secrets():
    said = subprocess.run([sys.executable, "-c", REPORTER], cwd=ROOT, capture_output=True, check=True).stdout
    assert b"something broke" in said
    assert b"access_token" in said
    assert b"secret-in-extra" not in said


def test_metrics_of_several_processes_are_added_up(
    settings: Settings, world: World, tmp_path: Path, north: Actor
):
    changes = {"prometheus_multiproc_dir": tmp_path, "metrics_open": True}
    app = create_app(settings.model_copy(update=changes), clock=world.clock)
    text = app.test_client().get("/metrics").text
    with app.app_context():
        db.engine.dispose()
    assert 'b24app_portals{status="active"} 1.0' in text


def test_a_wrong_method_is_told(visitor: FlaskClient):
    assert visitor.delete("/help").status_code == 405


def test_the_web_servers_own_lines_lose_tokens_of_links(caplog: pytest.LogCaptureFixture):
    log = logging.getLogger("gunicorn.access.of.tests")
    log.addFilter(MaskedRecords())
    link = f"/status/metka{'x' * 30}.metka"
    log.warning('%(h)s "%(m)s %(U)s" %(s)s', {"h": "203.0.113.9", "m": "GET", "U": link, "s": 200})
    log.warning("Invalid request from ip=203.0.113.9: 'GET /app?AUTH_ID=metka HTTP/1.1'")
    try:
        int(link)
    except ValueError:
        log.exception("Error handling request %s", f"{link}?frame_token=metka")
    assert "metka" not in caplog.text
    assert '203.0.113.9 "GET /status/***" 200' in caplog.text
    assert "ValueError" in caplog.text


WEB_SERVER = """
import logging, runpy
from types import SimpleNamespace
logs = SimpleNamespace(error_log=logging.getLogger("e"), access_log=logging.getLogger("a"))
runpy.run_path("gunicorn.conf.py")["on_starting"](SimpleNamespace(log=logs))
print([type(one).__name__ for log in vars(logs).values() for one in log.filters])
"""


@pytest.mark.servers
def test_the_web_server_is_told_to_mask_its_lines(seal_key: str):
    named = {"CLIENT_ID": "a", "CLIENT_SECRET": "b", "SECRET_KEY": "x" * 32, "SEAL_KEYS": seal_key}
    named["PUBLIC_URL"] = "https://renewal.example"
    given = {f"B24APP_{name}": value for name, value in named.items()} | OPERATOR_ENVIRONMENT
    env = {"PYTHONPATH": str(ROOT), "PATH": ""} | given
    said = subprocess.run(
        [sys.executable, "-c", WEB_SERVER], cwd=ROOT, env=env, capture_output=True, check=True
    )
    assert said.stdout.decode().split() == ["['MaskedRecords',", "'MaskedRecords']"]
