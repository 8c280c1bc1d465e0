"""A client's renewal through the integrator's CRM: a deal appears, a move proposes, the client answers, a new date moves the deal."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from b24app.database import db, portal_scope
from b24app.integrators.client_notes import NoteView, keep_note
from b24app.integrators.consents import ConsentChoice, grant
from b24app.integrators.rights import Right
from b24app.portals.model import find_portal
from b24app.services import services
from b24app.terms.term import Author
from sandbox.rest.table import Row
from tests.browser.stage import Stage
from tests.browser.test_main_job import barriers, go, installed, open_panel, run_checks, scenario, stage
from tests.browser.test_pipeline import VISIT
from tests.browser.test_sign_in import declare
from tests.integrators.pipelines import INN, with_company

__all__ = ["installed", "stage"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
COMPANY = 3


@dataclass
class Crm:
    """The integrator's CRM, as his people see it."""

    stage: Stage

    @property
    def stages(self) -> dict[str, str]:
        """Names of the stages of renewals by their codes."""
        tables = self.stage.portal.tables
        (pipeline,) = [row for row in tables["category"].all() if row["name"] == "Продления"]
        entity = f"DEAL_STAGE_{pipeline['id']}"
        return {row["STATUS_ID"]: row["NAME"] for row in tables["status"].all() if row["ENTITY_ID"] == entity}

    @property
    def deals(self) -> list[Row]:
        table = self.stage.portal.tables["deal"]
        rows = [table.get(number) for number in table.ids if table.changed(number)]
        return [row for row in rows if row and row["originatorId"] == "renewal"]

    @property
    def at(self) -> str:
        """The stage of the only deal; nothing while there is none."""
        return self.stages[self.deals[0]["stageId"]] if self.deals else ""

    def drag(self, name: str) -> None:
        """An employee moves the deal by hand."""
        portal = self.stage.portal
        code = next(code for code, title in self.stages.items() if title == name)
        fields = {"entityTypeId": 2, "id": self.deals[0]["id"], "fields": {"stageId": code}}
        base = portal.webhook(portal.employee, ["crm"])
        assert "error" not in requests.post(f"{base}crm.item.update", json=fields, timeout=20).json()


def until(stage: Stage, come: Callable[[], bool]) -> None:
    """Let minutes go by, each with the look that a schedule asks for, until something has come; a quarter of an hour at most."""
    for _ in range(15):
        stage.wait_for_work()
        if come():
            return
        stage.world.clock.advance(minutes=1)
        with stage.app.app_context():
            services().queue.later("follow_pipelines")
            db.session.commit()
    raise AssertionError("it did not come within fifteen minutes")


def give(client: Stage, own: Stage) -> None:
    """The client gives everything; the integrator knows its INN."""
    with client.app.app_context():
        here, there, now = (
            find_portal(client.portal.member_id),
            find_portal(own.portal.member_id),
            services().clock.now(),
        )
        assert here is not None
        assert there is not None
        with portal_scope(here.id):
            choice = ConsentChoice(frozenset(Right), 6, prolongs=False)
            grant(there.id, choice, by=Author(client.portal.admin.id, "Марина Ковалёва"), at=now)
        with portal_scope(there.id):
            keep_note(here.id, NoteView(name="Тёплая сторона", inn=INN), at=now)
        db.session.commit()


def test_a_renewal_goes_through_the_integrators_pipeline(
    stage: Stage, installed: Page, browser: Browser
) -> None:
    run_checks(stage.frame(installed))
    port = stage.portal.host.rpartition(":")[2]
    own = replace(stage, portal=stage.world.add_portal(f"127.0.0.1:{port}"), keep=None, installed=False)
    crm, page = Crm(own), own.install(browser)
    declare(own)
    give(stage, own)
    with_company(own, COMPANY, INN)  # type: ignore[arg-type] - its portal is all that is asked of it

    theirs = own.frame(page)
    theirs.evaluate(VISIT, "/clients/pipeline")
    theirs.get_by_role("button", name="Создать воронку").click()
    expect(theirs.locator("#pipeline")).to_contain_text("Воронка работает", timeout=60_000)
    until(stage, lambda: crm.at == "Окно")
    assert str(crm.deals[0]["companyId"]) == str(COMPANY)

    crm.drag("Оплата")
    until(stage, lambda: proposed(stage))
    ours = stage.frame(installed)
    go(ours, "renewal")
    expect(ours.locator("#page")).to_contain_text("Предложено в CRM интегратора ООО «Верный шаг»")
    assert barriers(installed) == []
    ours.get_by_role("button", name="Да, отметить").click()
    expect(ours.locator("#page")).not_to_contain_text("Предложено в CRM")
    until(stage, lambda: crm.at == "Оплата")

    scenario(stage, "renew", months=12)
    open_panel(ours, "renewed", "#next-step ")
    ours.locator("#renewed [name=ends_on]").fill(stage.portal.paid_till.isoformat())
    ours.locator("#renewed [type=submit]").click()
    ours.locator("#proof").wait_for()
    until(stage, lambda: crm.at == "Активирован")
    assert len(crm.deals) == 1


def proposed(client: Stage) -> bool:
    """Whether the client's page has something to answer."""
    from b24app.integrators.pipeline.model import CaseProposal

    with client.app.app_context():
        portal = find_portal(client.portal.member_id)
        assert portal is not None
        with portal_scope(portal.id):
            return db.session.query(CaseProposal).filter_by(state="open").first() is not None
