"""A portal's data as a file: every table of the metadata, no secret, of one portal, for its own administrator alone."""

import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from b24app.database import Base, Sealed, SealedBytes, db, every_portal, portal_scope
from b24app.jobs.upkeep import ask_unfinished
from b24app.legal import data_writing
from b24app.legal.data_file import (
    KEPT_FOR,
    LISTED_FOR,
    TAKES,
    ask_data_file,
    make_data_file,
    prune_data_files,
)
from b24app.legal.data_writing import PartWriter, plain, read_rows
from b24app.legal.model import DataFile, DataFilePart, DataFileState
from b24app.legal.stored_tables import LEFT_OUT, OPENED, UNJUDGED, is_binary, stored_tables
from b24app.portals.model import Access, Portal
from sandbox.user import User
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.integrators.looking import looks_after
from tests.portals.rows import row

RunJobs = Callable[[], int]
NO_DATA = {"portal_state"}
"""Tables with a portal in them that hold nothing of it: the random version of its state."""
LOOKS_SECRET = re.compile(r"token|secret|code|digest|password|url|key|hash|chat|target|sealed")
PLAIN = {
    "accepted_change.key", "accepted_change.fingerprint", "alert_task.key", "alert_telling.key", "backup_pack.sha256", "check_opening.code",
    "backup_plan.target_kind", "client_report.key", "portal.application_code", "portal.plan_code", "restore_line.key", "restore_line.new_key",
}  # fmt: skip


def taken(opened: Opened, run_jobs: RunJobs) -> TestResponse:
    """Press the button as its script does: asked for, made by a worker, taken."""
    first = fetch(opened)
    assert first.status_code == 202
    run_jobs()
    return fetch(opened, file=first.get_json()["file"])


def fetch(opened: Opened, **form: str) -> TestResponse:
    return opened.post("/settings/data/file", **form)


def contents(answer: TestResponse) -> dict[str, Any]:
    assert (answer.status_code, answer.mimetype) == (200, "application/zip"), answer.text[:500]
    with ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def files_of(actor: Actor) -> list[DataFile]:
    db.session.expire_all()
    with every_portal():
        mine = select(DataFile).where(DataFile.portal_id == actor.portal_id).order_by(DataFile.id)
        return list(db.session.scalars(mine))


def parts() -> int:
    with every_portal():
        return db.session.scalar(select(func.count(DataFilePart.id))) or 0


def tables_of_portals() -> set[str]:
    """By the metadata: whatever has a column or a key that leads to a portal."""
    return {
        table.name
        for table in Base.metadata.tables.values()
        if {"portal_id", "member_id"} & set(table.columns.keys())
    }


def test_every_table_that_holds_something_about_a_portal_is_in_the_file(
    first_checks: Actor, north_admin: Opened, run_jobs: RunJobs
):
    found = contents(taken(north_admin, run_jobs))
    assert {f"tables/{name}.json" for name in tables_of_portals() - NO_DATA} | {"about.json"} == set(found)
    about = found["about.json"]
    assert (about["portal"], about["member_id"]) == (first_checks.host, first_checks.portal.member_id)
    assert about["rows"] == {name[7:-5]: len(rows) for name, rows in found.items() if name != "about.json"}
    assert all(about["rows"][name] for name in ("portal", "person", "run", "call_log", "document_acceptance"))


def test_every_row_of_every_table_is_in_it_with_all_its_columns(
    first_checks: Actor, north_admin: Opened, run_jobs: RunJobs
):
    run_jobs()
    found = contents(taken(north_admin, run_jobs))
    for table in stored_tables():
        rows = found[f"tables/{table.name}.json"]
        wanted = set(Base.metadata.tables[table.name].columns.keys()) - set(table.left_out)
        assert all(set(one) == wanted for one in rows), table.name
    (portal,) = found["tables/portal.json"]
    assert portal["domain"] == first_checks.host
    assert found["tables/run.json"][0]["kind"]
    assert isinstance(found["tables/run_result.json"][0]["facts"], dict | list)


def test_each_sealed_or_binary_column_was_judged_by_whoever_added_it():
    judged = set(LEFT_OUT) | OPENED
    known = {
        f"{table.name}.{column.name}": column
        for table in Base.metadata.tables.values()
        for column in table.columns
    }
    mine = {
        name
        for name, column in known.items()
        if is_binary(column) and name.split(".")[0] in tables_of_portals()
    }
    assert mine - judged == set()
    assert judged - set(known) == set()
    assert not set(LEFT_OUT) & OPENED
    assert UNJUDGED not in {why for table in stored_tables() for why in table.left_out.values()}


def test_a_column_that_nobody_has_judged_is_left_out():
    from sqlalchemy import Column, Integer, MetaData, Table

    from b24app.legal.stored_tables import why_left_out

    table = Table(
        "new_room", MetaData(), Column("id", Integer), Column("word", Sealed), Column("file", SealedBytes)
    )
    assert [why_left_out("new_room", column) for column in table.columns] == ["", UNJUDGED, UNJUDGED]


