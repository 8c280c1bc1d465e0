"""Who is refused again and again waits a minute; who may come is never refused, whatever is sent from beside him."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from b24app.factory import create_app
from b24app.reminders.outside_addresses import _signer
from b24app.settings import Settings
from b24app.web.flood_limit import SHARED
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.installation import sessions_of

pytestmark = pytest.mark.cases

ATTACKER, OFFICE, PROXY = "1.2.3.4", "1.2.3.5", "10.0.0.7"
MOST = 10


@pytest.fixture
def changes() -> dict[str, object]:
    return {}


@pytest.fixture
def application(
    settings: Settings, world: World, north: Actor, changes: dict[str, object]
) -> Iterator[Flask]:
    """An application that bears ten refusals a minute from one address."""
    few = settings.model_copy(update={"refusals_per_minute": MOST} | changes)
    app = create_app(
        few,
        clock=world.clock,
        http=sessions_of(world),
        sleep=lambda seconds: world.clock.advance(seconds=seconds),
    )
    yield app
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture
def knocks(application: Flask) -> FlaskClient:
    return application.test_client()


def status(client: FlaskClient, address: str, path: str = "/renewal", **headers: str) -> int:
    return client.get(path, environ_overrides={"REMOTE_ADDR": address}, headers=headers).status_code


def shut_out(client: FlaskClient, address: str = ATTACKER, **headers: str) -> list[int]:
    return [status(client, address, **headers) for _ in range(MOST + 2)]


def opening(client: FlaskClient, actor: Actor, address: str, **changed: str) -> int:
    post = actor.portal.opens(user=actor.portal.admin)
    form = post.form | changed
    return client.post(post.url, data=form, environ_overrides={"REMOTE_ADDR": address}).status_code


def event(client: FlaskClient, member: str, token: str, address: str = ATTACKER) -> int:
    form = {"event": "ONAPPTEST", "auth[member_id]": member, "auth[application_token]": token}
    return client.post("/events", data=form, environ_overrides={"REMOTE_ADDR": address}).status_code


def token_of(actor: Actor) -> str:
    return actor.portal.opens(user=actor.portal.admin).form["APPLICATION_TOKEN"]


def test_past_its_refusals_an_address_waits(knocks: FlaskClient):
    assert shut_out(knocks) == [401] * MOST + [429, 429]


def test_another_address_comes_in(knocks: FlaskClient, north: Actor):
    shut_out(knocks)
    assert opening(knocks, north, OFFICE) == 200


def test_what_is_answered_is_never_counted(knocks: FlaskClient):
    assert {status(knocks, OFFICE, "/help") for _ in range(MOST * 3)} == {200}


def test_the_page_says_to_wait_and_may_stand_in_a_frame(knocks: FlaskClient):
    shut_out(knocks)
    said = {"Accept-Language": "ru"}
    answer = knocks.get("/renewal", environ_overrides={"REMOTE_ADDR": ATTACKER}, headers=said)
    assert "Подождите минуту" in answer.text
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]


class TestWhoMayCome:
    """One address, shut out by a stranger who sits behind it too."""

    def test_a_valid_page_token_is_never_refused(self, knocks: FlaskClient, north_admin: Opened):
        shut_out(knocks)
        assert status(knocks, ATTACKER, **{"X-Frame-Token": north_admin.token}) == 200
        form = {"frame_token": north_admin.token}
        sent = knocks.post("/shop/report.pdf", data=form, environ_overrides={"REMOTE_ADDR": ATTACKER})
        assert sent.status_code != 429

    def test_a_forged_page_token_is(self, knocks: FlaskClient, north_admin: Opened):
        shut_out(knocks)
        assert status(knocks, ATTACKER, **{"X-Frame-Token": north_admin.token[:-2] + "xx"}) == 429

    def test_a_page_that_grew_old_is_told_so(self, knocks: FlaskClient, north_admin: Opened, world: World):
        shut_out(knocks)
        world.clock.advance(hours=13)
        assert status(knocks, ATTACKER, **{"X-Frame-Token": north_admin.token}) == 401

    @pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
    def test_health_is_never_refused(self, knocks: FlaskClient, path: str):
        shut_out(knocks)
        assert {status(knocks, ATTACKER, path) for _ in range(MOST + 2)} == {200}

    def test_an_opening_of_a_portal_that_we_know_comes_in(self, knocks: FlaskClient, north: Actor):
        shut_out(knocks)
        assert opening(knocks, north, ATTACKER) == 200

    def test_an_opening_without_the_portals_own_token_does_not(self, knocks: FlaskClient, north: Actor):
        shut_out(knocks)
        assert opening(knocks, north, ATTACKER, APPLICATION_TOKEN="f" * 32) == 429

    def test_an_event_with_the_token_of_its_portal_is_never_refused(self, knocks: FlaskClient, north: Actor):
        shut_out(knocks)
        told = {event(knocks, north.portal.member_id, token_of(north)) for _ in range(MOST + 2)}
        assert told == {200}

    def test_a_link_outside_is_opened(self, knocks: FlaskClient, north_admin: Opened):
        north_admin.post("/settings/reminders/links/status")
        path = "/status/" + north_admin.get("/settings/links").text.split("/status/", 1)[1].split('"', 1)[0]
        shut_out(knocks)
        assert status(knocks, ATTACKER, path.split("<")[0]) == 200
        assert status(knocks, ATTACKER, "/status/forged") == 429

    def test_a_link_that_confirms_an_address_is_opened(self, application: Flask, knocks: FlaskClient):
        with application.app_context():
            path = f"/confirm/{_signer().dumps('of a letter that was replaced')}"
        shut_out(knocks)
        assert status(knocks, ATTACKER, path) == 403
        assert status(knocks, ATTACKER, "/confirm/forged") == 429


class TestEvents:
    def test_one_portals_flood_never_makes_anothers_events_refused(
        self, knocks: FlaskClient, north: Actor, south: Actor
    ):
        flood = [event(knocks, north.portal.member_id, "wrong") for _ in range(MOST + 2)]
        assert flood == [403] * MOST + [429, 429]
        assert event(knocks, south.portal.member_id, "wrong") == 403
        assert event(knocks, south.portal.member_id, token_of(south)) == 200
        assert event(knocks, north.portal.member_id, token_of(north)) == 200

    def test_a_flood_from_one_address_does_not_stop_the_same_portals_events_from_another(
        self, knocks: FlaskClient, north: Actor
    ):
        for _ in range(MOST + 2):
            event(knocks, north.portal.member_id, "wrong")
        assert event(knocks, north.portal.member_id, "wrong", OFFICE) == 403

    def test_another_portal_each_time_has_a_limit_too(self, knocks: FlaskClient):
        told = [event(knocks, f"portal{number}", "wrong") for number in range(MOST * SHARED + 1)]
        assert told == [403] * (MOST * SHARED) + [429]

    @pytest.mark.parametrize("member", ["", "a b", "x" * 65, "nul\x00", "é"])
    def test_what_names_no_portal_is_counted_by_address(self, knocks: FlaskClient, member: str):
        told = [event(knocks, member, "wrong") for _ in range(MOST + 1)]
        assert told[-1] == 429


class TestIPv6:
    def test_a_network_of_64_bits_is_one_visitor(self, knocks: FlaskClient):
        told = [status(knocks, f"2a02:6b8:0:1::{number:x}") for number in range(1, MOST + 2)]
        assert told == [401] * MOST + [429]
        assert status(knocks, "2a02:6b8:0:2::1") == 401

    def test_ipv4_inside_ipv6_is_the_same_address(self, knocks: FlaskClient):
        shut_out(knocks)
        assert status(knocks, f"::ffff:{ATTACKER}") == 429


class TestOwnFailures:
    def test_failures_count_like_refusals(self, application: Flask, knocks: FlaskClient):
        application.view_functions["public.help_page"] = fail
        told = [status(knocks, ATTACKER, "/help") for _ in range(MOST + 1)]
        assert told == [500] * MOST + [429]

    def test_a_portal_that_fails_shuts_out_none_of_its_people(
        self, knocks: FlaskClient, north: Actor, world: World
    ):
        post = north.portal.opens(user=north.portal.admin)
        north.portal.answer_next("html", times=999)
        world.oauth_host = "nobody.example"
        place = {"REMOTE_ADDR": OFFICE}
        told = [knocks.post(post.url, data=post.form, environ_overrides=place) for _ in range(MOST + 2)]
        assert {answer.status_code for answer in told} == {503}


def fail() -> str:
    raise RuntimeError


class TestAnAddressThatMayBeAProxys:
    """No setting names a proxy, and the connection comes from this machine or its network."""

    @pytest.mark.parametrize("address", ["127.0.0.1", PROXY, "", "fd00::1", "100.64.1.1"])
    def test_one_visitor_does_not_shut_out_the_others(self, knocks: FlaskClient, address: str):
        assert set(shut_out(knocks, address)) == {401}

    def test_a_flood_is_stopped_all_the_same(self, knocks: FlaskClient):
        told = [status(knocks, PROXY) for _ in range(MOST * SHARED + 1)]
        assert told == [401] * (MOST * SHARED) + [429]


class TestASpoofedHeader:
    @pytest.mark.parametrize(
        "written", [OFFICE, "10.0.0.1", "127.0.0.1", "", "unknown", "1.1.1.1, 2.2.2.2", "::1", "x" * 5000]
    )
    def test_does_not_switch_the_limit_off(self, knocks: FlaskClient, written: str):
        assert shut_out(knocks, **{"X-Forwarded-For": written})[-1] == 429

    @pytest.mark.parametrize(
        "name", ["X-Forwarded-For", "X-Real-Ip", "Forwarded", "Client-Ip", "True-Client-Ip"]
    )
    def test_another_one_each_time_does_not_evade(self, knocks: FlaskClient, name: str):
        told = [status(knocks, ATTACKER, **{name: f"8.8.8.{number}"}) for number in range(MOST + 1)]
        assert told[-1] == 429

    def test_shuts_out_nobody_else(self, knocks: FlaskClient):
        shut_out(knocks, **{"X-Forwarded-For": OFFICE})
        assert status(knocks, OFFICE) == 401


class TestBehindAProxyThatASettingNames:
    @pytest.fixture
    def changes(self) -> dict[str, object]:
        return {"proxies": 1}

    def test_the_visitors_address_counts_not_the_proxys(self, knocks: FlaskClient):
        assert shut_out(knocks, PROXY, **{"X-Forwarded-For": ATTACKER})[-1] == 429
        assert status(knocks, PROXY, **{"X-Forwarded-For": OFFICE}) == 401

    def test_an_address_that_the_visitor_wrote_himself_does_not_count(self, knocks: FlaskClient):
        shut_out(knocks, PROXY, **{"X-Forwarded-For": ATTACKER})
        assert status(knocks, PROXY, **{"X-Forwarded-For": f"{OFFICE}, {ATTACKER}"}) == 429

    @pytest.mark.parametrize("written", ["1.2.3.4:5678", " 1.2.3.4", "::ffff:1.2.3.4", "[::ffff:1.2.3.4]:80"])
    def test_a_port_beside_the_address_makes_no_other_visitor(self, knocks: FlaskClient, written: str):
        shut_out(knocks, PROXY, **{"X-Forwarded-For": ATTACKER})
        assert status(knocks, PROXY, **{"X-Forwarded-For": written}) == 429

    def test_an_address_that_cannot_be_read_is_counted_for_many(self, knocks: FlaskClient):
        told = [status(knocks, PROXY, **{"X-Forwarded-For": f"unknown{n}"}) for n in range(MOST * SHARED + 1)]
        assert (set(told[:-1]), told[-1]) == ({401}, 429)


class TestWithoutRedis:
    @pytest.fixture
    def changes(self) -> dict[str, object]:
        return {"queue_url": "redis://127.0.0.1:1/0"}

    @pytest.mark.usefixtures("socket_enabled")
    def test_nobody_is_refused_for_it_and_each_process_counts_alone(self, knocks: FlaskClient):
        told = [status(knocks, ATTACKER) for _ in range(MOST + 3)]
        assert set(told) == {401, 429}
        assert told[:MOST] == [401] * MOST
        assert status(knocks, OFFICE) == 401


class TestWithoutADatabase:
    @pytest.fixture
    def changes(self) -> dict[str, object]:
        return {"database_url": "sqlite:////no/such/folder/app.sqlite3"}

    def test_an_event_is_answered_and_not_fallen_over(self, knocks: FlaskClient):
        assert event(knocks, "a" * 32, "wrong") in (403, 500, 503)


class TestMetrics:
    @pytest.fixture
    def changes(self) -> dict[str, object]:
        return {"metrics_token": SecretStr("scraper")}

    def test_the_scraper_with_the_token_is_never_refused(self, knocks: FlaskClient):
        shut_out(knocks)
        assert status(knocks, ATTACKER, "/metrics", Authorization="Bearer scraper") == 200
        assert status(knocks, ATTACKER, "/metrics", Authorization="Bearer guess") == 429
