"""The entrance from outside: by the own portal with state and nonce, by a one-time link; what a session may and when it ends."""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from b24app.database import db, every_portal, portal_scope
from b24app.integrators.members import (
    IntegratorProfile,
    declare_integrator,
    end_declaration,
    remove_member,
    set_member,
)
from b24app.integrators.outside.model import OutsideSession, SignInLink
from b24app.integrators.rights import MemberRole
from b24app.portals.people import note_employment
from b24app.reminders.model import Delivery
from b24app.reminders.packed_messages import unpack
from b24app.services import services
from b24app.terms.term import Author
from sandbox.user import User
from sandbox.world import World
from tests.actors import Actor, token_in
from tests.conftest import DAY_OF_THE_STORY

BASE = "https://renewal.example"
PROFILE = IntegratorProfile("ООО «Верный шаг»", "7799104520", "Нина", "help@verny-shag.example", "")
SESSION = "__Host-session"
NONCE = re.compile(r'name="nonce" value="([^"]+)"')


@pytest.fixture
def integrator(north: Actor) -> Actor:
    with portal_scope(north.portal_id):
        declare_integrator(PROFILE, by=Author(north.portal.admin.id, "Нина"), at=DAY_OF_THE_STORY)
        db.session.commit()
    return north


@pytest.fixture
def phone(app: Flask, visitor: FlaskClient) -> FlaskClient:
    """A browser that has never been here."""
    return app.test_client()


def leaves(phone: FlaskClient, portal: str) -> TestResponse:
    nonce = NONCE.search(phone.get("/sign-in", base_url=BASE).text)
    assert nonce is not None
    return phone.post("/sign-in", data={"portal": portal, "nonce": nonce[1]}, base_url=BASE)


def sent_back(world: World, answer: TestResponse, user: User | None = None) -> str:
    """What the portal's authorization page redirects the browser to."""
    address = urlsplit(answer.headers["Location"])
    portal = world.app_for(address.netloc)
    assert portal is not None
    browser = portal.test_client()
    if user is not None:
        browser.set_cookie("sandbox_user", str(user.id), domain=address.netloc)
    there = browser.get(f"{address.path}?{address.query}", base_url=f"https://{address.netloc}")
    return there.headers.get("Location", "")


def comes_back(phone: FlaskClient, address: str, **changed: str) -> TestResponse:
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    return phone.get("/sign-in/callback", query_string=query | changed, base_url=BASE)


def signs_in(phone: FlaskClient, world: World, actor: Actor, user: User | None = None) -> TestResponse:
    return comes_back(phone, sent_back(world, leaves(phone, actor.host), user))


def has_session(phone: FlaskClient) -> bool:
    return phone.get_cookie(SESSION, domain="renewal.example") is not None


def sees_clients(phone: FlaskClient) -> int:
    return phone.get("/clients/access", base_url=BASE).status_code


def test_the_portal_names_the_person_and_a_session_of_eight_hours_begins(
    phone: FlaskClient, world: World, integrator: Actor
):
    answer = signs_in(phone, world, integrator)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/clients")
    cookie = answer.headers["Set-Cookie"]
    assert all(
        part in cookie for part in (SESSION, "Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=28800")
    )
    assert "Domain" not in cookie
    assert sees_clients(phone) == 200
    world.clock.advance(hours=7.9)
    assert sees_clients(phone) == 200
    world.clock.advance(hours=0.2)
    assert phone.get("/clients/access", base_url=BASE).headers["Location"] == "/sign-in"


def test_a_card_without_an_address_of_its_own_brings_the_code_to_the_applications_page(
    phone: FlaskClient, world: World, integrator: Actor
):
    for client_id, card in world.applications.items():
        world.applications[client_id] = replace(card, redirect_url="")
    address = sent_back(world, leaves(phone, integrator.host))
    assert urlsplit(address).path == "/app"
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    answer = phone.get("/app", query_string=query, base_url=BASE)
    assert answer.headers["Location"].startswith("/sign-in/callback?")
    assert phone.get(answer.headers["Location"], base_url=BASE).headers["Location"] == "/clients"
    assert has_session(phone)


