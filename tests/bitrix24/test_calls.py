"""Single calls and batches meet every kind of answer."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
import requests

from b24app import errors
from b24app.bitrix24 import no_answer
from b24app.bitrix24.transport import Limits
from b24app.rest_client import Command, Marker, RestClient
from sandbox.portal import Portal
from sandbox.world import World
from tests.bitrix24.conftest import Memory, at_command

NEW_DEAL = {
    "entityTypeId": 2,
    "fields": {"title": "[B24-CHECK] one", "originId": "mark-1", "originatorId": "b24check"},
}


def marked(portal: Portal) -> int:
    return sum(row["originId"] == "mark-1" for row in portal.tables["deal"])


def by_mark(title: str = "mark-1") -> Marker:
    find = Command("crm.item.list", {"entityTypeId": 2, "filter": {"originId": title}})
    return Marker(find, lambda result: result["items"][0] if result["items"] else None)


def test_answers_a_call(client: RestClient) -> None:
    assert client.call("profile").result["ADMIN"] is True


@pytest.mark.parametrize("kind", ["html", "empty", "truncated", "cut"])
def test_a_read_is_repeated_after_a_broken_answer(client: RestClient, portal: Portal, kind: Any) -> None:
    portal.answer_next(kind, times=3)
    assert client.call("profile").result["ID"] == str(portal.admin.id)


def test_waits_longer_before_each_repeat(client: RestClient, portal: Portal, world: World) -> None:
    portal.answer_next("truncated", times=3)
    client.call("profile")
    begun = [request.started for request in world.requests]
    first, *_, last = (later - earlier for earlier, later in pairwise(begun))
    assert 0 < first < last


@pytest.mark.parametrize("kind", ["html", "empty", "truncated", "cut"])
def test_a_write_without_a_clear_answer_is_reported(client: RestClient, portal: Portal, kind: Any) -> None:
    portal.answer_next(kind)
    with pytest.raises(errors.WriteUncertain):
        client.call("crm.item.add", NEW_DEAL)
    assert client.requests_sent == 1


def test_a_write_found_by_its_marker_is_not_repeated(client: RestClient, portal: Portal) -> None:
    portal.answer_next("truncated", method="crm.item.add")
    answer = client.call("crm.item.add", NEW_DEAL, marker=by_mark())
    assert answer.result["originId"] == "mark-1"
    assert marked(portal) == 1


def test_a_write_not_found_by_its_marker_is_repeated(client: RestClient, portal: Portal) -> None:
    portal.refuse_next("INTERNAL_SERVER_ERROR", method="crm.item.add")
    client.call("crm.item.add", NEW_DEAL, marker=by_mark())
    assert marked(portal) == 1


def test_looks_for_a_marker_only_when_the_portal_must_have_finished(
    client: RestClient, portal: Portal, world: World
) -> None:
    before = world.clock.timestamp()
    portal.answer_next("cut", method="crm.item.add")
    client.call("crm.item.add", NEW_DEAL, marker=by_mark())
    assert world.requests[-1].started - before >= 60


def test_a_read_that_empties_a_queue_is_not_repeated(client: RestClient, portal: Portal) -> None:
    portal.answer_next("truncated")
    with pytest.raises(errors.WriteUncertain):
        client.call("event.offline.get")
    assert client.requests_sent == 1


def test_a_write_that_got_no_turn_was_certainly_not_sent(make_client: Callable[..., RestClient]) -> None:
    client = make_client(patience=0.0)
    client.connection.rate_limit.overrun()
    with pytest.raises(errors.LimitReached):
        client.call("crm.item.add", NEW_DEAL)
    assert client.requests_sent == 0


@pytest.mark.parametrize("code", ["QUERY_LIMIT_EXCEEDED", "expired_token"])
def test_a_write_refused_before_any_work_is_repeated(client: RestClient, portal: Portal, code: str) -> None:
    portal.refuse_next(code, method="crm.item.add")
    client.call("crm.item.add", NEW_DEAL)
    assert marked(portal) == 1


def test_no_connection_means_that_nothing_was_written(
    make_client: Callable[..., RestClient], pace: Any
) -> None:
    class Closed(requests.adapters.BaseAdapter):
        def send(self, *_: Any, **__: Any) -> Any:
            raise requests.ConnectTimeout

        def close(self) -> None: ...

    client = make_client()
    session = requests.Session()
    session.mount("https://", Closed())
    client.connection.open_session = lambda: session
    with pytest.raises(errors.Unreachable) as caught:
        client.call("crm.item.add", NEW_DEAL)
    assert not caught.value.sent
    assert client.requests_sent == 1


def test_a_slow_answer_is_given_up(make_client: Callable[..., RestClient], portal: Portal) -> None:
    client = make_client(limits=Limits(silence=5.0))
    portal.answer_next("slow", seconds=30, times=9)
    with pytest.raises(errors.Unreachable):
        client.call("profile")


def test_a_huge_answer_is_given_up(make_client: Callable[..., RestClient], portal: Portal) -> None:
    client = make_client(limits=Limits(body=300_000))
    portal.answer_next("huge", times=9)
    with pytest.raises(errors.AnswerBroken, match="larger"):
        client.call("profile")


def test_a_dripping_answer_is_given_up(make_client: Callable[..., RestClient], portal: Portal) -> None:
    client = make_client(limits=Limits(whole=1e-6), patience=1.0)
    with pytest.raises(no_answer.NoAnswer):
        client.call("profile")
    assert client.requests_sent == 1


def test_an_unknown_code_is_raised_at_once(client: RestClient, portal: Portal) -> None:
    portal.refuse_next("SOMETHING_NEW")
    with pytest.raises(errors.UnknownRefusal):
        client.call("profile")
    assert client.requests_sent == 1


def test_patience_ends(make_client: Callable[..., RestClient], portal: Portal) -> None:
    portal.refuse_next("QUERY_LIMIT_EXCEEDED", times=99)
    with pytest.raises(errors.LimitReached):
        make_client(patience=10).call("profile")


def test_a_batch_of_any_length_goes_out_by_fifties(client: RestClient) -> None:
    outcomes = client.batch({f"k{number}": Command("profile") for number in range(120)})
    assert len(outcomes) == 120
    assert client.requests_sent == 3


def test_each_command_ends_in_its_own_outcome(client: RestClient) -> None:
    outcomes = client.batch({"good": Command("profile"), "bad": Command("no.such.method")})
    assert outcomes["good"].result["ADMIN"] is True  # type: ignore[union-attr]
    assert isinstance(outcomes["bad"], errors.MethodMissing)


def test_halt_stops_behind_the_first_error(client: RestClient) -> None:
    commands = {
        "bad": Command("no.such.method"),
        **{f"k{number}": Command("profile") for number in range(60)},
    }
    assert set(client.batch(commands, halt=True)) == {"bad"}


def test_only_commands_refused_for_a_limit_go_out_again(
    client: RestClient, portal: Portal, log: Memory
) -> None:
    portal.refuse_next("OPERATION_TIME_LIMIT", method="crm.category.list")
    outcomes = client.batch(
        {"me": Command("profile"), "types": Command("crm.category.list", {"entityTypeId": 2})}
    )
    assert not any(isinstance(outcome, errors.PortalError) for outcome in outcomes.values())
    assert "profile" not in log.entries[-1].request


def test_references_do_not_cross_requests(client: RestClient) -> None:
    commands = {f"k{number}": Command("crm.item.get", {"id": "$result[a][id]"}) for number in range(51)}
    with pytest.raises(errors.RequestWrong):
        client.batch(commands)


def writes(number: int) -> dict[str, Command]:
    return {f"d{one}": Command("crm.item.add", NEW_DEAL) for one in range(number)}


def test_a_lost_answer_hides_nothing_of_what_was_written_before_and_after(
    client: RestClient, portal: Portal, world: World
) -> None:
    at_command(world, 50, lambda: portal.answer_next("truncated", method="batch"))
    outcomes = client.batch(writes(120))
    uncertain = {key for key, one in outcomes.items() if isinstance(one, errors.WriteUncertain)}
    assert uncertain == {f"d{number}" for number in range(50, 100)}
    assert len(outcomes) == 120
    assert marked(portal) == 120


def test_a_refusal_in_the_middle_is_told_of_everything_that_was_not_sent(
    client: RestClient, portal: Portal, world: World
) -> None:
    at_command(world, 50, lambda: portal.refuse_next("insufficient_scope", method="batch"))
    outcomes = client.batch(writes(120))
    refused = [one for one in outcomes.values() if isinstance(one, errors.ScopeMissing)]
    assert (len(refused), marked(portal), client.requests_sent) == (70, 50, 2)


def test_a_lost_first_answer_is_raised(client: RestClient, portal: Portal) -> None:
    portal.answer_next("truncated", method="batch")
    with pytest.raises(errors.WriteUncertain):
        client.batch(writes(60))
    assert client.requests_sent == 1


def test_reads_that_break_in_the_middle_are_raised(client: RestClient, portal: Portal, world: World) -> None:
    at_command(world, 50, lambda: portal.refuse_next("insufficient_scope", method="batch"))
    with pytest.raises(errors.ScopeMissing):
        client.batch({f"k{number}": Command("profile") for number in range(60)})


def test_the_batch_of_a_lapsed_plan_says_so(client: RestClient, portal: Portal) -> None:
    portal.lapse_to_free()
    with pytest.raises(errors.PlanLapsed):
        client.batch({"me": Command("profile")})


def test_connections_are_kept(client: RestClient) -> None:
    for _ in range(3):
        client.call("profile")
    assert len(client.connection._idle) == 1
    client.close()
    assert not client.connection._idle
