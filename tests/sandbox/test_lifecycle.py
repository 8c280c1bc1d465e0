"""Installing, updating and removing an application (the portal's source, rest 25.600)."""

from dataclasses import replace

import pytest

from sandbox.application import ApplicationCard
from sandbox.frame import FrameRefused
from sandbox.portal import Portal
from sandbox.world import World
from tests.sandbox.caller import Caller

HANDLER = "https://app.example/event"


@pytest.fixture
def fresh(north: Portal, card: ApplicationCard, caller: Caller) -> Caller:
    """The application added, its installer not finished."""
    north.uninstall(card, clean=True)
    north.add_application(card)
    return Caller(north, card, caller.session)


def heard(world: World) -> list[str]:
    return [delivery.event for delivery in world.deliveries]


def test_answers_before_the_installation_is_finished(fresh: Caller) -> None:
    assert fresh.result("app.info")["INSTALLED"] is False
    assert fresh.result("event.bind", event="ONAPPINSTALL", handler=HANDLER) is True


def test_tells_of_the_installation_when_it_is_finished(world: World, north: Portal, fresh: Caller) -> None:
    fresh.result("event.bind", event="ONAPPINSTALL", handler=HANDLER)
    assert heard(world) == []
    north.finish_install(fresh.card)
    form = world.deliveries[-1].form
    assert (form["event"], form["data[INSTALLED]"], form["data[VERSION]"]) == ("ONAPPINSTALL", "Y", "1")
    assert form["auth[refresh_token]"]


def test_installs_at_once_without_an_install_page(north: Portal, card: ApplicationCard) -> None:
    assert north.add_application(replace(card, client_id="local.two", install_url="")).installed


def test_calls_an_application_without_pages_at_its_install_address(
    world: World, north: Portal, card: ApplicationCard
) -> None:
    assert north.add_application(replace(card, client_id="local.two", only_api=True)).installed
    assert (heard(world), world.deliveries[0].url) == (["ONAPPINSTALL"], card.install_url)


def test_starts_from_zero_after_an_update(world: World, north: Portal, caller: Caller) -> None:
    caller.result("event.bind", event="ONAPPUPDATE", handler=HANDLER)
    caller.result("placement.bind", PLACEMENT="LEFT_MENU", HANDLER=HANDLER)
    north.update_application(caller.card, 2)
    form = world.deliveries[-1].form
    assert (form["data[VERSION]"], form["data[PREVIOUS_VERSION]"]) == ("2", "1")
    assert caller.result("event.get") == caller.result("placement.get") == []
    assert caller.result("app.info")["INSTALLED"] is False


@pytest.mark.parametrize("clean", [True, False])
def test_says_goodbye_without_tokens(world: World, north: Portal, caller: Caller, clean: bool) -> None:
    caller.result("event.bind", event="ONAPPUNINSTALL", handler=HANDLER)
    north.uninstall(caller.card, clean=clean)
    form = world.deliveries[-1].form
    assert (form["event"], form["data[CLEAN]"]) == ("ONAPPUNINSTALL", str(int(clean)))
    assert not [name for name in form if "access_token" in name or "refresh_token" in name]
    assert caller.error("profile") == (401, "ERROR_OAUTH", "Application not installed")
    assert (
        caller.session.get(f"{world.server_endpoint}app.info", params={"auth": caller.token}).json()["error"]
        == "NOT_INSTALLED"
    )


@pytest.mark.parametrize(("clean", "kept"), [(True, []), (False, {"a": "1"})])
def test_keeps_options_unless_told_to_clean(north: Portal, caller: Caller, clean: bool, kept: object) -> None:
    caller.result("app.option.set", options={"a": "1"})
    north.uninstall(caller.card, clean=clean)
    north.add_application(caller.card)
    again = Caller(north, caller.card, caller.session)
    assert again.result("app.option.get") == kept
    assert again.result("event.get") == []


@pytest.mark.parametrize(("status", "same"), [("L", False), ("F", True)])
def test_keeps_the_application_token_of_a_market_application(
    north: Portal, card: ApplicationCard, status: str, same: bool
) -> None:
    two = replace(card, client_id="market.two", status=status)
    first = north.add_application(two).application_token
    north.uninstall(two, clean=True)
    assert (north.add_application(two).application_token == first) is same


def test_opens_no_frame_of_a_removed_application(north: Portal, caller: Caller) -> None:
    north.uninstall(caller.card, clean=True)
    with pytest.raises(FrameRefused, match="not_found"):
        north.opens(user=north.admin)
