"""The log of calls for the administrator: list, one call by its commands, files; not for employees, not for others, not without a frame."""

import csv
import io
import json

import pytest

from b24app.bitrix24 import call_search
from b24app.bitrix24.call_search import Search, search_calls
from b24app.database import db, portal_scope
from b24app.portals.client_factory import open_client
from b24app.rest_client import Command
from tests.actors import Actor, Opened

FILES = ("/settings/calls.csv", "/settings/calls.jsonl")
PAGES = ("/settings/calls/rows", "/settings/calls/1", "/settings/calls/1/commands/0")


def number_of(actor: Actor, method: str) -> int:
    with portal_scope(actor.portal_id):
        found = next(one.id for one in search_calls(Search()) if one.method == method)
    db.session.rollback()
    return found


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def ask(actor: Actor) -> int:
    """A batch with a refusal inside; the number of its call."""
    open_client(actor.portal_id).batch(
        {"me": Command("profile"), "bad": Command("no.such.method", {"a": "b" * 100_000})}
    )
    return number_of(actor, "batch")


def test_an_administrator_takes_the_calls_of_the_portal(north: Actor, north_admin: Opened) -> None:
    ask(north)
    with north_admin.download(FILES[0]) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert "attachment" in answer.headers["Content-Disposition"]
        rows = rows_of(answer.text)
    assert {"profile", "no.such.method"} <= {row["method"] for row in rows if row["command"]}
    assert "'" not in {cell for row in rows for cell in row.values()}
    with north_admin.download(FILES[1]) as answer:
        lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [one["call"] for one in lines] == sorted({int(row["call"]) for row in rows})


@pytest.mark.parametrize("file", FILES)
def test_a_file_holds_what_was_looked_for(north: Actor, north_admin: Opened, file: str) -> None:
    number = ask(north)
    with north_admin.download(file, q="ERROR_METHOD_NOT_FOUND", errors="yes", days="day") as answer:
        assert "no.such.method" in answer.text
        assert "app.info" not in answer.text
    with north_admin.download(file, q="nowhere to be found") as answer:
        assert "profile" not in answer.text
    with north_admin.download(file, call=str(number)) as answer:
        assert "no.such.method" in answer.text
        assert "app.info" not in answer.text


def test_the_list_shows_methods_inside_and_refusals_of_commands(north: Actor, north_admin: Opened) -> None:
    ask(north)
    text = north_admin.get("/settings/developer").text
    assert "profile, no.such.method" in text
    assert "ERROR_METHOD_NOT_FOUND" in text
    found = north_admin.get("/settings/calls/rows", method="no.such", errors="yes").text
    assert "no.such.method" in found
    assert "app.info" not in found


@pytest.mark.parametrize("days", ["2026-11-30", "hour", "day", "three", "", "never", "0001-01-01", "9999-12-31", "2026-11-29"])  # fmt: skip
def test_a_period_narrows_and_one_that_cannot_be_read_does_not(
    north: Actor, north_admin: Opened, days: str
) -> None:
    ask(north)
    answer = north_admin.get("/settings/calls/rows", days=days)
    assert answer.status_code == 200
    assert ("no.such.method" in answer.text) == (days != "2026-11-29")


def test_an_empty_search_says_what_was_looked_through(north: Actor, north_admin: Opened) -> None:
    ask(north)
    text = north_admin.get("/settings/calls/rows", q="nowhere to be found").text
    assert "Более старых нет" in text or "Такого в журнале нет" in text
    assert "Просмотрено" in text
    assert "Такого в журнале нет" in north_admin.get("/settings/calls/rows", method="nowhere").text


def test_a_search_that_is_not_at_its_end_says_so_and_goes_on(
    north: Actor, north_admin: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = ask(north)
    monkeypatch.setattr(call_search, "MOST_LOOKED", 1)
    text = north_admin.get("/settings/calls/rows", q="no such words").text
    assert "ещё не просмотрены" in text
    assert f"before={number}" in text
    further = north_admin.get("/settings/calls/rows", q="no such words", before=str(number)).text
    assert "calls-end" in further
    assert "<table" not in further


def test_one_call_has_its_commands_folded(north: Actor, north_admin: Opened) -> None:
    number = ask(north)
    text = north_admin.get(f"/settings/calls/{number}", q="not_found").text
    assert f'hx-get="/settings/calls/{number}/commands/1"' in text
    assert text.count("найдено здесь") == 1
    assert "bbbb" not in text
    part = north_admin.get(f"/settings/calls/{number}/commands/1").text
    assert "ERROR_METHOD_NOT_FOUND" in part
    assert "<html" not in part


def test_what_a_page_cannot_show_whole_is_said_and_is_in_the_file(north: Actor, north_admin: Opened) -> None:
    open_client(north.portal_id).batch({"long": Command("profile", {"a": ["слово " * 20] * 3000})})
    number = number_of(north, "batch")
    part = north_admin.get(f"/settings/calls/{number}/commands/0").text
    assert "первые 60" in part
    with north_admin.download(FILES[1], call=str(number)) as answer:
        asked = json.loads(answer.text)["commands"][0]["request"]
    assert len(asked["a"]) == 3000


def test_a_call_alone_shows_its_texts(north: Actor, north_admin: Opened) -> None:
    open_client(north.portal_id).call("server.time")
    assert "&#34;result&#34;" in north_admin.get(f"/settings/calls/{number_of(north, 'server.time')}").text


@pytest.mark.parametrize("path", ["/settings/calls/4711", "/settings/calls/1/commands/4711", "/settings/calls/0x"])  # fmt: skip
def test_what_is_not_there_is_not_found(north_admin: Opened, path: str) -> None:
    assert north_admin.get(path).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_an_employee_sees_no_call(north_employee: Opened, path: str) -> None:
    assert north_employee.get(path).status_code == 403


@pytest.mark.parametrize("file", FILES)
def test_an_employee_takes_no_file(north_employee: Opened, file: str) -> None:
    assert north_employee.download(file).status_code == 403


def test_another_portal_sees_its_own_calls_only(north: Actor, south_admin: Opened) -> None:
    number = ask(north)
    assert south_admin.get(f"/settings/calls/{number}").status_code == 404
    assert south_admin.get(f"/settings/calls/{number}/commands/0").status_code == 404
    for file in FILES:
        with south_admin.download(file) as answer:
            assert "no.such.method" not in answer.text
        with north.opens().download(file) as answer:
            assert "no.such.method" in answer.text
        assert south_admin.download(file, call=str(number)).status_code == 404


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("call", ["12345678901", "7x", "-1", "٧"])
def test_a_call_that_cannot_be_named_gives_no_other_ones(
    north: Actor, north_admin: Opened, file: str, call: str
) -> None:
    ask(north)
    with north_admin.download(file, call=call) as answer:
        assert answer.status_code == 404


@pytest.mark.parametrize("file", FILES)
def test_without_a_frame_there_is_no_file(north: Actor, file: str) -> None:
    assert north.client.post(file).status_code in (401, 403, 419)
