"""A report to a client in a browser: the queue, «approve all», the letter, the signed page, its opening seen, and its end with the access."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, Page, expect

from b24app.database import db, portal_scope
from b24app.integrators.client_reports.report_look import LookDraft, keep_look
from b24app.integrators.consents import ConsentChoice, end_by_client, grant
from b24app.integrators.rights import Right
from b24app.portals.model import InstallStatus, Portal, find_portal
from b24app.services import services
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from tests.browser.stage import APP, Stage, set_stage
from tests.browser.test_main_job import barriers
from tests.browser.test_sign_in import declare
from tests.renewal.postman import open_office

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
VISIT = "(path) => htmx.ajax('GET', path, {target: '#page', select: '#page', swap: 'outerHTML'})"
ANNA, READER = Author(1, "Анна"), "owner@client.example"
LINK = re.compile(r"https?://\S+/client-reports/\S+")
NARROW = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture
def office() -> Iterator[Controller]:
    office = open_office()
    yield office
    office.stop()


@pytest.fixture
def stage(tmp_path: Path, office: Controller) -> Iterator[Stage]:
    """A portal of an integrator, with a mail server."""
    url = f"smtp://127.0.0.1:{office.port}"
    with set_stage(
        tmp_path,
        smtp_url=url,
        paid_till=date.today() + timedelta(days=200),  # noqa: DTZ011 - as people count
    ) as stage:
        yield stage
        assert stage.complaints == []


@pytest.fixture
def installed(stage: Stage, browser: Browser) -> Page:
    """The application after its wizard."""
    return stage.install(browser)


def add_client(stage: Stage) -> tuple[int, str]:
    """A client that gives its terms; answers its portal and the code of the consent."""
    declare(stage)
    now = stage.world.clock.now()
    with stage.app.app_context():
        own = find_portal(stage.portal.member_id)
        assert own is not None
        own_id = own.id
        client = Portal(
            member_id="client", domain="client.example", client_endpoint="https://client.example/rest/", server_endpoint="",
            status=InstallStatus.ACTIVE, created_at=now, language="ru",
        )  # fmt: skip
        db.session.add(client)
        db.session.commit()
        client_id = client.id
        with portal_scope(client_id):
            set_paid_term("plan", now.date() + timedelta(days=200), by=ANNA, at=now)
            rights = frozenset({Right.TERMS, Right.PAPERS})
            code = grant(own_id, ConsentChoice(rights, 12, prolongs=False), by=ANNA, at=now).code
        with portal_scope(own_id):
            keep_look(LookDraft("#0b5d57", "", "", monthly=True, after_renewal=True), by=ANNA, at=now)
        db.session.commit()
    return client_id, code


def link_in(office: Controller) -> str:
    """The link of the newest letter."""
    letter = office.handler.taken[-1].get_body(("plain",)).get_content()
    found = LINK.search(letter)
    assert found is not None
    return found[0]


def work_off(stage: Stage) -> None:
    """The job of every minute, and what it asks for."""
    with stage.app.app_context():
        services().queue.later("send_client_reports")
        db.session.commit()
    stage.wait_for_work()


def test_a_report_goes_its_whole_way(
    stage: Stage, installed: Page, browser: Browser, office: Controller
) -> None:
    client_id, code = add_client(stage)
    frame = stage.frame(installed)
    frame.evaluate(VISIT, "/clients?view=all")
    frame.locator(f"[name=code][value='{code}']").check()
    frame.get_by_role("button", name="Отчёты").click()
    frame.get_by_role("button", name="Начать").click()
    expect(frame.locator("#work h1")).to_contain_text("1 черновик ждёт в «Отчётах»", timeout=60_000)

    frame.evaluate(VISIT, "/clients/reports")
    expect(frame.locator("#answer h1")).to_contain_text("1 черновик")
    assert barriers(installed) == []
    assert frame.evaluate(NARROW)
    frame.locator("#reports").get_by_role("link", name="Прочесть").click()
    expect(frame.locator(".client-sheet h1")).to_contain_text("Тариф закончится")
    assert barriers(installed) == []
    frame.locator("[name=email]").fill(READER)
    frame.get_by_role("button", name="Спросить получателя").click()
    expect(frame.locator("#reader")).to_contain_text("Согласия ещё нет")
    stage.wait_for_work()
    reader = browser.new_context(viewport={"width": 390, "height": 844}, locale="ru").new_page()
    reader.goto(link_in(office))
    assert barriers(reader) == []
    reader.get_by_role("button", name="Да, присылайте").click()
    expect(reader.locator("h1")).to_contain_text("Отчёты приходят на этот адрес")

    frame.evaluate(VISIT, "/clients/reports")
    frame.get_by_role("button", name="Одобрить все: 1").click()
    expect(frame.locator("#reports")).to_contain_text("Одобрен")
    stage.world.clock.advance(days=4)
    work_off(stage)
    work_off(stage)
    page = link_in(office)
    assert "отчёт на" in office.handler.taken[-1]["Subject"]
    answer = reader.goto(page)
    assert answer is not None
    assert answer.status == 200
    expect(reader.locator(".client-sheet h2").nth(3)).to_have_text("Что решить вам")
    assert reader.evaluate(NARROW)
    assert barriers(reader) == []
    assert "Битрикс24" not in reader.inner_text("body")

    frame = stage.frame(stage.open(browser, APP))
    frame.evaluate(VISIT, "/clients/reports")
    expect(frame.locator("#reports")).to_contain_text("Открыт 1 раз")
    with stage.app.app_context(), portal_scope(client_id):
        end_by_client(code, by=ANNA, at=stage.world.clock.now())
        db.session.commit()
    gone = reader.goto(page)
    assert gone is not None
    assert gone.status == 410
    expect(reader.locator("body")).to_contain_text("больше не показывается")
