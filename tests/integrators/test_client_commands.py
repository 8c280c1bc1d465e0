"""The commands for integrators speak the API with a key: filters, cursors, 429, exit codes, three forms of answers."""

import csv
import io
import json
from collections.abc import Callable

import pytest
import requests
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from b24app.cli.api_program import EXIT_AWAY, EXIT_INPUT, EXIT_KEY, EXIT_MISSING, ProgramWire
from b24app.cli.client_commands import EXIT_RUN, clients
from b24app.database import db, portal_scope
from b24app.integrators.client_groups import add_group, put_in
from b24app.integrators.client_notes import NoteView, keep_note
from b24app.integrators.outside.api_tokens import Scope, make_token
from b24app.services import services
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from tests.actors import Actor
from tests.integrators.api_wire import BASE, ApiWire, response, wired
from tests.integrators.boards import add_client, consent, declare, keep_summary

EVERY = tuple(str(scope) for scope in Scope)


class Shell:
    """A machine of the integrator with the commands, and a key in its environment."""

    def __init__(self, client: FlaskClient, key: str) -> None:
        self.client, self.key = client, key
        self.slept: list[float] = []
        self.answers: list[requests.Response] = []
        self.wait: Callable[[], object] = lambda: None
        self.wire: ApiWire | None = None

    def run(self, *args: str) -> Result:
        db.session.rollback()  # the machine has no part in what the test reads
        session, self.wire = wired(self.client, lambda: self.answers.pop(0) if self.answers else None)
        environment = {"RENEWAL_API_URL": BASE, "RENEWAL_API_KEY": self.key}
        return CliRunner().invoke(
            clients, ["--lang", "en", *args], obj=ProgramWire(session, self.sleep), env=environment
        )

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.wait()


def key_of(actor: Actor, *scopes: str) -> str:
    with portal_scope(actor.portal_id):
        by = Author(actor.portal.admin.id, "Н. Рябова")
        secret, _view = make_token("CLI", scopes or EVERY, 90, by=by, at=services().clock.now())
        db.session.commit()
    return secret


@pytest.fixture
def code(north: Actor, first_checks: Actor, south: Actor) -> str:
    declare(south)
    given = consent(north.portal_id, south.portal_id)
    keep_summary(north.portal_id, name="Лампа")
    return given.code


@pytest.fixture
def shell(visitor: FlaskClient, south: Actor, code: str) -> Shell:
    return Shell(visitor, key_of(south))


def test_clients_as_a_table_as_json_and_as_csv(shell: Shell, code: str):
    table = shell.run("list")
    assert (table.exit_code, code in table.output, "Лампа" in table.output) == (0, True, True)
    (one,) = json.loads(shell.run("list", "--json").output)
    assert (one["id"], one["name"]) == (code, "Лампа")
    rows = list(csv.DictReader(io.StringIO(shell.run("list", "--csv").output), delimiter=";"))
    assert [row["name"] for row in rows] == ["Лампа"]


def test_a_name_that_is_a_formula_is_no_formula_in_csv(shell: Shell, south: Actor, north: Actor):
    with portal_scope(south.portal_id):
        keep_note(north.portal_id, NoteView("=1+1", "", None, ""), at=services().clock.now())
        db.session.commit()
    assert "'=1+1" in shell.run("list", "--csv").output


def test_a_group_filters_and_a_group_that_is_none_is_named(
    shell: Shell, south: Actor, north: Actor, app: Flask
):
    add_client(app, 1, south.portal_id)
    with portal_scope(south.portal_id):
        put_in(add_group("Розница"), north.portal_id)
        db.session.commit()
    found = json.loads(shell.run("list", "--group", "Розница", "--json").output)
    assert [one["name"] for one in found] == ["Лампа"]
    assert len(json.loads(shell.run("list", "--json").output)) == 2
    assert json.loads(shell.run("groups", "--json").output)[0]["clients"] == 1
    wrong = shell.run("list", "--group", "Опт")
    assert (wrong.exit_code, "group" in wrong.output) == (EXIT_INPUT, True)


