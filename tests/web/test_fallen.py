"""When the database or Redis is away, people read so in their own language, and what they typed stays on the page."""

import socket
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from b24app.database import db
from b24app.factory import create_app, engine_options
from b24app.settings import Settings
from sandbox.world import World
from tests.actors import Actor, Browser, Opened
from tests.databases import POSTGRESQL
from tests.installation import sessions_of
from tests.jobs import jobs_of

OPENING = {"AUTH_ID": "a" * 70, "member_id": "b" * 32, "DOMAIN": "north.bitrix24.example"}
NO_DATABASE = {"ru": "Наша база данных сейчас не отвечает", "en": "Our database does not answer right now"}


def closed_port() -> int:
    """A port of this machine where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def away(settings: Settings, world: World) -> Iterator[Callable[..., FlaskClient]]:
    """Browsers of applications whose database or Redis stands at a closed port."""
    made: list[Flask] = []

    def without(**changes: str) -> FlaskClient:
        app = create_app(
            settings.model_copy(update=changes),
            clock=world.clock,
            http=sessions_of(world),
            sleep=lambda _s: None,
        )
        app.test_client_class = Browser
        made.append(app)
        return app.test_client()

    yield without
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def no_database(away: Callable[..., FlaskClient]) -> FlaskClient:
    return away(database_url=f"postgresql+psycopg://nobody@127.0.0.1:{closed_port()}/none")


pytestmark = [pytest.mark.enable_socket, pytest.mark.dialect]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_an_opening_without_a_database_is_answered_in_the_portals_language(
    no_database: FlaskClient, language: str
):
    answer = no_database.post("/app", query_string={"LANG": language}, data=OPENING)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert NO_DATABASE[language] in answer.text
    assert f'<html lang="{language}"' in answer.text
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("wishes", "language"),
    [("en-GB,ru;q=0.5", "en"), ("ru", "ru"), ("ja", "en"), ("", "ru"), ("\xff;q=x", "ru")],
)
def test_without_a_portals_word_the_browser_decides_and_russian_is_the_rest(
    no_database: FlaskClient, wishes: str, language: str
):
    answer = no_database.post("/app", data=OPENING, headers={"Accept-Language": wishes})
    assert (answer.status_code, NO_DATABASE[language] in answer.text) == (503, True)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_press_on_an_open_page_brings_a_notice_in_the_language_of_the_page(
    no_database: FlaskClient, north: Actor, language: str
):
    token = north.opens(lang=language).token
    headers = {"X-Frame-Token": token, "HX-Request": "true"}
    answer = no_database.post("/money/terms", data={"title": "Домен"}, headers=headers)
    assert answer.status_code == 503
    assert NO_DATABASE[language] in answer.text
    assert "<html" not in answer.text
    assert answer.headers["HX-Retarget"] == "#notices"
    assert answer.headers["HX-Reselect"] == "unset"


def test_what_needs_no_database_works_without_one(no_database: FlaskClient):
    assert no_database.get("/help").status_code == 200
    assert no_database.get("/health/live").status_code == 200
    assert no_database.get("/health/ready").json["status"] == "failed"
    assert no_database.post("/events", data={"event": "ONAPPTEST", "auth[member_id]": "x"}).status_code == 503


def test_without_redis_pages_open_and_a_button_works(
    away: Callable[..., FlaskClient], north_admin: Opened, app: Flask, north: Actor
):
    client = away(redis_url=f"redis://127.0.0.1:{closed_port()}/0")
    post = north.portal.opens(user=north.portal.admin, lang="ru")
    assert client.post(post.url, data=post.form).status_code == 200
    headers = {"X-Frame-Token": north_admin.token, "HX-Request": "true"}
    before = len(jobs_of("perform_run"))
    assert client.post("/shop/run", headers=headers).status_code == 200
    assert len(jobs_of("perform_run")) == before + 1


def test_the_page_about_an_error_falls_back_to_plain_words(away: Callable[..., FlaskClient]):
    """In an application of its own: a template that was imported once keeps what it found then."""

    def spoil(*_words: object) -> None:
        msg = "no template can be drawn"
        raise RuntimeError(msg)

    client = away()
    client.application.jinja_env.globals["_"] = spoil
    answer = client.get("/nothing", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert "Something went wrong on our side" in answer.text


def test_lost_connections_are_noticed_on_postgresql_only():
    assert engine_options("postgresql+psycopg://x@y/z")["pool_pre_ping"] is True
    assert "pool_pre_ping" not in engine_options("sqlite:///x.sqlite3")


@pytest.mark.skipif(not POSTGRESQL, reason="a server can close connections, a file cannot")
def test_a_connection_that_the_server_closed_costs_nobody_a_page(north_admin: Opened, app: Flask):
    assert north_admin.get("/money/terms").status_code == 200
    db.session.remove()
    server = create_engine(db.engine.url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    server.dispose()
    assert north_admin.get("/money/terms").status_code == 200
