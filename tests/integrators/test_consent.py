"""Consent in the client's portal: given by its own administrator alone, narrowed, ended and given back; two hands, two integrators."""

import re

import pytest
from flask import Flask

from b24app.database import db, portal_scope
from b24app.errors import BadInput
from b24app.integrators.consents import ConsentChoice
from b24app.integrators.request_answers import accept
from b24app.integrators.rights import Right
from b24app.terms.term import Author
from sandbox.user import User
from tests.actors import Actor, Opened
from tests.at_once import at_once
from tests.integrators.consent_story import (
    ASKED,
    consents,
    declare,
    enter,
    give,
    invitations,
    invite,
    journal,
)
from tests.story import DAY_OF_THE_STORY

MARINA = Author(1, "Марина")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def rights_of(actor: Actor) -> set[str]:
    return {str(right) for right in consents(actor)[0].rights}


@pytest.fixture
def sealed(south: Actor, south_admin: Opened, north_admin: Opened) -> str:
    """The request of a code that the client's administrator has entered."""
    declare(south_admin)
    return enter(north_admin, invite(south, south_admin).code)


def test_the_request_shows_who_asks_and_every_right_as_a_switch(north_admin: Opened, sealed: str) -> None:
    text = north_admin.get(f"/settings/integrator/asks/{sealed}").text
    assert "ООО «Верный шаг» просит доступ" in text
    assert "7799104520" in text
    assert "Сверьте с договором" in text
    switches = re.findall(r'name="rights" value="(\w+)" (checked)?', text)
    assert {name for name, on in switches if on} == set(ASKED)
    assert len(switches) == len(Right)
    assert text.count("не просят") == len(Right) - len(ASKED)
    assert "Дать 3 права до 30 мая" in plain(text)


def test_a_restore_is_off_even_when_it_is_asked(
    south: Actor, south_admin: Opened, north_admin: Opened
) -> None:
    declare(south_admin)
    made = invite(south, south_admin, ("see_terms", "see_changes", "prepare_restore"))
    text = north_admin.get(f"/settings/integrator/asks/{enter(north_admin, made.code)}").text
    assert re.findall(r'value="prepare_restore" (checked)?', text) == [""]


def test_the_button_follows_the_switches(north_admin: Opened, sealed: str) -> None:
    url = f"/settings/integrator/asks/{sealed}/button"
    assert "Дать 1 право до 28 февраля" in plain(north_admin.get(url, rights=["see_terms"], months="3").text)
    both = north_admin.get(url, rights=["see_terms", "see_checks"], months="12", prolongs="yes").text
    assert "Дать 2 права до 30 ноября 2028" in plain(both)
    assert (
        "не работает без права" in north_admin.get(url, rights=["see_terms", "run_checks"], months="3").text
    )
    assert "disabled" in north_admin.get(url, months="3").text


def test_what_the_switches_say_is_given(north: Actor, north_admin: Opened, south: Actor, sealed: str) -> None:
    answer = give(north_admin, sealed, ("see_terms", "papers"), months="3", prolongs="yes")
    assert answer.status_code == 200
    assert answer.headers["HX-Push-Url"] == "/settings/integrator"
    assert "Ваш портал видит один интегратор" in answer.text
    given = consents(north)[0]
    assert (rights_of(north), given.months, given.prolongs) == ({"see_terms", "papers"}, 3, True)
    assert given.integrator_id == south.portal_id
    assert invitations(south)[0].answer == "granted"
    assert journal(north)[0][0] == "granted"


@pytest.mark.parametrize("wrong", [{"rights": ()}, {"rights": ("all",)}, {"months": "24"}, {"months": ""}])
def test_nothing_is_given_by_a_form_that_cannot_be_used(
    north: Actor, north_admin: Opened, sealed: str, wrong: dict[str, object]
) -> None:
    form = {"rights": ASKED, "months": "6"} | wrong
    answer = give(north_admin, sealed, **form)
    assert answer.status_code == 422
    assert "просит доступ" in answer.text
    assert consents(north) == ()


def test_a_request_is_answered_once_and_the_second_hand_is_told(
    north: Actor, north_admin: Opened, sealed: str
) -> None:
    second = north.opens(user=deputy(north))
    assert give(north_admin, sealed).status_code == 200
    answer = give(second, sealed)
    assert answer.status_code == 422
    assert "больше не ждёт" in answer.text
    assert second.post(f"/settings/integrator/asks/{sealed}/decline").status_code == 422
    assert len(consents(north)) == 1


def deputy(actor: Actor) -> User:
    found = next(user for user in actor.portal.users if not user.admin and user is not actor.portal.employee)
    found.admin = True
    return found


