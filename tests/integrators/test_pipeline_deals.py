"""One deal for each client and term: what it says, that it moves with the marks, and that nothing doubles it."""

import contextlib
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from b24app.database import db, portal_scope
from b24app.integrators.model import ClientNote, ConsentAudit
from b24app.integrators.pipeline.deal_updates import follow_client
from b24app.integrators.rights import Right
from b24app.renewal.case_changes import change_case, give_up_case, open_case
from b24app.services import services
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from tests.at_once import at_once
from tests.backup.dying_worker import Countdown, Killed, dying
from tests.integrators.pipelines import ENDS_ON, MARINA, Pair, forget_pipeline


def with_invoice(pair: Pair, amount: str, number: str) -> None:
    with portal_scope(pair.client.portal_id):
        term = find_paid_term("plan")
        assert term is not None
        case = open_case(term, services().clock.now())
        change_case(case.id, amount=Decimal(amount), currency="RUB", invoice_number=number)
        db.session.commit()


def test_a_deal_says_who_what_and_by_when(line: Pair):
    deal = line.deal
    assert deal["title"].startswith("Тёплая сторона, ")
    assert "20 декабря 2026" in deal["title"].replace("\xa0", " ")
    assert (deal["companyId"], deal["originId"]) == (
        3,
        f"{line.client.portal.member_id}:{line.rows[0].term_id}",
    )
    assert deal["closedate"] is not None
    assert deal["closedate"][:10] <= ENDS_ON.isoformat()
    assert f"params%5Bclient%5D={line.client.portal_id}" in deal["comments"]
    assert not deal["opportunity"]
    assert line.stage == "Окно"


def test_the_sum_is_that_of_an_invoice_and_only_with_the_right_to_papers(line: Pair):
    with_invoice(line, "59880", "")
    line.works()
    assert not line.deal["opportunity"]
    with_invoice(line, "59880", "СЧ-1")
    line.works()
    assert line.deal["opportunity"] == 59880


def test_without_the_right_to_papers_no_sum_is_read(pair: Pair):
    pair.gives(frozenset({Right.TERMS}))
    with_invoice(pair, "59880", "СЧ-1")
    pair.presses()
    assert not pair.deal["opportunity"]


def test_without_the_right_to_terms_there_is_no_deal(pair: Pair):
    pair.gives(frozenset({Right.CHECKS}))
    pair.presses()
    assert pair.deals == []


def test_the_responsible_of_the_client_is_that_of_the_deal(pair: Pair):
    with portal_scope(pair.own.portal_id):
        db.session.scalars(select(ClientNote)).one().responsible_id = pair.own.portal.employee.id
        db.session.commit()
    pair.presses()
    assert pair.deal["assignedById"] == pair.own.portal.employee.id


@pytest.mark.parametrize(
    ("mark", "stage"),
    [
        ("chosen", "Окно"),
        ("invoice_requested", "Счёт"),
        ("invoice_received", "Счёт"),
        ("paid", "Оплата"),
        ("active", "Активирован"),
        ("verified", "Проверен"),
    ],
)
def test_a_mark_in_the_renewal_moves_the_deal(line: Pair, mark: str, stage: str):
    line.marks(mark)
    line.works()
    assert line.stage == stage
    assert (line.proposals, line.comments) == ([], [])


def test_a_new_end_is_evidence_of_the_activation(line: Pair):
    line.marks("paid")
    line.works()
    line.ends_on(date(2027, 12, 20))
    line.works()
    assert line.stage == "Активирован"
    assert len(line.deals) == 1


def test_a_renewal_that_is_given_up_is_a_refusal(line: Pair):
    with portal_scope(line.client.portal_id):
        term = find_paid_term("plan")
        assert term is not None
        give_up_case(
            open_case(term, services().clock.now()).id, "закрываемся", by=MARINA, at=services().clock.now()
        )
        db.session.commit()
    line.works()
    assert line.stage == "Отказ"


