"""Invitations: who may ask, the code, the public page, the list; two hands, a clock set back, another portal."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from b24app.database import db, portal_scope
from b24app.integrators.code_tries import MOST, give_try_back, take_try
from b24app.integrators.invitations import ALPHABET, LENGTH, find_by_code, spaced
from b24app.integrators.model import ClientNote
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.integrators.consent_story import (
    agree,
    consents,
    declare,
    enter,
    give,
    invitations,
    invite,
)
from tests.story import DAY_OF_THE_STORY

NUMBER = re.compile(r"\b[0-9a-f]{8}\b")


def seat(south: Actor, south_admin: Opened, role: str) -> Opened:
    person = south.portal.employee
    south_admin.post(
        "/clients/setup/people", member_user_id=str(person.id), member_name=person.full_name, role=role
    )
    return south.opens(user=person)


def test_a_code_is_shown_with_a_text_to_send(south: Actor, south_admin: Opened) -> None:
    declare(south_admin)
    made = invite(south, south_admin, client_name="Тёплая сторона", client_inn="7799104520")
    assert len(made.code) == LENGTH
    assert set(made.code) <= set(ALPHABET)
    text = south_admin.get("/clients/invitations").text
    assert spaced(made.code) in text
    assert "Тёплая сторона" in text
    again = south_admin.post("/clients/invitations", rights=["see_terms"], months="3").text
    assert "/invitation/" in again
    assert "Здравствуйте!" in again


@pytest.mark.parametrize(
    "wrong",
    [{"rights": []}, {"rights": ["everything"]}, {"months": "5"}, {"months": ""}, {"client_inn": "12"}],
)
def test_a_wrong_invitation_comes_back(south: Actor, south_admin: Opened, wrong: dict[str, object]) -> None:
    declare(south_admin)
    form = {"rights": ["see_terms"], "months": "6"} | wrong
    assert south_admin.post("/clients/invitations", **form).status_code == 422
    assert invitations(south) == ()


@pytest.mark.parametrize(
    ("role", "status"), [("manager", 200), ("engineer", 403), ("accountant", 403), ("viewer", 403)]
)
def test_owners_and_managers_ask_alone(south: Actor, south_admin: Opened, role: str, status: int) -> None:
    declare(south_admin)
    theirs = seat(south, south_admin, role)
    assert theirs.get("/clients/invitations").status_code == 200
    answer = theirs.post("/clients/invitations", rights=["see_terms"], months="3")
    assert answer.status_code == status
    assert len(invitations(south)) == (status == 200)


def test_a_manager_sees_his_own_invitations_alone(south: Actor, south_admin: Opened) -> None:
    declare(south_admin)
    other = invite(south, south_admin, client_name="Гончарня")
    theirs = seat(south, south_admin, "manager")
    assert "Гончарня" not in theirs.get("/clients/invitations").text
    assert theirs.post(f"/clients/invitations/{other.id}/withdraw").status_code == 404
    assert invitations(south)[0].answer == ""


def test_nobody_without_a_seat_or_of_another_portal_comes_in(
    north: Actor, north_admin: Opened, south: Actor, south_admin: Opened
) -> None:
    declare(south_admin)
    made = invite(south, south_admin)
    stranger = south.opens(user=south.portal.employee)
    for visitor in (stranger, north_admin):
        assert visitor.get("/clients/invitations").status_code == 403
        assert visitor.post("/clients/invitations", rights=["see_terms"], months="3").status_code == 403
        assert visitor.post(f"/clients/invitations/{made.id}/withdraw").status_code == 403
    declare(north_admin, name="Линия Север")
    assert north_admin.post(f"/clients/invitations/{made.id}/withdraw").status_code == 404
    assert north_admin.post(f"/clients/invitations/{made.id}/again").status_code == 404
    assert invitations(south)[0].answer == ""


def test_a_withdrawn_code_opens_nothing_until_it_is_taken_back(
    south: Actor, south_admin: Opened, north_admin: Opened
) -> None:
    declare(south_admin)
    made = invite(south, south_admin)
    assert south_admin.post(f"/clients/invitations/{made.id}/withdraw").status_code == 200
    answer = north_admin.post("/settings/integrator/code", code=made.code)
    assert answer.status_code == 422
    assert "отозвал" in answer.text
    assert south_admin.post(f"/clients/invitations/{made.id}/again").status_code == 200
    enter(north_admin, made.code)


def test_a_code_is_read_however_it_is_typed(south: Actor, south_admin: Opened, north_admin: Opened) -> None:
    declare(south_admin)
    code = invite(south, south_admin).code
    for typed in (code, code.lower(), f" {code[:4]} - {code[4:]} ", spaced(code)):
        enter(north_admin, typed)


def test_the_page_of_a_link_tells_who_asks_and_nothing_more(
    south: Actor, south_admin: Opened, visitor: FlaskClient
) -> None:
    declare(south_admin)
    made = invite(south, south_admin, client_name="Тёплая сторона", client_inn="7712345678")
    answer = visitor.get(f"/invitation/{spaced(made.code)}", headers={"Accept-Language": "ru"})
    assert answer.status_code == 200
    assert "Верный шаг" in answer.text
    assert "Тёплая сторона" not in answer.text
    assert "7712345678" not in answer.text
    assert south.host not in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_codes_that_open_nothing_look_alike(
    north_admin: Opened, south: Actor, south_admin: Opened, visitor: FlaskClient, world: World
) -> None:
    declare(south_admin)
    give(north_admin, enter(north_admin, invite(south, south_admin).code))
    answered, withdrawn, waiting = (
        invitations(south)[0],
        invite(south, south_admin),
        invite(south, south_admin),
    )
    south_admin.post(f"/clients/invitations/{withdrawn.id}/withdraw")
    world.clock.advance(days=30)
    codes = ("ABCDEFGH", answered.code, withdrawn.code, waiting.code, "%F0%9F%92%A9", "x" * 200)
    pages = [visitor.get(f"/invitation/{code}") for code in codes]
    assert {page.status_code for page in pages} == {403}
    assert len({NUMBER.sub("", page.text.split("<main")[1].split("</main")[0]) for page in pages}) == 1


def test_guessing_at_links_is_refused_after_a_while(app: Flask, visitor: FlaskClient) -> None:
    most = app.extensions["services"].settings.refusals_per_minute
    address = {"REMOTE_ADDR": "198.41.0.4"}
    answers = [
        visitor.get(f"/invitation/GUESS{number:03}", environ_overrides=address).status_code
        for number in range(most + 2)
    ]
    assert answers == [403] * most + [429] * 2


def test_ten_wrong_codes_an_hour_and_no_more(
    south: Actor, south_admin: Opened, north_admin: Opened, world: World
) -> None:
    declare(south_admin)
    code = invite(south, south_admin).code
    for _ in range(MOST):
        assert "Такой просьбы нет" in north_admin.post("/settings/integrator/code", code="ABCDEFGH").text
    assert "Подождите час" in north_admin.post("/settings/integrator/code", code=code).text
    world.clock.advance(minutes=59)
    assert north_admin.post("/settings/integrator/code", code=code).status_code == 422
    world.clock.advance(minutes=2)
    fresh = Opened(north_admin.client, north_admin.response, north_admin.token)
    answer = fresh.post("/settings/integrator/code", code=code)
    assert answer.status_code in (200, 401)  # the page's hour is over too


def test_right_codes_are_not_counted(south: Actor, south_admin: Opened, north_admin: Opened) -> None:
    declare(south_admin)
    code = invite(south, south_admin).code
    for _ in range(MOST + 5):
        enter(north_admin, code)


def test_the_rest_ends_an_hour_after_the_tenth_and_a_clock_set_back_locks_nobody_out(north: Actor) -> None:
    now = DAY_OF_THE_STORY
    with portal_scope(north.portal_id):
        assert [take_try(now + timedelta(minutes=n)) for n in range(12)] == [True] * MOST + [False] * 2
        assert not take_try(now + timedelta(minutes=68))
        assert take_try(now + timedelta(minutes=69))
        db.session.rollback()
        assert all(take_try(now + timedelta(days=3)) for _ in range(MOST))
        assert take_try(now), "a clock that ran ahead for three days locked the portal out"
        give_try_back()


@given(st.lists(st.integers(0, 40), max_size=60))
def test_no_hour_holds_more_than_ten_tries(gaps: list[int]) -> None:
    """The rule alone, as the table keeps it: the count is forgotten after an hour without a counted try."""
    wrong, last, at, taken = 0, -10_000, 0, []
    for gap in gaps:
        at += gap
        wrong = 0 if last <= at - 60 else wrong
        if wrong < MOST:
            wrong, last = wrong + 1, at
            taken.append(at)
    assert all(sum(start <= one < start + 60 for one in taken) <= MOST for start in taken)


def test_a_code_of_ones_own_portal_is_refused(south: Actor, south_admin: Opened) -> None:
    declare(south_admin)
    answer = south_admin.post("/settings/integrator/code", code=invite(south, south_admin).code)
    assert answer.status_code == 422
    assert "себе доступ не дают" in answer.text
    assert consents(south) == ()


def test_an_old_code_says_that_it_has_gone(
    south: Actor, south_admin: Opened, north: Actor, world: World
) -> None:
    declare(south_admin)
    code = invite(south, south_admin).code
    world.clock.advance(days=30)
    answer = north.opens().post("/settings/integrator/code", code=code)
    assert answer.status_code == 422
    assert "30 дней" in answer.text


def test_what_the_client_is_called_is_kept_at_the_integrators_alone(
    north: Actor, north_admin: Opened, south: Actor, south_admin: Opened
) -> None:
    declare(south_admin)
    made = invite(south, south_admin, client_name="Тёплая сторона", client_inn="7712345678")
    give(north_admin, enter(north_admin, made.code))
    db.session.rollback()
    with portal_scope(south.portal_id):
        kept = db.session.query(ClientNote).one()
        assert (kept.client_id, kept.name, kept.inn) == (north.portal_id, "Тёплая сторона", "7712345678")
        assert kept.responsible_id == south.portal.admin.id
    assert "Тёплая сторона" not in north_admin.get("/settings/integrator").text


def test_a_present_client_is_asked_for_more_without_a_code(
    north: Actor, north_admin: Opened, south: Actor, south_admin: Opened
) -> None:
    consent = agree(north, north_admin, south, south_admin)
    form = south_admin.get("/clients/invitations", client=consent.code, right="papers").text
    assert 'name="client" value="' in form
    more = {"client": consent.code, "months": "6"}
    assert south_admin.post("/clients/invitations", rights=["see_terms", "papers"], **more).status_code == 200
    page = north_admin.get("/settings/integrator").text
    sealed = page.split("/settings/integrator/asks/")[1].split('"')[0]
    assert "просит ещё права" in page
    assert give(north_admin, sealed, ("see_terms", "papers")).status_code == 200
    newest = consents(north)[0]
    assert {str(right) for right in newest.rights} == {"see_terms", "papers"}
    assert [one.end for one in consents(north)] == ["", "replaced"]


def test_more_is_asked_of_a_present_client_only_while_he_is_one(
    north: Actor, north_admin: Opened, south: Actor, south_admin: Opened
) -> None:
    consent = agree(north, north_admin, south, south_admin)
    more = {"client": consent.code, "months": "6", "rights": ["papers", "see_terms"]}
    south_admin.post("/clients/invitations", **more)
    north_admin.post(f"/settings/integrator/{consent.code}/end")
    assert "просит ещё права" not in north_admin.get("/settings/integrator").text
    assert south_admin.post("/clients/invitations", **more).status_code == 404
    assert south_admin.get("/clients/invitations", client=consent.code).status_code == 404
    assert south_admin.get("/clients/invitations", client="nothing").status_code == 404


def test_what_was_asked_of_one_client_is_nothing_to_another(
    north: Actor, north_admin: Opened, south: Actor, south_admin: Opened, stranger: Actor
) -> None:
    consent = agree(north, north_admin, south, south_admin)
    south_admin.post("/clients/invitations", client=consent.code, months="6", rights=["see_terms"])
    bound = invitations(south)[0]
    other = stranger.installs().opens()
    assert other.post("/settings/integrator/code", code=bound.code).status_code == 422
    sealed = north_admin.get("/settings/integrator").text.split("/settings/integrator/asks/")[1].split('"')[0]
    assert give(other, sealed).status_code == 422
    assert consents(stranger) == ()
    assert find_by_code(bound.code) is not None


def test_an_owner_gives_up_a_client_at_once_and_nobody_else_does(
    north: Actor, north_admin: Opened, south: Actor, south_admin: Opened
) -> None:
    code = agree(north, north_admin, south, south_admin).code
    url = f"/clients/invitations/access/{code}/end"
    assert url in south_admin.get("/clients/invitations").text
    theirs = seat(south, south_admin, "manager")
    assert theirs.post(url).status_code == 403
    assert url not in theirs.get("/clients/invitations").text
    declare(north_admin, name="Линия Север")
    assert north_admin.post(url).status_code == 404, "the client's own portal, as another integrator"
    assert south_admin.post(url).status_code == 200
    assert [one.end for one in consents(north)] == ["integrator"]
    assert south_admin.post(url).status_code == 404
    assert url not in south_admin.get("/clients/invitations").text
    assert north_admin.post(f"/settings/integrator/{code}/again").status_code == 404
