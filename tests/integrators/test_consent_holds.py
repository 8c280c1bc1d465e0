"""What an access never does by itself: grow, come back after a removal, be given or shown by an account of the integrator's."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete

from b24app.database import db, portal_scope
from b24app.errors import NotAllowed, NotFound
from b24app.integrators.consents import ConsentView, change_rights
from b24app.integrators.invitations import asked_of, find_by_code
from b24app.integrators.model import Invitation
from b24app.integrators.rights import Right
from b24app.portals.model import InstallStatus, Portal
from b24app.portals.uninstall import erase, leave
from sandbox.application import ApplicationCard
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.integrators.boards import ANNA, consent, declare
from tests.integrators.consent_story import consents, enter, give, invitations, invite
from tests.integrators.consent_story import declare as declares
from tests.portals.rows import row
from tests.story import DAY_OF_THE_STORY

Jobs = Callable[[], int]
CHECKS = frozenset({Right.CHECKS})


@pytest.fixture
def card(world: World) -> ApplicationCard:
    return next(iter(world.applications.values()))


def new_portal(name: str) -> int:
    """A portal that has the application and did nothing yet."""
    domain = f"{name}.bitrix24.example"
    made = Portal(
        member_id=name, domain=domain, client_endpoint=f"https://{domain}/rest/", server_endpoint="",
        status=InstallStatus.ACTIVE, created_at=DAY_OF_THE_STORY,
    )  # fmt: skip
    db.session.add(made)
    db.session.commit()
    return made.id


@pytest.fixture
def checks_alone(north: Actor, south: Actor) -> ConsentView:
    """North lets south see the checks and nothing else."""
    declare(south)
    return consent(north.portal_id, south.portal_id, CHECKS)


def test_leaving_the_terms_alone_adds_no_terms(
    north: Actor, north_admin: Opened, checks_alone: ConsentView
) -> None:
    assert "Оставить только сроки" not in north_admin.get("/settings/integrator").text
    for user in (north.portal.admin, north.portal.integrator):
        answer = north.opens(user=user).post(f"/settings/integrator/{checks_alone.code}/terms")
        assert answer.status_code == 422
    assert consents(north)[0].rights == CHECKS


def test_another_integrator_is_left_no_terms_that_he_did_not_have(
    north: Actor, north_admin: Opened, stranger: Actor, checks_alone: ConsentView
) -> None:
    other = stranger.installs()
    theirs = other.opens()
    declares(theirs, name="Линия Север")
    sealed = enter(north_admin, invite(other, theirs).code)
    wish = f"other_{checks_alone.code}"
    assert 'value="terms"' not in north_admin.get(f"/settings/integrator/asks/{sealed}").text
    assert give(north_admin, sealed, **{wish: "terms"}).status_code == 422
    assert [one.rights for one in consents(north)] == [CHECKS]


def test_rights_grow_only_by_one_of_the_portals_own_people(north: Actor, checks_alone: ConsentView) -> None:
    with portal_scope(north.portal_id), pytest.raises(NotAllowed):
        change_rights(checks_alone.code, CHECKS | {Right.TERMS}, by=ANNA, at=DAY_OF_THE_STORY)


def test_an_end_is_not_taken_back_once_the_integrator_has_removed_the_application(
    north: Actor, north_admin: Opened, south: Actor
) -> None:
    declare(south)
    code = consent(north.portal_id, south.portal_id).code
    north_admin.post(f"/settings/integrator/{code}/end")
    leave(row(south), DAY_OF_THE_STORY, clean=False)
    db.session.commit()
    assert north_admin.post(f"/settings/integrator/{code}/again").status_code == 404
    assert consents(north)[0].ended_at is not None


def test_an_end_is_not_taken_back_across_a_new_installation(
    north: Actor, north_admin: Opened, south: Actor, card: ApplicationCard, run_jobs: Jobs
) -> None:
    declare(south)
    code = consent(north.portal_id, south.portal_id).code
    north_admin.post(f"/settings/integrator/{code}/end")
    north.portal.world.clock.advance(minutes=1)
    south.portal.uninstall(card, clean=False)
    run_jobs()
    south.installs()
    assert north_admin.post(f"/settings/integrator/{code}/again").status_code == 404
    assert consents(north)[0].ended_at is not None


def test_nothing_is_given_to_an_integrator_who_has_removed_the_application(
    north: Actor, south: Actor
) -> None:
    declare(south)
    leave(row(south), DAY_OF_THE_STORY, clean=False)
    db.session.commit()
    with pytest.raises(NotFound):
        consent(north.portal_id, south.portal_id)


def test_a_new_installation_ends_what_the_removal_has_left(
    north: Actor, south: Actor, card: ApplicationCard, run_jobs: Jobs
) -> None:
    """An access that came to be after the removal, as by a request that was under way, is not brought back by it."""
    declare(south)
    south.portal.uninstall(card, clean=False)
    run_jobs()
    row(south).status = InstallStatus.ACTIVE
    consent(north.portal_id, south.portal_id)
    row(south).status = InstallStatus.DELETED
    db.session.commit()
    south.installs()
    assert [one.end for one in consents(north)] == ["removed"]


def test_what_was_asked_of_an_erased_client_is_not_asked_of_the_next_portal_of_its_number(
    south: Actor, south_admin: Opened
) -> None:
    declare(south)
    first = new_portal("first")
    code = consent(first, south.portal_id, CHECKS).code
    form = {"client": code, "rights": ["see_terms"], "months": "6"}
    assert south_admin.post("/clients/invitations", **form).status_code == 200
    erase(db.session.get_one(Portal, first))
    db.session.commit()
    second = new_portal("second")
    assert asked_of(second, DAY_OF_THE_STORY) == ()
    assert [one.answer for one in invitations(south)] == ["withdrawn"]
    assert invitations(south)[0].client_portal_id is None
    assert "second" not in south_admin.get("/clients/invitations").text


def test_a_sealed_request_is_not_the_next_one_of_its_number(
    north: Actor, north_admin: Opened, south: Actor, south_admin: Opened
) -> None:
    declares(south_admin)
    sealed = enter(north_admin, invite(south, south_admin).code)
    with portal_scope(south.portal_id):
        db.session.execute(delete(Invitation))
        db.session.commit()
    again = invite(south, south_admin)
    assert give(north_admin, sealed).status_code == 422
    assert find_by_code(again.code) == again
    assert consents(north) == ()


def test_an_account_of_the_integrators_does_not_show_his_name_to_employees(
    north: Actor, north_admin: Opened, checks_alone: ConsentView
) -> None:
    helper, url = north.opens(user=north.portal.integrator), f"/settings/integrator/{checks_alone.code}/shown"
    assert helper.post(url, shown="yes").status_code == 422
    assert not consents(north)[0].shown_to_people
    assert "Попытка изменить доступ" in north_admin.get("/settings/integrator").text
    assert north_admin.post(url, shown="yes").status_code == 200
    assert helper.post(url).status_code == 200
    assert not consents(north)[0].shown_to_people