def test_an_end_that_is_corrected_is_the_same_deal(line: Pair):
    line.ends_on(date(2026, 12, 23))
    line.works()
    assert "23 декабря" in line.deal["title"].replace("\xa0", " ")
    assert len(line.deals) == 1


def test_the_next_renewal_of_the_term_is_a_deal_of_its_own(line: Pair):
    line.marks("verified")
    line.works()
    line.ends_on(date(2027, 12, 20))
    line.works()
    assert len(line.deals) == 1
    for portal in (line.own.portal, line.client.portal):
        portal.renew(months=36)
        portal.renew_marketplace(months=36)
    line.world.clock.advance(days=370)
    line.gives()
    line.own.opens()
    line.client.opens()
    line.works()
    assert [deal["originId"].count(":") for deal in line.deals] == [1, 2]


@pytest.mark.parametrize("ends_on", [None, date(2027, 6, 1), date(2026, 9, 1)])
def test_what_is_not_due_gets_no_deal(pair: Pair, ends_on: date | None):
    with portal_scope(pair.client.portal_id):
        set_paid_term("plan", ends_on, by=MARINA, at=services().clock.now())
        db.session.commit()
    pair.presses()
    assert pair.deals == []


def test_a_client_that_has_not_changed_is_not_asked_about(line: Pair):
    line.works()
    before = line.world.traffic.hits
    line.works()
    assert line.world.traffic.hits == before


def test_the_client_sees_in_its_journal_that_a_deal_was_made(line: Pair):
    with portal_scope(line.client.portal_id):
        lines = db.session.scalars(
            select(ConsentAudit).where(ConsentAudit.detail == "/clients/pipeline")
        ).all()
    assert [one.right for one in lines] == ["see_terms"]


def test_nothing_is_ever_written_into_the_clients_crm(line: Pair):
    before = {name: len(table) for name, table in line.client.portal.tables.items()}
    line.marks("paid")
    line.works()
    line.drags("Купон")
    line.works()
    assert before == {name: len(table) for name, table in line.client.portal.tables.items()}


class TestCompanies:
    def test_by_the_address_of_the_portal_when_no_inn_is_known(self, pair: Pair):
        with portal_scope(pair.own.portal_id):
            db.session.scalars(select(ClientNote)).one().inn = ""
            db.session.commit()
        company = pair.own.portal.tables["company"].get(5)
        site = {"id": 1, "valueType": "WORK", "value": f"https://{pair.client.host}/", "typeId": "WEB"}
        pair.own.portal.tables["company"].update(5, fm=[*company["fm"], site])
        pair.presses()
        assert pair.deal["companyId"] == 5

    def test_who_is_not_found_waits_for_a_choice(self, pair: Pair):
        unknown(pair)
        pair.presses()
        assert pair.deals == []
        opened = pair.own.opens()
        assert "Не нашли: 1" in opened.get("/clients/pipeline").text
        assert "Тёплая сторона" in opened.get("/clients/pipeline/companies").text
        path = f"/clients/pipeline/companies/{pair.client.portal_id}"
        for wrong in ("", "Ромашка", "https://x.example/crm/deal/details/3/", "-1"):
            assert opened.post(path, company=wrong).status_code == 422, wrong
        answer = opened.post(path, company=f"https://{pair.own.host}/crm/company/details/4/")
        assert answer.status_code == 200
        pair.run_jobs()
        assert pair.deal["companyId"] == 4

    def test_a_deal_may_have_no_company(self, pair: Pair):
        unknown(pair)
        pair.presses()
        path = f"/clients/pipeline/companies/{pair.client.portal_id}"
        assert pair.own.opens().post(path, none="yes").status_code == 200
        pair.run_jobs()
        assert not pair.deal["companyId"]

    def test_a_portal_that_gives_nothing_is_nobodys_client(self, pair: Pair):
        unknown(pair)
        pair.presses()
        pair.ends()
        path = f"/clients/pipeline/companies/{pair.client.portal_id}"
        assert pair.own.opens().post(path, company="4").status_code == 404
        assert pair.own.opens().post("/clients/pipeline/companies/999", company="4").status_code == 404
        assert "Тёплая сторона" not in pair.own.opens().get("/clients/pipeline/companies").text


