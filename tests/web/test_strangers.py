"""An address that is refused again and again waits a minute; everybody else comes in."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from b24app.factory import create_app
from b24app.settings import Settings
from sandbox.world import World
from tests.actors import Actor
from tests.installation import sessions_of

ATTACKER, OFFICE = "1.2.3.4", "1.2.3.5"
MOST = 10


@pytest.fixture
def changes() -> dict[str, object]:
    return {}


@pytest.fixture
def knocks(
    settings: Settings, world: World, north: Actor, changes: dict[str, object]
) -> Iterator[FlaskClient]:
    """An application that bears ten refusals a minute from one address."""
    few = settings.model_copy(update={"refusals_per_minute": MOST} | changes)
    app: Flask = create_app(few, clock=world.clock, http=sessions_of(world))
    yield app.test_client()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def status(client: FlaskClient, address: str, path: str = "/overview", **headers: str) -> int:
    return client.get(path, environ_overrides={"REMOTE_ADDR": address}, headers=headers).status_code


def shut_out(client: FlaskClient, address: str = ATTACKER, **headers: str) -> list[int]:
    return [status(client, address, **headers) for _ in range(MOST + 2)]


def test_past_its_refusals_an_address_waits(knocks: FlaskClient):
    assert shut_out(knocks) == [401] * MOST + [429, 429]


def test_another_address_comes_in(knocks: FlaskClient, north: Actor):
    shut_out(knocks)
    post = north.portal.opens(user=north.portal.admin)
    assert knocks.post(post.url, data=post.form, environ_overrides={"REMOTE_ADDR": OFFICE}).status_code == 200


def test_what_is_answered_is_never_counted(knocks: FlaskClient):
    assert {status(knocks, OFFICE, "/help") for _ in range(MOST * 3)} == {200}


def test_the_page_says_to_wait_and_may_stand_in_a_frame(knocks: FlaskClient):
    shut_out(knocks)
    said = {"Accept-Language": "ru"}
    answer = knocks.get("/overview", environ_overrides={"REMOTE_ADDR": ATTACKER}, headers=said)
    assert "Подождите минуту" in answer.text
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", ""])
def test_an_address_that_may_be_a_proxys_is_not_counted(knocks: FlaskClient, address: str):
    assert set(shut_out(knocks, address)) == {401}


def test_a_proxy_that_no_setting_names_shuts_nobody_out(knocks: FlaskClient):
    assert set(shut_out(knocks, **{"X-Forwarded-For": OFFICE})) == {401}


class TestBehindAProxyThatASettingNames:
    @pytest.fixture
    def changes(self) -> dict[str, object]:
        return {"proxies": 1}

    def test_the_visitors_address_counts_not_the_proxys(self, knocks: FlaskClient):
        assert shut_out(knocks, "10.0.0.7", **{"X-Forwarded-For": ATTACKER})[-1] == 429
        assert status(knocks, "10.0.0.7", **{"X-Forwarded-For": OFFICE}) == 401

    def test_an_address_that_the_visitor_wrote_himself_does_not_count(self, knocks: FlaskClient):
        shut_out(knocks, "10.0.0.7", **{"X-Forwarded-For": ATTACKER})
        assert status(knocks, "10.0.0.7", **{"X-Forwarded-For": f"{OFFICE}, {ATTACKER}"}) == 429

    def test_an_address_that_cannot_be_read_is_not_counted(self, knocks: FlaskClient):
        assert set(shut_out(knocks, "10.0.0.7", **{"X-Forwarded-For": "unknown"})) == {401}
