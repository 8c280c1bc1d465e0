"""When the access of one administrator dies, that of another is tried, if he is one still; when none works it is noted once."""

from collections.abc import Callable

import pytest

from b24app.bitrix24.token_states import TokenState
from b24app.database import db, portal_scope
from b24app.errors import ApplicationGone, ClientUnknown, PlanLapsed, TokenRejected, Unreachable
from b24app.portals.availability import get_availability
from b24app.portals.client_factory import open_client, refresh_dormant, says_administrator
from b24app.portals.lost_access import note_access_lost
from b24app.portals.model import InstallStatus
from b24app.portals.people import note_employment
from sandbox.application import ApplicationCard
from sandbox.user import User
from sandbox.world import World
from tests.actors import Actor
from tests.portals.rows import accesses, do, people, row

pytestmark = pytest.mark.usefixtures("first_checks")
RunJobs = Callable[[], int]


@pytest.fixture
def card(world: World) -> ApplicationCard:
    return next(iter(world.applications.values()))


@pytest.fixture
def deputy(north: Actor) -> User:
    """A second administrator, who has opened the application."""
    user = north.portal.integrator
    user.admin = True
    north.opens(user=user)
    return user


def reject(actor: Actor, card: ApplicationCard, *users: User) -> None:
    """The server does not accept the renewing tokens of these people any more, and access tokens are over."""
    tokens = actor.portal.world.tokens
    for token, grant in list(tokens.refresh.items()):
        if grant.user_id in {user.id for user in users}:
            del tokens.refresh[token]
    actor.portal.expire_tokens(card)


def asks_as(actor: Actor) -> str:
    return str(open_client(actor.portal_id).call("profile").result["ID"])


def main(actor: Actor) -> list[int]:
    db.session.expire_all()
    return [access.user_id for access in accesses(actor) if access.is_master]


def lost_since(actor: Actor) -> object:
    db.session.expire_all()
    with portal_scope(actor.portal_id):
        return get_availability().access_lost_at


def test_the_same_call_goes_on_with_another_administrator(north: Actor, deputy: User, card: ApplicationCard):
    reject(north, card, north.portal.admin)
    assert asks_as(north) == str(deputy.id)
    assert main(north) == [deputy.id]
    assert lost_since(north) is None


def test_a_dismissed_main_administrator_is_followed_in_the_same_call(north: Actor, deputy: User):
    north.portal.dismiss(north.portal.admin)
    assert asks_as(north) == str(deputy.id)
    assert main(north) == [deputy.id]


def test_who_is_no_administrator_any_more_is_not_taken_and_is_forgotten(
    north: Actor, deputy: User, card: ApplicationCard
):
    deputy.admin = False
    reject(north, card, north.portal.admin)
    with pytest.raises(TokenRejected):
        asks_as(north)
    assert deputy.id not in {access.user_id for access in accesses(north)}
    assert not people(north)[deputy.id].is_admin
    assert lost_since(north) is not None


def test_also_when_the_main_pair_was_forgotten_another_one_is_asked_about_first(north: Actor, deputy: User):
    with portal_scope(north.portal_id):
        note_employment(north.portal.admin.id, active=False, at=north.portal.world.clock.now())
        db.session.commit()
    deputy.admin = False
    with pytest.raises(TokenRejected):
        asks_as(north)
    deputy.admin = True
    north.opens(user=deputy)
    assert asks_as(north) == str(deputy.id)


def test_a_dismissed_administrator_leaves_no_access(north: Actor, deputy: User):
    with portal_scope(north.portal_id):
        note_employment(deputy.id, active=False, at=north.portal.world.clock.now())
        db.session.commit()
    assert {access.user_id for access in accesses(north)} == {north.portal.admin.id}


