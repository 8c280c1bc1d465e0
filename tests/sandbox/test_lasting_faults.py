"""Failures that last until they are forgiven, broken answers of any status, silence, drips, a deleted portal."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
import requests

from sandbox import assumptions
from sandbox.faults import UNTIL_FORGIVEN, Kind
from sandbox.frame import FrameRefused
from sandbox.portal import Portal
from sandbox.world import World
from tests.sandbox.caller import Caller


def elapsed(world: World, before: float) -> float:
    return world.clock.timestamp() - before


def test_a_failure_lasts_until_it_is_forgiven(north: Portal, caller: Caller) -> None:
    north.answer_next("html", times=UNTIL_FORGIVEN)
    assert {caller.post("profile").status_code for _ in range(5)} == {503}
    north.forgive()
    assert caller.post("profile").status_code == 200


def test_a_refusal_lasts_as_well(north: Portal, caller: Caller) -> None:
    north.refuse_next("PAYMENT_REQUIRED", times=UNTIL_FORGIVEN)
    assert {caller.error("profile")[1] for _ in range(3)} == {"PAYMENT_REQUIRED"}


def test_a_refusal_of_one_method_lasts_inside_a_batch(north: Portal, caller: Caller) -> None:
    north.refuse_next("ACCESS_DENIED", method="profile", times=UNTIL_FORGIVEN)
    for _ in range(2):
        assert list(caller.batch({"a": "user.admin", "b": "profile"})["result"]) == ["a"]


def test_counted_failures_come_before_lasting_ones(north: Portal, caller: Caller) -> None:
    north.answer_next("html", times=UNTIL_FORGIVEN)
    north.refuse_next("ODD", status=418, times=2)
    assert [caller.post("profile").status_code for _ in range(4)] == [418, 418, 503, 503]


def test_a_lasting_failure_survives_a_restart(world: World, north: Portal) -> None:
    north.answer_next("silent", times=UNTIL_FORGIVEN)
    again = pickle.loads(pickle.dumps(world))  # noqa: S301 - made a moment ago
    assert [fault.times for fault in again.portals[north.member_id].faults] == [None]


def test_one_failure_is_forgiven_and_others_stay(north: Portal) -> None:
    north.answer_next("html", times=UNTIL_FORGIVEN)
    north.answer_next("empty", times=UNTIL_FORGIVEN)
    north.faults.forgive(0)
    assert [fault.kind for fault in north.faults] == ["empty"]
    with pytest.raises(KeyError, match="no failure 7"):
        north.faults.forgive(7)


@pytest.mark.parametrize("status", [200, 302, 403, 404, 500])
@pytest.mark.parametrize("kind", ["html", "empty", "truncated", "bom", "notices"])
def test_a_broken_answer_has_any_status(north: Portal, caller: Caller, kind: Kind, status: int) -> None:
    north.answer_next(kind, status=status)
    assert caller.post("profile").status_code == status


@pytest.mark.parametrize(
    ("kind", "first"), [("bom", b"\xef\xbb\xbf{"), ("notices", b"<br />\n<b>Notice</b>:  Undefined")]
)
def test_something_stands_before_the_json(north: Portal, caller: Caller, kind: Kind, first: bytes) -> None:
    north.answer_next(kind)
    answer = caller.post("profile")
    assert answer.content.startswith(first)
    assert json.loads(answer.content[answer.content.index(b"{") :])["result"]["ID"] == "1"
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


# silence and drips: the sandbox's clock shows what they take


def test_a_silent_portal_takes_the_whole_patience(world: World, north: Portal, caller: Caller) -> None:
    north.answer_next("silent", times=UNTIL_FORGIVEN)
    before = world.clock.timestamp()
    for _ in range(2):
        with pytest.raises(requests.ReadTimeout):
            caller.session.post(f"{north.client_endpoint}profile", timeout=(1, 5))
    assert elapsed(world, before) == 10


def test_a_silence_that_ends_ends_the_connection(world: World, north: Portal, caller: Caller) -> None:
    north.answer_next("silent", seconds=60)
    before = world.clock.timestamp()
    with pytest.raises(requests.ConnectionError):
        caller.session.post(f"{north.client_endpoint}profile", timeout=(1, 90))
    assert elapsed(world, before) == 60


def test_a_silent_portal_does_nothing(north: Portal, caller: Caller) -> None:
    north.answer_next("silent", seconds=10)
    with pytest.raises(requests.RequestException):
        caller.post("app.option.set", {"options": {"a": "1"}})
    assert caller.result("app.option.get") == []


def test_a_dripping_body_hides_from_the_read_timeout(world: World, north: Portal, caller: Caller) -> None:
    north.answer_next("drip", seconds=2)
    before = world.clock.timestamp()
    with caller.session.post(f"{north.client_endpoint}profile", timeout=(1, 5), stream=True) as answer:
        assert elapsed(world, before) == 2
        size = len(answer.raw.read(10))
        assert elapsed(world, before) == 2 * size
        body = answer.content
    assert elapsed(world, before) == 2 * (size + len(body))
    assert int(answer.headers["Content-Length"]) == size + len(body)


def test_a_drip_slower_than_the_read_timeout_is_noticed(north: Portal, caller: Caller) -> None:
    north.answer_next("drip", seconds=9)
    with pytest.raises(requests.ReadTimeout):
        caller.session.post(f"{north.client_endpoint}profile", timeout=(1, 5))


def test_dripping_chunks_are_read_one_whole_chunk_at_a_time(
    world: World, north: Portal, caller: Caller
) -> None:
    north.answer_next("drip_chunks", seconds=1)
    before = world.clock.timestamp()
    with caller.session.post(f"{north.client_endpoint}profile", timeout=(1, 5), stream=True) as answer:
        assert answer.headers["Transfer-Encoding"] == "chunked"
        assert "Content-Length" not in answer.headers
        first = next(answer.iter_content(32 * 1024))
    assert elapsed(world, before) == len(first)
    assert json.loads(first)["error"] == "NO_AUTH_FOUND"


def test_dripping_headers_take_a_second_a_byte(world: World, north: Portal, caller: Caller) -> None:
    north.answer_next("drip_headers")
    before = world.clock.timestamp()
    answer = caller.session.post(f"{north.client_endpoint}profile", timeout=(1, 5))
    assert answer.status_code == 401
    assert elapsed(world, before) > 150


@pytest.mark.parametrize("kind", ["drip", "drip_headers", "drip_chunks", "silent", "slow"])
def test_a_client_that_bounds_the_whole_answer_leaves_in_time(
    world: World, north: Portal, caller: Caller, kind: Kind
) -> None:
    north.answer_next(kind, seconds=100 if kind in ("silent", "slow") else 1)
    caller.session.mount("https://", world.adapter(whole=3))
    before = world.clock.timestamp()
    with pytest.raises((requests.ReadTimeout, requests.ConnectionError)):
        caller.session.post(f"{north.client_endpoint}profile", timeout=(1, 60))
    assert elapsed(world, before) == 3


def test_a_late_answer_costs_the_patience_of_who_leaves(world: World, north: Portal, caller: Caller) -> None:
    north.answer_next("slow", seconds=20)
    before = world.clock.timestamp()
    with pytest.raises(requests.ReadTimeout):
        caller.session.get(f"{north.client_endpoint}profile", timeout=5)
    assert elapsed(world, before) == 5


# a certificate that nobody should accept


def test_a_bad_certificate_ends_the_connection_before_anything_is_sent(
    world: World, north: Portal, caller: Caller
) -> None:
    north.answer_next("certificate", times=UNTIL_FORGIVEN)
    before = len(world.requests)
    for _ in range(2):
        with pytest.raises(requests.exceptions.SSLError, match="certificate verify failed"):
            caller.post("profile")
    assert len(world.requests) == before
    north.forgive()
    assert caller.post("profile").status_code == 200


def test_a_certificate_is_bad_as_often_as_asked(north: Portal, caller: Caller) -> None:
    north.answer_next("certificate", times=1)
    with pytest.raises(requests.exceptions.SSLError):
        caller.post("profile")
    assert caller.post("profile").status_code == 200


# a deleted portal


def test_a_deleted_portal_says_so(north: Portal, caller: Caller) -> None:
    north.delete()
    assert caller.error("profile") == (403, "PORTAL_DELETED", "Portal was deleted")
    north.restore()
    assert caller.post("profile").status_code == 200


@pytest.mark.parametrize("status", [410, 500])
def test_a_deleted_portal_answers_with_the_status_of_other_sources(
    north: Portal, caller: Caller, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(assumptions, "DELETED_PORTAL_STATUS", status)
    north.delete()
    assert caller.error("profile")[:2] == (status, "PORTAL_DELETED")


def test_a_deleted_portal_may_answer_a_page(north: Portal, caller: Caller) -> None:
    north.delete("page")
    answer = caller.post("profile")
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "text/html; charset=utf-8")


def test_a_deleted_portal_may_be_gone(north: Portal, caller: Caller) -> None:
    north.delete("gone")
    with pytest.raises(requests.ConnectionError):
        caller.post("profile")


def test_a_deleted_portal_opens_nothing_and_sends_nothing(
    world: World, north: Portal, caller: Caller
) -> None:
    north.delete()
    with pytest.raises(FrameRefused, match="deleted"):
        north.opens(user=north.admin)
    sent = len(world.deliveries)
    north.renew_marketplace()
    assert len(world.deliveries) == sent


def test_the_server_knows_no_installation_in_a_deleted_portal(
    world: World, north: Portal, caller: Caller
) -> None:
    north.delete()
    fields: dict[str, Any] = {
        "grant_type": "refresh_token",
        "client_id": caller.card.client_id,
        "client_secret": caller.card.client_secret,
        "refresh_token": north.issue_tokens(caller.card, north.admin).refresh,
    }
    answer = caller.session.post(f"https://{world.oauth_host}/oauth/token/", data=fields)
    assert (answer.status_code, answer.json()["error"]) == (401, "NOT_INSTALLED")