def unknown(pair: Pair) -> None:
    with portal_scope(pair.own.portal_id):
        db.session.scalars(select(ClientNote)).one().inn = "7799999999"
        db.session.commit()


class TestOnce:
    """Killed, lost or done by two at once: one deal."""

    @pytest.mark.cases
    @pytest.mark.parametrize("moment", ["before", "after", "commit"])
    def test_killed_at_any_moment_there_is_one_deal(self, app: Flask, pair: Pair, moment: str):
        number, died = 0, True
        while died:
            number += 1
            pair.own.portal.answer_next("html", method="crm.requisite.list", times=0)
            self.made(pair)
            died = self.dies(app, pair, moment, number).died
            for _ in range(3):
                pair.world.clock.advance(seconds=63)
                follow_client(pair.own.portal_id, pair.client.portal_id)
                db.session.commit()
            assert (len(pair.deals), pair.stage) == (1, "Окно"), (moment, number)
            forget_pipeline(pair)
        assert number > 4

    def made(self, pair: Pair) -> None:
        """The pipeline is there, the deal is not yet."""
        client_id = pair.client.portal_id
        pair.ends()
        pair.presses()
        pair.gives()
        assert pair.deals == []
        assert client_id

    def dies(self, app: Flask, pair: Pair, moment: str, number: int) -> Countdown:
        own_id, client_id = pair.own.portal_id, pair.client.portal_id
        with dying(app, pair.world, moment, number) as countdown, contextlib.suppress(Killed):
            follow_client(own_id, client_id)
            db.session.commit()
        db.session.remove()
        return countdown

    @pytest.mark.parametrize("kind", ["truncated", "cut", "empty", "html"])
    def test_an_answer_that_is_lost_makes_no_second_deal(self, pair: Pair, kind: str):
        pair.own.portal.answer_next(kind, method="crm.item.add")
        pair.presses()
        for _ in range(3):
            pair.world.clock.advance(minutes=2)
            pair.run_jobs()
        assert (len(pair.deals), pair.stage) == (1, "Окно")

    def test_a_mark_made_meanwhile_moves_the_deal_whose_answer_was_lost(self, pair: Pair):
        pair.own.portal.answer_next("truncated", method="crm.item.add")
        pair.presses()
        pair.marks("paid")
        for _ in range(3):
            pair.world.clock.advance(minutes=2)
            pair.works()
        assert (len(pair.deals), pair.stage, pair.proposals) == (1, "Оплата", [])

    @pytest.mark.parametrize("kind", ["truncated", "html"])
    def test_a_move_whose_answer_is_lost_is_known_as_our_own(self, line: Pair, kind: str):
        line.marks("invoice_requested")
        line.own.portal.answer_next(kind, method="crm.item.update")
        line.works()
        for _ in range(3):
            line.works(minutes=2)
        assert (line.stage, line.proposals, line.comments) == ("Счёт", [], [])

    def test_two_workers_at_once_make_one_deal(self, app: Flask, pair: Pair):
        self.made(pair)
        own_id, client_id = pair.own.portal_id, pair.client.portal_id
        at_once(app, *[lambda: follow_client(own_id, client_id)] * 2)
        for _ in range(3):
            pair.works(minutes=2)
        assert (len(pair.deals), pair.stage) == (1, "Окно")

    def test_a_clock_that_is_set_back_does_not_hold_it_for_ever(self, pair: Pair):
        pair.own.portal.answer_next("html", method="crm.item.add")
        pair.presses()
        pair.world.clock.advance(hours=-5)
        for _ in range(4):
            pair.works(minutes=2)
        pair.world.clock.advance(hours=6)
        pair.works()
        assert len(pair.deals) == 1


