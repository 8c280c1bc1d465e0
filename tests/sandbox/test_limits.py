"""What a portal lets through (limits.md)."""

from sandbox.portal import Portal
from sandbox.world import World
from tests.sandbox.caller import Caller


def calls(caller: Caller, times: int) -> list[int]:
    return [caller.post("user.admin").status_code for _ in range(times)]


def test_lets_fifty_through_and_then_two_a_second(world: World, caller: Caller) -> None:
    assert calls(caller, 51) == [200] * 50 + [503]
    world.clock.advance(seconds=1)
    assert calls(caller, 3) == [200, 200, 503]


def test_says_which_limit_was_met(caller: Caller) -> None:
    calls(caller, 50)
    assert caller.error("user.admin") == (503, "QUERY_LIMIT_EXCEEDED", "Too many requests")


def test_lets_more_through_on_enterprise(north: Portal, caller: Caller) -> None:
    north.renew("ru_ent250")
    assert calls(caller, 251) == [200] * 250 + [503]


def test_counts_each_portal_by_itself_and_a_box_not_at_all(caller: Caller, south: Portal) -> None:
    calls(caller, 50)
    south.add_application(caller.card)
    assert set(calls(Caller(south, caller.card, caller.session), 60)) == {200}


def test_counts_each_source_by_itself(north: Portal) -> None:
    for _ in range(50):
        assert north.limits.pour("10.0.0.1", 0)
    assert not north.limits.pour("10.0.0.1", 0)
    assert north.limits.pour("10.0.0.2", 0)


def test_counts_a_batch_as_one_request(caller: Caller) -> None:
    caller.batch({f"c{n}": "user.admin" for n in range(50)})
    assert calls(caller, 49)[-1] == 200


def test_can_be_switched_off(north: Portal, caller: Caller) -> None:
    north.limits.enabled = False
    assert set(calls(caller, 60)) == {200}


def test_blocks_a_heavy_method_and_no_other(world: World, north: Portal, caller: Caller) -> None:
    north.limits.costs["profile"] = 210
    assert caller.call("profile")["time"]["operating"] >= 210
    caller.call("profile")
    assert caller.error("profile")[:2] == (429, "OPERATION_TIME_LIMIT")
    assert caller.result("user.admin") is True
    world.clock.advance(minutes=10)
    assert caller.post("profile").status_code == 200


def test_tells_when_a_block_ends(world: World, north: Portal, caller: Caller) -> None:
    north.limits.costs["profile"] = 500
    assert caller.call("profile")["time"]["operating_reset_at"] == world.clock.timestamp() + 600


def test_blocks_heavy_commands_of_a_batch(north: Portal, caller: Caller) -> None:
    north.limits.costs["profile"] = 500
    answer = caller.batch({"a": "profile", "b": "profile"})
    assert list(answer["result"]) == ["a"]
    assert answer["result_error"]["b"]["error"] == "OPERATION_TIME_LIMIT"
