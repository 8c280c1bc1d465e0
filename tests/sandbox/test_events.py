"""Event handlers: binding them, and what reaches them (the portal's source, rest 25.600)."""

from collections.abc import Callable

import pytest

from sandbox import events
from sandbox.portal import Portal
from sandbox.world import World
from tests.sandbox.caller import Caller

HANDLER = "https://app.example/event"


@pytest.fixture
def bound(caller: Caller) -> Caller:
    assert caller.result("event.bind", event="OnCrmDealAdd", handler=HANDLER) is True
    return caller


def deal_added(portal: Portal) -> None:
    events.fire(portal, "ONCRMDEALADD", {"FIELDS": {"ID": 7}}, user=portal.employee)


def test_lists_what_it_bound(bound: Caller) -> None:
    assert bound.result("event.get") == [
        {"event": "ONCRMDEALADD", "handler": HANDLER, "auth_type": "0", "offline": 0}
    ]


def test_lists_the_events_of_its_scopes(caller: Caller) -> None:
    names = caller.result("events")
    assert ("ONAPPINSTALL" in names, "ONCRMDEALADD" in names, "ONTASKADD" in names) == (True, True, False)
    assert caller.result("events", scope="user") == ["ONUSERADD"]
    assert "ONTASKADD" in caller.result("events", full=True)


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        ({"event": "ONNOTHING", "handler": HANDLER}, "ERROR_EVENT_NOT_FOUND"),
        ({"event": "ONTASKADD", "handler": HANDLER}, "ERROR_EVENT_NOT_FOUND"),
        ({"handler": HANDLER}, "ERROR_ARGUMENT"),
        ({"event": "ONCRMDEALADD"}, "ERROR_ARGUMENT"),
        ({"event": ["ONCRMDEALADD"], "handler": HANDLER}, "ERROR_ARGUMENT"),
        ({"event": "ONCRMDEALADD", "handler": "https://localhost/event"}, "ERROR_WRONG_HANDLER_URL"),
        ({"event": "ONCRMDEALADD", "handler": "ftp://app.example/event"}, "ERROR_UNSUPPORTED_PROTOCOL"),
        ({"event": "ONCRMDEALADD", "handler": HANDLER}, "ERROR_CORE"),
    ],
)
def test_refuses_what_cannot_be_bound(bound: Caller, wish: dict[str, str], error: str) -> None:
    assert bound.error("event.bind", **wish)[:2] == (400, error)


def test_lets_an_employee_bind_for_himself_only(north: Portal, caller: Caller) -> None:
    caller.becomes(north.employee)
    assert caller.result("event.bind", event="ONCRMDEALADD", handler=HANDLER) is True
    assert caller.result("event.get")[0]["auth_type"] == str(north.employee.id)
    assert caller.error("event.bind", event="ONCRMDEALADD", handler=HANDLER, auth_type=1)[0] == 403
    assert caller.error("event.bind", event="ONCRMDEALADD", event_type="offline")[0] == 403


def test_shows_an_employee_his_own_handlers(north: Portal, bound: Caller) -> None:
    assert bound.becomes(north.employee).result("event.get") == []


def test_binds_offline_without_a_handler(north: Portal, caller: Caller) -> None:
    assert caller.result("event.bind", event="ONCRMDEALADD", event_type="offline", auth_connector="x") is True
    assert caller.result("event.get") == [{"event": "ONCRMDEALADD", "connector_id": "x", "offline": 1}]
    deal_added(north)
    assert north.world.deliveries == []


def test_unbinds_by_what_was_given(bound: Caller) -> None:
    bound.result("event.bind", event="ONCRMDEALADD", handler=f"{HANDLER}/2", auth_type=3)
    assert bound.result("event.unbind", event="ONCRMDEALADD", handler=HANDLER) == {"count": 1}
    assert bound.result("event.unbind", event="ONCRMDEALADD", auth_type=0) == {"count": 0}
    assert bound.result("event.unbind", event="oncrmdealadd") == {"count": 1}


