"""A right that is missing is asked for: the client's administrator sees it, nothing opens until he answers."""

import pytest

from b24app.database import db, portal_scope
from b24app.integrators.invitations import asked_of
from b24app.integrators.members import set_member
from b24app.integrators.rights import MemberRole, Right
from b24app.services import services
from b24app.terms.term import Author
from tests.actors import NORTH, Actor
from tests.integrators.looking import EVERYTHING, Looking, journal_of, looks_after, state_of


@pytest.fixture
def looking(south: Actor, north: Actor) -> Looking:
    looking = looks_after(south, north, (Right.TERMS, Right.CHECKS))
    looking.opens()
    return looking


def asked(looking: Looking) -> list[frozenset[Right]]:
    """What the client is asked for."""
    db.session.rollback()
    return [frozenset(one.rights) for one in asked_of(looking.client.portal_id, services().clock.now())]


def test_a_locked_tab_leads_to_the_request(looking: Looking):
    text = looking.get("/renewal").text
    assert f'href="/clients/{looking.code}/ask"' in text
    page = looking.get(f"/clients/{looking.code}/ask").text
    assert "Запускать копию" in page or 'value="start_copy"' in page
    assert 'value="see_terms"' not in page


def test_a_request_reaches_the_client_and_opens_nothing(looking: Looking):
    answer = looking.post(f"/clients/{looking.code}/ask", rights=["start_copy", "run_checks"])
    assert answer.status_code == 200
    assert "ещё не ответил" in answer.text
    assert asked(looking) == [frozenset({Right.TERMS, Right.CHECKS, Right.RUN, Right.COPY})]
    assert journal_of(looking.client)[-1].action == "requested"
    assert looking.get("/copy").status_code == 403


def test_asked_twice_it_is_one_request(looking: Looking):
    for _ in range(2):
        assert looking.post(f"/clients/{looking.code}/ask", rights=["start_copy"]).status_code == 200
    assert len(asked(looking)) == 1


@pytest.mark.parametrize("rights", [[], ["see_terms"], ["no_such_right"], ["prepare_restore"]])
def test_what_cannot_be_asked_is_said(looking: Looking, rights: list[str]):
    answer = looking.post(f"/clients/{looking.code}/ask", rights=rights)
    assert answer.status_code == 422
    assert "Выберите, о чём попросить" in answer.text
    assert asked(looking) == []


def test_who_does_not_invite_does_not_ask(looking: Looking, south: Actor):
    with portal_scope(south.portal_id):
        by, at = Author(1, "Хозяин"), services().clock.now()
        set_member(9_001, "Хозяин", MemberRole.OWNER, by=by, at=at)
        set_member(south.portal.admin.id, "Нина", MemberRole.ENGINEER, by=by, at=at)
        db.session.commit()
    assert "<form" not in looking.get(f"/clients/{looking.code}/ask").text
    assert looking.post(f"/clients/{looking.code}/ask", rights=["start_copy"]).status_code == 403
    assert asked(looking) == []


def test_with_everything_given_there_is_nothing_to_ask(south: Actor, north: Actor):
    looking = looks_after(south, north, EVERYTHING)
    assert "Клиент разрешил всё" in looking.own.get(f"/clients/{looking.code}/ask").text


def test_of_an_ended_access_nothing_is_asked(looking: Looking):
    looking.ends()
    before = state_of(looking.client)
    assert looking.get(f"/clients/{looking.code}/ask").status_code == 404
    answer = looking.post(f"/clients/{looking.code}/ask", rights=["start_copy"])
    assert (answer.status_code, NORTH in answer.text) == (404, False)
    assert (asked(looking), state_of(looking.client)) == ([], before)


def test_another_portal_asks_nothing_with_this_code(looking: Looking):
    stranger = looking.client.opens()
    assert stranger.get(f"/clients/{looking.code}/ask").status_code == 404
    assert stranger.post(f"/clients/{looking.code}/ask", rights=["start_copy"]).status_code == 404
    assert asked(looking) == []