def test_what_is_kept_does_not_open_the_session(phone: FlaskClient, world: World, integrator: Actor):
    signs_in(phone, world, integrator)
    cookie = phone.get_cookie(SESSION, domain="renewal.example")
    with every_portal():
        row = db.session.scalars(select(OutsideSession)).one()
    assert cookie is not None
    assert cookie.value not in {row.digest, str(row.id)}


@pytest.mark.parametrize("portal", ["https://{host}/crm/deal/", "{host}", " {host} "])
def test_the_address_may_be_that_of_any_page(phone: FlaskClient, integrator: Actor, portal: str):
    location = leaves(phone, portal.format(host=integrator.host)).headers["Location"]
    assert location.startswith(f"https://{integrator.host}/oauth/authorize/?client_id=")
    assert set(parse_qs(urlsplit(location).query)) == {"client_id", "state"}


@pytest.mark.parametrize(
    "portal", ["", "нет", "127.0.0.1", "https://10.0.0.1/", "javascript:alert(1)", "x" * 300]
)
def test_what_is_no_portal_is_asked_again(phone: FlaskClient, portal: str):
    answer = leaves(phone, portal)
    assert answer.status_code == 422
    assert "Напишите адрес вашего портала" in answer.text or "address of your portal" in answer.text


def test_a_portal_that_we_do_not_know_is_treated_like_every_other(phone: FlaskClient, integrator: Actor):
    known, unknown = leaves(phone, integrator.host), leaves(phone, "nobody.bitrix24.example")
    assert (known.status_code, unknown.status_code) == (303, 303)


def test_a_form_of_another_site_leads_nowhere(phone: FlaskClient, integrator: Actor):
    for nonce in ("", "made-up"):
        answer = phone.post("/sign-in", data={"portal": integrator.host, "nonce": nonce}, base_url=BASE)
        assert answer.status_code == 422
        assert "Location" not in answer.headers


def test_a_code_for_another_browser_gives_nothing(
    app: Flask, phone: FlaskClient, world: World, integrator: Actor
):
    address = sent_back(world, leaves(phone, integrator.host))
    other = app.test_client()
    leaves(other, integrator.host)
    assert comes_back(other, address).status_code == 403
    assert not has_session(other)
    assert comes_back(phone, address).status_code == 303


@pytest.mark.parametrize(
    "changed", [{"state": "forged"}, {"state": ""}, {"code": "spent"}, {"member_id": "0" * 32}]
)
def test_a_changed_answer_gives_nothing(
    phone: FlaskClient, world: World, integrator: Actor, changed: dict[str, str]
):
    answer = comes_back(phone, sent_back(world, leaves(phone, integrator.host)), **changed)
    assert answer.status_code == 403
    assert not has_session(phone)


def test_a_code_of_another_portal_gives_nothing(
    phone: FlaskClient, world: World, integrator: Actor, south: Actor
):
    address = sent_back(world, leaves(phone, south.host))
    answer = comes_back(phone, address, member_id=integrator.portal.member_id)
    assert answer.status_code == 403
    assert not has_session(phone)


def test_a_code_opens_once(phone: FlaskClient, world: World, integrator: Actor):
    address = sent_back(world, leaves(phone, integrator.host))
    assert comes_back(phone, address).status_code == 303
    phone.delete_cookie(SESSION, domain="renewal.example")
    assert comes_back(phone, address).status_code == 403
    assert not has_session(phone)


def test_an_answer_after_ten_minutes_is_too_late(phone: FlaskClient, world: World, integrator: Actor):
    address = sent_back(world, leaves(phone, integrator.host))
    world.clock.advance(minutes=11)
    assert comes_back(phone, address).status_code == 403


@pytest.mark.parametrize("role", ["employee", "nobody's portal"])
def test_who_has_no_seat_is_told_the_same_as_everybody(
    phone: FlaskClient, world: World, integrator: Actor, south: Actor, role: str
):
    if role == "employee":
        answer = signs_in(phone, world, integrator, integrator.portal.employee)
    else:
        answer = signs_in(phone, world, south)
    assert answer.status_code == 403
    assert (
        "среди сотрудников интегратора" in answer.text or "among the people of an integrator" in answer.text
    )
    assert not has_session(phone)


