"""An access that is there: narrowed, ended, given back, beside another one, shown to employees; clocks that move, two hands."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from b24app.database import portal_scope
from b24app.errors import NotFound
from b24app.integrators.consents import (
    ConsentChoice,
    change_rights,
    consents_of,
    end_by_client,
    grant,
    resume,
)
from b24app.integrators.endings import end_lapsed
from b24app.integrators.rights import Right
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.at_once import at_once
from tests.integrators.consent_story import (
    ASKED,
    agree,
    consents,
    declare,
    enter,
    give,
    invite,
)
from tests.story import DAY_OF_THE_STORY

MARINA = Author(1, "Марина")


def rights_of(actor: Actor) -> set[str]:
    return {str(right) for right in consents(actor)[0].rights}


@pytest.fixture
def sealed(south: Actor, south_admin: Opened, north_admin: Opened) -> str:
    """The request of a code that the client's administrator has entered."""
    declare(south_admin)
    return enter(north_admin, invite(south, south_admin).code)


@pytest.mark.dialect
def test_an_end_and_a_narrowing_at_the_same_moment_leave_it_ended(
    app: Flask, north: Actor, north_admin: Opened, sealed: str
) -> None:
    give(north_admin, sealed)
    code = consents(north)[0].code

    def narrow() -> None:
        with portal_scope(north.portal_id):
            change_rights(code, frozenset({Right.TERMS}), by=MARINA, at=DAY_OF_THE_STORY)

    def end() -> None:
        with portal_scope(north.portal_id):
            end_by_client(code, by=MARINA, at=DAY_OF_THE_STORY)

    raised = at_once(app, narrow, end)
    assert {type(one) for one in raised} <= {NotFound}
    assert consents(north)[0].ended_at is not None


def test_an_access_is_narrowed_and_that_is_taken_back(north: Actor, north_admin: Opened, sealed: str) -> None:
    give(north_admin, sealed)
    code = consents(north)[0].code
    answer = north_admin.post(f"/settings/integrator/{code}/rights", rights=["see_terms"])
    assert rights_of(north) == {"see_terms"}
    undo = answer.text.split('hx-post="/settings/integrator/rights/undo/')[1].split('"')[0]
    assert north_admin.post(f"/settings/integrator/rights/undo/{undo}").status_code == 200
    assert rights_of(north) == set(ASKED)
    assert north_admin.post(f"/settings/integrator/{code}/terms").status_code == 200
    assert rights_of(north) == {"see_terms"}
    assert north_admin.post(f"/settings/integrator/{code}/rights").status_code == 422
    assert north_admin.post("/settings/integrator/rights/undo/forged").status_code == 404


def test_an_end_is_at_once_and_may_be_taken_back_for_ten_minutes(
    north: Actor, north_admin: Opened, south: Actor, sealed: str, world: World
) -> None:
    give(north_admin, sealed)
    code = consents(north)[0].code
    answer = north_admin.post(f"/settings/integrator/{code}/end")
    assert consents_of(south.portal_id, world.clock.now()) == ()
    assert f'hx-post="/settings/integrator/{code}/again"' in answer.text
    assert north_admin.post(f"/settings/integrator/{code}/end").status_code == 404
    world.clock.advance(minutes=9)
    assert north_admin.post(f"/settings/integrator/{code}/again").status_code == 200
    assert len(consents_of(south.portal_id, world.clock.now())) == 1
    north_admin.post(f"/settings/integrator/{code}/end")
    world.clock.advance(minutes=11)
    assert north_admin.post(f"/settings/integrator/{code}/again").status_code == 404
    assert consents_of(south.portal_id, world.clock.now()) == ()


@pytest.mark.parametrize("moved", [timedelta(hours=-2), timedelta(hours=2)])
def test_an_old_end_is_not_taken_back_by_a_clock_that_moved(
    north: Actor, north_admin: Opened, sealed: str, moved: timedelta
) -> None:
    give(north_admin, sealed)
    code = consents(north)[0].code
    north_admin.post(f"/settings/integrator/{code}/end")
    with portal_scope(north.portal_id), pytest.raises(NotFound):
        resume(code, by=MARINA, at=DAY_OF_THE_STORY + moved)


