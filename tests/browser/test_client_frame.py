"""A client's portal in its integrator's frame: the banner, locked tabs, presses, the way back, and the end of the access."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Frame, Page, Route, expect

from b24app.database import db, portal_scope
from b24app.frames.page_token import frame_of, sign_frame
from b24app.integrators.consents import ConsentChoice, end_by_client, grant
from b24app.integrators.members import IntegratorProfile, declare_integrator
from b24app.integrators.rights import Right
from b24app.portals.model import InstallStatus, Person, Portal, find_portal
from b24app.services import services
from b24app.terms.term import Author
from tests.browser.stage import Stage
from tests.browser.test_main_job import barriers, installed, overflow, run_checks, settle, stage

__all__ = ["installed", "stage"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
PROFILE = IntegratorProfile("ООО «Верный шаг»", "7799104520", "Н. Рябова", "n@step.example", "")
NINA = Author(7, "Н. Рябова")
GIVEN = frozenset({Right.TERMS, Right.CHECKS, Right.RUN, Right.CASE, Right.PAPERS})


def look_after(
    stage: Stage, rights: frozenset[Right] = GIVEN, language: str = "ru", theme: str = "light"
) -> tuple[str, str]:
    """An integrator's portal beside the installed one, and what opens the client in it: the consent's code and the own token."""
    with stage.app.app_context():
        client = find_portal(stage.portal.member_id)
        assert client is not None
        now = services().clock.now()
        own = Portal(
            member_id="integrator", domain="step.example", client_endpoint="https://step.example/rest/",
            server_endpoint=client.server_endpoint, status=InstallStatus.ACTIVE, created_at=now,
        )  # fmt: skip
        db.session.add(own)
        db.session.flush()
        with portal_scope(own.id):
            db.session.add(Person(user_id=7, name=NINA.name, is_admin=True, seen_at=now, language=language))
            declare_integrator(PROFILE, by=NINA, at=now)
        with portal_scope(client.id):
            code = grant(
                own.id, ConsentChoice(rights, 6, prolongs=False), by=Author(1, "М. Ковалёва"), at=now
            ).code
        db.session.commit()
        frame = frame_of(own, 7, language=language, theme=theme)
        return code, sign_frame(replace(frame, verified_at=now))


def opened(
    stage: Stage, browser: Browser, code: str, token: str, *, place: str = "", width: int = 1020
) -> Page:
    """The client's page as the integrator's frame shows it; the first address carries the token as a link of the list would."""
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()

    def carry(route: Route) -> None:
        first = route.request.resource_type == "document"
        route.continue_(headers={**route.request.headers, **({"X-Frame-Token": token} if first else {})})

    page.route("**/clients/**", carry)
    page.set_default_timeout(30_000)
    page.goto(f"{stage.app_url}/clients/{code}/open{place}")
    page.locator(".client-frame").wait_for()
    return page


def end(stage: Stage, code: str) -> None:
    """The client's administrator ends the access."""
    with stage.app.app_context():
        client = find_portal(stage.portal.member_id)
        assert client is not None
        with portal_scope(client.id):
            end_by_client(code, by=Author(1, "М. Ковалёва"), at=services().clock.now())
            db.session.commit()


def tab(frame: Frame, code: str) -> None:
    settle(frame)
    frame.locator(f"#tab-{code}").click()
    settle(frame)


def test_a_client_is_looked_at_pressed_on_and_left(stage: Stage, installed: Page, browser: Browser) -> None:
    run_checks(stage.frame(installed))
    code, token = look_after(stage)
    page = opened(stage, browser, code, token)
    frame = page.main_frame
    expect(page.locator(".client-head")).to_contain_text("Вы смотрите как интегратор")
    assert barriers(page) == []
    assert overflow(frame) <= 0
    tab(frame, "shop")
    page.locator("#shop-head").wait_for()
    assert page.url.endswith(f"/clients/{code}/open/shop")
    with page.expect_response("**/shop/run") as ran:
        page.locator('[hx-post="/shop/run"]').first.dispatch_event("click")
    assert ran.value.status == 200
    tab(frame, "copy")
    expect(page.locator("#ask-right")).to_be_visible()
    page.go_back()
    page.locator("#shop-head").wait_for()
    page.go_back()
    page.locator("#stages").wait_for()
    tab(frame, "money")
    page.locator("#terms").wait_for()
    with page.expect_download() as file:
        page.locator('form[action="/money/terms/exchange.csv"] button').dispatch_event("click")
    assert file.value.suggested_filename.endswith(".csv")
    end(stage, code)
    tab(frame, "shop")
    expect(page.locator("#page")).to_contain_text("Доступа к этому клиенту нет")
    expect(page.locator(".client-frame")).to_have_count(0)
    page.go_back()
    expect(page.locator(".client-frame")).to_have_count(0)


def test_on_a_phone_nothing_is_wider_than_the_page(stage: Stage, installed: Page, browser: Browser) -> None:
    assert installed
    code, token = look_after(stage, frozenset(Right))
    page = opened(stage, browser, code, token, width=390)
    for place in ("renewal", "shop", "money", "copy"):
        tab(page.main_frame, place)
        assert overflow(page.main_frame) <= 0, place