@pytest.mark.dialect
def test_two_who_press_at_the_same_moment_give_one_access(
    app: Flask, north: Actor, south: Actor, sealed: str
) -> None:
    assert sealed
    invitation = invitations(south)[0]
    choice = ConsentChoice(frozenset({Right.TERMS}), 6, prolongs=False)

    def press() -> None:
        with portal_scope(north.portal_id):
            accept(invitation, choice, by=MARINA, at=DAY_OF_THE_STORY)
            db.session.flush()

    raised = at_once(app, press, press)
    assert [type(one) for one in raised] == [BadInput]
    assert len(consents(north)) == 1


def test_an_account_of_the_integrator_gives_nothing_to_himself(
    north: Actor, south: Actor, sealed: str
) -> None:
    helper = north.opens(user=north.portal.integrator)
    answer = give(helper, sealed)
    assert answer.status_code == 422
    assert "учётная запись интегратора" in answer.text
    assert consents(north) == ()
    assert invitations(south)[0].answer == ""
    assert journal(north)[-1][2] is True


def test_an_account_of_the_integrator_widens_and_gives_back_nothing(
    north: Actor, north_admin: Opened, sealed: str
) -> None:
    give(north_admin, sealed)
    code = consents(north)[0].code
    helper = north.opens(user=north.portal.integrator)
    assert (
        helper.post(f"/settings/integrator/{code}/rights", rights=["papers", "see_terms"]).status_code == 422
    )
    assert rights_of(north) == set(ASKED)
    assert helper.post(f"/settings/integrator/{code}/end").status_code == 200
    assert helper.post(f"/settings/integrator/{code}/again").status_code == 422
    assert consents(north)[0].end == "client"


def test_who_lost_his_rights_since_the_page_was_opened_gives_nothing(
    north: Actor, north_admin: Opened, sealed: str
) -> None:
    north.portal.admin.admin = False
    assert give(north_admin, sealed).status_code == 403
    assert consents(north) == ()


def test_a_portal_that_is_silent_keeps_the_request_waiting(
    north: Actor, north_admin: Opened, sealed: str
) -> None:
    north.portal.answer_next("html", times=99)
    assert give(north_admin, sealed).status_code >= 400
    north.portal.answer_next("html", times=0)
    assert consents(north) == ()


def test_an_employee_reads_who_decides_and_does_nothing(
    north: Actor, north_admin: Opened, sealed: str
) -> None:
    give(north_admin, sealed)
    code = consents(north)[0].code
    employee = north.opens(user=north.portal.employee)
    page = employee.get("/settings/integrator")
    assert "Решает администратор" in page.text
    assert "Верный шаг" not in page.text
    for path in ("code", f"{code}/rights", f"{code}/terms", f"{code}/end", f"{code}/again", f"{code}/shown"):
        assert employee.post(f"/settings/integrator/{path}", rights=["see_terms"]).status_code == 403
    for path in ("give", "decline", "again"):
        assert employee.post(f"/settings/integrator/asks/{sealed}/{path}").status_code == 403
    assert employee.get(f"/settings/integrator/asks/{sealed}").status_code == 403
    assert employee.get(f"/settings/integrator/asks/{sealed}/button").status_code == 403
    assert employee.post("/settings/integrator/rights/undo/x").status_code == 403
    assert consents(north)[0].ended_at is None


def test_another_portal_reaches_none_of_it(
    north: Actor, north_admin: Opened, stranger: Actor, sealed: str
) -> None:
    other = stranger.installs().opens()
    assert "больше не ждёт" in other.get(f"/settings/integrator/asks/{sealed}").text
    assert give(other, sealed).status_code == 422
    assert other.post(f"/settings/integrator/asks/{sealed}/decline").status_code == 422
    assert other.post(f"/settings/integrator/asks/{sealed}/again").status_code == 404
    give(north_admin, sealed)
    code = consents(north)[0].code
    for path in ("rights", "terms", "end", "again", "shown"):
        assert other.post(f"/settings/integrator/{code}/{path}", rights=["see_terms"]).status_code == 404
    assert "Верный шаг" not in other.get("/settings/integrator").text
    assert consents(north)[0].ended_at is None
    assert len(journal(north)) == 1


def test_a_refusal_is_told_and_can_be_taken_back(
    north: Actor, north_admin: Opened, south: Actor, sealed: str
) -> None:
    answer = north_admin.post(f"/settings/integrator/asks/{sealed}/decline")
    assert answer.status_code == 200
    assert invitations(south)[0].answer == "refused"
    undo = re.search(r'hx-post="(/settings/integrator/asks/[\w=-]+/again)"', answer.text)
    assert undo is not None
    assert "просит доступ" in north_admin.post(undo[1]).text
    assert invitations(south)[0].answer == ""
    assert north_admin.post(undo[1]).status_code == 404
    assert [deed for deed, _detail, _refused in journal(north)] == ["declined", "asked"]
    assert "просит доступ" in north_admin.get("/settings/integrator").text