def test_carries_the_tokens_of_whoever_acts(north: Portal, bound: Caller) -> None:
    deal_added(north)
    form = north.world.deliveries[-1].form
    assert (form["event"], form["data[FIELDS][ID]"], form["ts"]) == ("ONCRMDEALADD", "7", "1795510800")
    assert (form["auth[user_id]"], form["auth[domain]"]) == (str(north.employee.id), north.host)
    assert form["auth[application_token]"] == north.installations[bound.card.client_id].application_token
    assert "auth[refresh_token]" not in form
    bound.token = form["auth[access_token]"]
    assert bound.result("profile")["ID"] == str(north.employee.id)


def test_carries_the_tokens_of_the_user_named_at_binding(north: Portal, caller: Caller) -> None:
    caller.result("event.bind", event="ONCRMDEALADD", handler=HANDLER, auth_type=north.integrator.id)
    deal_added(north)
    assert north.world.deliveries[-1].form["auth[user_id]"] == str(north.integrator.id)


def test_carries_a_short_block_when_nobody_acts(north: Portal, bound: Caller) -> None:
    events.fire(north, "ONCRMDEALADD", {"ok": True, "no": None, "off": False}, user=None)
    form = north.world.deliveries[-1].form
    assert (form["data[ok]"], form["data[off]"], "data[no]" in form) == ("1", "0", False)
    block = {name for name in form if name.startswith("auth[")}
    names = "domain client_endpoint server_endpoint member_id application_token"
    assert block == {f"auth[{name}]" for name in names.split()}


@pytest.mark.parametrize(
    "silence",
    [
        lambda installation: setattr(installation, "installed", False),
        lambda installation: setattr(installation, "active", False),
    ],
)
def test_waits_for_the_end_of_the_installation(
    north: Portal, bound: Caller, silence: Callable[[object], None]
) -> None:
    silence(north.installations[bound.card.client_id])
    deal_added(north)
    assert north.world.deliveries == []


def test_goes_on_after_the_plan_has_lapsed(north: Portal, bound: Caller) -> None:
    north.lapse_to_free()
    deal_added(north)
    assert len(north.world.deliveries) == 1


def test_is_silent_for_an_unpaid_application(north: Portal, bound: Caller) -> None:
    north.installations[bound.card.client_id].status = "S"
    north.end_marketplace()
    deal_added(north)
    assert north.world.deliveries == []


def test_tries_once(world: World, north: Portal, bound: Caller) -> None:
    tried: list[str] = []
    world.deliver = lambda url, _form: tried.append(url) or 500
    deal_added(north)
    assert (tried, world.deliveries[-1].status) == ([HANDLER], 500)


def test_sends_a_test_event(north: Portal, caller: Caller) -> None:
    caller.result("event.bind", event="ONAPPTEST", handler=HANDLER)
    assert caller.result("event.test", any="data") == 1
    form = north.world.deliveries[-1].form
    assert (form["data[QUERY][any]"], "auth[refresh_token]" in form) == ("data", True)


def test_tells_of_a_paid_subscription(world: World, north: Portal, caller: Caller) -> None:
    north.installations[caller.card.client_id].status = "S"
    north.end_marketplace()
    north.renew_marketplace(months=1)
    for event in ("ONAPPPAYMENT", "ONSUBSCRIPTIONRENEW"):
        assert caller.result("event.bind", event=event, handler=HANDLER) is True
    north.renew_marketplace(months=1)
    paid, renewed = (delivery.form for delivery in world.deliveries)
    assert (paid["event"], paid["data[STATUS]"], paid["data[PAYMENT_EXPIRED]"]) == ("ONAPPPAYMENT", "S", "N")
    assert (renewed["event"], "auth[access_token]" in renewed) == ("ONSUBSCRIPTIONRENEW", False)