def test_what_is_over_by_its_day_stays_over_when_the_clock_is_set_back(
    north: Actor, north_admin: Opened, south: Actor, sealed: str, world: World
) -> None:
    give(north_admin, sealed, months="3")
    now = world.clock.now()
    world.clock.advance(days=95)
    assert consents_of(south.portal_id, world.clock.now()) == ()
    assert end_lapsed() == 1
    assert end_lapsed() == 0
    assert consents_of(south.portal_id, now) == ()
    assert consents(north)[0].end == "time"


def test_another_integrator_stands_beside_and_what_becomes_of_him_is_decided_with_it(
    north: Actor, north_admin: Opened, south: Actor, south_admin: Opened, stranger: Actor
) -> None:
    first = agree(north, north_admin, south, south_admin)
    other = stranger.installs()
    theirs = other.opens()
    declare(theirs, name="Линия Север")
    page = north_admin.post("/settings/integrator/code", code=invite(other, theirs).code)
    assert "ООО «Верный шаг» имеет" in page.text or "Что с ним делать" in page.text
    sealed = re.search(r"asks/([\w=-]+)/give", page.text)
    assert sealed is not None
    give(north_admin, sealed[1], **{f"other_{first.code}": "terms"})
    ours = {one.integrator_id: one for one in consents(north) if one.ended_at is None}
    assert ours[south.portal_id].rights == {Right.TERMS}
    assert {str(right) for right in ours[other.portal_id].rights} == set(ASKED)
    third = enter(north_admin, invite(other, theirs).code)
    give(north_admin, third, **{f"other_{first.code}": "end"})
    assert {one.integrator_id for one in consents(north) if one.ended_at is None} == {other.portal_id}
    assert "Прежние интеграторы" in north_admin.get("/settings/integrator").text


def test_a_new_access_of_the_same_integrator_takes_the_place_of_the_old_one(
    north: Actor, north_admin: Opened, south: Actor, south_admin: Opened
) -> None:
    agree(north, north_admin, south, south_admin)
    give(north_admin, enter(north_admin, invite(south, south_admin).code), ("see_terms",))
    assert [one.end for one in consents(north)] == ["", "replaced"]


def test_a_request_of_one_who_is_no_integrator_any_more_waits_no_more(
    north_admin: Opened, south_admin: Opened, sealed: str
) -> None:
    south_admin.post("/settings/profile/end", sure="yes")
    assert "больше не ждёт" in north_admin.get(f"/settings/integrator/asks/{sealed}").text
    assert give(north_admin, sealed).status_code == 422


def test_a_portal_gives_nothing_to_itself_by_any_verb(south: Actor, south_admin: Opened) -> None:
    declare(south_admin)
    choice = ConsentChoice(frozenset({Right.TERMS}), 3, prolongs=False)
    with portal_scope(south.portal_id), pytest.raises(NotFound):
        grant(south.portal_id, choice, by=MARINA, at=DAY_OF_THE_STORY)


def test_employees_read_the_name_only_when_that_is_switched_on(
    north: Actor, north_admin: Opened, sealed: str
) -> None:
    give(north_admin, sealed)
    code = consents(north)[0].code
    employee = north.opens(user=north.portal.employee)
    for page in (employee.get("/widget"), north_admin.get("/settings/help")):
        assert "Верный шаг" not in page.text
    assert north_admin.post(f"/settings/integrator/{code}/shown", shown="yes").status_code == 200
    for page in (employee.get("/widget"), north_admin.get("/settings/help")):
        assert "Ваш интегратор" in page.text
        assert "n.ryabova@verny-shag.example" in page.text
    north_admin.post(f"/settings/integrator/{code}/end")
    assert "Верный шаг" not in employee.get("/widget").text


def test_the_page_of_data_says_what_an_integrator_sees(north_admin: Opened) -> None:
    assert "Видно интегратору" in north_admin.get("/settings/data").text


def test_the_link_of_a_message_leads_to_the_place(north: Actor, run_jobs: Callable[[], int]) -> None:
    assert "Ваш портал не видит" in north.opens("REST_APP_URI", screen="integrator").text
    employee = north.opens("REST_APP_URI", user=north.portal.employee, screen="integrator")
    assert "Решает администратор" in employee.text
    assert run_jobs() >= 0
