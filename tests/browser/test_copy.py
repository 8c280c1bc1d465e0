"""The copy in a browser, from the first key to «Отменить»: storage, key, copy, six checks, a loss, the alarm, put back, undo."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from tests.backup.copies_of_a_shop import make_small
from tests.browser.first_screen import first_screen
from tests.browser.stage import Stage, set_stage
from tests.browser.test_main_job import APP, BUSY, go, open_panel, run_checks, settle
from tests.browser.usual_stage import in_twenty_days

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

PATIENCE = 120_000
LOST = 500
SHIFTS = """new PerformanceObserver(list => { for (const one of list.getEntries())
  if (!one.hadRecentInput) window.shifted = (window.shifted || 0) + one.value; }).observe({ type: "layout-shift", buffered: true })"""


def zone_at_night() -> str:
    """A zone in which people sleep now: a copy may take the larger share of the portal's requests."""
    offset = (2 - datetime.now(UTC).hour) % 24
    return f"Etc/GMT{-offset:+d}" if offset <= 12 else f"Etc/GMT{24 - offset:+d}"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A portal of Enterprise, at night: a copy may take most of its requests."""
    with set_stage(
        tmp_path,
        paid_till=in_twenty_days(),
        plan="ru_ent250",
        time_zone=zone_at_night(),
        begins_installed=True,
    ) as stage:
        yield stage
        assert stage.complaints == []


@pytest.fixture
def installed(stage: Stage, browser: Browser) -> Page:
    """The application of an administrator in a shop of 700 deals; it may read CRM alone."""
    page = stage.install(browser)
    make_small(stage.portal, deal=700)
    for installation in stage.portal.installations.values():
        installation.withheld = set(installation.card.scopes) - {"crm", "user_brief", "placement"}
    return page


@dataclass
class Person:
    """The steps of the way, each as a person does it."""

    stage: Stage
    frame: Frame

    def answer(self) -> str:
        return self.frame.locator("#answer h1").inner_text().replace("\u00a0", " ")

    def stages(self) -> list[str]:
        """The stages of the main pipeline in their order."""
        rows = [row for row in self.stage.portal.tables["status"].all() if row["ENTITY_ID"] == "DEAL_STAGE"]
        return [str(row["NAME"]) for row in sorted(rows, key=lambda row: int(row["SORT"]))]

    def filled(self) -> int:
        return self.frame.locator("#main .btn-filled:visible").count()

    def choose_storage(self) -> None:
        """A folder of the server: a trial file is written, read and deleted."""
        expect(self.frame.locator(BUSY)).to_have_count(0, timeout=60_000)
        settle(self.frame)
        self.frame.get_by_role("button", name="Свой сервер").click()
        self.frame.locator('#copy-target [hx-get="/copy/target?kind=folder"]').click()
        settle(self.frame)
        self.frame.locator("#target-country").select_option(label="Россия")
        self.frame.locator("#copy-target form button[type=submit]").click()
        self.frame.locator("#step-target.is-done").wait_for()

    def make_key(self) -> str:
        """A key of this browser; answers the secret half, as it would be printed."""
        self.frame.locator("[data-key-act=make]").click()
        groups = self.frame.locator("form [data-key-groups]")
        groups.filter(has_text="AGE-SECRET-KEY-1").wait_for()
        secret = "".join(groups.inner_text().split())
        self.frame.locator("[data-key-after] [name=kept]").check()
        self.frame.locator("[data-key-after] button[type=submit]").click()
        self.frame.locator("#step-key.is-done").wait_for()
        return secret

    def make_copy(self) -> None:
        """Press, and wait until it is read and checked; rests between its requests take no time here."""
        self.stage.hurry()
        self.frame.locator("[hx-post='/copy/start']").first.click()
        self.frame.locator("#copy-rows, #copy-proofs").first.wait_for()
        self.frame.locator("#copy-proofs").wait_for(timeout=PATIENCE)


@pytest.fixture
def way(stage: Stage, installed: Page) -> Person:
    frame = stage.frame(installed)
    go(frame, "copy")
    return Person(stage, frame)


def test_what_was_typed_is_there_again_when_another_storage_was_looked_at(way: Person) -> None:
    frame = way.frame
    expect(frame.locator(BUSY)).to_have_count(0, timeout=60_000)
    settle(frame)
    frame.locator("#target-bucket").fill("teply-dom-copy")
    frame.locator("#target-secret").fill("a secret")
    for other in ("VK Cloud", "Selectel"):
        frame.get_by_role("button", name=other, exact=True).click()
        settle(frame)
        expect(frame.locator("#target-bucket")).to_have_value("")
    frame.get_by_role("button", name="Свой сервер").click()
    expect(frame.locator("#target-private_key")).to_be_hidden()
    frame.locator("[name=by_key]").check()
    expect(frame.locator("#target-private_key")).to_be_visible()
    expect(frame.locator("#target-secret")).to_be_hidden()
    frame.locator(".target-tile").first.click()
    expect(frame.locator("#target-bucket")).to_have_value("teply-dom-copy")
    expect(frame.locator("#target-secret")).to_have_value("a secret")
    expect(frame.locator("#target-address")).to_have_value("storage.yandexcloud.net")


def test_three_steps_lead_to_a_verified_copy(way: Person) -> None:
    frame = way.frame
    assert way.answer() == "Копии магазина ещё нет"
    assert way.filled() == 1
    expect(frame.locator("[hx-post='/copy/start']")).to_be_disabled()
    way.choose_storage()
    assert way.filled() == 1
    secret = way.make_key()
    assert re.fullmatch(r"AGE-SECRET-KEY-1[A-Z0-9]{58}", secret)
    assert secret not in frame.content()
    assert way.filled() == 1
    frame.evaluate(SHIFTS)
    way.make_copy()
    assert frame.evaluate("window.shifted || 0") < 0.1
    assert re.fullmatch(
        r"Копия от \d+ \S+, проверена, в ней нет: Заказы и оплаты, Товары и остатки, Задачи, ещё 1",
        way.answer(),
    )
    assert frame.locator("#copy-proofs .v-pass").count() == 6


def lose(stage: Stage) -> None:
    """A colleague deletes a stage of the main pipeline and 500 deals of it."""
    stage.portal.remove("stage", "DEAL_STAGE:LOSE")
    deals = stage.portal.tables["deal"]
    for deal_id in list(deals.ids)[:LOST]:
        deals.delete(deal_id)


def test_what_was_lost_is_told_put_back_and_taken_back(way: Person, stage: Stage) -> None:
    frame = way.frame
    way.choose_storage()
    secret = way.make_key()
    way.make_copy()
    before = len(list(stage.portal.tables["deal"].ids))
    lose(stage)

    frame.locator("#copy-renew").click()
    frame.locator("#copy-lost").wait_for(timeout=PATIENCE)
    assert way.answer() == "Пропали: 500 сделок"
    assert frame.locator("#tab-copy .counter").inner_text() == "1"
    assert way.filled() == 1
    assert frame.locator(".copy-way h2").first.inner_text() == "Корзина CRM"

    frame.get_by_role("link", name="Вернуть из копии").click()
    frame.locator("#choice-form button[type=submit]").click()
    typed = frame.locator("[data-key-typed]")
    typed.wait_for(timeout=PATIENCE)
    typed.fill(secret)
    frame.locator("#ask-key button[type=submit]").click()
    begin = frame.locator("#restore-form button[type=submit]")
    begin.wait_for(timeout=PATIENCE)
    assert "500" in frame.locator("#answer").inner_text()
    assert len(list(stage.portal.tables["deal"].ids)) == before - LOST
    begin.click()
    undo = frame.locator('#answer [hx-post$="/undo"]')
    undo.wait_for(timeout=PATIENCE)
    assert len(list(stage.portal.tables["deal"].ids)) == before

    for installation in stage.portal.installations.values():
        installation.withheld = set()  # whether orders and tasks use what came back has to be asked
    undo.click()
    frame.locator("#restore-form button[type=submit]").click(timeout=PATIENCE)
    frame.locator("#answer h1").filter(has_text="Отменено").wait_for(timeout=PATIENCE)
    assert len(list(stage.portal.tables["deal"].ids)) == before - LOST

    go(frame, "copy")
    open_panel(frame, "meant")
    frame.locator("#meant [name=reason]").fill("Дубли после импорта")
    frame.locator("#meant button[type=submit]").click()
    frame.locator("#copy-proofs").wait_for()
    frame.locator(".toast").get_by_role("button", name="Отменить").click()
    frame.locator("#copy-lost").wait_for()


def test_a_lost_stage_comes_back_from_its_line_and_is_not_taken_from_under_its_deals(
    way: Person, stage: Stage
) -> None:
    frame = way.frame
    run_checks(frame)
    names = way.stages()
    stage.portal.remove("stage", "DEAL_STAGE:LOSE")
    run_checks(frame)
    go(frame, "shop/compare")
    frame.locator('.diff [hx-post="/restore/new"]').first.click()
    begin = frame.locator("#restore-form button[type=submit]")
    begin.wait_for(timeout=60_000)
    assert way.stages() != names
    begin.click()
    undo = frame.locator('#answer [hx-post$="/undo"]')
    undo.wait_for(timeout=60_000)
    assert way.stages() == names
    undo.click()
    frame.get_by_text("сначала перенесите их").wait_for(timeout=60_000)
    assert frame.locator("#restore-form button[type=submit]").count() == 0
    assert way.stages() == names


def test_a_copy_under_way_is_paused_left_and_found_again(way: Person, browser: Browser) -> None:
    way.choose_storage()
    way.make_key()
    frame = way.frame
    frame.locator("[hx-post='/copy/start']").click()
    frame.locator("#copy-pause").click()
    frame.locator("#copy-resume").wait_for()
    assert way.answer() == "Копия приостановлена"
    again = way.stage.open(browser, APP, width=414)
    phone = way.stage.frame(again)
    settle(phone)
    go(phone, "copy")
    way.stage.hurry()
    phone.locator("#copy-resume").click()
    phone.locator("#copy-proofs").wait_for(timeout=PATIENCE)
    frame.page.bring_to_front()
    go(frame, "copy")
    for one in (frame, phone):
        assert "проверена" in one.locator("#answer h1").inner_text()
        seen = first_screen(one)
        assert seen.controls <= 25
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert one.evaluate(wide) == 0
