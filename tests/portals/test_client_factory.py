"""Clients of portals: blocked portals are probed, dormant tokens renewed, broken work is reported, not repeated for ever."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from b24app.bitrix24.model import CallLogEntry
from b24app.bitrix24.token_states import TokenState
from b24app.checklist.engine.run_bounds import asking
from b24app.clock import ShiftedClock
from b24app.database import db, portal_scope
from b24app.errors import (
    ApplicationGone,
    MarketplaceEnded,
    NotFound,
    Overloaded,
    PlanLapsed,
    PortalError,
    TokenRejected,
)
from b24app.jobs.portals import look_after_access
from b24app.placements import bind_portal
from b24app.portals.availability import get_availability
from b24app.portals.client_factory import open_client, probe_blocked, refresh_dormant
from b24app.portals.event_handling import take_event
from b24app.portals.model import InstallStatus, find_portal, refusing_portals
from b24app.portals.people import review_rights
from sandbox.application import ApplicationCard
from sandbox.world import World
from tests.actors import Actor
from tests.installation import sessions_of
from tests.portals.rows import accesses, do, last_event, row

RunJobs = Callable[[], int]


@pytest.fixture
def card(world: World) -> ApplicationCard:
    return next(iter(world.applications.values()))


def test_a_portal_that_left_has_no_client(north: Actor, card: ApplicationCard, run_jobs: RunJobs):
    portal_id = north.portal_id
    north.portal.uninstall(card, clean=False)
    run_jobs()
    db.session.expire_all()
    with pytest.raises(NotFound):
        open_client(portal_id)


@pytest.mark.parametrize("days", [20, -20])
def test_a_clock_that_is_set_while_the_portal_is_asked_makes_no_silence_of_it(
    app: Flask, world: World, north: Actor, tmp_path: Path, days: int
) -> None:
    """What a request takes is counted by a clock that nobody sets, so the answer that came is an answer."""
    usual, shift = sessions_of(world), tmp_path / "clock"
    world.clock.share(shift)

    def open_session() -> requests.Session:
        session = usual()
        session.hooks["response"].append(lambda answer, **_: (world.clock.advance(days=days), answer)[1])
        return session

    here = app.extensions["services"]
    app.extensions["services"] = replace(here, clock=ShiftedClock(shift), http=open_session)
    with portal_scope(north.portal_id):
        client, calls = open_client(north.portal_id, background=True), func.count(CallLogEntry.id)
        before = db.session.scalar(select(calls).where(CallLogEntry.seconds.between(0, 60)))
        db.session.rollback()
        with asking():
            assert client.call("profile")
    app.extensions["services"] = here
    db.session.rollback()
    db.session.expire_all()
    with portal_scope(north.portal_id):
        assert get_availability().silence == ""
        assert db.session.scalar(select(calls).where(CallLogEntry.seconds.between(0, 60))) == before + 1


def test_there_is_no_client_in_the_name_of_somebody_without_access(north: Actor):
    with pytest.raises(TokenRejected):
        open_client(north.portal_id, user_id=north.portal.employee.id)


def test_a_blocked_portal_is_probed_until_it_answers(north: Actor, run_jobs: RunJobs):
    def probe() -> tuple[int, list[int]]:
        asked = probe_blocked()
        db.session.commit()
        run_jobs()
        return asked, list(refusing_portals())

    run_jobs()
    north.portal.lapse_to_free()
    with pytest.raises(PlanLapsed):
        open_client(north.portal_id).call("profile")
    assert probe() == (1, [north.portal_id])
    north.portal.renew()
    assert probe() == (1, [])
    assert probe() == (0, [])


@pytest.mark.parametrize(
    ("code", "words", "error", "reason"),
    [
        ("ACCESS_DENIED", "REST is available only on commercial plans.", PlanLapsed, "plan_lapsed"),
        ("PAYMENT_REQUIRED", "Subscription has been ended", MarketplaceEnded, "marketplace_ended"),
    ],
)
def test_each_kind_of_block_is_told_apart(
    north: Actor, code: str, words: str, error: type[PortalError], reason: str
):
    north.portal.refuse_next(code, description=words, status=401)
    with pytest.raises(error):
        open_client(north.portal_id).call("profile")
    assert refusing_portals() == {north.portal_id: reason}


def test_another_reason_of_a_blocked_portal_is_noted(north: Actor, run_jobs: Callable[[], int]):
    north.portal.lapse_to_free()
    probe(north, PlanLapsed)
    north.portal.renew()
    north.portal.refuse_next("PAYMENT_REQUIRED", description="Subscription has been ended", status=401)
    probe(north, MarketplaceEnded)
    assert refusing_portals() == {north.portal_id: "marketplace_ended"}
    with portal_scope(north.portal_id):
        assert get_availability().kind == "marketplace_ended"


def test_requests_blocked_for_overload_are_no_lock_of_the_portal(north: Actor):
    north.portal.refuse_next("OVERLOAD_LIMIT", status=503)
    probe(north, Overloaded)
    assert refusing_portals() == {}
    with portal_scope(north.portal_id):
        assert not get_availability().locked


def probe(north: Actor, error: type[PortalError]) -> None:
    with pytest.raises(error):
        open_client(north.portal_id).call("profile")


def test_a_frame_of_a_blocked_portal_does_not_begin_the_wizard(north: Actor):
    north.portal.lapse_to_free()
    with pytest.raises(PlanLapsed):
        open_client(north.portal_id).call("profile")
    north.portal.renew()
    assert "wizard" not in north.opens().text


def test_dormant_tokens_that_cannot_be_renewed_are_left_for_an_administrator(
    north: Actor, world: World, card: ApplicationCard
):
    world.tokens.revoke(card.client_id, north.portal.member_id)
    world.clock.advance(days=160)
    assert refresh_dormant() == 0
    assert accesses(north)[0].state in {TokenState.REVOKED, TokenState.UNINSTALLED}
    assert refresh_dormant() == 0


def uninstall_event(actor: Actor, world: World, visitor: FlaskClient) -> int:
    form = dict(world.deliveries[-1].form) | {"event": "ONAPPUNINSTALL", "data[CLEAN]": "1"}
    visitor.post("/events", data=form)
    return last_event().id


def test_an_uninstall_that_the_server_denies_three_times_is_dropped(
    north: Actor, world: World, visitor: FlaskClient
):
    event_id = uninstall_event(north, world, visitor)
    for attempt in range(3):
        do(take_event, event_id, attempt)
    assert (last_event().result, row(north).status) == ("denied_by_server", InstallStatus.ACTIVE)


def test_a_forged_uninstall_is_seen_through_while_the_plan_has_lapsed(
    north: Actor, world: World, visitor: FlaskClient
):
    north.portal.lapse_to_free()
    do(take_event, uninstall_event(north, world, visitor), 2)
    assert (last_event().result, row(north).status) == ("denied_by_server", InstallStatus.ACTIVE)


def test_an_uninstall_that_the_portal_told_first_is_confirmed_by_the_server(
    north: Actor, world: World, visitor: FlaskClient, card: ApplicationCard
):
    world.tokens.revoke(card.client_id, north.portal.member_id)
    with pytest.raises(ApplicationGone):
        open_client(north.portal_id).call("profile")
    do(take_event, uninstall_event(north, world, visitor), 2)
    assert find_portal(north.portal.member_id) is None


def test_an_event_that_was_worked_on_is_not_touched_again(north: Actor, run_jobs: RunJobs):
    run_jobs()
    done_at = last_event().done_at
    do(take_event, last_event().id)
    do(take_event, 10_000)
    assert last_event().done_at == done_at


@pytest.fixture
def open_while_asked(app: Flask) -> Iterator[list[bool]]:
    """Whether a transaction was open, noted at each request that leaves for a portal or an authorization server."""
    here, noted = app.extensions["services"], []

    def http() -> requests.Session:
        session = here.http()
        send = session.send

        def note_and_send(request: requests.PreparedRequest, **options: Any) -> requests.Response:
            noted.append(db.session().in_transaction())
            return send(request, **options)

        session.send = note_and_send
        return session

    app.extensions["services"] = replace(here, http=http)
    yield noted
    app.extensions["services"] = here


def test_no_transaction_is_open_while_the_network_is_asked(
    open_while_asked: list[bool], north: Actor, south: Actor, run_jobs: RunJobs
):
    for actor in (north, south):
        actor.opens()
        actor.opens(user=actor.portal.employee)
    run_jobs()
    do(review_rights, north.portal_id)
    do(bind_portal, north.portal_id)
    look_after_access()
    probe_blocked()
    assert len(open_while_asked) > 10
    assert not any(open_while_asked)
