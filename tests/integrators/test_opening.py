"""A client opens with the same pages in the integrator's own frame: journal before page, author of what is done, the way back."""

from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from b24app.checklist.engine.mutes_and_owners import named_owners
from b24app.checklist.engine.runs import latest_run
from b24app.checklist.questions.answers import current_answers
from b24app.database import db, portal_scope
from b24app.frames.page_token import restore_frame, sign_frame
from b24app.integrators.rights import MemberRole, Right
from b24app.portals.model import Person
from b24app.renewal.case_changes import list_cases
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import NORTH, Actor
from tests.conftest import DAY_OF_THE_STORY
from tests.integrators.looking import EVERYTHING, Looking, journal_of, looks_after, state_of
from tests.web.test_token_renewal import fresh

pytestmark = pytest.mark.usefixtures("first_checks")


@pytest.fixture
def dated(north: Actor) -> Actor:
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 11, 20), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    return north


@pytest.fixture
def looking(south: Actor, dated: Actor) -> Looking:
    looking = looks_after(south, dated)
    looking.opens()
    return looking


def test_a_client_opens_on_its_renewal(looking: Looking):
    assert looking.opened is not None
    assert looking.opened.status_code == 200
    assert "Вы смотрите как интегратор" in looking.opened.text
    assert NORTH in looking.opened.text
    assert looking.get("/shop").status_code == 200


@pytest.mark.parametrize(
    ("rights", "path"),
    [
        ((Right.TERMS, Right.COPY), "/renewal"),
        ((Right.CHECKS, Right.RUN), "/shop"),
        ((Right.CHANGES, Right.RESTORE), "/shop/changes"),
        ((Right.COPY,), "/copy"),
    ],
)
def test_a_client_opens_on_the_first_page_that_was_allowed(
    south: Actor, north: Actor, rights: tuple[Right, ...], path: str
):
    looking = looks_after(south, north, rights)
    assert looking.opens().status_code == 200
    assert journal_of(north)[-1].detail == path


def test_where_the_role_leaves_nothing_the_request_for_a_right_opens(south: Actor, north: Actor):
    looking = looks_after(south, north, (Right.CHECKS,), MemberRole.ACCOUNTANT)
    answer = looking.opens()
    assert (answer.status_code, "Попросить право" in answer.text) == (200, True)


def test_every_opening_is_a_line_of_the_journal(looking: Looking):
    line = journal_of(looking.client)[-1]
    assert (line.action, line.right, line.detail, line.refused) == ("looked", "see_terms", "/renewal", False)
    assert line.integrator == "ООО «Верный шаг»"


def test_what_cannot_be_written_down_is_not_shown(looking: Looking):
    db.session.rollback()
    db.session.execute(text("ALTER TABLE consent_audit RENAME TO consent_audit_away"))
    db.session.commit()
    for path in ("/renewal", "/shop", "/money"):
        answer = looking.get(path)
        assert answer.status_code >= 500
        assert NORTH not in answer.text
    assert looking.own.get(f"/clients/{looking.code}/open").status_code >= 500
    assert looking.post("/renewal/stage/invoice/note", note="тайком").status_code >= 500
    db.session.execute(text("ALTER TABLE consent_audit_away RENAME TO consent_audit"))
    db.session.commit()
    assert "тайком" not in looking.get("/renewal", open="invoice").text


def test_polls_and_refusals_do_not_fill_the_journal(looking: Looking):
    for _ in range(5):
        looking.get("/freshness")
        looking.post("/settings/people")
    lines = [line.detail for line in journal_of(looking.client)]
    assert (lines.count("/freshness"), lines.count("/settings/people")) == (1, 1)


def test_a_deed_is_the_integrators(looking: Looking):
    assert looking.post("/renewal/mark/mark_invoice_requested").status_code == 200
    with portal_scope(looking.client.portal_id):
        mark = list_cases()[0].marks[-1]
    assert (mark.by, journal_of(looking.client)[-1].action) == (looking.person, "acted")
    assert looking.post("/renewal/stage/invoice/note", note="ждём счёт").status_code == 200
    assert "ждём счёт" in looking.get("/renewal", open="invoice").text


def test_answers_owners_and_runs_of_an_integrator_are_kept(looking: Looking):
    answered = looking.post("/shop/question/ask_plan_quota", outcome="yes", value="", note="так и есть")
    assert answered.status_code == 200
    assert looking.post("/shop/owner/pay_systems_still_on", owner_name="Олег", owner_id="").status_code == 200
    assert looking.post("/shop/run").status_code == 200
    with portal_scope(looking.client.portal_id):
        assert named_owners()["pay_systems_still_on"].name == "Олег"
        run = latest_run()
        assert run is not None
        assert (run.asked_by, run.asked_by_name) == (None, looking.person)
        assert current_answers()["ask_plan_quota"].user_name == looking.person


def test_a_restore_is_prepared_and_not_begun(looking: Looking):
    chosen = looking.post("/restore/settings", kind="stage", name="x")
    assert chosen.status_code in (200, 204, 422)
    assert looking.post("/restore/1/begin", allow="yes").status_code == 403


