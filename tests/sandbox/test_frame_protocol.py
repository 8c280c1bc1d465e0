"""Every command of the frame protocol, in a real browser, across origins (portal-protocol §1.6)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from sandbox.http_server import HttpServer, start_server
from sandbox.live import Live, go_live
from sandbox.world import World
from tests.sandbox.conftest import NOW
from tests.sandbox.stage import Opening, Stage, child_of, chooses, closes_slider, tiny_application

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


@pytest.fixture
def openings() -> list[Opening]:
    return []


@pytest.fixture
def tiny(openings: list[Opening]) -> Iterator[HttpServer]:
    door = start_server(tiny_application(openings), "127.0.0.1", 0)
    yield door
    door.shutdown()
    door.server_close()


@pytest.fixture
def live() -> Iterator[Live]:
    live = go_live(World(now=NOW, scheme="http"), bind="127.0.0.1", portal_port=0, oauth_port=0)
    yield live
    live.stop()


@pytest.fixture
def stage(live: Live, tiny: HttpServer, openings: list[Opening], browser: Browser) -> Iterator[Stage]:
    portal = live.world.add_portal(f"localhost:{live.portal_server.port}", plan="ru_basic")
    card = live.world.register_application(
        client_id="local.tiny",
        client_secret="secret",
        title="Tiny",
        app_url=f"http://127.0.0.1:{tiny.port}/app",
        install_url=f"http://127.0.0.1:{tiny.port}/install",
        scopes=["crm", "placement"],
    )
    portal.add_application(card)
    portal.finish_install(card)
    context = browser.new_context()
    stage = Stage(live.world, portal, card, context, openings)
    yield stage
    context.close()
    assert stage.complaints == []


def test_a_frame_is_opened_by_a_form_as_a_portal_does(stage: Stage) -> None:
    page, child = stage.opens(f"/marketplace/app/{stage.row.app_id}/?foo=1&sessid=x")
    opening = stage.openings[0]
    sid = opening.query["APP_SID"]
    assert list(opening.query) == ["DOMAIN", "PROTOCOL", "LANG", "APP_SID"]
    assert list(opening.form)[-3:] == ["status", "PLACEMENT", "PLACEMENT_OPTIONS"]
    assert opening.form["PLACEMENT_OPTIONS"] == '{"foo":"1"}'
    assert child.name == f"{stage.portal.host}|0|{sid}"
    assert page.locator(f"#appframe_{sid}").get_attribute("sandbox") is None


@pytest.mark.parametrize("form", ["modern", "classic", "object"])
def test_init_data_come_in_every_form_of_message(stage: Stage, form: str) -> None:
    _, child = stage.opens()
    first = child.evaluate("form => ask('getInitData', undefined, {form})", form)
    second = child.evaluate("form => ask('getInitData', undefined, {form})", form)
    assert first["DOMAIN"] == stage.portal.host
    assert first["AUTH_ID"] == stage.openings[0].form["AUTH_ID"]
    assert (first["FIRST_RUN"], second["FIRST_RUN"]) == (True, False)
    assert (first["IS_ADMIN"], first["INSTALL"], first["PLACEMENT"]) == (True, False, "DEFAULT")


@pytest.mark.parametrize(
    "message",
    [
        "silent('getUnknown')",
        "silent('getInitData', undefined, {to: 'foreign'})",
        "silent('constructor')",
        "silent('placementBindEvent', {event: 'any'})",
    ],
)
def test_unknown_and_foreign_messages_meet_silence(stage: Stage, message: str) -> None:
    _, child = stage.opens()
    assert child.evaluate(message) == "silence"


def test_messages_from_another_origin_are_ignored(stage: Stage) -> None:
    page, child = stage.opens()
    sid = stage.openings[0].query["APP_SID"]
    page.evaluate("sid => window.postMessage('setTitle:{\"title\":\"Forged\"}:x:' + sid, '*')", sid)
    assert child.evaluate("silent('getUnknown')") == "silence"
    expect(page.locator("#pagetitle")).to_have_text("Tiny")


def test_refreshing_gives_another_living_token(stage: Stage) -> None:
    _, child = stage.opens()
    fresh = child.evaluate("ask('refreshAuth')")
    assert fresh["AUTH_ID"] != stage.openings[0].form["AUTH_ID"]
    assert fresh["AUTH_EXPIRES"] == "3600"
    assert fresh["AUTH_ID"] in stage.world.tokens.access


def test_refreshing_on_a_lapsed_plan_alerts_and_stays_silent(stage: Stage) -> None:
    page, child = stage.opens()
    stage.portal.lapse_to_free()
    assert child.evaluate("silent('refreshAuth')") == "silence"
    expect(page.locator(".toast")).to_be_visible()


def test_the_frame_takes_the_asked_size(stage: Stage) -> None:
    _, child = stage.opens()
    assert child.evaluate("ask('resizeWindow', {width: 500, height: 333})") == {"width": 500, "height": 333}
    assert child.evaluate("ask('resizeWindow', {width: '100%', height: 900})")["height"] == 900


def test_title_with_a_colon_and_scroll_are_echoed(stage: Stage) -> None:
    page, child = stage.opens()
    assert child.evaluate("ask('setTitle', {title: 'Terms: a plan'})") == {"title": "Terms: a plan"}
    assert child.evaluate("ask('setScroll', {scroll: 0})") == {"scroll": 0}
    expect(page.locator("#pagetitle")).to_have_text("Terms: a plan")


def test_options_are_kept_and_application_options_are_for_administrators(stage: Stage) -> None:
    _, child = stage.opens()
    assert child.evaluate("ask('setUserOption', {name: 'a', value: 1})") == {"name": "a", "value": 1}
    assert child.evaluate("ask('setAppOption', {name: 'b', value: 2})") == {"b": 2}
    stage.look_as(stage.portal.employee.id)
    _, other = stage.opens()
    assert other.evaluate("silent('setAppOption', {name: 'b', value: 3})") == "silence"
    data = other.evaluate("ask('getInitData')")
    assert (data["APP_OPTIONS"], data["USER_OPTIONS"], data["IS_ADMIN"]) == ({"b": 2}, {}, False)


def test_first_run_is_over_once_the_application_says_so(stage: Stage) -> None:
    _, child = stage.opens()
    assert child.evaluate("ask('setInstall', {install: true})") == {"install": True}
    _, again = stage.opens()
    assert again.evaluate("ask('getInitData')")["FIRST_RUN"] is False


def test_finishing_the_installation_reloads_the_page(stage: Stage) -> None:
    stage.row.installed = False
    page, child = stage.opens()
    assert stage.openings[0].path == "/install"
    assert child.evaluate("ask('getInitData')")["INSTALL"] is True
    child.evaluate("send('setInstallFinish', {})")
    page.wait_for_url("**/?install_finished=Y")
    child_of(page)
    assert (stage.row.installed, stage.openings[-1].path) == (True, "/app")


def test_an_employee_reads_that_the_installation_is_not_finished(stage: Stage) -> None:
    stage.row.installed = False
    stage.look_as(stage.portal.employee.id)
    page = stage.context.new_page()
    page.goto(f"{stage.portal.url}/marketplace/app/{stage.row.app_id}/")
    expect(page.locator("[data-refusal=not_installed]")).to_be_visible()
    assert stage.openings == []


def test_one_employee_and_several_are_chosen_from_dialogs(stage: Stage) -> None:
    page, child = stage.opens()
    first, second = stage.portal.admin, stage.portal.employee
    child.evaluate("ask('selectUser', {mult: 0}, {patience: 9000}).then(a => window.one = a), 0")
    chooses(page, first.full_name)
    child.wait_for_function("window.one")
    child.evaluate("ask('selectUser', {mult: true}, {patience: 9000}).then(a => window.many = a), 0")
    chooses(page, first.full_name, second.full_name)
    child.wait_for_function("window.many")
    assert child.evaluate("window.one.id") == str(first.id)
    assert child.evaluate("window.many.map(each => each.id)") == [str(first.id), str(second.id)]


def test_access_is_chosen_without_what_is_taken(stage: Stage) -> None:
    page, child = stage.opens()
    taken = f"U{stage.portal.admin.id}"
    child.evaluate(
        "v => (ask('selectAccess', {value: [v]}, {patience: 9000}).then(a => window.got = a), 0)", taken
    )
    expect(page.get_by_label(stage.portal.admin.full_name, exact=True)).to_have_count(0)
    chooses(page, "Все сотрудники")
    child.wait_for_function("window.got")
    assert child.evaluate("window.got") == [{"id": "AU", "name": "Все сотрудники"}]


def test_crm_items_come_in_numbered_buckets(stage: Stage) -> None:
    page, child = stage.opens()
    wish = "{entityType: ['deal', 'company'], multiple: true}"
    child.evaluate(f"ask('selectCRM', {wish}, {{patience: 9000}}).then(a => window.got = a), 0")
    page.locator(".dialog input").first.check()
    page.locator(".dialog button.main-action").click()
    child.wait_for_function("window.got")
    got = child.evaluate("window.got")
    assert (got["deal"]["0"]["type"], got["company"]) == ("deal", {})


@pytest.mark.parametrize(
    ("rule", "path", "code"),
    [
        ("listed", "/settings/license_all.php", "PATH_NOT_AVAILABLE"),
        ("any", "//evil.example/", "PATH_NOT_AVAILABLE"),
        ("any", "https://evil.example/", "PATH_NOT_AVAILABLE"),
        ("any", "/%zz", "PATH_NOT_AVAILABLE"),
    ],
)
def test_some_paths_are_not_available(stage: Stage, rule: str, path: str, code: str) -> None:
    stage.portal.extra["open_path_rule"] = rule
    _, child = stage.opens()
    refused = child.evaluate("path => ask('openPath', {path})", path)
    assert refused == {"result": "error", "errorCode": code}


def test_paths_do_not_open_on_a_phone(stage: Stage) -> None:
    _, child = stage.opens(f"/marketplace/app/{stage.row.app_id}/?mobile=Y")
    refused = child.evaluate("ask('openPath', {path: '/crm/deal/'})")
    assert refused["errorCode"] == "METHOD_NOT_SUPPORTED_ON_DEVICE"


@pytest.mark.parametrize(
    ("rule", "path"), [("any", "/settings/license_all.php"), ("listed", "/crm/deal/details/")]
)
def test_a_path_opens_in_a_slider_and_answers_on_close(stage: Stage, rule: str, path: str) -> None:
    stage.portal.extra["open_path_rule"] = rule
    if rule == "listed":
        path += f"{stage.portal.tables['deal'].ids[-1]}/"
    page, child = stage.opens()
    child.evaluate("path => (ask('openPath', {path}, {patience: 9000}).then(a => window.got = a), 0)", path)
    inner = page.frame_locator(".slider iframe")
    expect(inner.locator("#pagetitle")).to_be_visible()
    source = page.locator(".slider iframe").get_attribute("src") or ""
    assert "from=rest_placement&from_app=local.tiny" in source
    closes_slider(page)
    child.wait_for_function("window.got")
    assert child.evaluate("window.got") == {"result": "close"}


def test_the_application_opens_and_closes_itself_in_a_slider(stage: Stage) -> None:
    page, child = stage.opens()
    wish = "{opened: true, bx24_width: 450, bx24_title: 'Mine', bx24_label: {bgColor: 'pink', text: 'task'}}"
    child.evaluate(f"ask('openApplication', {wish}, {{patience: 9000}}).then(a => window.got = a), 0")
    inner = child_of(page, 1)
    assert inner.evaluate("ask('getInitData')")["PLACEMENT_OPTIONS"]["opened"] is True
    assert inner.evaluate("silent('resizeWindow', {width: 9, height: 9})") == "silence"
    expect(page.locator(".slider-title")).to_have_text("Mine")
    expect(page.locator(".slider-label")).to_contain_text("task")
    inner.evaluate("send('closeApplication')")
    child.wait_for_function("window.got")
    assert child.evaluate("window.got") == "empty"
    expect(page.locator(".slider")).to_have_count(0)


def test_the_application_does_not_close_pages_of_others(stage: Stage) -> None:
    page, child = stage.opens()
    child.evaluate("send('openPath', {path: '/settings/license_all.php'})")
    expect(page.locator(".slider")).to_have_count(1)
    assert child.evaluate("ask('closeApplication')") == "empty"
    expect(page.locator(".slider")).to_have_count(1)


def test_finishing_in_a_slider_opens_the_application_anew(stage: Stage) -> None:
    stage.row.installed = False
    page, child = stage.opens()
    child.evaluate("send('openApplication', {step: 1})")
    child_of(page, 1).evaluate("send('setInstallFinish', {})")
    page.wait_for_function("document.querySelectorAll('.slider').length === 1")
    expect(page.frame_locator(".slider iframe").frame_locator("iframe").locator("h1")).to_be_visible()
    child_of(page, 1)
    assert stage.openings[-1].path == "/app"


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("send('imCallTo', {userId: 7, video: true})", "Звонок: 7"),
        ("send('imPhoneTo', {phone: '+70000000001'})", "Звонок: +70000000001"),
        ("send('imOpenMessenger', {dialogId: 'chat5'})", "Чат: chat5"),
        ("send('imOpenHistory', {dialogId: 'chat6'})", "История чата: chat6"),
    ],
)
def test_the_messenger_is_called_without_an_answer(stage: Stage, command: str, text: str) -> None:
    page, child = stage.opens()
    child.evaluate(command)
    expect(page.frame_locator(".slider iframe").locator("#pagetitle")).to_have_text(text)
    assert child.evaluate("Object.keys(answers)") == []


def test_the_settings_form_is_shown(stage: Stage) -> None:
    page, child = stage.opens()
    child.evaluate("send('showAppForm', {title: 'Keys'})")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_the_page_is_reloaded_on_wish(stage: Stage) -> None:
    page, child = stage.opens()
    page.evaluate("window.mark = 1")
    child.evaluate("send('reloadWindow')")
    page.wait_for_function("window.mark === undefined")


@pytest.mark.parametrize(("rule", "scroll"), [("any", {"scroll": 0}), ("listed", "silence")])
def test_a_widget_may_do_less_than_the_page(stage: Stage, rule: str, scroll: object) -> None:
    stage.portal.extra["open_path_rule"] = rule
    binding = stage.bind("LEFT_MENU")
    _, child = stage.opens(f"/devops/placement/{binding.id}/")
    assert child.evaluate("silent('setTitle', {title: 'No'})") == "silence"
    assert child.evaluate("silent('setScroll', {scroll: 0})") == scroll
    assert child.evaluate("ask('getInterface')") == {"command": [], "event": []}


def test_a_tab_of_a_deal_knows_its_deal_and_reloads_the_card(stage: Stage) -> None:
    deal = stage.portal.tables["deal"].ids[-1]
    binding = stage.bind("CRM_DEAL_DETAIL_TAB")
    page, child = stage.opens(f"/crm/deal/details/{deal}/?tab={binding.id}")
    assert child.evaluate("ask('getInitData')")["PLACEMENT_OPTIONS"]["ID"] == str(deal)
    assert child.evaluate("ask('getInterface')") == {"command": ["reloadData"], "event": []}
    stage.portal.tables["deal"].update(deal, opportunity=777)
    assert child.evaluate("ask('reloadData')") == "empty"
    assert "777 ₽" in (page.locator("[data-reloads=card]").text_content() or "")


def test_a_background_worker_hears_only_events_of_its_place(stage: Stage) -> None:
    stage.bind("PAGE_BACKGROUND_WORKER")
    page, child = stage.opens("/stream/")
    child.evaluate(
        "window.id = send('placementBindEvent', {event: 'BackgroundCallCard::initialized'}, {form: 'object'})"
    )
    child.evaluate("send('placementBindEvent', {event: 'Foreign::event'}, {form: 'object'})")
    child.evaluate("silent('getUnknown')")
    assert page.evaluate("SandboxPortal.fire('Foreign::event', 1)") == 0
    assert page.evaluate("[1, 2].map(n => SandboxPortal.fire('BackgroundCallCard::initialized', {n}))") == [
        1,
        1,
    ]
    # by the clock: a browser draws nothing in a hidden frame, so waiting for its next drawing may never end
    child.wait_for_function("answers[window.id]?.length === 2", polling=50)
    assert child.evaluate("answers[window.id]") == [{"n": 1}, {"n": 2}]


def test_a_deep_link_opens_in_a_slider_with_its_parameters(stage: Stage) -> None:
    stage.bind("REST_APP_URI")
    _, child = stage.opens("/marketplace/view/local.tiny/?params[screen]=renewal&params[id]=5")
    data = child.evaluate("ask('getInitData')")
    assert (data["PLACEMENT"], data["PLACEMENT_OPTIONS"]) == (
        "REST_APP_URI",
        {"screen": "renewal", "id": "5"},
    )


def test_nothing_overflows_on_a_phone(stage: Stage) -> None:
    page, _ = stage.opens()
    page.set_viewport_size({"width": 390, "height": 800})
    for path in (
        "/crm/deal/",
        "/scenario/",
        "/settings/license_all.php",
        "/shop/settings/delivery/",
        "/marketplace/",
    ):
        page.goto(stage.portal.url + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_button_of_the_panel_changes_the_portal(stage: Stage) -> None:
    page, _ = stage.opens("/marketplace/app/local.tiny/")
    page.goto(f"{stage.portal.url}/scenario/")
    page.locator("[data-verb=lapse_to_free] button").click()
    page.wait_for_function("document.querySelector('.scenario-now .badge.bad')")
    assert stage.portal.state == "free"
