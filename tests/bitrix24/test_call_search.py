"""Finding calls: by method also inside a batch, by refusals, by period, by words anywhere in the whole texts; a look says how far it went."""

from datetime import timedelta

import pytest
from flask import Flask

from b24app.bitrix24 import call_search
from b24app.bitrix24.call_log import CallEntry
from b24app.bitrix24.call_log_database import DatabaseLog
from b24app.bitrix24.call_search import Search, find_calls, search_calls, span_of_calls, whole_calls
from b24app.database import db, portal_scope
from tests.bitrix24.conftest import NOW
from tests.bitrix24.test_call_log import a_portal, an_entry

BATCH = ("crm.deal.list", "sale.order.list")
FAR = "далеко за началом " * 5000


@pytest.fixture
def log(app: Flask) -> DatabaseLog:
    found = DatabaseLog(db.engine, a_portal("north"))
    answer = f'{{"result": {{"result": {{"a": "{FAR} Самовар \\"медный\\" 100%"}}}}}}'
    found.record(CallEntry(NOW.timestamp(), "batch", 1, 200, "", 9, "{}", answer, BATCH, ("ACCESS_DENIED",)))
    found.record(an_entry("crm.item.get", days_ago=1, request='{"id": "Ключ 7"}'))
    found.record(an_entry(error="ScopeMissing insufficient_scope", days_ago=2))
    db.session.rollback()
    return found


@pytest.mark.dialect
@pytest.mark.parametrize(
    ("wanted", "methods"),
    [
        (Search(), ["profile", "crm.item.get", "batch"]),
        (Search(method="sale.order"), ["batch"]),
        (Search(method="CRM."), ["crm.item.get", "batch"]),
        (Search(method="crm_deal"), []),
        (Search(errors_only=True), ["profile", "batch"]),
        (Search(since=NOW - timedelta(hours=1)), ["batch"]),
        (Search(until=NOW - timedelta(days=1, hours=1)), ["profile"]),
        (Search(text="САМОВАР"), ["batch"]),
        (Search(text='"медный" 100%'), ["batch"]),
        (Search(text="access_denied"), ["batch"]),
        (Search(text="insufficient_SCOPE"), ["profile"]),
        (Search(text="ключ 7", method="item"), ["crm.item.get"]),
        (Search(text="nowhere"), []),
    ],
)
def test_finds_what_is_wanted_and_writes_the_same_into_a_file(
    log: DatabaseLog, wanted: Search, methods: list[str]
) -> None:
    with portal_scope(log._portal_id):
        assert [one.method for one in search_calls(wanted)] == methods
        written = whole_calls(db.engine, log._portal_id, wanted)
        assert [one.call.method for one in written] == methods[::-1]


def test_a_look_stops_at_its_bound_says_so_and_goes_on(
    log: DatabaseLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_search, "MOST_LOOKED", 2)
    with portal_scope(log._portal_id):
        first = find_calls(Search(text="Самовар"), most=10)
        assert (first.calls, first.looked, first.newest) == ([], 2, NOW - timedelta(days=2))
        assert first.following is not None
        second = find_calls(Search(text="Самовар", before=first.following), most=10)
        assert ([one.method for one in second.calls], second.looked) == (["batch"], 1)
        assert (second.oldest, second.following) == (NOW, None)


def test_a_look_stops_at_its_bytes(log: DatabaseLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_search, "MOST_BYTES", 10)
    with portal_scope(log._portal_id):
        assert find_calls(Search(text="Самовар"), most=10).looked == 1
        assert [one.method for one in search_calls(Search(text="Самовар"))] == ["batch"]


def test_a_look_ends_with_the_last_entry_and_not_one_later(log: DatabaseLog) -> None:
    with portal_scope(log._portal_id):
        assert find_calls(Search(), most=3).following is None
        assert find_calls(Search(), most=2).following == 2
        assert find_calls(Search(text="result"), most=3).following is None


def test_a_period_of_the_log_is_counted(log: DatabaseLog) -> None:
    with portal_scope(log._portal_id):
        found = span_of_calls(Search(since=NOW - timedelta(days=1, hours=1)))
        assert found == call_search.CallsPeriod(1, 2, 2)
        assert span_of_calls(Search(since=NOW + timedelta(days=1))) is None


def test_another_portal_finds_and_writes_nothing(log: DatabaseLog) -> None:
    south = a_portal("south")
    with portal_scope(south):
        assert find_calls(Search(text="Самовар"), most=10).looked == 0
    assert list(whole_calls(db.engine, south, Search())) == []


def test_a_file_is_read_a_few_rows_at_a_time(log: DatabaseLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_search, "AT_ONCE", 2)
    calls = whole_calls(db.engine, log._portal_id, Search())
    assert next(calls).call.id == 1
    assert db.engine.pool.checkedout() == 0
    assert [one.call.id for one in calls] == [2, 3]
