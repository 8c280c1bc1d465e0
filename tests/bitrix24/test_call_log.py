"""The call log: per portal, masked, whole, kept by days; rows of the release before; a worker of that release beside this one."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text

from b24app.bitrix24.call_log import MOST_KEPT, CallEntry, describe_answer
from b24app.bitrix24.call_log_database import DatabaseLog, count_unknown, prune_calls
from b24app.bitrix24.call_search import Search, read_call, search_calls
from b24app.bitrix24.call_texts import CallTexts, open_commands
from b24app.bitrix24.list_methods import Mode
from b24app.bitrix24.masked_values import to_masked_json
from b24app.bitrix24.masking import mask_text
from b24app.bitrix24.model import CallLogEntry
from b24app.bitrix24.shared_state import DatabaseHabits
from b24app.database import PortalForgotten, db, portal_scope
from b24app.errors import NotFound, UnknownRefusal
from b24app.portals.model import Portal as PortalRow
from b24app.rest_client import Command, RestClient
from b24app.services import services
from sandbox.portal import Portal
from tests.bitrix24.conftest import NOW, Memory

SECRETS = {
    "auth": "s3cret",
    "access_token": "s3cret",
    "PASSWORD": "s3cret",
    "SIP_PASSWORD": "s3cret",
    "api_key": "s3cret",
}


def a_portal(member_id: str) -> int:
    row = PortalRow(
        member_id=member_id,
        domain=f"{member_id}.example",
        client_endpoint=f"https://{member_id}.example/rest/",
        server_endpoint="https://oauth.bitrix24.tech/rest/",
        created_at=NOW,
    )
    db.session.add(row)
    db.session.commit()
    return row.id


def an_entry(
    method: str = "profile", *, error: str = "", days_ago: float = 0, request: str = "{}"
) -> CallEntry:
    at = (NOW - timedelta(days=days_ago)).timestamp()
    return CallEntry(at, method, 0.2, 200, error, 120, request, '{"result": "Пример"}')


@pytest.fixture
def north_id(app: Flask) -> int:
    return a_portal("north")


def test_writes_down_every_request_and_answer(client: RestClient, log: Memory) -> None:
    client.call("profile")
    client.batch({"bad": Command("no.such.method")})
    assert [(entry.method, entry.http, entry.error) for entry in log.entries] == [
        ("profile", 200, ""),
        ("batch", 200, ""),
    ]
    assert "no.such.method" in log.entries[1].request
    assert "ERROR_METHOD_NOT_FOUND" in log.entries[1].answer


def test_writes_down_what_failed(client: RestClient, portal: Portal, log: Memory) -> None:
    portal.answer_next("truncated")
    client.call("profile")
    assert [entry.error for entry in log.entries] == ["AnswerBroken", ""]


def test_an_unknown_code_inside_a_batch_has_an_entry_of_its_own(
    client: RestClient, portal: Portal, log: Memory
) -> None:
    portal.refuse_next("NEVER_HEARD_OF", method="crm.status.list", description="strange words")
    client.batch(
        {"me": Command("profile"), "odd": Command("crm.status.list", {"filter": {"auth": "s3cret"}})}
    )
    batch, odd = log.entries
    assert (batch.method, batch.error) == ("batch", "")
    assert (odd.method, odd.error) == ("crm.status.list", "UnknownRefusal NEVER_HEARD_OF")
    assert "strange words" in odd.answer
    assert "s3cret" not in odd.request


def test_a_code_of_any_length_is_written_down(client: RestClient, portal: Portal, north_id: int) -> None:
    client.connection.log = DatabaseLog(db.engine, north_id)
    portal.refuse_next("STRANGE" * 100)
    db.session.rollback()
    with pytest.raises(UnknownRefusal):
        client.call("profile")
    with portal_scope(north_id):
        assert len(search_calls(Search(errors_only=True))[0].error) == 120
    assert count_unknown() == 1


def test_an_entry_holds_the_whole_answer(client: RestClient, log: Memory) -> None:
    rows = list(client.rows("crm.item.list", {"entityTypeId": 2}))
    entry = max(log.entries, key=lambda one: one.size)
    assert entry.size > 100_000
    assert not CallTexts(entry.request, entry.answer).cut
    commands = open_commands(CallTexts(entry.request, entry.answer))
    kept = [row["id"] for one in commands for row in json.loads(one.answer)["result"]["items"]]
    assert set(kept) <= {row["id"] for row in rows}
    assert len(kept) > 500


def test_a_batch_names_its_methods_and_the_codes_of_its_refusals(client: RestClient, log: Memory) -> None:
    client.batch({"me": Command("profile"), "again": Command("profile"), "bad": Command("no.such.method")})
    assert log.entries[0].commands == ("profile", "no.such.method")
    assert log.entries[0].refused == ("ERROR_METHOD_NOT_FOUND",)


def test_a_long_value_is_kept_to_its_end_and_a_packed_one_not_at_all() -> None:
    words = "слово " * 2000
    told = describe_answer("crm.status.list", {}, {"result": [{"NOTICE": words, "FILE": "aZ09+/" * 100}]})
    assert json.loads(told)["result"] == [{"NOTICE": words, "FILE": "***"}]


def test_what_is_longer_than_any_answer_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_KEPT > 30_000_000
    monkeypatch.setattr("b24app.bitrix24.call_log.MOST_KEPT", 50)
    told = describe_answer("crm.status.list", {}, {"result": [{"CODE": "A"}] * 20})
    assert len(told) == 50
    assert CallTexts("{}", told).cut


def test_two_telephones_as_keys_are_both_there() -> None:
    told = describe_answer("voximplant.line.get", {}, {"result": {"79161234567": "a", "79161234568": "b"}})
    assert json.loads(told)["result"] == {"***": "a", "****": "b"}


def test_masks_secrets_by_name_and_in_text() -> None:
    assert "s3cret" not in to_masked_json({"deep": [SECRETS, {"token": {"a": "s3cret"}}]}, 4000)
    assert (
        mask_text("https://a.example/rest/1/s3cret/profile?auth=s3cret")
        == "https://a.example/rest/1/***/profile?auth=***"
    )


def test_each_portal_sees_its_own(north_id: int) -> None:
    DatabaseLog(db.engine, north_id).record(an_entry())
    with portal_scope(a_portal("south")):
        assert search_calls(Search()) == []
        with pytest.raises(NotFound):
            read_call(1)
    with pytest.raises(PortalForgotten):
        search_calls(Search())


def test_prunes_what_is_older_than_the_settings_keep(north_id: int) -> None:
    log = DatabaseLog(db.engine, north_id)
    kept = services().settings.keep_call_log_days
    for days in (0, kept - 1, kept + 1):
        log.record(an_entry(days_ago=days))
    assert prune_calls() == 1
    db.session.rollback()
    with portal_scope(north_id):
        assert len(db.session.scalars(select(CallLogEntry)).all()) == 2


def test_a_log_that_cannot_be_written_fails_no_call(caplog: pytest.LogCaptureFixture) -> None:
    engine = create_engine("sqlite://")
    DatabaseLog(engine, 1).record(an_entry())
    engine.dispose()
    assert "could not be written" in caplog.text


def test_habits_of_a_portal_are_kept(north_id: int) -> None:
    habits = DatabaseHabits(db.engine, north_id)
    assert habits.recall("crm.deal.list") is None
    for mode in (Mode.OFFSET, Mode.KEYSET):
        habits.remember("crm.deal.list", mode)
    assert DatabaseHabits(db.engine, north_id).recall("crm.deal.list") == Mode.KEYSET


OLD = text(
    "INSERT INTO call_log (portal_id, at, method, seconds, http, error, size, request, answer)"
    ' VALUES (:portal_id, :at, \'batch\', 0.2, 200, \'\', 9000, \'{"halt": 0, "cmd": {"a": ["profile"]}}\', :answer)'
)


def write_as_before(portal_id: int, answer: str) -> None:
    """A row as the release before writes it, which knows none of the new columns."""
    at = NOW if db.engine.dialect.name != "sqlite" else NOW.strftime("%Y-%m-%d %H:%M:%S.%f")
    with db.engine.begin() as connection:
        connection.execute(OLD, {"portal_id": portal_id, "at": at, "answer": answer})


@pytest.mark.dialect
def test_a_worker_of_the_release_before_goes_on_writing_and_its_rows_are_read(north_id: int) -> None:
    db.session.rollback()
    write_as_before(north_id, '{"result": {"result": {"a": {"ID": "1"}}}}')
    write_as_before(north_id, '{"result": {"result": {"a": {"ID": "' + "1" * 3900 + "…")
    with portal_scope(north_id):
        cut, whole = (read_call(one.id).texts for one in search_calls(Search(text="result")))
    assert (whole.cut, cut.cut) == (False, True)
    assert [one.method for one in open_commands(whole)] == ["profile"]
    assert open_commands(cut) == ()


@pytest.mark.dialect
def test_the_release_before_reads_the_rows_of_this_one(north_id: int) -> None:
    db.session.rollback()
    DatabaseLog(db.engine, north_id).record(an_entry())
    with db.engine.connect() as connection:
        row = connection.execute(text("SELECT method, request, answer FROM call_log")).one()
    assert tuple(row) == ("profile", "", "")


def test_a_damaged_text_is_nothing_and_fails_nobody(north_id: int) -> None:
    DatabaseLog(db.engine, north_id).record(an_entry())
    with portal_scope(north_id):
        row = db.session.scalars(select(CallLogEntry)).one()
        row.packed = b"damaged"
        db.session.commit()
        assert read_call(row.id).texts == CallTexts("", "")
        assert search_calls(Search(text="result")) == []


def test_half_of_a_character_fails_no_call(north_id: int) -> None:
    DatabaseLog(db.engine, north_id).record(an_entry(request='{"a": "\ud83d"}'))
    with portal_scope(north_id):
        assert read_call(1).texts.request == '{"a": "?"}'