def test_a_member_who_is_no_administrator_comes_in(phone: FlaskClient, world: World, integrator: Actor):
    user = integrator.portal.employee
    with portal_scope(integrator.portal_id):
        set_member(user.id, "Анна", MemberRole.ENGINEER, by=Author(1, "Нина"), at=DAY_OF_THE_STORY)
        db.session.commit()
    assert signs_in(phone, world, integrator, user).status_code == 303
    assert sees_clients(phone) == 200


def test_nothing_of_an_administrator_opens_outside(phone: FlaskClient, world: World, integrator: Actor):
    signs_in(phone, world, integrator)
    for path in ("/renewal", "/shop", "/money", "/settings", "/copy"):
        assert phone.get(path, base_url=BASE).status_code == 403, path


def test_a_press_needs_the_page_token_besides_the_cookie(phone: FlaskClient, world: World, integrator: Actor):
    signs_in(phone, world, integrator)
    assert (
        phone.post("/clients/access/address", data={"email": "a@b.example"}, base_url=BASE).status_code == 401
    )
    number = living_session()
    assert press(phone, f"/clients/access/sessions/{number}/end").status_code == 200


def test_the_page_token_alone_opens_nothing(app: Flask, phone: FlaskClient, world: World, integrator: Actor):
    signs_in(phone, world, integrator)
    token = token_of(phone)
    answer = app.test_client().get("/clients/access", headers={"X-Frame-Token": token}, base_url=BASE)
    assert answer.status_code == 401


@pytest.mark.parametrize("end", ["signs out", "loses the role", "ends it inside", "declaration ends"])
def test_a_session_ends_at_once(phone: FlaskClient, world: World, integrator: Actor, end: str):
    signs_in(phone, world, integrator)
    token = token_of(phone)
    if end == "signs out":
        assert phone.post("/sign-out", base_url=BASE).status_code == 303
    elif end == "ends it inside":
        with every_portal():
            number = db.session.scalars(select(OutsideSession.id)).one()
        assert integrator.opens().post(f"/clients/access/sessions/{number}/end").status_code == 200
    elif end == "loses the role":
        with portal_scope(integrator.portal_id):
            set_member(99, "Другой", MemberRole.OWNER, by=Author(1, "Нина"), at=DAY_OF_THE_STORY)
            remove_member(integrator.portal.admin.id, at=DAY_OF_THE_STORY)
            db.session.commit()
    else:
        with portal_scope(integrator.portal_id):
            end_declaration(DAY_OF_THE_STORY)
            db.session.commit()
    assert phone.get("/clients/access", headers={"X-Frame-Token": token}, base_url=BASE).status_code == 401
    assert phone.get("/clients/access", base_url=BASE).status_code != 200


def test_another_persons_session_cannot_be_ended(
    phone: FlaskClient, world: World, integrator: Actor, south: Actor
):
    with portal_scope(south.portal_id):
        declare_integrator(PROFILE, by=Author(south.portal.admin.id, "Юг"), at=DAY_OF_THE_STORY)
        db.session.commit()
    signs_in(phone, world, integrator)
    with every_portal():
        number = db.session.scalars(select(OutsideSession.id)).one()
    assert south.opens().post(f"/clients/access/sessions/{number}/end").status_code == 404
    assert sees_clients(phone) == 200


def test_a_clock_set_back_gives_a_later_session_nothing(phone: FlaskClient, world: World, integrator: Actor):
    signs_in(phone, world, integrator)
    world.clock.advance(hours=-5)
    assert sees_clients(phone) != 200


def test_the_portal_that_is_silent_is_said_to_be_so_and_nothing_is_lost(
    phone: FlaskClient, world: World, integrator: Actor
):
    address = sent_back(world, leaves(phone, integrator.host))
    integrator.portal.answer_next("html", times=9)
    answer = comes_back(phone, address)
    assert answer.status_code >= 400
    assert not has_session(phone)
    integrator.portal.faults.forgive()
    assert signs_in(phone, world, integrator).status_code == 303


