"""The queue of offline events (the portal's source, rest 25.600)."""

import pytest

from sandbox import events
from sandbox.portal import Portal
from tests.sandbox.caller import Caller


@pytest.fixture
def queue(north: Portal, caller: Caller) -> Caller:
    assert caller.result("event.bind", event="ONCRMDEALADD", event_type="offline") is True
    for deal in (1, 2, 1):
        events.fire(north, "ONCRMDEALADD", {"FIELDS": {"ID": deal}}, user=north.employee)
    return caller


def test_keeps_the_same_change_once(queue: Caller) -> None:
    answer = queue.call("event.offline.list")
    assert [row["EVENT_DATA"]["FIELDS"]["ID"] for row in answer["result"]] == [1, 2]
    assert (answer["total"], answer["result"][0]["ERROR"]) == (2, "0")


def test_gives_each_row_once(queue: Caller) -> None:
    first = queue.result("event.offline.get", limit=1, order={"ID": "DESC"})
    assert first["process_id"] is None
    assert first["events"][0]["EVENT_DATA"] == {"FIELDS": {"ID": 2}}
    assert len(queue.result("event.offline.get")["events"]) == 1
    assert queue.result("event.offline.get")["events"] == []


def test_holds_rows_back_only_on_a_plan_that_allows_it(north: Portal, queue: Caller) -> None:
    assert queue.error("event.offline.get", clear=0)[:2] == (403, "WRONG_LICENSE")
    north.renew("ru_pro100")
    held = queue.result("event.offline.get", clear=0)
    assert queue.result("event.offline.get")["events"] == []
    first = held["events"][0]
    assert queue.result(
        "event.offline.error", process_id=held["process_id"], message_id=[first["MESSAGE_ID"]]
    )
    assert [row["ID"] for row in queue.result("event.offline.list", filter={"ERROR": 1})] == [first["ID"]]
    assert queue.result("event.offline.clear", process_id=held["process_id"], id=[first["ID"]])
    assert len(queue.result("event.offline.list")) == 1


def test_is_for_administrators(north: Portal, queue: Caller) -> None:
    assert queue.becomes(north.employee).error("event.offline.get")[:2] == (403, "ACCESS_DENIED")


def test_rings_at_most_once_in_the_named_seconds(north: Portal, caller: Caller) -> None:
    """events/on-offline-event.md: the message carries no data; the next one leaves not before `minTimeout` seconds."""
    caller.result("event.bind", event="ONCRMDEALDELETE", event_type="offline")
    caller.result(
        "event.bind",
        event="ONOFFLINEEVENT",
        handler="https://renewal.example/events",
        options={"minTimeout": 60},
    )
    rung: list[dict[str, str]] = []
    north.world.deliver = lambda _url, form: rung.append(dict(form)) or 200
    for deal in range(5):
        events.fire(north, "ONCRMDEALDELETE", {"FIELDS": {"ID": deal}}, user=north.admin)
        north.world.clock.advance(seconds=10)
    assert [one["event"] for one in rung] == ["ONOFFLINEEVENT"]
    assert [name for name in rung[0] if name.startswith("data[")] == []
    assert rung[0]["auth[application_token]"]
    north.world.clock.advance(seconds=20)
    events.fire(north, "ONCRMDEALDELETE", {"FIELDS": {"ID": 9}}, user=north.admin)
    assert len(rung) == 2
    assert len(caller.result("event.offline.get")["events"]) == 6