def test_columns_that_look_like_secrets_are_left_out_or_known_to_be_none():
    """A link, a code, a digest by which somebody is let in: only what is named here is none of it."""
    links = {"status_link.code", "outside_address.code", "telegram_link.code", "client_report.code", "report_reader.code",
             "sign_in_address.code", "api_token.digest", "group_feed.digest", "outside_session.digest", "sign_in_link.digest"}  # fmt: skip
    left = {f"{table.name}.{name}" for table in stored_tables() for name in table.left_out}
    assert links <= left
    assert {name for name in PLAIN if not LOOKS_SECRET.search(name)} == {
        "backup_pack.sha256",
        "accepted_change.fingerprint",
    }


def test_no_secret_of_the_portal_is_in_it(first_checks: Actor, north_admin: Opened, run_jobs: RunJobs):
    answer = taken(north_admin, run_jobs)
    with ZipFile(io.BytesIO(answer.data)) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist())
    with every_portal():
        access = db.session.scalars(select(Access).where(Access.portal_id == first_checks.portal_id)).all()
        tokens = [token for one in access for token in (one.access_token, one.refresh_token)]
    secrets = [row(first_checks).application_token, *tokens]
    assert len(secrets) > 2
    assert [one for one in secrets if one and one in text] == []


def test_nothing_of_another_portal_is_in_it(
    first_checks: Actor, north_admin: Opened, south: Actor, run_jobs: RunJobs
):
    found = contents(taken(north_admin, run_jobs))
    assert south.host not in json.dumps(found)
    assert south.portal.member_id not in json.dumps(found)
    assert {
        one["portal_id"]
        for rows in found.values()
        if isinstance(rows, list)
        for one in rows
        if "portal_id" in one
    } == {first_checks.portal_id}


def test_rows_are_read_in_stretches_to_the_last_one(first_checks: Actor, monkeypatch: pytest.MonkeyPatch):
    table = next(one for one in stored_tables() if one.name == "call_log")
    portal = row(first_checks)
    with portal_scope(portal.id):
        whole = list(read_rows(table, portal.id))
        monkeypatch.setattr(data_writing, "MANY", 2)
        assert list(read_rows(table, portal.id)) == whole
    assert len(whole) > 4


def test_a_press_within_ten_minutes_gets_the_same_file_and_later_a_new_one(
    first_checks: Actor, north_admin: Opened, run_jobs: RunJobs, world: World
):
    taken(north_admin, run_jobs)
    assert fetch(north_admin).status_code == 200
    assert len(files_of(first_checks)) == 1
    world.clock.advance(minutes=11)
    assert fetch(north_admin).status_code == 202
    assert len(files_of(first_checks)) == 2
    assert parts() == 0


def test_a_file_that_is_being_made_is_waited_for_and_not_asked_for_twice(
    first_checks: Actor, north_admin: Opened
):
    one, other = fetch(north_admin), fetch(north_admin)
    assert one.get_json()["file"] == other.get_json()["file"]
    assert len(files_of(first_checks)) == 1


def second_administrator(actor: Actor) -> User:
    user = User(id=9100, name="Пётр", last_name="Второй", admin=True)
    actor.portal.users.append(user)
    return user


def test_another_administrator_gets_a_file_of_his_own_and_not_this_one(
    first_checks: Actor, north_admin: Opened, run_jobs: RunJobs
):
    number = fetch(north_admin).get_json()["file"]
    run_jobs()
    other = first_checks.opens(user=second_administrator(first_checks))
    answer = fetch(other, file=number)
    assert answer.status_code == 202
    assert answer.get_json()["file"] != number


def test_another_portal_finds_no_file_by_its_number(
    first_checks: Actor, north_admin: Opened, south: Actor, run_jobs: RunJobs
):
    number = fetch(north_admin).get_json()["file"]
    run_jobs()
    answer = fetch(south.opens(), file=number)
    assert answer.status_code == 202
    assert answer.get_json()["file"] != number


@pytest.mark.parametrize("number", ["", "x", "-1", "0", "9" * 30, "１"])
def test_a_number_that_is_none_asks_for_a_new_file(first_checks: Actor, north_admin: Opened, number: str):
    assert fetch(north_admin, file=number).status_code == 202


def test_an_employee_gets_nothing(first_checks: Actor):
    employee = next(user for user in first_checks.portal.users if not user.admin and user.active)
    assert fetch(first_checks.opens(user=employee)).status_code == 403
    assert files_of(first_checks) == []


def test_who_was_administrator_at_the_opening_and_is_none_now_gets_nothing(first_checks: Actor):
    admin = second_administrator(first_checks)
    opened = first_checks.opens(user=admin)
    admin.admin = False
    assert fetch(opened).status_code == 403
    assert files_of(first_checks) == []