class TestEndedConsent:
    def test_the_deal_is_not_touched_any_more(self, line: Pair):
        before = dict(line.deal)
        line.ends()
        line.marks("paid")
        line.works()
        line.drags("Счёт")
        line.works()
        after = dict(line.deal)
        assert after["stageId"] != before["stageId"]
        assert (line.comments, line.proposals) == ([], [])
        assert {**after, "stageId": 0, "movedBy": 0, "movedTime": 0, "updatedTime": 0, "updatedBy": 0} == {
            **before, "stageId": 0, "movedBy": 0, "movedTime": 0, "updatedTime": 0, "updatedBy": 0
        }  # fmt: skip

    def test_nothing_of_the_client_is_left_on_the_page(self, line: Pair):
        line.ends()
        assert "Тёплая сторона" not in line.own.opens().get("/clients/pipeline").text

    def test_the_link_of_the_deal_opens_nothing(self, line: Pair):
        line.ends()
        assert line.own.opens().get(f"/clients/deals/{line.client.portal_id}").status_code == 404

    def test_given_again_it_goes_on_with_the_same_deal(self, line: Pair):
        line.ends()
        line.works()
        line.gives()
        line.marks("paid")
        line.works()
        assert (len(line.deals), line.stage) == (1, "Оплата")


@pytest.mark.parametrize("way", ["deleted", "another pipeline"])
def test_a_deal_that_people_took_away_is_not_made_again_and_is_said(line: Pair, way: str):
    if way == "deleted":
        line.calls("crm.item.delete", line.own.portal.admin, entityTypeId=2, id=line.deal["id"])
    else:
        line.changes(line.own.portal.admin, categoryId=0, stageId="NEW")
    line.marks("paid")
    line.works()
    assert len(line.deals) == (way != "deleted")
    assert "удалили или вывели из воронки" in line.own.opens().get("/clients/pipeline").text


class TestLink:
    """The link of a deal opens the application in the integrator's own portal."""

    def test_who_gives_nothing_is_not_opened(self, line: Pair):
        line.ends()
        client = str(line.client.portal_id)
        assert line.own.opens("REST_APP_URI", screen="overview", client=client).status == 404

    def test_nobody_else_opens_it(self, line: Pair):
        client = str(line.client.portal_id)
        assert line.client.opens("REST_APP_URI", screen="overview", client=client).status == 403
        assert line.client.opens("REST_APP_URI", screen="overview", client="1;drop").status == 200


class TestRefusals:
    """What the CRM does not take is said, and tried again when there is a reason to."""

    def test_of_one_client_until_something_changes_there(self, pair: Pair):
        pair.own.portal.refuse_next("CRM_FIELD_ERROR_REQUIRED", method="crm.item.add", times=None)
        pair.presses()
        assert pair.deals == []
        assert "CRM не приняла сделку 1 клиента" in pair.own.opens().get("/clients/pipeline").text
        before = pair.world.traffic.hits
        pair.works()
        assert pair.world.traffic.hits == before
        pair.own.portal.forgive()
        pair.marks("paid")
        pair.works()
        assert (len(pair.deals), pair.stage) == (1, "Оплата")
        assert "CRM не приняла" not in pair.own.opens().get("/clients/pipeline").text

    @pytest.mark.parametrize("trouble", ["scope", "right"])
    def test_of_all_until_somebody_presses(self, line: Pair, trouble: str):
        card, portal = next(iter(line.world.applications.values())), line.own.portal
        if trouble == "scope":
            portal.withhold_scope(card, "crm")
        else:
            portal.refuse_next("ACCESS_DENIED", method="crm.item.update", times=None)
        line.marks("paid")
        line.works()
        assert line.line.state == "failed"
        portal.grant_scope(card, "crm")
        portal.forgive()
        line.works(minutes=1)
        assert line.stage == "Окно"
        line.presses()
        assert line.stage == "Оплата"

    def test_an_own_portal_that_refuses_applications_is_waited_for(self, line: Pair):
        line.own.portal.lapse_to_free()
        line.marks("paid")
        line.works()
        assert line.line.state == "working"
        line.own.portal.renew()
        line.world.clock.advance(hours=1)
        line.works()
        line.works(minutes=30)
        assert (len(line.deals), line.stage) == (1, "Оплата")
