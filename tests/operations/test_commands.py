"""Commands: every one explains itself, prints a table or JSON, and fails with one line."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask

from b24app.checklist.engine.runs import choose_baseline, latest_run
from b24app.cli import COMMANDS
from b24app.database import portal_scope
from b24app.services import services
from tests.actors import Actor

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=list(words))


def names() -> list[tuple[str, ...]]:
    inner = [(c.name, n) for c in COMMANDS for n in getattr(c, "commands", {})]
    return [(c.name,) for c in COMMANDS] + inner


@pytest.mark.parametrize("words", names(), ids=" ".join)
def test_every_command_explains_itself(run: Run, words: tuple[str, ...]):
    told = run(*words, "--help")
    assert told.exit_code == 0
    assert "Usage:" in told.output


def test_portals_are_listed_as_a_table(run: Run, north: Actor, south: Actor):
    lines = run("portals", "list").output.splitlines()
    assert lines[0].split()[:3] == ["ID", "DOMAIN", "MEMBER_ID"]
    assert [line.split()[1] for line in lines[1:]] == [north.host, south.host]


def test_portals_are_listed_as_json(run: Run, north: Actor):
    rows = json.loads(run("portals", "list", "--json").output)
    assert [(row["domain"], row["status"], row["plan"]) for row in rows] == [(north.host, "active", "ru_std")]


def test_an_empty_list_says_so(run: Run):
    assert run("portals", "list").output == "Nothing.\n"


def test_a_check_is_run_and_printed(run: Run, north: Actor):
    told = run("check", "run", north.host, "--json", "--lang", "en")
    rows = json.loads(told.output)
    assert len(rows) >= 16
    assert {row["level"] for row in rows} <= {"pass", "warn", "fail", "unknown", "na", "ask"}
    assert all(row["title"] and "%(" not in row["text"] for row in rows)


def test_a_check_of_a_portal_that_refuses_fails_with_one_line(run: Run, north: Actor):
    north.portal.lapse_to_free()
    told = run("check", "run", str(north.portal_id))
    assert told.exit_code == 1
    assert told.output.startswith("Error: The run ended as")


def test_a_portal_is_found_by_number_address_or_member_id(run: Run, north: Actor):
    for name in (str(north.portal_id), north.host.upper(), north.portal.member_id):
        assert run("call-log", "show", name, "--limit", "1").exit_code == 0


def test_an_unknown_portal_is_named(run: Run):
    told = run("check", "run", "nobody.example")
    assert (told.exit_code, "nobody.example" in told.output) == (1, True)


def test_a_comparison_needs_a_baseline(run: Run, north: Actor):
    assert "nothing to compare" in run("comparison", "show", north.host).output


def test_a_comparison_names_what_was_lost(run: Run, north: Actor):
    run("check", "run", north.host)
    with portal_scope(north.portal_id):
        choose_baseline(latest_run(finished=True).id, at=services().clock.now())
    lost = north.portal.tables["paysystem"].all()[0]
    north.portal.remove("pay_system", lost["ID"])
    run("check", "run", north.host)
    rows = json.loads(run("comparison", "show", north.host, "--json").output)
    assert [row["name"] for row in rows if row["difference"] == "lost"] == [lost["NAME"]]


def test_the_call_log_shows_calls_without_secrets(run: Run, north: Actor):
    rows = json.loads(run("call-log", "show", north.host, "--json").output)
    assert {row["method"] for row in rows} == {"batch"}
    whole = json.loads(run("call-log", "show", north.host, "--call", str(rows[0]["call"])).output)[0]
    assert {"seconds", "request", "answer"} <= {*whole["commands"][0]}
    assert "auth" not in {key for row in (*rows, whole, whole["request"]) for key in row}
    assert run("call-log", "show", north.host, "--call", "4711").exit_code == 1


def test_the_call_log_is_written_as_a_table_and_as_lines(run: Run, north: Actor):
    told = run("call-log", "export", north.host).output
    assert told.startswith("\ufeffcall;command;at;method;")
    lines = run("call-log", "export", north.host, "--format", "jsonl", "--since", "2026-11-01").output
    assert {json.loads(line)["method"] for line in lines.splitlines()} == {"batch"}
    assert run("call-log", "export", north.host, "--format", "jsonl", "--until", "2026-11-01").output == ""
    assert run("call-log", "export", north.host, "--since", "yesterday").exit_code == 2


def test_the_call_log_is_searched(run: Run, north: Actor):
    assert run("call-log", "show", north.host, "--errors").output == "Nothing.\n"
    assert (
        run("call-log", "show", north.host, "--text", "placement.bind", "--hours", "1").output != "Nothing.\n"
    )


def test_a_new_key_is_printed(run: Run):
    assert len(run("make-key").output.strip()) == 44