class TestLinks:
    """For the day when the own portal is dark."""

    MAIL = "nina@home.example"

    def confirmed(self, phone: FlaskClient, integrator: Actor) -> None:
        opened = integrator.opens()
        assert opened.post("/clients/access/address", email=self.MAIL).status_code == 200
        code = self.last_link("/sign-in/address/")
        assert phone.post(f"/sign-in/address/{code}", base_url=BASE).status_code == 200

    def last_link(self, path: str) -> str:
        kept = letters_to(self.MAIL)[-1]
        link = unpack("email", kept).link
        assert path not in str(kept)  # whoever reads the table cannot enter
        assert link.startswith(BASE + path)
        return link.removeprefix(BASE + path)

    def asks(self, phone: FlaskClient, email: str) -> TestResponse:
        nonce = NONCE.search(phone.get("/sign-in", base_url=BASE).text)
        assert nonce is not None
        return phone.post("/sign-in/link", data={"email": email, "nonce": nonce[1]}, base_url=BASE)

    def enters(self, phone: FlaskClient, secret: str) -> int:
        """Press the button of the page that the link opens."""
        path = f"/sign-in/link/{secret}"
        nonce = NONCE.search(phone.get(path, base_url=BASE).text)
        assert nonce is not None
        return phone.post(path, data={"nonce": nonce[1]}, base_url=BASE).status_code

    def test_a_form_of_another_site_puts_nobody_into_a_strangers_session(
        self, phone: FlaskClient, integrator: Actor
    ):
        self.confirmed(phone, integrator)
        self.asks(phone, self.MAIL)
        secret = self.last_link("/sign-in/link/")
        assert phone.post(f"/sign-in/link/{secret}", base_url=BASE).status_code == 422
        assert not has_session(phone)
        assert self.enters(phone, secret) == 303

    def test_a_link_to_the_confirmed_address_opens_once(self, phone: FlaskClient, integrator: Actor):
        self.confirmed(phone, integrator)
        integrator.portal.lapse_to_free()
        self.asks(phone, self.MAIL.upper())
        secret = self.last_link("/sign-in/link/")
        assert phone.get(f"/sign-in/link/{secret}", base_url=BASE).status_code == 200
        assert not has_session(phone)  # mail servers open links too
        assert self.enters(phone, secret) == 303
        assert sees_clients(phone) == 200
        assert self.enters(phone, secret) == 403
        with every_portal():
            assert secret not in db.session.scalars(select(SignInLink.digest)).all()

    def test_it_is_over_after_a_quarter_of_an_hour(self, phone: FlaskClient, world: World, integrator: Actor):
        self.confirmed(phone, integrator)
        self.asks(phone, self.MAIL)
        secret = self.last_link("/sign-in/link/")
        world.clock.advance(minutes=16)
        assert self.enters(phone, secret) == 403

    def test_nobody_learns_which_addresses_we_know(self, phone: FlaskClient, integrator: Actor):
        self.confirmed(phone, integrator)
        count = len(letters_to(self.MAIL))
        known, unknown = self.asks(phone, self.MAIL), self.asks(phone, "nobody@else.example")
        assert known.status_code == unknown.status_code == 200
        hide = re.compile(r'value="[^"]*"|[\w.]+@[\w.]+')
        assert hide.sub("", known.text) == hide.sub("", unknown.text)
        assert len(letters_to(self.MAIL)) == count + 1

    def test_nothing_goes_to_an_address_that_nobody_confirmed(self, phone: FlaskClient, integrator: Actor):
        integrator.opens().post("/clients/access/address", email=self.MAIL)
        self.asks(phone, self.MAIL)
        assert len(letters_to(self.MAIL)) == 1

    def test_three_links_an_hour_are_enough(self, phone: FlaskClient, integrator: Actor):
        self.confirmed(phone, integrator)
        for _ in range(5):
            self.asks(phone, self.MAIL)
        assert len(letters_to(self.MAIL)) == 1 + 3

    def test_who_lost_the_role_gets_no_link(self, phone: FlaskClient, integrator: Actor):
        self.confirmed(phone, integrator)
        self.asks(phone, self.MAIL)
        secret = self.last_link("/sign-in/link/")
        with portal_scope(integrator.portal_id):
            set_member(99, "Другой", MemberRole.OWNER, by=Author(1, "Нина"), at=DAY_OF_THE_STORY)
            remove_member(integrator.portal.admin.id, at=DAY_OF_THE_STORY)
            db.session.commit()
        assert self.enters(phone, secret) == 403
        self.asks(phone, self.MAIL)
        assert len(letters_to(self.MAIL)) == 2

    def test_a_forgotten_address_gets_nothing(self, phone: FlaskClient, integrator: Actor):
        self.confirmed(phone, integrator)
        assert integrator.opens().post("/clients/access/address/forget").status_code == 200
        self.asks(phone, self.MAIL)
        assert len(letters_to(self.MAIL)) == 1

    @pytest.mark.parametrize("email", ["", "not an address", "a@b\nc"])
    def test_what_is_no_address_is_asked_again(self, phone: FlaskClient, integrator: Actor, email: str):
        assert self.asks(phone, email).status_code == 422
        assert integrator.opens().post("/clients/access/address", email=email).status_code == 422

    def test_a_letter_of_two_weeks_ago_confirms_nothing(
        self, phone: FlaskClient, world: World, integrator: Actor
    ):
        integrator.opens().post("/clients/access/address", email=self.MAIL)
        code = self.last_link("/sign-in/address/")
        world.clock.advance(seconds=timedelta(days=15).total_seconds())
        assert phone.post(f"/sign-in/address/{code}", base_url=BASE).status_code == 403


