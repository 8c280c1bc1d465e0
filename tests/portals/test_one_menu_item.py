"""The portal's menu: one item of ours, whichever release was there before and however often it is installed."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import update

from b24app.database import db
from b24app.jobs.upkeep import ask_unfinished
from b24app.manifest import read_manifest
from b24app.placements import RETIRED, bind_portal, wanted_bindings
from b24app.portals.model import Portal
from sandbox.application import ApplicationCard, Installation, PlacementBinding
from sandbox.world import World
from tests.actors import Actor
from tests.portals.rows import row
from tests.sandbox.visitor import visitor_of

Jobs = Callable[[], int]
OURS = re.compile(r'href="(/marketplace/app/\d+/|/devops/placement/\d+/)[^"]*"')
PLACES = set(read_manifest().placements)


@pytest.fixture
def card(world: World) -> ApplicationCard:
    return next(iter(world.applications.values()))


def items(actor: Actor) -> list[str]:
    """The items of applications in the portal's own menu, as the administrator and as an employee see them."""
    visitor = visitor_of(actor.portal)
    seen = OURS.findall(visitor.reads("/company/").split('id="menu"', 1)[1].split("</nav>", 1)[0])
    visitor.becomes(actor.portal.employee)
    assert OURS.findall(visitor.reads("/company/").split('id="menu"', 1)[1].split("</nav>", 1)[0]) == seen
    return seen


def bind_as_before(installation: Installation) -> None:
    """The places that releases before this one have bound."""
    for number, code in enumerate(sorted(RETIRED), 900):
        handler = f"https://renewal.example/placements/{code.lower()}"
        installation.placements.append(PlacementBinding(number, code, handler, title="Срок тарифа"))


def test_it_has_one_item_which_the_card_makes(north: Actor) -> None:
    (item,) = items(north)
    assert item.startswith("/marketplace/app/")


def test_the_wizard_that_is_gone_through_again_leaves_one(north: Actor, card: ApplicationCard) -> None:
    installation = north.portal.installations[card.client_id]
    bind_as_before(installation)
    assert len(items(north)) == 2
    assert north.opens().post("/install/bind").status_code == 200
    assert len(items(north)) == 1
    assert sorted(one.placement for one in installation.placements) == sorted(PLACES)


def test_an_update_from_a_release_that_bound_more_leaves_one(
    north: Actor, card: ApplicationCard, run_jobs: Jobs
) -> None:
    north.portal.update_application(card, 9)
    bind_as_before(north.portal.installations[card.client_id])
    run_jobs()
    north.portal.finish_install(card)
    assert len(items(north)) == 1


def test_removed_and_installed_again_it_has_one_and_everything_once(
    north: Actor, card: ApplicationCard, run_jobs: Jobs
) -> None:
    for _ in range(2):
        north.portal.uninstall(card, clean=True)
        run_jobs()
        north.installs()
        run_jobs()
        installation = north.portal.installations[card.client_id]
        assert len(items(north)) == 1
        assert sorted(one.placement for one in installation.placements) == sorted(PLACES)
        events = [one.event for one in installation.events if not one.offline]
        assert sorted(events) == sorted(read_manifest().events)
        assert north.opens().status == 200
    assert db.session.query(Portal).filter_by(member_id=north.portal.member_id).count() == 1


def test_a_list_of_places_that_cannot_be_read_is_read_the_next_time(
    north: Actor, card: ApplicationCard, run_jobs: Jobs
) -> None:
    installation = north.portal.installations[card.client_id]
    bind_as_before(installation)
    db.session.execute(update(Portal).values(bindings=""))
    db.session.commit()
    north.portal.refuse_next("ERROR_CORE", method="placement.get", times=1)
    bind_portal(north.portal_id)
    db.session.commit()
    assert (len(items(north)), row(north).bindings) == (2, "")
    ask_unfinished()
    run_jobs()
    assert (len(items(north)), row(north).bindings) == (1, wanted_bindings().mark)
