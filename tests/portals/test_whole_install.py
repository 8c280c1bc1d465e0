"""What belongs to a whole install changes by an administrator's verified opening or by the server's answer alone."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from b24app.database import db, every_portal
from b24app.errors import TokenRejected
from b24app.manifest import read_manifest
from b24app.portals.client_factory import choose_access
from b24app.portals.model import Access, InstallStatus, Person, Portal
from b24app.portals.people import review_rights
from sandbox.application import ApplicationCard
from sandbox.user import User
from sandbox.world import World
from tests.actors import Actor
from tests.portals.rows import accesses, do, last_event, people, row

RunJobs = Callable[[], int]
Seen = tuple[dict[str, object], list[tuple[object, ...]]]


@pytest.fixture
def card(world: World) -> ApplicationCard:
    return next(iter(world.applications.values()))


def seen(actor: Actor) -> Seen:
    """Everything that is written about the install, and the access it gave."""
    portal = row(actor)
    columns = {name: getattr(portal, name) for name in Portal.__table__.columns.keys()}  # noqa: SIM118
    kept = [(one.user_id, one.access_token, one.refresh_token, one.is_master) for one in accesses(actor)]
    return columns, kept


FORMS = {
    "an honest form": {},
    "another application token": {"APPLICATION_TOKEN": "e" * 32},
    "fewer permissions": {"APPLICATION_SCOPE": "crm"},
    "more permissions": {"APPLICATION_SCOPE": "crm,disk,everything"},
    "another token and other permissions": {"APPLICATION_TOKEN": "e" * 32, "APPLICATION_SCOPE": "crm"},
    "a form of an older portal": {"APPLICATION_TOKEN": "", "APPLICATION_SCOPE": "", "SERVER_ENDPOINT": ""},
    "another server of the list": {"SERVER_ENDPOINT": "https://oauth.bitrix.info/rest/"},
}


@pytest.mark.parametrize("name", FORMS)
def test_the_frame_of_an_employee_changes_nothing(north: Actor, card: ApplicationCard, name: str):
    before = seen(north)
    north.portal.installations[card.client_id].version = 9
    north.portal.renew("ru_pro100")
    north.sends(north.portal.opens(user=north.portal.employee), **FORMS[name])
    assert seen(north) == before


def test_an_employee_is_let_in_though_the_portal_has_moved(north: Actor):
    before = seen(north)
    north.portal.change_address("moved.bitrix24.example")
    assert north.opens(user=north.portal.employee).status == 200
    assert seen(north) == before
    assert not people(north)[north.portal.employee.id].is_admin


def test_the_frame_of_an_administrator_brings_a_new_application_token(north: Actor, card: ApplicationCard):
    north.portal.installations[card.client_id].application_token = "a" * 32
    north.opens(user=north.portal.employee)
    assert row(north).application_token != "a" * 32
    north.opens()
    assert row(north).application_token == "a" * 32


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_an_employee_who_comes_first_learns_who_has_to_open_it_and_leaves_no_trace(
    stranger: Actor, card: ApplicationCard, lang: str
):
    installation = stranger.portal.add_application(card)
    installation.installed = True
    opened = stranger.opens(user=stranger.portal.employee, lang=lang)
    assert opened.status == 403
    assert {"ru": "Сначала приложение открывает администратор", "en": "An administrator opens"}[
        lang
    ] in opened.text
    assert db.session.scalar(select(func.count(Portal.id))) == 0


def test_an_employee_waits_until_the_wizard_is_finished(stranger: Actor, card: ApplicationCard):
    stranger.portal.add_application(card).installed = True
    stranger.opens()
    before = seen(stranger)
    assert stranger.opens(user=stranger.portal.employee).status == 403
    assert seen(stranger) == before


def test_an_employee_does_not_bring_a_removed_install_back(
    north: Actor, card: ApplicationCard, run_jobs: RunJobs, world: World
):
    north.portal.uninstall(card, clean=False)
    run_jobs()
    erase_at = row(north).erase_at
    north.portal.add_application(card).installed = True
    world.clock.advance(days=3)
    assert north.opens(user=north.portal.employee).status == 403
    assert (row(north).status, row(north).application_token) == (InstallStatus.DELETED, None)
    assert row(north).erase_at - erase_at >= world.clock.now() - world.clock.now().replace(hour=0)
    north.opens()
    assert (row(north).status, row(north).erase_at) == (InstallStatus.NEW, None)


def install_form(actor: Actor, world: World, user: User) -> dict[str, str]:
    """The form of an event with tokens of this person, as a portal would send it or an employee would write it."""
    card = next(iter(world.applications.values()))
    tokens = actor.portal.issue_tokens(card, user)
    return {
        "event": "ONAPPINSTALL",
        "ts": str(int(world.clock.timestamp())),
        "data[VERSION]": "99",
        "data[ACTIVE]": "Y",
        "data[INSTALLED]": "Y",
        "auth[access_token]": tokens.access,
        "auth[refresh_token]": tokens.refresh,
        "auth[scope]": "crm",
        "auth[domain]": actor.portal.host,
        "auth[server_endpoint]": world.server_endpoint,
        "auth[client_endpoint]": actor.portal.client_endpoint,
        "auth[member_id]": actor.portal.member_id,
        "auth[user_id]": str(actor.portal.admin.id),
        "auth[application_token]": actor.portal.installations[card.client_id].application_token,
    }


FORGERIES = {
    "own tokens and the right application token": {},
    "own tokens and another application token": {"auth[application_token]": "e" * 32},
    "no tokens of a person": {"auth[access_token]": "f" * 70, "auth[refresh_token]": "f" * 70},
    "another portal": {"auth[domain]": "south.bitrix24.example"},
}


@pytest.mark.parametrize(
    "forgery", [(event, name) for event in ("ONAPPINSTALL", "ONAPPUPDATE") for name in FORGERIES]
)
def test_a_forged_event_changes_nothing(
    north: Actor, world: World, visitor: FlaskClient, run_jobs: RunJobs, forgery: tuple[str, str]
):
    run_jobs()
    before, (event, name) = seen(north), forgery
    form = install_form(north, world, north.portal.employee) | {"event": event} | FORGERIES[name]
    visitor.post("/events", data=form)
    run_jobs()
    assert last_event().done_at is not None
    assert seen(north) == before


def test_an_event_without_a_persons_tokens_does_not_install(
    north: Actor, world: World, visitor: FlaskClient, run_jobs: RunJobs
):
    run_jobs()
    before = seen(north)
    form = install_form(north, world, north.portal.employee) | {"auth[access_token]": ""}
    visitor.post("/events", data=form)
    run_jobs()
    assert seen(north) == before


def test_tokens_of_another_portal_do_not_speak_for_this_one(
    north: Actor, south: Actor, world: World, visitor: FlaskClient, run_jobs: RunJobs
):
    run_jobs()
    before = seen(north)
    form = install_form(south, world, south.portal.admin)
    visitor.post("/events", data=form | {"auth[member_id]": north.portal.member_id})
    run_jobs()
    assert (last_event().result, seen(north)) == ("foreign_portal", before)


def test_an_install_by_an_employee_waits_for_an_administrator(
    stranger: Actor, world: World, card: ApplicationCard, visitor: FlaskClient, run_jobs: RunJobs
):
    stranger.portal.add_application(card)
    visitor.post("/events", data=install_form(stranger, world, stranger.portal.employee))
    run_jobs()
    assert last_event().result == "not_administrator"
    assert db.session.scalar(select(func.count(Portal.id))) == 0


def test_an_update_by_an_employee_binds_anew_and_the_server_names_the_version(
    north: Actor, world: World, card: ApplicationCard, visitor: FlaskClient, run_jobs: RunJobs
):
    run_jobs()
    (columns, kept), installation = seen(north), north.portal.installations[card.client_id]
    installation.version = 2
    installation.placements.clear()
    form = install_form(north, world, north.portal.employee) | {"event": "ONAPPUPDATE"}
    visitor.post("/events", data=form)
    run_jobs()
    assert len(installation.placements) == len(read_manifest().placements)
    assert seen(north) == (columns | {"application_version": 2}, kept)


def test_an_update_that_names_nobody_is_put_to_the_server(
    north: Actor, world: World, card: ApplicationCard, visitor: FlaskClient, run_jobs: RunJobs
):
    run_jobs()
    north.portal.installations[card.client_id].version = 3
    form = install_form(north, world, north.portal.employee) | {
        "event": "ONAPPUPDATE",
        "auth[access_token]": "",
    }
    visitor.post("/events", data=form)
    run_jobs()
    assert (last_event().result, row(north).application_version) == ("done", 3)


def test_who_is_no_administrator_any_more_gives_no_access(north: Actor):
    north.portal.admin.admin = False
    north.opens(user=north.portal.admin)
    assert list(accesses(north)) == []
    with pytest.raises(TokenRejected):
        choose_access(row(north))


def test_the_daily_question_finds_a_master_who_was_demoted(north: Actor):
    do(review_rights, north.portal_id)
    assert [one.user_id for one in accesses(north)] == [north.portal.admin.id]
    north.portal.integrator.admin = True
    north.opens(user=north.portal.integrator)
    page = north.opens(user=north.portal.admin)
    north.portal.admin.admin = False
    do(review_rights, north.portal_id)
    assert [one.user_id for one in accesses(north)] == [north.portal.integrator.id]
    assert not people(north)[north.portal.admin.id].is_admin
    assert page.get("/renewal").status_code == 401


def test_access_of_an_employee_that_an_older_release_has_kept_is_not_used(north: Actor):
    north.portal.integrator.admin = True
    north.opens(user=north.portal.integrator)
    with every_portal():
        demoted = update(Person).where(Person.user_id == north.portal.admin.id)
        db.session.execute(demoted.values(is_admin=False))
    db.session.commit()
    chosen = choose_access(row(north))
    with every_portal():
        assert db.session.get_one(Access, chosen).user_id == north.portal.integrator.id


@pytest.mark.parametrize("path", ["/install/what", "/install/bind", "/install/date", "/install/done"])
def test_the_wizard_is_no_way_for_an_employee(north: Actor, run_jobs: RunJobs, path: str):
    run_jobs()
    before = seen(north)
    assert north.opens(user=north.portal.employee).post(path, ends_on="2026-12-23").status_code == 403
    assert seen(north) == before


def test_a_payment_is_believed_from_the_server_only(
    north: Actor, world: World, card: ApplicationCard, visitor: FlaskClient, run_jobs: RunJobs
):
    run_jobs()
    north.portal.installations[card.client_id].status = "F"
    form = install_form(north, world, north.portal.employee)
    visitor.post("/events", data=form | {"event": "ONAPPPAYMENT", "data[STATUS]": "P"})
    run_jobs()
    assert row(north).application_status == "F"
