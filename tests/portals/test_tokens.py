"""Tokens at rest: sealed, renewed once for everybody, renewed before they die, given up when hopeless."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import text

from b24app.bitrix24.oauth import (
    TOKEN_LIMITS,
)
from b24app.bitrix24.token_states import TokenState
from b24app.database import db, portal_scope
from b24app.errors import ApplicationGone, PlanLapsed, TokenRejected
from b24app.portals.availability import get_availability
from b24app.portals.client_factory import access_store, open_client, refresh_dormant
from b24app.portals.model import refusing_portals
from b24app.portals.token_store import LEASE
from sandbox.application import ApplicationCard
from sandbox.world import World
from tests.actors import Actor
from tests.portals.rows import accesses, row

pytestmark = [pytest.mark.usefixtures("first_checks"), pytest.mark.dialect]


@pytest.fixture
def card(world: World) -> ApplicationCard:
    return next(iter(world.applications.values()))


def renewals(world: World) -> int:
    return sum(record.path == "/oauth/token/" for record in world.requests)


def test_tokens_lie_sealed(north: Actor):
    stored = db.session.execute(text("SELECT access_token, refresh_token FROM access")).one()
    access = accesses(north)[0]
    assert access.access_token.encode() not in bytes(stored[0])
    assert access.refresh_token.encode() not in bytes(stored[1])


def test_an_expired_token_is_renewed_and_the_call_repeated(north: Actor, world: World, card: ApplicationCard):
    before = accesses(north)[0].access_token
    north.portal.expire_tokens(card)
    assert open_client(north.portal_id).call("profile").result["ID"]
    assert accesses(north)[0].access_token != before
    assert renewals(world) == 1


def test_many_threads_renew_once(app: Flask, north: Actor, world: World, card: ApplicationCard):
    portal_id = north.portal_id
    north.portal.expire_tokens(card)
    db.session.commit()

    def ask(_: int) -> str:
        with app.app_context():
            return str(open_client(portal_id).call("profile").result["ID"])

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(4)))) == 1
    assert renewals(world) == 1


def test_a_lease_that_ran_out_does_not_end_another(north: Actor, world: World):
    access_id = accesses(north)[0].id
    slow, quick, third = (access_store(access_id) for _ in range(3))
    with slow.locked():
        world.clock.advance(seconds=LEASE.total_seconds() + 1)
        holder = quick.locked()
        holder.__enter__()
    assert third._lease() is None
    holder.__exit__(None, None, None)
    assert third._lease() is not None


def test_a_lease_is_longer_than_a_question_to_the_server():
    longest = TOKEN_LIMITS.connect + 2 * TOKEN_LIMITS.silence + TOKEN_LIMITS.whole
    assert longest < LEASE.total_seconds()


def test_a_lease_of_a_dead_process_runs_out(north: Actor, world: World, card: ApplicationCard):
    access = accesses(north)[0]
    db.session.execute(
        text("UPDATE access SET leased_until = :until WHERE id = :id"),
        {"until": "2026-11-30 06:40:30", "id": access.id},
    )
    db.session.commit()
    north.portal.expire_tokens(card)
    assert open_client(north.portal_id).call("profile").result["ID"]


def test_a_withdrawn_pair_waits_for_an_administrator(north: Actor, world: World, card: ApplicationCard):
    world.tokens.revoke(card.client_id, north.portal.member_id)
    with pytest.raises(ApplicationGone):
        open_client(north.portal_id).call("profile")
    assert accesses(north)[0].state != TokenState.GOOD
    north.opens()
    assert accesses(north)[0].state == TokenState.GOOD
    assert open_client(north.portal_id).call("profile").result["ID"]


def test_another_administrator_takes_over_when_the_master_is_gone(
    north: Actor, world: World, card: ApplicationCard
):
    north.portal.dismiss(north.portal.admin)
    with pytest.raises(TokenRejected):
        open_client(north.portal_id).call("profile")
    north.portal.integrator.admin = True
    north.opens(user=north.portal.integrator)
    assert open_client(north.portal_id).call("profile").result["ID"] == str(north.portal.integrator.id)


def test_a_dormant_pair_is_renewed_only_inside_its_180_days(north: Actor, world: World):
    world.clock.advance(days=100)
    assert refresh_dormant() == 0
    world.clock.advance(days=60)
    assert refresh_dormant() == 1
    assert renewals(world) == 1


def test_a_portal_that_moved_is_followed_when_the_server_confirms(north: Actor):
    north.portal.change_address("moved.bitrix24.example")
    db.session.commit()
    assert open_client(north.portal_id).call("profile").result["ID"]
    assert row(north).domain == "moved.bitrix24.example"


def test_a_refusing_portal_is_marked_and_noticed_when_it_is_back(north: Actor, run_jobs: Callable[[], int]):
    run_jobs()
    north.portal.lapse_to_free()
    with pytest.raises(PlanLapsed):
        open_client(north.portal_id).call("profile")
    assert refusing_portals() == {north.portal_id: "plan_lapsed"}
    north.portal.renew()
    open_client(north.portal_id).call("profile")
    assert refusing_portals() == {}
    run_jobs()
    with portal_scope(north.portal_id):
        assert get_availability().words == "REST is available only on commercial plans."
        assert get_availability().back_at is not None
