"""From an invitation to an end: an integrator asks in his portal, the client gives, looks who has access, and ends it."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.stage import Stage
from tests.browser.test_main_job import installed, open_place, stage

__all__ = ["installed", "stage"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def test_an_integrator_asks_and_the_client_gives_and_ends(
    stage: Stage, installed: Page, browser: Browser
) -> None:
    port = stage.portal.host.rpartition(":")[2]
    other = replace(stage, portal=stage.world.add_portal(f"127.0.0.1:{port}"), keep=None, installed=False)
    theirs = other.frame(other.install(browser))
    open_place(theirs, "profile")
    for name, value in {
        "name": "ООО «Верный шаг»",
        "inn": "7799104520",
        "contact_email": "n.ryabova@verny-shag.example",
    }.items():
        theirs.locator(f"[name={name}]").fill(value)
    theirs.get_by_role("button", name="Объявить портал порталом интегратора").click()
    theirs.locator("#tab-clients").click()
    theirs.get_by_role("link", name="Пригласить клиента").click()
    theirs.get_by_role("button", name="Пригласить клиента").click()
    theirs.locator("[name=client_name]").fill("Тёплая сторона")
    theirs.get_by_role("button", name="Получить код").click()
    code = theirs.locator("#made-code").inner_text()

    ours = stage.frame(installed)
    open_place(ours, "integrator")
    ours.locator("[name=code]").fill("ABCD-EFGH")
    ours.get_by_role("button", name="Показать просьбу").click()
    expect(ours.locator("#code .wrong")).to_contain_text("Такой просьбы нет")
    ours.locator("[name=code]").fill(code.lower())
    ours.get_by_role("button", name="Показать просьбу").click()
    give = ours.locator("#give button")
    expect(give).to_have_text(re.compile("Дать 5 прав"))
    ours.locator("#right-papers").uncheck()
    expect(give).to_have_text(re.compile("Дать 4 права"))
    ours.locator("[name=months][value='3']").check()
    give.click()
    expect(ours.locator("#answer h1")).to_contain_text("Ваш портал видит один интегратор")
    assert ours.locator(".chips-rights .badge").count() == 4

    theirs.locator(".sub-tabs summary").click()
    theirs.locator(
        '.sub-tabs [href="/clients/invitations"], .sub-tabs [hx-get="/clients/invitations"]'
    ).click()
    expect(theirs.locator("#invitations tbody")).to_contain_text("доступ дали")

    ours.get_by_role("button", name="Закончить доступ").click()
    expect(ours.locator("#answer h1")).to_contain_text("не видит ни один")
    ours.locator(".toast").get_by_role("button", name="Отменить").click()
    expect(ours.locator("#answer h1")).to_contain_text("видит один")
    ours.get_by_role("button", name="Закончить доступ").click()
    expect(ours.locator("#answer h1")).to_contain_text("не видит ни один")
    expect(ours.locator("#journal")).to_contain_text("Доступ закончен")
    assert stage.complaints == []
