"""An uninstall is what the authorization server confirms; an install that it denies by name on three days is erased in time."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from b24app.bitrix24.token_states import TokenState
from b24app.database import db, portal_scope
from b24app.jobs.portals import look_after_access
from b24app.portals.event_handling import take_event
from b24app.portals.model import Access, EventIn, InstallStatus, Portal, find_portal
from b24app.portals.uninstall import erase_due
from sandbox.application import ApplicationCard
from sandbox.world import World
from tests.actors import Actor
from tests.portals.rows import accesses, do, last_event, row

RunJobs = Callable[[], int]
AWAY = "away.example"


@pytest.fixture
def card(world: World) -> ApplicationCard:
    return next(iter(world.applications.values()))


def mark(actor: Actor, state: TokenState) -> None:
    """What a job that met a refusal leaves in the row of the pair."""
    with portal_scope(actor.portal_id):
        db.session.execute(update(Access).values(state=state))
        db.session.commit()


@pytest.fixture
def denied(north: Actor, world: World, card: ApplicationCard, run_jobs: RunJobs) -> Actor:
    """A portal that removed the application while no event reached us, and that job by job has noticed it."""
    run_jobs()
    world.clock.advance(hours=2)
    world.tokens.revoke(card.client_id, north.portal.member_id)
    mark(north, TokenState.UNINSTALLED)
    return north


def days_pass(world: World, run_jobs: RunJobs, days: int) -> None:
    """So many days, each with its daily job."""
    for _ in range(days):
        look_after_access()
        run_jobs()
        world.clock.advance(days=1)


def claim(actor: Actor, world: World, visitor: FlaskClient, **changes: str) -> str:
    form = {
        "event": "ONAPPUNINSTALL",
        "ts": str(int(world.clock.timestamp())),
        "data[CLEAN]": "1",
        "auth[domain]": actor.portal.host,
        "auth[member_id]": actor.portal.member_id,
        "auth[application_token]": "e" * 32,
    }
    answer = visitor.post("/events", data=form | changes)
    return str(answer.json.get("event") or answer.json.get("error"))


def test_an_uninstall_with_another_token_is_put_to_the_server(
    north: Actor, world: World, card: ApplicationCard, visitor: FlaskClient, run_jobs: RunJobs
):
    run_jobs()
    world.tokens.revoke(card.client_id, north.portal.member_id)
    assert claim(north, world, visitor) == "accepted"
    run_jobs()
    # nobody knows who asked to erase everything at once, so the data keeps its period
    assert (row(north).status, list(accesses(north))) == (InstallStatus.DELETED, [])
    assert row(north).erase_at == world.clock.now() + timedelta(days=30)


def test_a_forged_uninstall_with_another_token_changes_nothing(
    north: Actor, world: World, visitor: FlaskClient, run_jobs: RunJobs
):
    run_jobs()
    claim(north, world, visitor)
    run_jobs()
    assert (row(north).status, row(north).erase_at, len(accesses(north))) == (InstallStatus.ACTIVE, None, 1)


def test_many_forged_uninstalls_are_one_question_to_the_server(
    north: Actor, world: World, visitor: FlaskClient, run_jobs: RunJobs
):
    run_jobs()
    said = []
    for _ in range(5):
        world.clock.advance(seconds=1)
        said.append(claim(north, world, visitor))
    assert said == ["accepted", *["repeated"] * 4]
    uninstalls = select(func.count(EventIn.id)).where(EventIn.name == "ONAPPUNINSTALL")
    assert db.session.scalar(uninstalls) == 1
    world.clock.advance(hours=2)  # the worker that was to ask has died
    assert claim(north, world, visitor) == "accepted"


def test_an_uninstall_of_an_unknown_portal_is_refused(north: Actor, world: World, visitor: FlaskClient):
    assert claim(north, world, visitor, **{"auth[member_id]": "0" * 32}) == "invalid_application_token"


@pytest.mark.parametrize("own_token", [True, False])
def test_an_uninstall_changes_nothing_while_the_server_is_silent(
    north: Actor, world: World, visitor: FlaskClient, run_jobs: RunJobs, own_token: bool
):
    run_jobs()
    world.oauth_host = AWAY
    token = row(north).application_token if own_token else "e" * 32
    claim(north, world, visitor, **{"auth[application_token]": str(token)})
    run_jobs()
    do(take_event, last_event().id, 2)
    assert last_event().result == "unconfirmed"
    assert (row(north).status, row(north).erase_at, len(accesses(north))) == (InstallStatus.ACTIVE, None, 1)


def test_an_uninstall_that_could_not_be_confirmed_is_asked_about_on_the_next_days(
    north: Actor, world: World, card: ApplicationCard, visitor: FlaskClient, run_jobs: RunJobs
):
    run_jobs()
    world.oauth_host, here = AWAY, world.oauth_host
    claim(north, world, visitor)
    do(take_event, last_event().id, 2)
    world.oauth_host = here
    world.tokens.revoke(card.client_id, north.portal.member_id)
    days_pass(world, run_jobs, 3)
    assert row(north).erase_at is not None


def test_three_days_of_denial_begin_the_erase_period(denied: Actor, world: World, run_jobs: RunJobs):
    days_pass(world, run_jobs, 2)
    assert (len(row(denied).denied_days.split()), row(denied).erase_at) == (2, None)
    look_after_access()
    run_jobs()
    assert row(denied).erase_at == world.clock.now() + timedelta(days=30)
    assert row(denied).status == InstallStatus.ACTIVE


def test_a_day_counts_once(denied: Actor, world: World, run_jobs: RunJobs):
    for _ in range(5):
        look_after_access()
        run_jobs()
        world.clock.advance(hours=1)
    assert len(row(denied).denied_days.split()) == 1


@pytest.fixture
def doubted(north: Actor, world: World, run_jobs: RunJobs) -> Actor:
    """A portal that was denied on two days; the server's next answer is the third."""
    run_jobs()
    row(north).denied_days = "2026-11-27 2026-11-28"
    db.session.commit()
    world.clock.advance(hours=2)
    return north


