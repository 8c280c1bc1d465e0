"""What a portal posts into a frame (the portal's source, app.layout of rest 25.600)."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from sandbox.frame import FrameRefused
from sandbox.portal import Portal
from tests.sandbox.caller import Caller

FIELDS = "AUTH_ID AUTH_EXPIRES REFRESH_ID SERVER_ENDPOINT APPLICATION_TOKEN APPLICATION_SCOPE member_id status PLACEMENT"
HANDLER = "https://app.example/widget?type=1"


@pytest.fixture
def widget(caller: Caller) -> Caller:
    assert caller.result("placement.bind", PLACEMENT="CRM_DEAL_DETAIL_TAB", HANDLER=HANDLER)
    return caller


def test_posts_the_documented_fields_in_their_order(north: Portal, caller: Caller) -> None:
    form = north.opens(user=north.admin).form
    assert list(form) == FIELDS.split()
    assert (form["PLACEMENT"], form["AUTH_EXPIRES"], form["status"]) == ("DEFAULT", "3600", "L")
    assert (form["member_id"], form["APPLICATION_SCOPE"]) == (north.member_id, "crm,placement,sale")


def test_gives_the_tokens_of_whoever_opens(north: Portal, caller: Caller) -> None:
    caller.token = north.opens(user=north.employee).form["AUTH_ID"]
    assert caller.result("profile")["ID"] == str(north.employee.id)


def test_tells_the_portal_in_the_address_and_in_the_name(north: Portal, caller: Caller) -> None:
    frame = north.opens(user=north.admin, lang="en")
    query = parse_qsl(urlsplit(frame.url).query)
    names = {"DOMAIN": north.host, "PROTOCOL": "1", "LANG": "en", "APP_SID": frame.sid}
    assert query == list(names.items())
    assert re.fullmatch("[0-9a-f]{32}", frame.sid)
    assert frame.window_name == f"{north.host}|1|{frame.sid}"


def test_opens_a_widget_with_its_options(north: Portal, widget: Caller) -> None:
    frame = north.opens(
        "crm_deal_detail_tab", user=north.employee, options={"ID": "7"}, referer=f"{north.url}/crm/deal/?a=1"
    )
    assert frame.url.startswith(f"{HANDLER}&DOMAIN=")
    assert frame.form["PLACEMENT_OPTIONS"] == r'{"ID":"7","URI":"\/crm\/deal\/?a=1"}'


def test_keeps_foreign_pages_to_itself(north: Portal, widget: Caller) -> None:
    frame = north.opens("CRM_DEAL_DETAIL_TAB", user=north.admin, referer="https://other.example/crm/")
    assert "PLACEMENT_OPTIONS" not in frame.form


def test_can_be_an_older_portal(north: Portal, caller: Caller) -> None:
    north.hidden_frame_fields = ("SERVER_ENDPOINT", "APPLICATION_TOKEN", "APPLICATION_SCOPE")
    assert "APPLICATION_TOKEN" not in north.opens(user=north.admin).form


def test_opens_the_installer_whatever_was_clicked(north: Portal, widget: Caller) -> None:
    north.installations[widget.card.client_id].installed = False
    frame = north.opens("CRM_DEAL_DETAIL_TAB", user=north.admin)
    assert (frame.url.partition("?")[0], frame.installing) == (widget.card.install_url, True)
    with pytest.raises(FrameRefused, match="not_installed"):
        north.opens(user=north.employee)


def test_refuses_places_where_nothing_is_bound(north: Portal, widget: Caller) -> None:
    with pytest.raises(FrameRefused, match="no_context") as refusal:
        north.opens("LEFT_MENU", user=north.admin)
    assert refusal.value.text == "Cannot show the app in the current context."


def test_refuses_people_without_access(north: Portal, caller: Caller) -> None:
    north.withhold_right(north.employee, "app")
    with pytest.raises(FrameRefused, match="no_access"):
        north.opens(user=north.employee)


def test_shows_a_personal_widget_to_its_person(north: Portal, caller: Caller) -> None:
    options = {"errorHandlerUrl": HANDLER}
    caller.result(
        "placement.bind",
        PLACEMENT="PAGE_BACKGROUND_WORKER",
        HANDLER=HANDLER,
        OPTIONS=options,
        USER_ID=north.admin.id,
    )
    assert north.opens("PAGE_BACKGROUND_WORKER", user=north.admin).url
    with pytest.raises(FrameRefused, match="no_context"):
        north.opens("PAGE_BACKGROUND_WORKER", user=north.employee)