def test_who_has_no_seat_sees_no_page_of_it(south: Actor):
    opened = south.opens()
    assert opened.get("/clients/access").status_code == 403
    assert opened.post("/clients/access/address", email="a@b.example").status_code == 403
    assert opened.post("/clients/access/address/forget").status_code == 403
    assert opened.post("/clients/access/sessions/1/end").status_code == 403


def living_session() -> int:
    with every_portal():
        return db.session.scalars(select(OutsideSession.id).where(OutsideSession.ended_at.is_(None))).one()


@pytest.mark.parametrize("path", ["/clients/access/address", "/clients/keys"])
def test_what_would_outlive_the_session_is_done_inside_alone(
    phone: FlaskClient, world: World, integrator: Actor, path: str
):
    signs_in(phone, world, integrator)
    answer = press(phone, path, email="a@b.example", name="1C", scopes="portals:read", days="30")
    assert answer.status_code == 403
    assert integrator.opens().get("/clients/keys").status_code == 200


def test_who_was_removed_and_comes_back_enters_anew(phone: FlaskClient, world: World, integrator: Actor):
    signs_in(phone, world, integrator)
    who = integrator.portal.admin.id
    with portal_scope(integrator.portal_id):
        set_member(99, "Другой", MemberRole.OWNER, by=Author(1, "Нина"), at=DAY_OF_THE_STORY)
        remove_member(who, at=DAY_OF_THE_STORY)
        set_member(who, "Нина", MemberRole.OWNER, by=Author(99, "Другой"), at=DAY_OF_THE_STORY)
        db.session.commit()
    assert sees_clients(phone) == 303
    assert signs_in(phone, world, integrator).status_code == 303
    assert sees_clients(phone) == 200


def test_who_was_dismissed_is_out(phone: FlaskClient, world: World, integrator: Actor):
    signs_in(phone, world, integrator)
    with portal_scope(integrator.portal_id):
        note_employment(integrator.portal.admin.id, active=False, at=services().clock.now())
        db.session.commit()
    assert sees_clients(phone) == 303


def test_a_form_of_another_site_signs_nobody_out(phone: FlaskClient, world: World, integrator: Actor):
    signs_in(phone, world, integrator)
    kept = phone.get_cookie(SESSION, domain="renewal.example")
    assert kept is not None
    phone.delete_cookie(SESSION, domain="renewal.example")  # a browser sends none with such a form
    answer = phone.post("/sign-out", base_url=BASE)
    assert "Set-Cookie" not in answer.headers
    phone.set_cookie(SESSION, kept.value, domain="renewal.example", secure=True)
    assert sees_clients(phone) == 200


def letters_to(email: str) -> list[dict[str, object]]:
    """The letters in the outbox for an address, the oldest first."""
    with every_portal():
        rows = db.session.scalars(select(Delivery).order_by(Delivery.id)).all()
        return [row.message for row in rows if row.recipient == email]


def token_of(phone: FlaskClient) -> str:
    return token_in(phone.get("/clients/access", base_url=BASE))


def press(phone: FlaskClient, path: str, **form: str) -> TestResponse:
    headers = {"X-Frame-Token": token_of(phone), "HX-Request": "true"}
    return phone.post(path, data=form, headers=headers, base_url=BASE)
