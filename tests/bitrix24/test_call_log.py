"""The call log: per portal, masked, bounded, searchable, exportable."""

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import create_engine, select

from b24app.bitrix24.call_log import CallEntry
from b24app.bitrix24.call_log_database import (
    DatabaseLog,
    Search,
    count_unknown,
    export_calls,
    prune_calls,
    search_calls,
)
from b24app.bitrix24.list_methods import Mode
from b24app.bitrix24.masked_values import to_masked_json
from b24app.bitrix24.masking import mask_text
from b24app.bitrix24.model import CallLogEntry
from b24app.bitrix24.shared_state import DatabaseHabits
from b24app.database import PortalForgotten, db, portal_scope
from b24app.errors import UnknownRefusal
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


def test_an_entry_never_grows_with_the_answer(client: RestClient, log: Memory) -> None:
    list(client.rows("crm.item.list", {"entityTypeId": 2}))
    assert max(entry.size for entry in log.entries) > 100_000
    assert all(len(entry.answer) <= 4000 and len(entry.request) <= 2000 for entry in log.entries)


def test_masks_secrets_by_name_and_in_text() -> None:
    assert "s3cret" not in to_masked_json({"deep": [SECRETS, {"token": {"a": "s3cret"}}]}, 4000)
    assert (
        mask_text("https://a.example/rest/1/s3cret/profile?auth=s3cret")
        == "https://a.example/rest/1/***/profile?auth=***"
    )


def test_finds_entries_by_text_method_and_error(north_id: int) -> None:
    log = DatabaseLog(db.engine, north_id)
    log.record(an_entry("crm.item.list", request='{"title": "100%"}'))
    log.record(an_entry(error="ScopeMissing insufficient_scope"))
    with portal_scope(north_id):
        assert [entry.method for entry in search_calls(Search(text="100%"))] == ["crm.item.list"]
        assert [entry.method for entry in search_calls(Search(errors_only=True))] == ["profile"]
        assert len(search_calls(Search(method="profile", since=NOW, until=NOW + timedelta(days=1)))) == 1


def test_exports_for_support_without_formulas(north_id: int) -> None:
    DatabaseLog(db.engine, north_id).record(an_entry(request="=HYPERLINK()"))
    with portal_scope(north_id):
        rows = list(csv.reader(io.StringIO("".join(export_calls(Search())))))
    assert rows[0][:3] == ["at", "method", "seconds"]
    assert rows[1][6] == "'=HYPERLINK()"


def test_each_portal_sees_its_own(north_id: int) -> None:
    DatabaseLog(db.engine, north_id).record(an_entry())
    with portal_scope(a_portal("south")):
        assert search_calls(Search()) == []
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
