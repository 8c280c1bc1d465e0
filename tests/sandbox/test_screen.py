"""The screen: pages that open, frames that a portal would open, and those it would not."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

import pytest
import requests

from sandbox.application import ApplicationCard, PlacementBinding
from sandbox.portal import Portal
from sandbox.screen.interface import denied_commands, interface_of
from sandbox.screen.intranet_pages import split_links
from sandbox.screen.settings_pages import guess_kinds
from sandbox.screen.texts import WORDS
from sandbox.world import World
from tests.sandbox.caller import Caller
from tests.sandbox.visitor import Visitor, visitor_of

PAGES = [
    "/stream/", "/online/", "/company/", "/company/personal/user/1/", "/company/personal/user/1/tasks/",
    "/workgroups/group/3/", "/crm/", "/crm/deal/", "/crm/deal/category/0/", "/crm/deal/list/?page=2",
    "/crm/contact/details/1/", "/crm/company/show/1/", "/crm/type/177/details/1/", "/report/analytics/",
    "/marketplace/", "/settings/license.php", "/settings/license_all.php", "/settings/license_all.php?subscr=o",
    "/settings/license_demo.php", "/settings/order/", "/settings/order/make.php", "/settings/support.php",
    "/shop/settings/", "/shop/settings/pay_system/", "/shop/settings/sale_delivery_service_list/",
    "/crm/configs/ps/", "/crm/configs/status/", "/contact_center/", "/sites/", "/telephony/lines.php", "/scenario/",
]  # fmt: skip


@pytest.fixture
def anna(north: Portal, card: ApplicationCard) -> Visitor:
    north.add_application(card)
    north.finish_install(card)
    return visitor_of(north)


def bind(anna: Visitor, placement: str, **more: object) -> PlacementBinding:
    row = anna.portal.installation()
    assert row
    binding = PlacementBinding(anna.portal.next_id(), placement, "https://app.example/widget", title="Часы")
    for name, value in more.items():
        setattr(binding, name, value)
    row.placements.append(binding)
    return binding


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_every_page_opens_in_both_languages(anna: Visitor, lang: str) -> None:
    anna.becomes(anna.portal.admin, lang)
    pages = {path: anna.asks(path) for path in PAGES}
    assert {path: page.status for path, page in pages.items() if page.status_code != 200} == {}
    assert [path for path, page in pages.items() if f'<html lang="{lang}"' not in page.text] == []


@pytest.mark.parametrize("path", ["/nowhere/", "/crm/deal/details/1/", "/company/personal/user/999999/"])
def test_a_missing_page_says_so(anna: Visitor, path: str) -> None:
    answer = anna.asks(path)
    assert answer.status_code == 404
    assert "Такой страницы нет" in answer.text


def test_an_unknown_host_has_no_screen(anna: Visitor) -> None:
    assert anna.client.get("/stream/", base_url="https://foreign.example").status_code == 404


def test_a_slider_page_has_no_menu(anna: Visitor) -> None:
    assert 'id="menu"' in anna.reads("/crm/deal/")
    assert 'id="menu"' not in anna.reads("/crm/deal/?IFRAME=Y")


def test_the_head_bears_the_name_of_the_company_where_it_has_one(anna: Visitor) -> None:
    assert anna.portal.host in anna.reads("/crm/deal/")
    anna.portal.extra["name"] = "Лавка у реки и моря"
    assert "Лавка у реки и моря" in anna.reads("/crm/deal/")


def test_the_scenario_can_be_left_out_of_the_menu(anna: Visitor) -> None:
    assert 'href="/scenario/"' in anna.reads("/crm/deal/")
    anna.portal.extra["scenario_in_menu"] = False
    assert 'href="/scenario/"' not in anna.reads("/crm/deal/")


def test_every_text_is_written_twice() -> None:
    assert [key for key, pair in WORDS.items() if len(pair) != 2 or not all(pair)] == []


# who looks


def test_the_switch_changes_person_language_and_theme(anna: Visitor) -> None:
    employee = anna.portal.employee
    answer = anna.presses(
        "/sandbox/visit/", user=str(employee.id), lang="en", theme="dark", back="/crm/deal/?page=2"
    )
    page = anna.reads("/crm/deal/")
    assert answer.location == "/crm/deal/?page=2"
    assert 'data-theme="dark"' in page
    assert f'<option value="{employee.id}" selected' in page
    assert "Deals" in page


@pytest.mark.parametrize("back", ["//evil.example/", "https://evil.example//x", "javascript:1"])
def test_a_button_never_leads_to_another_site(anna: Visitor, back: str) -> None:
    location = anna.presses("/sandbox/visit/", lang="ru", back=back).location
    assert location.startswith("/")
    assert not location.startswith("//")


def test_a_form_without_the_session_is_refused(anna: Visitor) -> None:
    assert anna.presses("/sandbox/visit/", sessid="forged").status_code == 403


def test_a_dismissed_person_looks_no_more(anna: Visitor) -> None:
    employee = anna.portal.employee
    anna.portal.dismiss(employee)
    assert f'<option value="{anna.portal.admin.id}" selected' in anna.becomes(employee).reads("/stream/")


# frames


def test_the_page_knows_what_its_frame_needs(anna: Visitor) -> None:
    frame = anna.frame("/marketplace/app/local.renewal/?foo=1&clear_cache=Y&_r=2")
    data = frame["initData"]
    assert frame["appOrigin"] == "https://app.example"
    assert (data["DOMAIN"], data["PROTOCOL"], data["PATH"]) == (anna.portal.host, 1, "/rest")
    assert data["PLACEMENT_OPTIONS"] == {"foo": "1"}
    assert (data["INSTALL"], data["FIRST_RUN"], data["IS_ADMIN"]) == (False, True, True)
    assert frame["denied"] == []


def test_a_widget_gets_the_page_it_was_opened_from(anna: Visitor) -> None:
    binding = bind(anna, "CRM_DEAL_LIST_TOOLBAR")
    page = anna.asks(f"/devops/placement/{binding.id}/", Referer=f"{anna.portal.url}/crm/deal/?a=b")
    assert r"\/crm\/deal\/?a=b" in unescape(page.text)


def test_widgets_are_offered_where_they_are_bound(anna: Visitor) -> None:
    left, tool, report, tab = (
        bind(anna, place).id
        for place in ("LEFT_MENU", "CRM_DEAL_LIST_TOOLBAR", "CRM_ANALYTICS_MENU", "CRM_DEAL_DETAIL_TAB")
    )
    deal = anna.portal.tables["deal"].ids[-1]
    assert f'href="/devops/placement/{left}/"' in anna.reads("/stream/")
    assert f'href="/devops/placement/{tool}/"' in anna.reads("/crm/deal/")
    assert f'href="/report/analytics/?placement={report}"' in anna.reads("/report/analytics/")
    assert f"?tab={tab}" in anna.reads(f"/crm/deal/details/{deal}/")


@pytest.mark.parametrize(("lang", "title"), [("ru", "Срок"), ("en", "Term")])
def test_a_widget_is_called_in_the_visitor_language(anna: Visitor, lang: str, title: str) -> None:
    bind(anna, "LEFT_MENU", lang_all={"ru": {"TITLE": "Срок"}, "en": {"TITLE": "Term"}})
    assert title in anna.becomes(anna.portal.admin, lang).reads("/stream/")


def test_widgets_are_hidden_until_the_installation_is_finished(anna: Visitor) -> None:
    binding = bind(anna, "LEFT_MENU")
    anna.portal.installations["local.renewal"].installed = False
    assert f"/devops/placement/{binding.id}/" not in anna.reads("/stream/")


def test_the_analytics_opens_a_report_of_the_application(anna: Visitor) -> None:
    binding = bind(anna, "CRM_ANALYTICS_MENU")
    frame = anna.frame(f"/report/analytics/?placement={binding.id}")
    assert frame["placement"] == "CRM_ANALYTICS_MENU"


def test_a_deep_link_passes_its_parameters(anna: Visitor) -> None:
    bind(anna, "REST_APP_URI")
    frame = anna.frame("/marketplace/view/local.renewal/?params[screen]=renewal")
    assert frame["initData"]["PLACEMENT_OPTIONS"] == {"screen": "renewal"}


def test_a_static_host_is_opened_by_address_alone(anna: Visitor, north: Portal, world: World) -> None:
    card = world.register_application(
        client_id="static",
        client_secret="s",
        title="S",
        app_url="https://x.apps-bitrix24.com/i.html",
        scopes=[],
    )
    north.add_application(card)
    page = anna.reads("/marketplace/app/static/")
    assert 'src="https://x.apps-bitrix24.com/i.html?DOMAIN=' in page
    assert "appform_" not in page


def test_an_expiring_application_warns_above_its_frame(anna: Visitor, north: Portal) -> None:
    row = north.installations["local.renewal"]
    row.status, row.paid_till = "P", north.world.clock.today()
    assert "app-notify" in anna.reads("/marketplace/app/local.renewal/")


# frames that are not opened


@pytest.mark.parametrize(
    ("verb", "reason", "way_out"),
    [
        ("lapse_to_free", "access_denied", "/settings/license_all.php"),
        ("lock", "locked", "/settings/license_all.php"),
        ("end_marketplace", "payment", "/settings/license_all.php?subscr=o"),
    ],
)
def test_an_unpaid_portal_shows_its_own_page(anna: Visitor, verb: str, reason: str, way_out: str) -> None:
    getattr(anna.portal, verb)()
    page = anna.reads("/marketplace/app/local.renewal/")
    assert f'data-refusal="{reason}"' in page
    assert f'href="{way_out}"' in page
    assert "<iframe" not in page


def test_grace_days_keep_frames_open(anna: Visitor) -> None:
    anna.portal.enter_grace()
    assert anna.frame("/marketplace/app/local.renewal/")["sid"]


def test_an_employee_cannot_open_an_unfinished_installation(anna: Visitor, north: Portal) -> None:
    north.installations["local.renewal"].installed = False
    assert anna.frame("/marketplace/app/local.renewal/")["initData"]["INSTALL"] is True
    assert 'data-refusal="not_installed"' in anna.becomes(north.employee).reads(
        "/marketplace/app/local.renewal/"
    )


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/marketplace/app/unknown/", "not_found"),
        ("/marketplace/view/unknown/", "not_found"),
        ("/devops/placement/999/", "no_context"),
        ("/marketplace/view/local.renewal/", "no_context"),
    ],
)
def test_what_is_not_there_is_named(anna: Visitor, path: str, reason: str) -> None:
    assert f'data-refusal="{reason}"' in anna.reads(path)


def test_without_the_right_to_applications_nothing_is_shown(anna: Visitor, north: Portal) -> None:
    bind(anna, "LEFT_MENU")
    north.withhold_right(north.admin, "app")
    assert 'data-refusal="no_access"' in anna.reads("/marketplace/app/local.renewal/")
    assert "/devops/placement/" not in anna.reads("/stream/")


# the frame's backend


def test_the_backend_needs_the_session(anna: Visitor) -> None:
    frame = anna.frame("/marketplace/app/local.renewal/")
    assert anna.tells({**frame, "sessid": "forged"}, "access_refresh").status_code == 403
    assert anna.tells(frame, "unknown").status_code == 404
    assert anna.tells({**frame, "appId": "77"}, "access_refresh").status_code == 404


def test_tokens_are_refreshed_as_strings(anna: Visitor) -> None:
    answer = anna.tells(anna.frame("/marketplace/app/local.renewal/"), "access_refresh").json
    assert answer["expires_in"] == "3600"
    assert answer["access_token"] in anna.portal.world.tokens.access


def test_a_lapsed_plan_refreshes_nothing(anna: Visitor) -> None:
    frame = anna.frame("/marketplace/app/local.renewal/")
    anna.portal.lapse_to_free()
    assert anna.tells(frame, "access_refresh").json["error"] == "ACCESS_DENIED"


def test_only_an_administrator_finishes_the_installation(anna: Visitor, north: Portal) -> None:
    frame = anna.becomes(north.employee).frame("/marketplace/app/local.renewal/")
    north.installations["local.renewal"].installed = False
    assert anna.tells(frame, "set_installed").json == {"result": "false"}
    assert anna.tells(frame, "set_option", name="a", value=1).status_code == 403
    frame = anna.becomes(north.admin).frame("/marketplace/app/local.renewal/")
    assert anna.tells(frame, "set_installed", value=False).json == {"result": "false"}
    assert anna.tells(frame, "set_installed").json == {"result": "true"}
    assert north.installations["local.renewal"].installed


def test_the_slider_of_an_application_needs_the_session(anna: Visitor) -> None:
    path = "/bitrix/components/bitrix/app.layout/lazyload.ajax.php"
    form = {"PARAMS[params][ID]": "1", "PARAMS[params][PLACEMENT_OPTIONS]": "not json"}
    assert anna.presses(path, sessid="forged", **form).status_code == 403
    assert "data-app-frame" in anna.presses(path, **form).text
    assert 'data-refusal="not_found"' in anna.reads(path)


# buttons


def test_an_application_is_installed_updated_and_removed_by_buttons(anna: Visitor, north: Portal) -> None:
    path = "/sandbox/applications/local.renewal/"
    anna.presses(path + "update")
    assert north.installations["local.renewal"].version == 2
    anna.presses(path + "uninstall", clean="Y")
    assert "local.renewal" not in north.installations
    assert anna.presses(path + "update").status_code == 404
    assert (
        anna.presses(path + "install").location
        == f"/marketplace/app/{north.installations['local.renewal'].app_id}/"
    )
    assert "установка не закончена" in anna.reads("/marketplace/")


def test_paying_moves_the_term_and_is_kept_among_orders(anna: Visitor, north: Portal) -> None:
    before = north.paid_till, north.marketplace_till
    anna.presses("/sandbox/renew/plan", plan="ru_pro100")
    anna.presses("/sandbox/renew/subscription")
    assert (north.paid_till, north.marketplace_till) > before
    assert north.plan == "ru_pro100"
    assert "Профессиональный" in anna.reads("/settings/order/")


@pytest.mark.parametrize(
    "path", ["/sandbox/renew/plan", "/sandbox/things/pay_system", "/sandbox/applications/x/update"]
)
def test_employees_press_nothing_that_changes_the_portal(anna: Visitor, path: str) -> None:
    assert anna.becomes(anna.portal.employee).presses(path, act="remove", id="1").status_code == 403


def test_an_employee_is_led_from_my_plan_to_all_plans(anna: Visitor) -> None:
    answer = anna.becomes(anna.portal.employee).asks("/settings/license.php")
    assert answer.location == "/settings/license_all.php"


def test_a_pay_system_is_switched_and_deleted_from_its_page(anna: Visitor, north: Portal) -> None:
    for act, flag in (("switch_off", "N"), ("switch_on", "Y")):
        anna.presses("/sandbox/things/pay_system", act=act, id="2")
        assert north.tables["paysystem"].get(2)["ACTIVE"] == flag
    anna.presses("/sandbox/things/pay_system", act="remove", id="2")
    assert 2 not in north.tables["paysystem"]
    assert anna.presses("/sandbox/things/pay_system", act="remove", id="2").status_code == 404
    assert anna.presses("/sandbox/things/pay_system", act="burn", id="3").status_code == 400


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("/crm/configs/ps/", ["pay_system"]),
        ("/shop/settings/sale_delivery_service_list/", ["delivery"]),
        ("/crm/configs/category/", ["pipeline", "stage"]),
        ("/contact_center/connector/", ["connector", "line"]),
        ("/sites/", ["site"]),
        ("/settings/configs/", []),
    ],
)
def test_the_address_of_a_setting_tells_what_it_is_about(path: str, kinds: list[str]) -> None:
    assert guess_kinds(path) == kinds


def test_dialogs_offer_people_access_and_crm_items(anna: Visitor, north: Portal) -> None:
    frame = anna.frame("/marketplace/app/local.renewal/")
    people = anna.tells(frame, "select_user").json
    access = anna.tells(frame, "select_access").json
    items = anna.tells(frame, "select_crm", entityType=["contact", "moon"]).json
    assert {each["id"] for each in people} >= {str(north.admin.id), str(north.employee.id)}
    assert access[0]["id"] == "AU"
    assert {each["type"] for each in items} == {"contact"}
    assert items[0]["id"].startswith("C_")


def test_options_and_first_run_are_kept(anna: Visitor, north: Portal) -> None:
    frame = anna.frame("/marketplace/app/local.renewal/")
    assert anna.tells(frame, "set_option", name="a", value=1).json == {"a": 1}
    assert anna.tells(frame, "set_user_option", name="b", value=2).json == {"name": "b", "value": 2}
    assert anna.tells(frame, "set_install", install=True).json == {"install": True}
    row = north.installations["local.renewal"]
    assert (row.app_options, row.user_options, row.first_run) == (
        {"a": 1}, {north.admin.id: {"b": 2}}, {north.admin.id: False}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("placement", "command", "event"),
    [
        ("USERFIELD_TYPE", "getValue", ""),
        ("CRM_DEAL_LIST_MENU", "reloadData", ""),
        ("CALL_CARD", "", "CallCard::BeforeClose"),
        ("CALENDAR_GRIDVIEW", "", "Calendar.customView:adjustToDate"),
        ("PAGE_BACKGROUND_WORKER", "", "BackgroundCallCard::initialized"),
    ],
)
def test_a_place_has_commands_and_events_of_its_own(placement: str, command: str, event: str) -> None:
    known = interface_of(placement)
    assert command in ["", *known["command"]]
    assert event in ["", *known["event"]]


@pytest.mark.parametrize(
    ("placement", "rules", "popup", "denied"),
    [
        ("DEFAULT", "listed", False, []),
        ("DEFAULT", "any", True, ["resizeWindow"]),
        ("LEFT_MENU", "any", False, ["setTitle"]),
        ("LEFT_MENU", "listed", False, ["setTitle", "setScroll", "reloadWindow"]),
        ("USERFIELD_TYPE", "any", True, ["setTitle"]),
    ],
)
def test_a_place_denies_some_commands(placement: str, rules: str, denied: list[str], *, popup: bool) -> None:
    assert denied_commands(placement, rules, popup=popup) == denied


# the office


@pytest.fixture
def caller(anna: Visitor, card: ApplicationCard, session: requests.Session) -> Caller:
    return Caller(anna.portal, card, session)


@pytest.fixture
def wide_card(north: Portal, card: ApplicationCard) -> ApplicationCard:
    wide = replace(card, scopes=("im", "log", "task"))
    north.installations[card.client_id].card = wide
    return wide


def test_a_notification_shows_its_links(anna: Visitor, caller: Caller, wide_card: ApplicationCard) -> None:
    north = anna.portal
    text = f"Срок близко[br][url={north.url}/marketplace/view/local.renewal/]Открыть[/url] [URL=javascript:x]нет[/URL]"
    caller.result("im.notify.system.add", USER_ID=north.admin.id, MESSAGE=text)
    page = anna.reads("/online/")
    assert 'href="/marketplace/view/local.renewal/" data-slider' in page
    assert 'href="#"' in page
    assert "Срок близко" not in anna.becomes(north.employee).reads("/online/")


def test_a_message_reaches_its_reader(anna: Visitor, caller: Caller, wide_card: ApplicationCard) -> None:
    caller.result("im.message.add", DIALOG_ID=anna.portal.employee.id, MESSAGE="Пора платить")
    assert "Пора платить" in anna.becomes(anna.portal.employee).reads("/online/")


def test_a_post_is_read_in_the_feed(anna: Visitor, caller: Caller, wide_card: ApplicationCard) -> None:
    caller.result(
        "log.blogpost.add", POST_TITLE="Продление", POST_MESSAGE="Меняем [b]тариф[/b]", IMPORTANT="Y"
    )
    page = anna.reads("/stream/")
    assert "Меняем тариф" in page
    assert "важно" in page


def test_a_task_is_listed_and_opened(anna: Visitor, caller: Caller, wide_card: ApplicationCard) -> None:
    employee = anna.portal.employee.id
    task = caller.result("tasks.task.add", fields={"TITLE": "Оплатить счёт", "RESPONSIBLE_ID": employee})
    path = f"/company/personal/user/{employee}/tasks/"
    assert "Оплатить счёт" in anna.reads(path)
    assert "в работе" in anna.reads(f"{path}task/view/{task['task']['id']}/")
    assert anna.asks(f"{path}task/view/999/").status_code == 404


def test_plain_text_has_no_links() -> None:
    assert [piece.text for piece in split_links("просто текст")] == ["просто текст"]
