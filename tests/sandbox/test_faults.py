"""Failures scripted on a portal."""

import json

import pytest
import requests

from sandbox.portal import Portal
from sandbox.world import World
from tests.sandbox.caller import Caller


def test_refuses_the_next_calls_with_the_usual_text(north: Portal, caller: Caller) -> None:
    north.refuse_next("query_limit_exceeded", times=2)
    answers = [caller.post("user.admin") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].json()["error_description"] == "Too many requests"


def test_refuses_as_told(north: Portal, caller: Caller) -> None:
    north.refuse_next("ODD", description="so it is", status=418)
    assert caller.error("user.admin") == (418, "ODD", "so it is")


def test_refuses_one_method_also_inside_a_batch(north: Portal, caller: Caller) -> None:
    north.refuse_next("ACCESS_DENIED", method="Profile")
    answer = caller.batch({"a": "user.admin", "b": "profile", "c": "profile"})
    assert list(answer["result"]) == ["a", "c"]
    assert answer["result_error"]["b"]["error"] == "ACCESS_DENIED"


def test_answers_a_page_instead_of_json(north: Portal, caller: Caller) -> None:
    north.answer_next("html")
    answer = caller.post("profile")
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/html; charset=utf-8")


@pytest.mark.parametrize("kind", ["empty", "truncated"])
def test_answers_no_json_at_all(north: Portal, caller: Caller, kind: str) -> None:
    north.answer_next(kind)  # type: ignore[arg-type]
    answer = caller.post("profile")
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)


def test_does_what_was_asked_before_it_fails_to_say_so(north: Portal, caller: Caller) -> None:
    north.answer_next("truncated")
    caller.post("app.option.set", {"options": {"a": "1"}})
    assert caller.result("app.option.get") == {"a": "1"}


def test_cuts_the_connection(north: Portal, caller: Caller) -> None:
    north.answer_next("cut")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        caller.post("profile")
    assert caller.post("profile").status_code == 200


def test_answers_late(world: World, north: Portal, caller: Caller) -> None:
    north.answer_next("slow", seconds=20)
    began = world.clock.now()
    caller.post("profile")
    assert (world.clock.now() - began).total_seconds() == 20


def test_answers_too_late_for_the_impatient(north: Portal, caller: Caller) -> None:
    north.answer_next("slow", seconds=20)
    with pytest.raises(requests.ReadTimeout):
        caller.session.get(f"{north.client_endpoint}profile", timeout=(1, 5))


def test_answers_without_end(north: Portal, caller: Caller) -> None:
    north.answer_next("huge")
    answer = caller.session.get(f"{north.client_endpoint}profile", stream=True)
    assert len(answer.raw.read(1_000_000)) > 900_000


def test_waits_as_long_as_told(world: World, caller: Caller) -> None:
    world.latency, world.per_command = 2, 1
    began = world.clock.now()
    caller.batch({"a": "profile", "b": "profile"})
    assert (world.clock.now() - began).total_seconds() == 4


def test_moves_to_another_address(north: Portal, caller: Caller) -> None:
    url = f"{north.client_endpoint}profile"
    north.change_address("new.bitrix24.example")
    answer = caller.session.post(f"{url}?a=1", json={"auth": caller.token}, allow_redirects=False)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "https://new.bitrix24.example/rest/profile?a=1"
    assert caller.result("profile")["ID"] == "1"


def test_can_move_back(north: Portal, caller: Caller) -> None:
    old = north.host
    north.change_address("new.bitrix24.example")
    north.change_address(old)
    assert caller.result("profile")["ID"] == "1"
    answer = caller.session.get("https://new.bitrix24.example/rest/profile", allow_redirects=False)
    assert answer.headers["Location"] == f"https://{old}/rest/profile"


def test_has_no_other_hosts(caller: Caller) -> None:
    with pytest.raises(requests.ConnectionError):
        caller.session.get("https://elsewhere.example/")


def test_switches_things_off_and_on_and_removes_them(north: Portal) -> None:
    ways = north.tables["paysystem"]
    first = ways.ids[0]
    north.switch_off("pay_system", first)
    assert (ways.get(first) or {})["ACTIVE"] == "N"
    north.switch_on("pay_system", first)
    assert (ways.get(first) or {})["ACTIVE"] == "Y"
    north.remove("pay_system", first)
    assert first not in ways


@pytest.mark.parametrize(("kind", "row"), [("pay_system", 999), ("spaceship", 1)])
def test_knows_what_it_cannot_switch(north: Portal, kind: str, row: int) -> None:
    with pytest.raises(ValueError, match="no "):
        north.switch_off(kind, row)
