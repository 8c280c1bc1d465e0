"""Operating time: a blocked method waits, the others go on, and pace adapts before the block."""

from collections.abc import Callable

import pytest

from b24app.bitrix24.rate_limit import LocalStore
from b24app.bitrix24.responses import Timing
from b24app.bitrix24.retries import Pace
from b24app.errors import OperationLimited
from b24app.rest_client import Command, RestClient
from sandbox.portal import Portal
from sandbox.world import World

CATEGORIES = ("crm.category.list", {"entityTypeId": 2})


def test_waits_until_the_portal_frees_the_method(client: RestClient, portal: Portal, world: World) -> None:
    portal.limits.costs["crm.category.list"] = 1.0
    client.call(*CATEGORIES)
    free = client.call(*CATEGORIES).time.operating_reset_at
    portal.refuse_next("OPERATION_TIME_LIMIT", method="crm.category.list")
    client.connection.rate_limit.patience = 900
    client.call(*CATEGORIES)
    assert world.requests[-1].started >= free


def test_other_methods_go_on_meanwhile(client: RestClient, pace: Pace) -> None:
    client.connection.rate_limit.store.pause("crm.category.list", pace.now() + 300)
    before = pace.now()
    client.call("profile")
    assert pace.now() == before


def test_a_wait_beyond_the_patience_names_the_moment(client: RestClient, pace: Pace) -> None:
    until = pace.now() + 300
    client.connection.rate_limit.store.pause("crm.category.list", until)
    with pytest.raises(OperationLimited) as caught:
        client.call(*CATEGORIES)
    assert caught.value.reset_at is not None
    assert caught.value.reset_at.timestamp() == pytest.approx(until)


def test_a_blocked_method_is_left_out_of_a_batch(client: RestClient, pace: Pace, world: World) -> None:
    client.connection.rate_limit.store.pause("crm.category.list", pace.now() + 300)
    outcomes = client.batch({"me": Command("profile"), "types": Command(*CATEGORIES)})
    assert isinstance(outcomes["types"], OperationLimited)
    assert world.requests[-1].commands == ("profile",)


def test_a_method_that_stays_blocked_leaves_its_error_in_the_batch(
    client: RestClient, portal: Portal
) -> None:
    portal.refuse_next("OPERATION_TIME_LIMIT", method="crm.category.list", times=9)
    outcomes = client.batch({"me": Command("profile"), "types": Command(*CATEGORIES)})
    assert isinstance(outcomes["types"], OperationLimited)


def test_one_process_stops_all_of_them(make_client: Callable[..., RestClient], portal: Portal) -> None:
    shared = LocalStore()
    first, second = make_client(budget_store=shared, patience=5), make_client(budget_store=shared, patience=5)
    portal.refuse_next("OPERATION_TIME_LIMIT", method="crm.category.list")
    for client in (first, second):
        with pytest.raises(OperationLimited):
            client.call(*CATEGORIES)
    assert second.requests_sent == 0


def test_slows_down_before_the_limit(client: RestClient, pace: Pace) -> None:
    soon = pace.now() + 100
    client.connection.operating.learn(
        "profile", Timing(processing=10, operating=310, operating_reset_at=soon)
    )
    before = pace.now()
    client.call("profile")
    assert pace.now() - before == pytest.approx(10, rel=0.01)


def test_stops_by_itself_when_the_next_call_would_be_too_much(client: RestClient, pace: Pace) -> None:
    timing = Timing(processing=10, operating=415, operating_reset_at=pace.now() + 500)
    client.connection.operating.learn("profile", timing)
    with pytest.raises(OperationLimited):
        client.call("profile")


def test_heavy_reading_never_meets_the_block(client: RestClient, portal: Portal, world: World) -> None:
    portal.limits.costs["crm.category.list"] = 30.0
    client.connection.rate_limit.patience = 900
    for _ in range(40):
        client.call(*CATEGORIES)
    assert all(request.status == 200 for request in world.requests)


def test_a_clock_that_is_put_back_leaves_no_method_blocked_for_days(
    client: RestClient, pace: Pace, world: World
) -> None:
    client.connection.rate_limit.store.pause("crm.category.list", pace.now() + 300)
    timing = Timing(processing=10, operating=310, operating_reset_at=pace.now() + 100)
    client.connection.operating.learn("profile", timing)
    world.clock.advance(days=-3)
    before = pace.now()
    client.call("profile")
    client.call(*CATEGORIES)
    assert pace.now() == before


def test_a_portal_whose_clock_is_days_ahead_blocks_a_method_for_one_window_at_most(
    client: RestClient, pace: Pace
) -> None:
    far = pace.now() + 86_400
    client.connection.operating.stop("profile", OperationLimited("OPERATION_TIME_LIMIT", "profile"))
    client.connection.operating.learn("profile", Timing(processing=1, operating=480, operating_reset_at=far))
    client.connection.rate_limit.patience = 900
    before = pace.now()
    client.call("profile")
    assert 0 < pace.now() - before <= 600
