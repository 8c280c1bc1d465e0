"""A portal's data as a file when two want it at once: what is given is whole, or said to be none."""

import io
import json
from collections.abc import Callable
from zipfile import ZipFile

import pytest
import zstandard
from sqlalchemy import update

from b24app.database import db, every_portal
from b24app.legal import data_file, data_writing
from b24app.legal.data_file import ask_data_file, fail_data_file, make_data_file
from b24app.legal.data_writing import PartWriter, plain
from b24app.legal.erasure import erase_everything
from b24app.portals.model import Portal
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.portals.test_data_file import fetch, files_of, parts, second_administrator

pytestmark = pytest.mark.dialect
RunJobs = Callable[[], int]


def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (data_writing, data_file):
        monkeypatch.setattr(module, "PIECE", 1000)


def is_whole(data: bytes) -> bool:
    with ZipFile(io.BytesIO(data)) as archive:
        return archive.testzip() is None and "about.json" in archive.namelist()


def test_a_made_file_is_given_whole_or_not_at_all_after_another_administrator_asked(
    first_checks: Actor, north_admin: Opened, run_jobs: RunJobs
):
    number = fetch(north_admin).get_json()["file"]
    run_jobs()
    assert fetch(first_checks.opens(user=second_administrator(first_checks))).status_code == 202
    answer = fetch(north_admin, file=number)
    assert answer.status_code != 200 or is_whole(answer.data)


def test_a_file_in_the_making_stays_whole_when_another_administrator_asks(
    first_checks: Actor, north_admin: Opened, run_jobs: RunJobs, world: World, monkeypatch: pytest.MonkeyPatch
):
    small_pieces(monkeypatch)
    number = fetch(north_admin).get_json()["file"]
    finish = PartWriter.finish

    def ask_before(writer: PartWriter) -> None:
        monkeypatch.setattr(PartWriter, "finish", finish)
        ask_data_file(first_checks.portal_id, 9100, world.clock.now())
        db.session.commit()
        finish(writer)

    monkeypatch.setattr(PartWriter, "finish", ask_before)
    run_jobs()
    answer = fetch(north_admin, file=number)
    assert answer.status_code != 200 or is_whole(answer.data)


def test_a_failure_of_late_work_takes_nothing_from_a_file_that_is_made(
    first_checks: Actor, north_admin: Opened, run_jobs: RunJobs
):
    number = fetch(north_admin).get_json()["file"]
    run_jobs()
    fail_data_file("", first_checks.portal_id, int(number))
    answer = fetch(north_admin, file=number)
    assert answer.status_code == 200
    assert is_whole(answer.data)


def test_two_workers_at_one_file_make_one_whole_file(
    first_checks: Actor, north_admin: Opened, monkeypatch: pytest.MonkeyPatch
):
    small_pieces(monkeypatch)
    number = int(fetch(north_admin).get_json()["file"])
    finish = PartWriter.finish

    def another_first(writer: PartWriter) -> None:
        monkeypatch.setattr(PartWriter, "finish", finish)
        make_data_file(first_checks.portal_id, number)
        finish(writer)

    monkeypatch.setattr(PartWriter, "finish", another_first)
    make_data_file(first_checks.portal_id, number)
    answer = fetch(north_admin, file=str(number))
    assert answer.status_code == 200
    assert is_whole(answer.data)
    assert len(answer.data) == files_of(first_checks)[0].size


def test_an_erasure_while_the_file_is_written_leaves_no_part_and_fails_nothing(
    first_checks: Actor, north_admin: Opened, world: World, monkeypatch: pytest.MonkeyPatch
):
    small_pieces(monkeypatch)
    number = int(fetch(north_admin).get_json()["file"])
    finish = PartWriter.finish

    def erased_before(writer: PartWriter) -> None:
        with every_portal():
            portal = db.session.get_one(Portal, first_checks.portal_id)
            erase_everything(portal, portal.domain, world.clock.now())
        db.session.commit()
        writer.write(b"x" * 3000)
        finish(writer)

    monkeypatch.setattr(PartWriter, "finish", erased_before)
    make_data_file(first_checks.portal_id, number)
    assert parts() == 0


def test_half_of_a_character_in_a_row_does_not_hold_up_the_file(
    first_checks: Actor, north_admin: Opened, run_jobs: RunJobs
):
    table = Portal.__table__
    with db.engine.begin() as line:
        line.execute(
            update(table).where(table.c.id == first_checks.portal_id).values(scopes=["crm", "half \ud800"])
        )
    number = fetch(north_admin).get_json()["file"]
    run_jobs()
    answer = fetch(north_admin, file=number)
    assert answer.status_code == 200
    with ZipFile(io.BytesIO(answer.data)) as archive:
        (row,) = json.loads(archive.read("tables/portal.json"))
    assert row["scopes"][0] == "crm"


def test_calls_are_handed_over_with_what_was_asked_and_answered(
    first_checks: Actor, north_admin: Opened, run_jobs: RunJobs
):
    number = fetch(north_admin).get_json()["file"]
    run_jobs()
    with ZipFile(io.BytesIO(fetch(north_admin, file=number).data)) as archive:
        calls = json.loads(archive.read("tables/call_log.json"))
    assert calls
    assert all(isinstance(half, dict | list) for one in calls for half in one["packed"])


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        (b'{"a": 1}\0{"b": 2}', [{"a": 1}, {"b": 2}]),
        (b'{"a": 1}\0{"b": "cu\xe2\x80\xa6', [{"a": 1}, '{"b": "cu\u2026']),
        ("Тема письма".encode(), "Тема письма"),
        (b"\x01\x02", {"base64": "AQI="}),
    ],
)
def test_texts_are_handed_over_as_texts(asked: bytes, read: object):
    assert plain(asked) == read
    assert isinstance(read, dict) or plain(zstandard.compress(asked)) == read


def test_who_is_no_administrator_any_more_when_the_file_is_made_gets_nothing(
    first_checks: Actor, north_admin: Opened, run_jobs: RunJobs
):
    number = fetch(north_admin).get_json()["file"]
    run_jobs()
    first_checks.portal.admin.admin = False
    assert fetch(north_admin, file=number).status_code == 403
    first_checks.portal.admin.admin = True
    assert is_whole(fetch(north_admin, file=number).data)
