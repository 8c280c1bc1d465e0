"""A portal that does not answer is left alone for pauses that grow, by all processes together."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from flask import Flask
from sqlalchemy import select, update

from b24app.bitrix24.no_answer import CertificateRefused, LineCut, NoAnswer, PageInstead, PortalRests
from b24app.checklist.model import Run
from b24app.database import db, every_portal, portal_scope
from b24app.errors import PortalError, PortalGone, RightMissing, Unreachable
from b24app.jobs.checks import start_daily_run
from b24app.portals.availability import Availability, get_availability
from b24app.portals.client_factory import open_client, open_client_with, probe_blocked
from b24app.portals.model import AvailabilityRecord
from b24app.portals.pauses import LONGEST_PAUSE, Silence, pause_after, silence_of
from b24app.portals.people import review_rights
from b24app.services import services
from b24app.web.present_state import present_state
from sandbox.world import World
from tests.actors import Actor
from tests.bad_wires import BAD_PORTALS, BadWire, failing, page

Jobs = Callable[[], int]


@pytest.fixture
def wire(app: Flask, world: World, north: Actor, run_jobs: Jobs) -> Iterator[BadWire]:
    run_jobs()
    wire, here = BadWire(world, north.host), app.extensions["services"]
    app.extensions["services"] = replace(here, http=wire.open_session)
    yield wire
    app.extensions["services"] = here


def ask(north: Actor, *, person: bool = False) -> type[PortalError] | None:
    """Ask as another process would: with a client and a session that know nothing yet."""
    db.session.rollback()
    db.session.expire_all()
    try:
        open_client(north.portal_id, background=True, person=person).call("profile")
    except PortalError as error:
        return type(error)
    return None


def known(north: Actor) -> Availability:
    db.session.rollback()
    db.session.expire_all()
    with portal_scope(north.portal_id):
        return get_availability()


def test_pauses_grow_to_two_hours() -> None:
    minutes = [pause_after(number).total_seconds() / 60 for number in range(1, 10)]
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 120, 120]
    assert pause_after(10_000) == LONGEST_PAUSE


@pytest.mark.parametrize(
    ("kind", "error", "silence"),
    [
        ("403", PageInstead, Silence.PAGE),
        ("front page", PageInstead, Silence.PAGE),
        ("no connection", NoAnswer, Silence.NO_ANSWER),
        ("no answer", NoAnswer, Silence.NO_ANSWER),
        ("certificate", CertificateRefused, Silence.CERTIFICATE),
        ("deleted", PortalGone, Silence.DELETED),
    ],
)
def test_what_came_instead_is_kept_with_its_moment(
    wire: BadWire, north: Actor, kind: str, error: type[PortalError], silence: Silence
) -> None:
    begun, wire.answer = wire.world.clock.now(), BAD_PORTALS[kind]
    assert ask(north) is error
    found = known(north)
    assert (found.silence, found.failures) == (silence, 1)
    assert found.silent_since is not None
    assert begun <= found.silent_since <= wire.world.clock.now()
    assert found.rests_until == found.silent_since + timedelta(minutes=1)


def test_nobody_asks_during_a_pause_and_one_alone_when_it_is_over(
    wire: BadWire, world: World, north: Actor
) -> None:
    wire.answer = page(404)
    assert [ask(north), ask(north), ask(north)] == [PageInstead, PortalRests, PortalRests]
    assert len(wire.asked) == 1
    world.clock.advance(minutes=1)
    first, second = (open_client(north.portal_id, background=True) for _ in range(2))
    with pytest.raises(PageInstead):
        first.call("profile")
    with pytest.raises(PortalRests):
        second.call("profile")
    assert len(wire.asked) == 2
    assert known(north).failures == 2
    world.clock.advance(minutes=1)
    assert ask(north) is PortalRests


def test_a_process_that_died_while_it_asked_keeps_the_others_off_for_a_minute(
    wire: BadWire, world: World, north: Actor
) -> None:
    wire.answer = page(404)
    ask(north)
    world.clock.advance(minutes=1)
    open_client(north.portal_id, background=True).connection.gate.admit()  # and never comes back
    assert ask(north) is PortalRests
    world.clock.advance(minutes=1)
    assert ask(north) is PageInstead


def test_a_press_asks_once_and_prolongs_no_pause(wire: BadWire, north: Actor) -> None:
    wire.answer = page(404)
    ask(north)
    rests_until = known(north).rests_until
    db.session.rollback()
    client = open_client(north.portal_id)
    for error in (PageInstead, PortalRests, PortalRests):
        with pytest.raises(error):
            client.call("profile")
    assert len(wire.asked) == 2
    assert (known(north).failures, known(north).rests_until) == (1, rests_until)


def test_a_press_that_is_answered_ends_the_silence_for_everybody(wire: BadWire, north: Actor) -> None:
    wire.answer = page(404)
    ask(north)
    wire.answer = None
    assert (ask(north, person=True), ask(north)) == (None, None)
    assert known(north).silent_since is None
    assert known(north).rests_until is None


def test_what_follows_a_probe_that_was_answered_may_take_its_usual_time(
    wire: BadWire, world: World, north: Actor
) -> None:
    wire.answer = page(404)
    ask(north)
    world.clock.advance(minutes=1)
    wire.answer = None
    gate = open_client(north.portal_id, background=True).connection.gate
    assert gate.admit() == 10
    client = open_client(north.portal_id)
    client.call("profile")
    assert client.connection.gate.admit() == float("inf")


def test_a_refusal_of_rest_is_an_answer(wire: BadWire, north: Actor) -> None:
    wire.answer = page(404)
    ask(north)
    wire.answer = page(403, b'{"error":"ACCESS_DENIED","error_description":"Access denied!"}')
    assert ask(north, person=True) is RightMissing
    assert known(north).silent_since is None


def test_a_line_that_broke_off_once_is_repeated_and_not_noted(wire: BadWire, north: Actor) -> None:
    class Once(list[float]):
        def append(self, moment: float) -> None:
            super().append(moment)
            wire.answer = failing(requests.ConnectionError("cut"), 2) if len(self) == 1 else None

    wire.asked = Once()
    assert ask(north) is None
    assert len(wire.asked) == 2
    assert known(north).silent_since is None


def test_a_line_that_always_breaks_off_is_silence(wire: BadWire, north: Actor) -> None:
    wire.answer = failing(requests.ConnectionError("cut"), 2)
    assert ask(north) is LineCut
    assert len(wire.asked) == 4
    assert known(north).failures == 1
    assert ask(north) is PortalRests


def test_a_question_that_was_given_a_moment_says_since_when_and_stops_nobody(
    wire: BadWire, north: Actor
) -> None:
    """An opening waits for three seconds: a slow portal is not left alone for that."""
    wire.answer = failing(requests.ReadTimeout(), 1)
    db.session.rollback()
    client = open_client_with(north.portal.member_id, f"https://{north.host}/rest/", "token")
    with client.within(3), pytest.raises(NoAnswer):
        client.call("profile")
    found = known(north)
    assert (found.silent, found.failures, found.rests_until) == (True, 0, None)
    wire.answer = None
    assert ask(north) is None
    assert not known(north).silent


def test_silent_portals_are_left_out_at_night_and_asked_one_light_question(
    wire: BadWire, world: World, north: Actor, south: Actor, run_jobs: Jobs
) -> None:
    run_jobs()
    wire.answer = failing(requests.ReadTimeout(), 1)
    ask(north)
    for actor in (north, south):
        start_daily_run(actor.portal_id)
    db.session.commit()
    with every_portal():
        begun_for = db.session.scalars(select(Run.portal_id).where(Run.kind == "daily")).all()
    assert begun_for == [south.portal_id]
    run_jobs()
    assert probe_blocked() == 0
    world.clock.advance(minutes=1)
    begun, asked = world.clock.timestamp(), len(wire.asked)
    assert probe_blocked() == 1
    run_jobs()
    assert (world.clock.timestamp() - begun, len(wire.asked) - asked) == (10, 1)
    assert known(north).failures == 2


def test_the_hourly_look_at_people_holds_a_worker_for_half_a_minute_once(
    wire: BadWire, world: World, north: Actor
) -> None:
    wire.answer = failing(requests.ReadTimeout(), 1)
    begun = world.clock.timestamp()
    for _ in range(3):
        review_rights(north.portal_id)
        db.session.commit()
    assert (world.clock.timestamp() - begun, len(wire.asked)) == (30, 1)


def test_a_job_of_the_night_waits_until_the_portal_may_be_asked_again(
    wire: BadWire, world: World, north: Actor, run_jobs: Jobs
) -> None:
    wire.answer = page(404)
    ask(north)
    services().queue.later("learn_portal", north.portal_id)
    assert run_jobs() == 1
    wire.answer = None
    assert run_jobs() == 0
    world.clock.advance(minutes=1, seconds=1)
    assert run_jobs() >= 1
    assert known(north).silent_since is None


def test_a_clock_that_was_set_back_leaves_nobody_alone_for_ever(wire: BadWire, north: Actor) -> None:
    wire.answer = page(404)
    ask(north)
    far = known(north).rests_until
    assert far is not None
    with portal_scope(north.portal_id):
        db.session.execute(update(AvailabilityRecord).values(rests_until=far + timedelta(days=30)))
        db.session.commit()
    wire.answer = None
    assert ask(north) is None


def test_what_we_never_sent_says_nothing_about_the_portal() -> None:
    assert silence_of(PortalRests("rests")) is None
    assert silence_of(NoAnswer("out_of_time", sent=False)) is None
    assert silence_of(Unreachable("no_name")) is Silence.NO_CONNECTION


def test_no_time_left_sends_nothing(wire: BadWire, north: Actor) -> None:
    client = open_client(north.portal_id)
    with client.within(0), pytest.raises(PortalError):
        client.call("profile")
    assert wire.asked == []
    assert not known(north).silent


def test_silent_portals_are_counted_and_listed_for_the_operator(
    wire: BadWire, north: Actor, app: Flask
) -> None:
    wire.answer = page(404)
    ask(north)
    registry = present_state()
    assert registry.get_sample_value("b24app_portals", {"status": "silent"}) == 1
    assert registry.get_sample_value("b24app_portals", {"status": "active"}) == 0
    listed = app.test_cli_runner().invoke(args=["portals", "list", "--json"]).output
    assert '"silent"' in listed
    assert '"page"' in listed


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("front page", "Вместо портала ответила обычная веб-страница"),
        ("certificate", "Сертификат адреса портала не принят"),
        ("no answer", "Портал не ответил вовремя"),
    ],
)
def test_the_wizard_says_what_came_instead_within_its_time(
    wire: BadWire, world: World, north: Actor, kind: str, words: str
) -> None:
    opened = north.opens()
    wire.answer = BAD_PORTALS[kind]
    begun = world.clock.timestamp()
    text = opened.post("/install/bind").text
    assert world.clock.timestamp() - begun <= 20
    assert words in text
    assert "Ответ портала:" not in text