def test_activated_and_verified_come_from_the_clients_side(looking: Looking):
    before = state_of(looking.client)
    answer = looking.post("/renewal/mark/mark_verified", note="всё хорошо, проверили")
    assert answer.status_code == 403
    assert "Это отмечает только сам клиент" in answer.text
    assert looking.post("/renewal/renewed", ends_on="2027-11-20").status_code == 403
    assert looking.post("/renewal/unmark/verified").status_code == 403
    assert looking.post("/renewal/unmark/active").status_code == 403
    assert state_of(looking.client) == before


def test_neither_a_person_nor_a_tab_is_touched_by_looking(looking: Looking, south: Actor):
    before = people_of(looking.client), people_of(south), state_of(south)
    looking.get("/shop")
    looking.get("/money")
    assert (people_of(looking.client), people_of(south), state_of(south)) == before


def people_of(actor: Actor) -> list[tuple[int, str]]:
    """Who is known of a portal, with the tab of the last visit."""
    db.session.rollback()
    with portal_scope(actor.portal_id):
        return [(one.user_id, one.last_tab) for one in db.session.query(Person).order_by(Person.id)]


def test_what_is_pressed_on_a_page_of_another_portal_is_not_done(looking: Looking, south: Actor):
    before, own = state_of(looking.client), state_of(south)
    token = {"X-Frame-Token": looking.token, "HX-Request": "true"}
    unnamed = looking.browser.post("/shop/run", headers=token)
    other = looking.browser.post("/shop/run", headers={**token, "X-Client": "another"})
    mine = looking.browser.post(
        "/shop/run",
        headers={"X-Frame-Token": looking.own.token, "HX-Request": "true", "X-Client": looking.code},
    )
    assert {unnamed.status_code, other.status_code, mine.status_code} == {403}
    assert "не тот портал" in unnamed.text
    assert (state_of(looking.client), state_of(south)) == (before, own)


def test_a_page_brought_back_by_the_browser_brings_its_token(looking: Looking):
    back = looking.browser.get(
        f"/clients/{looking.code}/open/shop",
        headers={"X-Frame-Token": looking.own.token, "HX-History-Restore-Request": "true"},
    )
    assert back.status_code == 200
    assert restore_frame(back.headers["X-Frame-Token"]).consent_code == looking.code
    assert f'data-client="{looking.code}"' in back.text


@pytest.mark.parametrize("place", ["settings", "install", "clients", "static/app.css", "nowhere", "widget"])
def test_an_address_opens_no_more_than_the_pages_themselves(looking: Looking, place: str):
    assert looking.opens(f"/{place}").status_code in (403, 404)


def test_the_token_of_a_client_lives_an_hour_and_is_renewed_by_the_own_portal(
    looking: Looking, south: Actor, world: World
):
    world.clock.advance(minutes=61)
    assert looking.get("/renewal").status_code == 401
    answer = looking.post("/frame/renew", **fresh(south))
    assert answer.status_code == 204
    looking.token = answer.headers["X-Frame-Token"]
    assert looking.get("/renewal").status_code == 200
    looking.ends()
    assert looking.get("/renewal").status_code == 404


def test_a_file_is_downloaded_by_its_right_alone(looking: Looking):
    assert looking.download("/money/terms/exchange.csv").status_code == 200
    looking.given(Right.TERMS)
    answer = looking.download("/money/terms/exchange.csv")
    assert (answer.status_code, NORTH in answer.text) == (403, False)


def test_on_a_page_for_reading_only_nothing_is_done(looking: Looking):
    own = restore_frame(looking.token)
    looking.token = sign_frame(replace(own, read_only=True))
    assert looking.get("/renewal").status_code == 200
    assert looking.post("/renewal/mark/mark_invoice_requested").status_code == 409
    assert journal_of(looking.client)[-1].detail == "/renewal"


def test_the_next_client_of_the_order_is_named(
    looking: Looking, visitor: FlaskClient, world: World, south: Actor
):
    east = Actor(visitor, world.add_portal("east.bitrix24.example")).installs()
    other = looks_after(south, east)
    answer = looking.own.get(f"/clients/{looking.code}/open", queue=f"{looking.code},{other.code}")
    assert "клиент 1 из 2" in answer.text
    assert "Следующий: east.bitrix24.example" in answer.text
    other.ends()
    looking.token = answer.headers["X-Frame-Token"]
    assert "east.bitrix24.example" not in looking.get("/renewal").text


def test_without_checks_and_papers_neither_blockers_nor_sums_are_shown(south: Actor, dated: Actor):
    looking = looks_after(south, dated, EVERYTHING)
    looking.opens()
    assert 'id="blockers"' in looking.get("/renewal").text
    assert 'id="papers"' in looking.get("/money").text
    looking.given(Right.TERMS)
    assert 'id="blockers"' not in looking.get("/renewal").text
    money = looking.get("/money").text
    assert [part for part in ("papers", "price", "budget", "downtime") if f'id="{part}"' in money] == []


def test_links_into_the_portal_lead_to_the_clients(looking: Looking):
    text_of = looking.get("/renewal", open="activation").text
    assert "data-portal-path" not in text_of
    assert f'href="https://{NORTH}/' in text_of


def test_an_employee_without_a_role_opens_no_client(looking: Looking, south: Actor):
    employee = south.opens(user=south.portal.employee)
    answer = employee.get(f"/clients/{looking.code}/open")
    assert (answer.status_code, NORTH in answer.text) == (404, False)
