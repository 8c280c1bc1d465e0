"""A request of an integrator lives no longer than the access beside it; one waits at a client, and the journal says what was asked."""

import pytest

from b24app.database import db, portal_scope
from b24app.integrators.audit import AuditPerson
from b24app.integrators.consents import ConsentView, end_by_integrator
from b24app.integrators.endings import end_lapsed
from b24app.integrators.invitations import InvitationView, asked_of
from b24app.services import services
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.integrators.consent_story import agree, invitations, journal
from tests.story import DAY_OF_THE_STORY

MORE = {"months": "6", "rights": ["see_terms", "papers"]}


@pytest.fixture
def given(north: Actor, north_admin: Opened, south: Actor, south_admin: Opened) -> ConsentView:
    return agree(north, north_admin, south, south_admin)


@pytest.fixture
def asked(given: ConsentView, south: Actor, south_admin: Opened) -> InvitationView:
    """South asks north for more."""
    assert south_admin.post("/clients/invitations", client=given.code, **MORE).status_code == 200
    return invitations(south)[0]


def waiting(client: Actor) -> list[int]:
    db.session.rollback()
    return [one.id for one in asked_of(client.portal_id, services().clock.now())]


def test_what_is_given_up_by_the_integrator_is_asked_no_more(
    north: Actor, given: ConsentView, asked: InvitationView
) -> None:
    assert waiting(north) == [asked.id]
    with portal_scope(north.portal_id):
        end_by_integrator(given.code, AuditPerson("Анна", 1, "Верный шаг"), at=DAY_OF_THE_STORY)
        db.session.commit()
    assert waiting(north) == []


def test_what_is_over_by_its_day_is_asked_no_more(
    north: Actor, south: Actor, given: ConsentView, world: World
) -> None:
    world.clock.advance(days=(given.ends_at - DAY_OF_THE_STORY).days - 1)
    fresh = south.opens()
    assert fresh.post("/clients/invitations", client=given.code, **MORE).status_code == 200
    assert len(waiting(north)) == 1
    world.clock.advance(days=2)
    assert end_lapsed() == 1
    assert waiting(north) == []


def test_a_request_does_not_wait_again_once_the_access_has_ended(
    north: Actor, north_admin: Opened, south_admin: Opened, given: ConsentView, asked: InvitationView
) -> None:
    north_admin.post(f"/settings/integrator/{given.code}/end")
    assert south_admin.post(f"/clients/invitations/{asked.id}/again").status_code == 404
    assert waiting(north) == []


def test_a_withdrawal_is_taken_back_within_ten_minutes_alone(
    north: Actor, south_admin: Opened, asked: InvitationView, world: World
) -> None:
    again = f"/clients/invitations/{asked.id}/again"
    south_admin.post(f"/clients/invitations/{asked.id}/withdraw")
    world.clock.advance(minutes=9)
    assert south_admin.post(again).status_code == 200
    assert waiting(north) == [asked.id]
    south_admin.post(f"/clients/invitations/{asked.id}/withdraw")
    world.clock.advance(minutes=11)
    assert south_admin.post(again).status_code == 404


def test_a_new_request_takes_the_place_of_the_one_that_waits(
    north: Actor, south: Actor, south_admin: Opened, given: ConsentView, asked: InvitationView
) -> None:
    south_admin.post("/clients/invitations", client=given.code, **MORE)
    newest = invitations(south)[0]
    assert waiting(north) == [newest.id]
    assert newest.id != asked.id
    assert south_admin.post(f"/clients/invitations/{asked.id}/again").status_code == 404


def test_the_journal_says_which_rights_were_asked_for(
    north: Actor, north_admin: Opened, asked: InvitationView
) -> None:
    assert journal(north)[-1] == ("requested", "see_terms papers", False)
    text = north_admin.get("/settings/integrator").text
    assert "Попросил ещё права: видеть сроки, видеть документы и суммы" in text
    assert "Отказ отменён" not in text
    assert asked
