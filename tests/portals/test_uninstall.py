"""Uninstall: tokens die at once, data by CLEAN or after the stated period, and a reinstall finds what is left."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from b24app.database import Base, OfPortal, db, every_portal, portal_scope
from b24app.jobs.execution import do_due
from b24app.jobs.model import JobRow
from b24app.portals.model import InstallStatus, Portal, find_portal
from b24app.portals.uninstall import erase_due
from sandbox.application import ApplicationCard
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.databases import POSTGRESQL
from tests.installation import all_jobs
from tests.jobs import ask
from tests.portals.rows import accesses, last_event, row

pytestmark = pytest.mark.dialect

RunJobs = Callable[[], int]


@pytest.fixture
def card(world: World) -> ApplicationCard:
    return next(iter(world.applications.values()))


def rows_of_portals() -> dict[str, int]:
    db.session.expire_all()
    tables = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, OfPortal)]
    with every_portal():
        counted = {
            table.__tablename__: db.session.scalar(select(func.count()).select_from(table))
            for table in tables
        }
    return {name: number for name, number in counted.items() if number}


def test_an_uninstall_with_clean_erases_every_row(
    north: Actor, card: ApplicationCard, run_jobs: RunJobs, app: Flask
):
    run_jobs()
    ask("count_disk", north.portal_id)
    with portal_scope(north.portal_id):
        ask("perform_run", 99)
    north.portal.uninstall(card, clean=True)
    take = all_jobs()["take_event"]
    do_due(app, {"take_event": take})
    assert find_portal(north.portal.member_id) is None
    assert rows_of_portals() == {}
    assert [row.key for row in db.session.scalars(select(JobRow)) if row.portal_id or ":" in row.key] == []


def test_an_uninstall_with_clean_leaves_other_portals_alone(
    north: Actor, south: Actor, card: ApplicationCard, run_jobs: RunJobs
):
    run_jobs()
    before = len(accesses(south))
    north.portal.uninstall(card, clean=True)
    run_jobs()
    assert len(accesses(south)) == before > 0


def test_a_page_of_an_erased_portal_does_not_open_the_next_one(
    first_checks: Actor, north_admin: Opened, stranger: Actor, card: ApplicationCard, run_jobs: RunJobs
):
    """The release before gave the id of an erased portal to the next one on SQLite, and page tokens live for an hour."""
    erased = first_checks.portal_id
    first_checks.portal.uninstall(card, clean=True)
    run_jobs()
    if not POSTGRESQL:
        with db.engine.begin() as line:
            line.execute(
                text("UPDATE sqlite_sequence SET seq = :seq WHERE name = 'portal'"), {"seq": erased - 1}
            )
    stranger.installs()
    db.session.expire_all()
    assert POSTGRESQL or stranger.portal_id == erased
    assert north_admin.get("/renewal").status_code == 401
    assert north_admin.post("/shop/run").status_code == 401


def test_an_uninstall_without_clean_kills_tokens_at_once(
    north: Actor, card: ApplicationCard, run_jobs: RunJobs
):
    north.portal.uninstall(card, clean=False)
    run_jobs()
    assert row(north).status == InstallStatus.DELETED
    assert row(north).application_token is None
    assert list(accesses(north)) == []


def test_data_is_erased_after_the_stated_period_and_not_before(
    north: Actor, card: ApplicationCard, run_jobs: RunJobs, world: World
):
    north.portal.uninstall(card, clean=False)
    run_jobs()
    world.clock.advance(days=29)
    assert erase_due() == 0
    world.clock.advance(days=2)
    assert erase_due() == 1
    db.session.commit()
    assert rows_of_portals() == {}


def test_pages_opened_before_the_uninstall_are_out_of_date(
    north: Actor, card: ApplicationCard, run_jobs: RunJobs
):
    opened = north.opens()
    north.portal.uninstall(card, clean=False)
    run_jobs()
    assert opened.post("/install/what").status_code == 401


def test_a_forged_uninstall_is_not_believed_while_the_server_knows_us(
    north: Actor, world: World, visitor: FlaskClient, run_jobs: RunJobs
):
    form = dict(world.deliveries[-1].form) | {"event": "ONAPPUNINSTALL", "data[CLEAN]": "1"}
    visitor.post("/events", data=form)
    run_jobs()
    assert row(north).status == InstallStatus.ACTIVE
    assert last_event().result == ""


def test_a_reinstall_after_removal_keeps_the_data_and_cancels_the_erasing(
    north: Actor, card: ApplicationCard, run_jobs: RunJobs, world: World
):
    before = row(north).id
    north.portal.uninstall(card, clean=False)
    run_jobs()
    north.installs()
    assert (row(north).id, row(north).status, row(north).erase_at) == (before, InstallStatus.ACTIVE, None)
    assert len(accesses(north)) == 1


def test_a_reinstall_after_clean_starts_from_nothing(north: Actor, card: ApplicationCard, run_jobs: RunJobs):
    north.portal.uninstall(card, clean=True)
    run_jobs()
    north.installs()
    assert db.session.scalar(select(func.count(Portal.id))) == 1
    assert row(north).status == InstallStatus.ACTIVE
