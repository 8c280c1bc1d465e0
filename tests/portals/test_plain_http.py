"""An on-premise portal without https: refused by the name of the setting, let in by it, and linked to by its own scheme."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from email.message import EmailMessage

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from b24app.database import db, portal_scope
from b24app.integrators.outside.sign_in import read_portal
from b24app.portals.model import InstallStatus
from b24app.reminders.channels.email import MailServer
from b24app.reminders.reminder_jobs import remind_portal
from b24app.renewal.signed_links import make_link
from b24app.settings import Settings
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor
from tests.conftest import DAY_OF_THE_STORY
from tests.portals.boxes import HOST, add_box
from tests.portals.rows import row
from tests.renewal.postman import Postman, post_offices, postman
from tests.web.test_portal_refused import every_page

__all__ = ["post_offices", "postman"]

LISTED = (f"http://{HOST}",)
PORTAL_LINK = re.compile(rf"https?://{re.escape(HOST)}[^\s\"'<\]]*")
Post = tuple[Postman, MailServer]
Jobs = Callable[[], int]


@pytest.fixture
def settings(settings: Settings, postman: Post) -> Settings:
    """An operator who lets in one portal without https, and sends letters."""
    url = SecretStr(f"smtp://127.0.0.1:{postman[1].port}")
    sending = {"smtp_url": url, "mail_from": "renewal@renewal.example"}
    return settings.model_copy(update={"trusted_hosts": LISTED, **sending})


@pytest.fixture
def box(visitor: FlaskClient, world: World) -> Actor:
    """A portal of a company's own network, on plain http, where nobody has installed anything."""
    return Actor(visitor, add_box(world))


def list_both(app: Flask, settings: Settings) -> None:
    """The operator lists the portal with https beside."""
    both = settings.model_copy(update={"trusted_hosts": (*LISTED, HOST)})
    app.extensions["services"] = replace(app.extensions["services"], settings=both)


def wait_for_end(actor: Actor) -> None:
    """The plan ends in a few days: reminders are due."""
    with portal_scope(actor.portal_id):
        set_paid_term("plan", date(2026, 11, 20), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()


def plain(letter: EmailMessage) -> str:
    return str(letter.get_body(("plain",)).get_content())


def test_it_lives_from_the_wizard_to_the_event_and_every_link_into_it_is_http(
    box: Actor, run_jobs: Jobs, world: World, postman: Post
) -> None:
    box.installs()
    run_jobs()
    portal = row(box)
    assert (portal.status, portal.client_endpoint) == (InstallStatus.ACTIVE, f"http://{HOST}/rest/")
    opened = box.opens()
    opened.post("/settings/reminders/outside", outside="marina@mail.example")
    run_jobs()
    (confirm,) = re.findall(r"https://renewal\.example(/confirm/\S+)", plain(postman[0].taken[-1]))
    box.client.post(confirm)
    wait_for_end(box)
    opened.post("/shop/run")
    remind_portal(box.portal_id)
    run_jobs()
    answers = {path: opened.get(path) for path in every_page() if not path.startswith("/clients")}
    assert {path: one.status_code for path, one in answers.items() if one.status_code != 200} == {}
    seen = [one.text for one in answers.values()]
    letters = [plain(one) for one in postman[0].taken]
    notes = [str(one) for one in box.portal.tables["notification"].all()]
    assert any("/marketplace/view/" in one for text in letters for one in PORTAL_LINK.findall(text))
    assert any("/marketplace/view/" in one for text in notes for one in PORTAL_LINK.findall(text))
    assert any(PORTAL_LINK.findall(text) for text in seen)
    links = [one for text in [*seen, *letters, *notes] for one in PORTAL_LINK.findall(text)]
    assert [one for one in links if not one.startswith(f"http://{HOST}")] == []
    box.portal.update_application(next(iter(world.applications.values())), 3)
    run_jobs()
    assert row(box).application_version == 3


def test_outside_of_it_the_way_back_is_http_too(box: Actor) -> None:
    box.installs()
    wait_for_end(box)
    with portal_scope(box.portal_id):
        link = make_link("status", by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    text = box.client.get(link.url.removeprefix("https://renewal.example")).text
    links = PORTAL_LINK.findall(text)
    assert links
    assert all(one.startswith(f"http://{HOST}/") for one in links)


def test_its_page_alone_may_frame_ours(box: Actor) -> None:
    policy = box.installs().opens().response.headers["Content-Security-Policy"]
    assert policy.rpartition("frame-ancestors ")[2] == f"'self' http://{HOST}"


def test_the_scheme_is_the_servers_word_and_not_the_browsers(
    box: Actor, app: Flask, settings: Settings
) -> None:
    box.installs()
    list_both(app, settings)
    post = box.portal.opens(user=box.portal.admin)
    forged = post.url.replace("PROTOCOL=0", "PROTOCOL=1")
    assert forged != post.url
    answer = box.client.post(forged, data=post.form)
    assert answer.headers["Content-Security-Policy"].endswith(f"frame-ancestors 'self' http://{HOST}")
    assert row(box).client_endpoint == f"http://{HOST}/rest/"


def test_a_browser_makes_no_http_portal_of_a_portal_in_the_cloud(north: Actor) -> None:
    post = north.portal.opens(user=north.portal.admin)
    forged = post.url.replace("PROTOCOL=1", "PROTOCOL=0")
    assert forged != post.url
    assert north.client.post(forged, data=post.form).status_code == 403
    assert row(north).client_endpoint == "https://north.bitrix24.example/rest/"


def test_it_is_opened_again_by_a_page_that_has_grown_old(box: Actor) -> None:
    opened = box.installs().opens()
    tokens = box.portal.issue_tokens(next(iter(box.portal.world.applications.values())), box.portal.admin)
    assert opened.post("/frame/renew", AUTH_ID=tokens.access, AUTH_EXPIRES="3600").status_code == 204


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("http://portal.corp/crm/deal/", ("http", HOST)),
        ("portal.corp", ("http", HOST)),
        ("http://shop.bitrix24.ru/", ("https", "shop.bitrix24.ru")),
        ("shop.bitrix24.ru", ("https", "shop.bitrix24.ru")),
    ],
)
def test_whoever_signs_in_from_outside_is_led_there_by_its_own_scheme(
    app: Flask, typed: str, read: tuple[str, str]
) -> None:
    assert read_portal(typed) == read


def test_a_portal_that_gets_a_certificate_is_called_by_https_from_its_next_opening(
    box: Actor, app: Flask, settings: Settings
) -> None:
    box.installs()
    box.portal.own_scheme = ""
    list_both(app, settings)
    opened = box.opens()
    assert opened.status == 200
    assert row(box).client_endpoint == f"https://{HOST}/rest/"
    policy = opened.response.headers["Content-Security-Policy"]
    assert policy.endswith(f"frame-ancestors 'self' https://{HOST}")