REFUSALS = {
    "payment": ("PAYMENT_REQUIRED", 401, 2),
    "dead token": ("invalid_grant", 400, 2),
    "our own key is wrong": ("invalid_client", 400, 2),
    "server failed": ("INTERNAL_SERVER_ERROR", 500, 2),
    "unknown client": ("wrong_client", 200, 3),
    "not installed": ("NOT_INSTALLED", 401, 3),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_only_a_denial_by_name_is_counted(doubted: Actor, world: World, run_jobs: RunJobs, name: str):
    code, status, days = REFUSALS[name]
    world.refuse_next_token(code, status=status, times=9)
    look_after_access()
    run_jobs()
    assert len(row(doubted).denied_days.split()) == days
    assert (row(doubted).erase_at is not None) == (days == 3)


def test_silence_is_not_counted(doubted: Actor, world: World, run_jobs: RunJobs):
    world.oauth_host = AWAY
    look_after_access()
    run_jobs()
    assert (len(row(doubted).denied_days.split()), row(doubted).erase_at) == (2, None)


def test_an_answer_that_we_are_installed_forgets_the_count(doubted: Actor, run_jobs: RunJobs):
    look_after_access()
    run_jobs()
    assert (row(doubted).denied_days, row(doubted).erase_at) == ("", None)


def test_an_employees_opening_that_the_server_confirms_stops_the_erasing(doubted: Actor, world: World):
    row(doubted).erase_at = world.clock.now() + timedelta(days=1)
    db.session.commit()
    doubted.opens(user=doubted.portal.employee)
    assert (row(doubted).denied_days, row(doubted).erase_at) == ("", None)


def test_a_pair_that_only_the_portal_called_uninstalled_is_good_again(
    north: Actor, world: World, run_jobs: RunJobs
):
    run_jobs()
    mark(north, TokenState.UNINSTALLED)
    look_after_access()
    assert (accesses(north)[0].state, row(north).denied_days) == (TokenState.GOOD, "")


def test_before_the_rows_go_the_server_is_asked_once_more(denied: Actor, world: World, run_jobs: RunJobs):
    days_pass(world, run_jobs, 3)
    world.clock.advance(days=31)
    world.oauth_host, here = AWAY, world.oauth_host
    assert erase_due() == 0
    world.oauth_host = here
    assert erase_due() == 1
    assert find_portal(denied.portal.member_id) is None


def test_an_install_that_is_back_is_not_erased(
    denied: Actor, world: World, card: ApplicationCard, run_jobs: RunJobs
):
    days_pass(world, run_jobs, 3)
    world.clock.advance(days=31)
    tokens = denied.portal.issue_tokens(card, denied.portal.admin)
    with portal_scope(denied.portal_id):
        pair = {"access_token": tokens.access, "refresh_token": tokens.refresh}
        db.session.execute(update(Access).values(pair))
        db.session.commit()
    assert erase_due() == 0
    assert (row(denied).erase_at, row(denied).denied_days) == (None, "")


def test_no_other_portal_is_asked_about(north: Actor, south: Actor, world: World, run_jobs: RunJobs):
    run_jobs()
    asked = len(world.requests)
    look_after_access()
    assert len(world.requests) == asked
    assert db.session.scalar(select(func.count(Portal.id))) == 2