def test_an_integrators_account_with_all_rights_gets_nothing(first_checks: Actor):
    opened = first_checks.opens(user=first_checks.portal.integrator)
    answer = fetch(opened)
    assert answer.status_code == 409
    assert "интегратор" in answer.get_json()["text"]
    assert files_of(first_checks) == []


def test_an_integrator_in_the_frame_of_his_client_gets_nothing(first_checks: Actor, south: Actor):
    looking = looks_after(south, first_checks)
    looking.opens()
    assert looking.ask("POST", "/settings/data/file").status_code == 403
    assert files_of(first_checks) == files_of(south) == []


def test_it_is_written_down_who_had_it_handed_over(
    first_checks: Actor, north_admin: Opened, run_jobs: RunJobs, world: World
):
    taken(north_admin, run_jobs)
    world.clock.advance(days=2)
    prune_data_files()
    db.session.commit()
    assert parts() == 0
    page = first_checks.opens(lang="en").get("/settings/data").text
    assert "Who has asked for it: 1" in page


def test_parts_go_after_a_day_and_the_line_after_a_year(
    first_checks: Actor, north_admin: Opened, run_jobs: RunJobs, world: World
):
    number = fetch(north_admin).get_json()["file"]
    run_jobs()
    assert parts() > 0
    world.clock.advance(seconds=KEPT_FOR.total_seconds() + 1)
    assert fetch(first_checks.opens(), file=number).get_json()["file"] != number
    world.clock.advance(seconds=LISTED_FOR.total_seconds())
    prune_data_files()
    db.session.commit()
    assert len(files_of(first_checks)) == 0


def test_a_file_begun_by_a_killed_worker_is_made_anew_and_whole(
    first_checks: Actor, north_admin: Opened, run_jobs: RunJobs
):
    number = int(fetch(north_admin).get_json()["file"])
    with portal_scope(first_checks.portal_id):
        left = PartWriter(number)
        left.write(b"x" * 3_000_000)
    assert parts() == 2
    run_jobs()
    contents(fetch(north_admin, file=str(number)))


def test_a_lost_job_is_asked_for_again(first_checks: Actor, north_admin: Opened, run_jobs: RunJobs):
    from sqlalchemy import delete

    from b24app.jobs.model import JobRow

    number = fetch(north_admin).get_json()["file"]
    db.session.execute(delete(JobRow).where(JobRow.name == "make_data_file"))
    db.session.commit()
    ask_unfinished()
    db.session.commit()
    run_jobs()
    assert fetch(north_admin, file=number).status_code == 200


def test_a_job_that_comes_twice_changes_nothing(first_checks: Actor, north_admin: Opened, run_jobs: RunJobs):
    first = fetch(north_admin).get_json()["file"]
    run_jobs()
    before = parts()
    make_data_file(first_checks.portal_id, int(first))
    assert parts() == before
    make_data_file(first_checks.portal_id, 10_000)


def test_what_is_too_large_is_said_and_keeps_nothing(
    first_checks: Actor, north_admin: Opened, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(data_writing, "MOST_BYTES", 2000)
    answer = taken(north_admin, run_jobs)
    assert answer.status_code == 409
    assert "слишком много" in answer.get_json()["text"]
    assert parts() == 0


def test_work_that_nobody_can_be_doing_has_failed(first_checks: Actor, north_admin: Opened, world: World):
    number = fetch(north_admin).get_json()["file"]
    world.clock.advance(seconds=TAKES.total_seconds() + 1)
    assert fetch(north_admin, file=number).status_code == 409
    assert fetch(north_admin).status_code == 202


def test_the_portal_that_is_erased_meanwhile_leaves_no_file(
    first_checks: Actor, north_admin: Opened, run_jobs: RunJobs, app: Flask
):
    fetch(north_admin)
    with every_portal():
        db.session.delete(db.session.get_one(Portal, first_checks.portal_id))
        db.session.commit()
    run_jobs()
    assert parts() == 0


@pytest.mark.parametrize("pack", ["bytes", "zlib", "zstd"])
def test_packed_json_is_handed_over_as_json(pack: str):
    import zlib

    import zstandard

    text = b'{"a":[1,"x"]}'
    packed = {"bytes": text, "zlib": zlib.compress(text), "zstd": zstandard.compress(text)}[pack]
    assert plain(packed) == {"a": [1, "x"]}
    assert plain(b"\xff\x00") == {"base64": "/wA="}


def test_the_state_of_a_file_of_a_later_release_reads_as_failed(first_checks: Actor, world: World):
    from sqlalchemy import update

    with portal_scope(first_checks.portal_id):
        found = ask_data_file(first_checks.portal_id, 1, world.clock.now())
        db.session.execute(update(DataFile).where(DataFile.id == found.id).values(state="sealing"))
        db.session.commit()
        again = ask_data_file(first_checks.portal_id, 1, world.clock.now() + timedelta(minutes=1))
    assert again.id != found.id
    assert again.state is DataFileState.WAITING