@pytest.mark.parametrize(
    ("profile", "found"),
    [
        ({"ADMIN": True}, True),
        ({"ADMIN": "Y"}, True),
        ({"ADMIN": False}, False),
        ({}, False),
        ([], False),
        (None, False),
    ],
)
def test_only_the_plain_word_of_the_portal_makes_an_administrator(profile: object, found: bool):
    assert says_administrator(profile) is found


def test_a_named_persons_client_never_becomes_anothers(north: Actor, deputy: User, card: ApplicationCard):
    reject(north, card, north.portal.admin)
    with pytest.raises(TokenRejected):
        open_client(north.portal_id, user_id=north.portal.admin.id).call("profile")
    assert lost_since(north) is None


def test_when_none_works_it_is_noted_once(
    north: Actor, deputy: User, card: ApplicationCard, world: World, run_jobs: RunJobs
):
    run_jobs()
    reject(north, card, north.portal.admin, deputy)
    with pytest.raises(TokenRejected):
        asks_as(north)
    first = lost_since(north)
    assert first == world.clock.now()
    assert {access.state for access in accesses(north)} == {TokenState.REVOKED}
    world.clock.advance(hours=1)
    with pytest.raises(TokenRejected):
        asks_as(north)
    assert lost_since(north) == first


def test_an_opening_of_any_administrator_brings_it_back(north: Actor, deputy: User, card: ApplicationCard):
    reject(north, card, north.portal.admin, deputy)
    with pytest.raises(TokenRejected):
        asks_as(north)
    north.opens(user=deputy)
    assert lost_since(north) is None
    assert asks_as(north) == str(deputy.id)


def test_an_opening_of_an_employee_does_not(north: Actor, card: ApplicationCard):
    reject(north, card, north.portal.admin)
    with pytest.raises(TokenRejected):
        asks_as(north)
    north.opens(user=north.portal.employee)
    assert lost_since(north) is not None


@pytest.mark.parametrize("what", ["removed", "lapsed", "silent", "wrong client"])
def test_what_is_no_lost_access_is_not_called_so(
    north: Actor, card: ApplicationCard, world: World, what: str
):
    errors = {
        "removed": ApplicationGone,
        "lapsed": PlanLapsed,
        "silent": Unreachable,
        "wrong client": ClientUnknown,
    }
    if what == "removed":
        world.tokens.revoke(card.client_id, north.portal.member_id)
    elif what == "lapsed":
        north.portal.lapse_to_free()
    elif what == "silent":
        north.portal.answer_next("cut", times=99)
    else:
        north.portal.expire_tokens(card)
        world.refuse_next_token("wrong_client", status=200)
    with pytest.raises(errors[what]):
        asks_as(north)
    note_access_lost(north.portal_id, world.clock.now())
    assert lost_since(north) is None


def test_pairs_older_than_a_renewing_token_lives_are_forgotten(
    north: Actor, deputy: User, world: World, card: ApplicationCard
):
    north.portal.answer_next("cut", times=999)
    world.clock.advance(days=182)
    refresh_dormant()
    db.session.commit()
    assert not accesses(north)
    assert lost_since(north) == world.clock.now()


def test_a_dormant_pair_that_is_rejected_is_noted(north: Actor, world: World, card: ApplicationCard):
    reject(north, card, north.portal.admin)
    world.clock.advance(days=160)
    do(refresh_dormant)
    assert lost_since(north) is not None


def test_a_portal_that_is_not_installed_to_the_end_is_told_of_nothing(north: Actor, card: ApplicationCard):
    row(north).status = InstallStatus.NEW
    db.session.commit()
    reject(north, card, north.portal.admin)
    with pytest.raises(TokenRejected):
        asks_as(north)
    assert lost_since(north) is None


def test_another_portal_is_untouched(north: Actor, south: Actor, card: ApplicationCard):
    reject(north, card, north.portal.admin)
    with pytest.raises(TokenRejected):
        asks_as(north)
    assert lost_since(south) is None
    assert asks_as(south) == str(south.portal.admin.id)