def test_a_long_list_is_followed_to_its_end(shell: Shell, south: Actor, app: Flask):
    for number in range(104):
        add_client(app, number, south.portal_id)
    answer = shell.run("list", "--json")
    assert answer.exit_code == 0, answer.output
    assert len(json.loads(answer.output)) == 105
    assert shell.wire is not None
    assert len(shell.wire.sent) == 2


def test_terms_findings_and_renewals(shell: Shell, code: str, north: Actor):
    with portal_scope(north.portal_id):
        by = Author(1, "Marina")
        set_paid_term("plan", services().clock.now().date(), by=by, at=services().clock.now())
        db.session.commit()
    assert json.loads(shell.run("terms", code, "--json").output)[0]["portal"] == code
    assert json.loads(shell.run("findings", "--json").output)
    assert shell.run("renewals", code).output == "Nothing.\n"


def test_a_run_is_waited_for(shell: Shell, code: str, run_jobs: Callable[[], int]):
    shell.wait = run_jobs
    done = shell.run("run", code, "--json")
    assert (done.exit_code, json.loads(done.output)[0]["state"]) == (0, "done")
    assert shell.slept
    shell.wait = lambda: None
    assert json.loads(shell.run("run", code, "--no-wait", "--json").output)[0]["state"] == "queued"


def test_a_run_that_never_ends_is_not_waited_for_for_ever(shell: Shell, code: str):
    late = shell.run("run", code)
    assert late.exit_code == EXIT_RUN
    assert sum(shell.slept) >= 900


def test_a_limit_is_waited_for_as_long_as_it_asks(shell: Shell):
    shell.answers = [response(429, b"{}", {"Retry-After": "17"}), response(503)]
    assert shell.run("list").exit_code == 0
    assert shell.slept == [17, 4]


def test_a_server_that_is_away_is_said(shell: Shell):
    shell.answers = [response(503)] * 5
    away = shell.run("list")
    assert (away.exit_code, "503" in away.output) == (EXIT_AWAY, True)


@pytest.mark.parametrize(
    ("args", "exit_code"),
    [
        (["terms", "nothing"], EXIT_MISSING),
        (["terms", "-no-thing"], EXIT_MISSING),
        (["run", "x"], EXIT_MISSING),
    ],
)
def test_a_client_that_is_not_there(shell: Shell, args: list[str], exit_code: int):
    answer = shell.run(*args)
    assert answer.exit_code == exit_code
    assert "There is no access to this client" in answer.output


def test_a_wrong_key_and_a_missing_scope_are_said_in_words(shell: Shell, visitor: FlaskClient, south: Actor):
    narrow = Shell(visitor, key_of(south, "portals:read"))
    assert narrow.run("list").exit_code == 0
    refused = narrow.run("terms")
    assert (refused.exit_code, "without this scope" in refused.output) == (EXIT_KEY, True)
    unknown = Shell(visitor, "rwd_unknown").run("list")
    assert (unknown.exit_code, "The key is missing" in unknown.output) == (EXIT_KEY, True)
    assert "rwd_unknown" not in unknown.output


def test_without_a_key_it_says_which_setting_is_missing(visitor: FlaskClient):
    answer = CliRunner().invoke(clients, ["--url", BASE, "list"])
    assert (answer.exit_code, "--key" in answer.output) == (2, True)


@pytest.mark.parametrize("body", [b"<html>", b"{}", b"[]", b'{"items": 5}', b'{"items": [], "next": "a"}'])
def test_what_is_no_api_is_said(shell: Shell, body: bytes):
    shell.answers = [response(200, body) for _ in range(2)]
    answer = shell.run("list")
    assert (answer.exit_code, "not the address" in answer.output) == (EXIT_MISSING, True)


def test_a_refusal_that_is_none_of_ours_is_told_by_its_number(shell: Shell):
    shell.answers = [response(404, b'{"error": "nothing here"}')]
    answer = shell.run("list")
    assert (answer.exit_code, "HTTP 404" in answer.output) == (EXIT_MISSING, True)


def test_the_commands_are_those_of_flask_too(app: Flask):
    assert "Clients of an integrator" in app.test_cli_runner().invoke(args=["clients", "--help"]).output
