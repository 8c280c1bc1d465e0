"""Events: genuine ones are taken at once and worked on later; the rest is refused with a reason."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from b24app.database import db
from b24app.manifest import read_manifest
from b24app.portals.event_inbox import Receipt, digest, put_aside
from b24app.portals.incoming_forms import read_event
from b24app.portals.model import EventIn, InstallStatus
from b24app.portals.uninstall import erase
from sandbox.application import ApplicationCard
from sandbox.world import World
from tests.actors import Actor
from tests.portals.rows import accesses, last_event, row

RunJobs = Callable[[], int]


@pytest.fixture
def card(world: World) -> ApplicationCard:
    return next(iter(world.applications.values()))


def last_form(world: World) -> dict[str, str]:
    return dict(world.deliveries[-1].form)


def test_the_event_of_a_finished_install_is_taken(north: Actor, world: World, run_jobs: RunJobs):
    assert world.deliveries[-1].status == 200
    assert run_jobs() > 0
    assert (last_event().name, last_event().result, last_event().payload) == ("ONAPPINSTALL", "done", None)


def test_the_same_event_again_is_not_worked_on_twice(north: Actor, world: World, visitor: FlaskClient):
    answer = visitor.post("/events", data=last_form(world))
    assert answer.json == {"status": "success", "event": "repeated"}
    assert db.session.scalar(select(func.count(EventIn.id))) == 1


WRONG = {
    "invalid_application_token": {"auth[application_token]": "f" * 32, "auth[access_token]": ""},
    "malformed": {"auth[member_id]": "no/such"},
    "unknown_event": {"event": "ONCRMDEALADD"},
    "server_not_allowed": {
        "auth[application_token]": "f" * 32,
        "auth[server_endpoint]": "https://thief.example/rest/",
    },
}


@pytest.mark.parametrize("error", WRONG)
def test_refuses_an_event_with_a_reason(north: Actor, world: World, visitor: FlaskClient, error: str):
    answer = visitor.post("/events", data=last_form(world) | WRONG[error])
    assert (answer.status_code, answer.json["error"]) == (403, error)


def test_an_event_of_an_unknown_portal_looks_like_a_wrong_token(
    north: Actor, world: World, visitor: FlaskClient
):
    form = last_form(world) | {"event": "ONAPPUNINSTALL", "auth[member_id]": "0" * 32}
    assert visitor.post("/events", data=form).json["error"] == "invalid_application_token"


def test_a_visit_without_an_event_only_shows_that_the_address_is_alive(visitor: FlaskClient):
    assert visitor.get("/events").json == {"status": "ok"}


def test_an_install_reported_by_an_event_alone_is_verified_and_bound(
    stranger: Actor, world: World, card: ApplicationCard, run_jobs: RunJobs, visitor: FlaskClient
):
    installation = stranger.portal.add_application(card)
    send_install_event(stranger, world, card, visitor)
    run_jobs()
    assert row(stranger).status == InstallStatus.ACTIVE
    assert {binding.placement for binding in installation.placements} == set(read_manifest().placements)
    assert [access.user_id for access in accesses(stranger)] == [stranger.portal.admin.id]


def test_a_forged_install_event_leaves_no_portal(
    stranger: Actor, world: World, card: ApplicationCard, run_jobs: RunJobs, visitor: FlaskClient
):
    stranger.portal.add_application(card)
    send_install_event(stranger, world, card, visitor, **{"auth[access_token]": "f" * 70})
    run_jobs()
    assert last_event().result == "access_rejected"
    assert last_event().payload is None


def test_an_event_before_the_wizard_leaves_the_wizard_working(
    stranger: Actor, world: World, card: ApplicationCard, run_jobs: RunJobs, visitor: FlaskClient
):
    stranger.portal.add_application(card)
    send_install_event(stranger, world, card, visitor)
    run_jobs()
    wizard = stranger.opens()
    assert wizard.post("/install/bind").status_code == 200


def test_an_update_binds_everything_anew(
    north: Actor, world: World, card: ApplicationCard, run_jobs: RunJobs
):
    north.portal.update_application(card, 2)
    run_jobs()
    installation = north.portal.installations[card.client_id]
    bound = {binding.placement for binding in installation.placements}
    assert bound == set(read_manifest().placements)
    assert {binding.event for binding in installation.events} >= {"ONAPPUNINSTALL", "ONAPPTEST"}
    assert row(north).application_version == 2


def test_a_payment_is_only_a_hint_that_app_info_confirms(
    north: Actor, world: World, visitor: FlaskClient, run_jobs: RunJobs
):
    form = last_form(world) | {"event": "ONAPPPAYMENT", "data[STATUS]": "P"}
    assert visitor.post("/events", data=form).status_code == 200
    run_jobs()
    assert row(north).application_status == "L"


def send_install_event(
    actor: Actor, world: World, card: ApplicationCard, visitor: FlaskClient, **changes: str
) -> None:
    installation = actor.portal.installations[card.client_id]
    tokens = actor.portal.issue_tokens(card, actor.portal.admin)
    form = {
        "event": "ONAPPINSTALL",
        "event_handler_id": "1",
        "ts": "1",
        "data[VERSION]": "1",
        "data[ACTIVE]": "Y",
        "data[INSTALLED]": "Y",
        "data[LANGUAGE_ID]": "ru",
        "auth[access_token]": tokens.access,
        "auth[refresh_token]": tokens.refresh,
        "auth[expires_in]": "3600",
        "auth[scope]": ",".join(card.scopes),
        "auth[domain]": actor.portal.host,
        "auth[server_endpoint]": world.server_endpoint,
        "auth[client_endpoint]": actor.portal.client_endpoint,
        "auth[member_id]": actor.portal.member_id,
        "auth[user_id]": str(actor.portal.admin.id),
        "auth[application_token]": installation.application_token,
    }
    assert visitor.post("/events", data=form | changes).status_code == 200


@pytest.mark.dialect
def test_two_deliveries_at_the_same_moment_are_one_event(north: Actor, world: World):
    post = read_event(last_form(world))
    row = EventIn(
        digest=digest(post), member_id="m", name="ONAPPTEST", received_at=world.clock.now(), payload="{}"
    )
    assert put_aside(row) is Receipt.REPEATED


def test_a_payment_of_an_unknown_portal_means_nothing(
    north: Actor, world: World, visitor: FlaskClient, card: ApplicationCard, run_jobs: RunJobs
):
    form = last_form(world) | {"event": "ONAPPPAYMENT"}
    visitor.post("/events", data=form)
    erase(row(north))
    db.session.commit()
    assert run_jobs() > 0
