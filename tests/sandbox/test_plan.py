"""How terms end and what is refused then (the portal's source, rest 25.600)."""

from datetime import date, timedelta

import pytest

from sandbox.frame import FrameRefused
from sandbox.plan import add_months
from sandbox.portal import Portal
from sandbox.world import World
from tests.sandbox.caller import Caller


def test_runs_from_the_term_through_grace_to_the_free_plan(world: World, north: Portal) -> None:
    states = {}
    for days in (365, 1, 13, 1):
        world.clock.advance(days=days)
        states[world.clock.today() - north.paid_till] = north.state
    assert list(states.values()) == ["active", "grace", "grace", "free"]


def test_locks_a_box_fifteen_days_after_the_end_and_goes_on_answering(
    world: World, south: Portal, caller: Caller
) -> None:
    south.add_application(caller.card)
    world.clock.advance(days=365 + 16)
    assert south.state == "locked"
    assert Caller(south, caller.card, caller.session).result("user.admin") is True


def test_names_the_free_plan_after_the_lapse(north: Portal) -> None:
    north.lapse_to_free()
    assert (north.state, north.plan) == ("free", "ru_project")


def test_goes_on_in_grace(north: Portal, caller: Caller) -> None:
    north.enter_grace()
    assert (north.state, caller.result("app.info")["LICENSE"]) == ("grace", "ru_std")


@pytest.mark.parametrize("end", ["lapse_to_free", "lock", "end_marketplace"])
def test_refuses_rest_and_frames_when_a_term_has_ended(north: Portal, caller: Caller, end: str) -> None:
    getattr(north, end)()
    assert caller.error("profile")[:2] == (401, "ACCESS_DENIED")
    with pytest.raises(FrameRefused, match="access_denied"):
        north.opens(user=north.admin)


def test_comes_back_by_renewal(world: World, north: Portal, caller: Caller) -> None:
    north.lapse_to_free()
    north.renew("ru_pro100", months=1)
    assert north.paid_till == date(2026, 12, 24)
    assert caller.result("app.info")["LICENSE"] == "ru_pro100"


def test_adds_a_renewal_to_the_running_term(north: Portal) -> None:
    till = north.paid_till
    north.renew()
    assert north.paid_till == till.replace(year=till.year + 1)


def test_comes_back_when_the_subscription_is_paid(north: Portal, caller: Caller) -> None:
    north.end_marketplace()
    north.renew_marketplace()
    assert caller.result("user.admin") is True


def test_wants_the_subscription_in_russia_only(world: World, caller: Caller) -> None:
    west = world.add_portal("west.example", lang="en", plan="en_std", marketplace_till=date(2026, 1, 1))
    west.add_application(caller.card)
    assert Caller(west, caller.card, caller.session).result("user.admin") is True


def test_tells_the_days_of_a_subscription_application(north: Portal, caller: Caller) -> None:
    north.installations[caller.card.client_id].status = "S"
    north.marketplace_till = north.world.clock.today() + timedelta(days=9)
    info = caller.result("app.info")
    assert (info["DAYS"], info["PAYMENT_EXPIRED"]) == (9, "N")


def test_asks_a_subscription_application_for_payment(north: Portal, caller: Caller) -> None:
    north.installations[caller.card.client_id].status = "S"
    north.end_marketplace()
    assert caller.error("profile") == (401, "PAYMENT_REQUIRED", "Subscription has been ended")


def test_gives_a_paid_application_fourteen_days_more(world: World, north: Portal, caller: Caller) -> None:
    installation = north.installations[caller.card.client_id]
    installation.status, installation.paid_till = "P", world.clock.today() - timedelta(days=14)
    info = caller.result("app.info")
    assert (info["DAYS"], info["PAYMENT_EXPIRED"]) == (-14, "N")
    installation.paid_till -= timedelta(days=1)
    with pytest.raises(FrameRefused, match="payment"):
        north.opens(user=north.admin)


def test_moves_dates_by_months() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert add_months(date(2027, 8, 31), 6) == date(2028, 2, 29)
