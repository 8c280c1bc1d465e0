"""Alerts and the dashboard: each metric that they name is told by /metrics, each alert has its section, each fires when it should."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import yaml
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import event

from b24app.backup.model import BackupCopy, CopyState
from b24app.database import db, portal_scope
from b24app.factory import create_app
from b24app.jobs.model import FAILED, JobRow, ScheduleRow, WorkerRow
from b24app.manifest import ROOT
from b24app.reminders.model import Delivery, DeliveryState, Reminder, ServerRest
from b24app.services import services
from b24app.settings import Settings
from sandbox.world import World
from tests.actors import Actor
from tests.installation import sessions_of

FOLDER = ROOT / "deploy"
NAMED = re.compile(r"\b(b24app_\w+|up)\b(?:\{([^}]*)\})?")
OF_PROMETHEUS = frozenset({"le", "job", "instance"})


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load((FOLDER / "prometheus/rules.yml").read_text())["groups"]
    return group["rules"]


def panels() -> list[dict[str, Any]]:
    return json.loads((FOLDER / "grafana/renewal.json").read_text())["panels"]


def expressions() -> dict[str, str]:
    drawn = {
        f"{panel['title']} {target['refId']}": target["expr"]
        for panel in panels()
        for target in panel.get("targets", ())
    }
    return {rule["alert"]: rule["expr"] for rule in rules()} | drawn


@pytest.fixture
def watched(settings: Settings, world: World, north: Actor) -> Iterator[Flask]:
    """An application in which something of each kind has happened, as an operator with a token and a bot runs it."""
    changed = settings.model_copy(
        update={
            "metrics_token": SecretStr("scraper"),
            "telegram_token": SecretStr("123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"),
        }
    )
    app = create_app(changed, clock=world.clock, http=sessions_of(world), resolve=world.look_up)
    with app.app_context():
        _let_things_happen(north.portal_id)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _let_things_happen(portal_id: int) -> None:
    now = services().clock.now()
    db.session.add(WorkerRow(id="one", beat=1, seen_at=now - timedelta(seconds=20)))
    db.session.merge(ScheduleRow(name="send_due", last=now - timedelta(seconds=40)))
    job = {"ids": [], "asked_at": now, "due_at": now - timedelta(minutes=4)}
    db.session.add(JobRow(name="late", key="late", lane="webhooks", **job))
    db.session.add(JobRow(name="bad", key="bad", lane="events", state=FAILED, ended_at=now, **job))
    db.session.add(ServerRest(channel="email", failures=4, until=now))
    with portal_scope(portal_id):
        db.session.add(BackupCopy(kind="nightly", state=CopyState.FAILED, created_at=now, ended_at=now))
        reminder = Reminder(key="k", line="term", code="c", on=now.date(), due_at=now)
        db.session.add(reminder)
        db.session.flush()
        common = {"reminder_id": reminder.id, "channel": "email", "message": {}}
        late = now - timedelta(minutes=20)
        rows = [
            Delivery(
                recipient="a@shop.example", state=DeliveryState.FAILED, next_at=now, taken_at=now, **common
            ),
            Delivery(recipient="b@shop.example", state=DeliveryState.WAITING, next_at=late, **common),
        ]
        db.session.add_all(rows)
        db.session.commit()


def scrape(app: Flask) -> str:
    client = app.test_client()
    client.get("/health/live")
    return client.get("/metrics", headers={"Authorization": "Bearer scraper"}).text


def told(text: str) -> dict[str, set[str]]:
    """The names of metrics with the names of their labels."""
    found: dict[str, set[str]] = {}
    for name, labels in re.findall(r"(?m)^(\w+)(?:\{([^}]*)\})? ", text):
        found.setdefault(name, set()).update(re.findall(r"(\w+)=", labels))
    return found


def test_each_metric_of_an_alert_and_of_the_dashboard_is_told_with_its_labels(watched: Flask):
    metrics = told(scrape(watched)) | {"up": set(OF_PROMETHEUS)}
    missing = {
        (where, name, label)
        for where, expression in expressions().items()
        for name, labels in NAMED.findall(expression)
        for label in re.findall(r"(\w+)(?:=|!)", labels) or [""]
        if name not in metrics or (label and label not in metrics[name] | OF_PROMETHEUS)
    }
    assert missing == set()


def test_each_metric_of_the_state_is_used_by_an_alert_or_the_dashboard(watched: Flask):
    used = {name for expression in expressions().values() for name, _ in NAMED.findall(expression)}
    ours = {name for name in told(scrape(watched)) if name.startswith("b24app_")}
    unused = {name for name in ours - used if not name.startswith(("b24app_request",))}
    assert unused == set()


def test_grouping_names_labels_that_the_metrics_have(watched: Flask):
    metrics = told(scrape(watched)) | {"up": set(OF_PROMETHEUS)}
    for where, expression in expressions().items():
        grouped = {
            one.strip() for labels in re.findall(r"\bby \(([^)]*)\)", expression) for one in labels.split(",")
        }
        had = {label for name, _ in NAMED.findall(expression) for label in metrics[name]}
        assert grouped <= had | OF_PROMETHEUS, where


def test_the_figures_are_those_of_the_rows(watched: Flask):
    lines = set(scrape(watched).splitlines())
    assert {
        "b24app_database_up 1.0",
        "b24app_workers 1.0",
        "b24app_heartbeat_seconds 20.0",
        "b24app_schedule_seconds 40.0",
        'b24app_lane_jobs{lane="webhooks",state="waiting"} 1.0',
        'b24app_oldest_job_seconds{lane="webhooks"} 240.0',
        "b24app_jobs_given_up 1.0",
        'b24app_portals{status="active"} 1.0',
        'b24app_access{state="good"} 1.0',
        'b24app_server_failures{channel="email"} 4.0',
        'b24app_deliveries_failed{channel="email",state="failed"} 1.0',
        'b24app_deliveries_late{channel="email"} 1.0',
        'b24app_copies{state="failed"} 1.0',
        "b24app_telegram_failing 0.0",
    } <= lines


def test_a_worker_that_died_a_while_ago_does_not_count(watched: Flask, world: World):
    world.clock.advance(minutes=5)
    text = scrape(watched)
    assert "b24app_workers 0.0" in text
    assert "b24app_heartbeat_seconds 320.0" in text


def test_a_day_later_what_failed_is_not_told_any_more(watched: Flask, world: World):
    world.clock.advance(hours=25)
    text = scrape(watched)
    assert "b24app_copies{" not in text
    assert "b24app_deliveries_failed{" not in text
    assert "b24app_jobs_given_up 0.0" in text


def test_no_portal_is_named_and_a_scrape_asks_a_dozen_statements(watched: Flask, north: Actor):
    with watched.app_context():
        engine, asked = db.engine, []
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    text = scrape(watched)
    assert len([one for one in asked if one.startswith("SELECT")]) <= 13, asked
    assert north.portal.member_id not in text
    assert north.host not in text


def test_a_database_that_is_away_is_told_and_the_counts_of_answers_stay(watched: Flask):
    away = replace(services_of(watched))
    broken = create_app(
        away.settings.model_copy(update={"database_url": "sqlite:////no/such/folder/app.sqlite3"}),
        clock=away.clock,
    )
    text = scrape(broken)
    assert "b24app_database_up 0.0" in text
    assert 'b24app_requests_total{endpoint="health.live",status="200"} 1.0' in text
    assert "b24app_workers" not in text


def services_of(app: Flask) -> Any:
    return app.extensions["services"]


def test_each_alert_has_its_section_and_says_what_to_do():
    page = (ROOT / "docs/operations.md").read_text()
    sections = dict(re.findall(r"(?ms)^### (Renewal\w+)\n(.*?)(?=^#)", page + "\n#"))
    assert sorted(sections) == sorted(rule["alert"] for rule in rules())
    for rule in rules():
        assert rule["annotations"]["runbook"] == f"docs/operations.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert len(sections[rule["alert"]]) > 200, rule["alert"]


def test_the_dashboard_is_whole():
    ids = [panel["id"] for panel in panels()]
    assert len(ids) == len(set(ids))
    assert all(panel.get("targets") for panel in panels() if panel["type"] != "row")
    assert {panel["datasource"]["uid"] for panel in panels() if panel["type"] != "row"} == {"${source}"}


@pytest.mark.skipif(
    not shutil.which("promtool"), reason="promtool of the Debian package prometheus is not here"
)
@pytest.mark.servers
def test_each_alert_fires_when_it_should_and_a_quiet_day_raises_none():
    done = subprocess.run(
        ["promtool", "test", "rules", "tests/operations/alert_cases.yml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not():
    tests = yaml.safe_load((ROOT / "tests/operations/alert_cases.yml").read_text())["tests"]
    quiet = {one["alertname"] for one in tests[0]["alert_rule_test"] if not one.get("exp_alerts")}
    loud = {one["alertname"] for test in tests[1:] for one in test["alert_rule_test"] if one["exp_alerts"]}
    names = {rule["alert"] for rule in rules()}
    assert loud == names
    assert quiet == names
