"""Consent × role × every address of the application: without a living consent, its right and a role that includes it nothing is read or written."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from b24app.database import db, every_portal, portal_scope
from b24app.frames.page_token import restore_frame, sign_frame
from b24app.integrators.consents import end_by_client
from b24app.integrators.invitations import invite
from b24app.integrators.members import find_seat, set_member
from b24app.integrators.model import ClientSummary, Consent, Invitation
from b24app.integrators.outside.model import ApiToken
from b24app.integrators.outside.outside_sessions import BY_LINK, begin_session
from b24app.integrators.rights import ROLE_RIGHTS, MemberRole, Right, whole
from b24app.integrators.standards.model import FoundValue
from b24app.integrators.standards.stored_standards import add_standard
from b24app.integrators.summaries import remake
from b24app.services import services
from b24app.web.outside_access import COOKIE
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.integrators.boards import ANNA, consent, declare
from tests.integrators.looking import CLIENT, HEADER, state_of
from tests.integrators.standard_story import EVERYBODY
from tests.integrators.test_api import key_of

pytestmark = [pytest.mark.cases, pytest.mark.usefixtures("first_checks")]
SECRETS = {Right.TERMS: "ТАЙНЫЙ-ТАРИФ", Right.CHECKS: "ТАЙНАЯ-КАССА"}
"""What stands in the client's rows, and the right without which nobody reads it."""

FORM = {
    "kind": "check", "all": "yes", "conditions": "view=all", "until": "2026-12-20", "reason": "other", "note": "x",
    "name": "x", "rights": "see_terms", "months": "6", "user": "1", "value": "1",
}  # fmt: skip
SHOWS = {"all": "yes", "view": "all"}


class ConsentState(StrEnum):
    """What there is between the client and the integrator."""

    OF_ANOTHER = "of another integrator"
    ENDED = "ended"
    EXPIRED = "expired"
    PENDING = "not answered yet"
    NARROWED = "narrowed"


@dataclass(slots=True)
class Walk:
    """Both sides, and the ways in that the integrator's person has: his frame, the client's frame, a key, a session outside."""

    app: Flask
    own: Actor
    client: Actor
    other: Actor
    browser: FlaskClient
    page: Opened
    key: str = ""
    session: str = ""
    code: str = ""

    def begin(self, state: ConsentState, role: MemberRole, rights: frozenset[Right]) -> None:
        """Everything anew: the role, the ways in, and this consent."""
        self.restore(role)
        with every_portal():
            db.session.execute(delete(Consent))
            db.session.execute(delete(Invitation))
            db.session.commit()
        whose = self.other if state is ConsentState.OF_ANOTHER else self.own
        if state is ConsentState.PENDING:
            self.code = self.asks()
            return
        self.code = consent(self.client.portal_id, whose.portal_id, rights).code
        with portal_scope(self.client.portal_id):
            if state is ConsentState.ENDED:
                end_by_client(self.code, by=ANNA, at=services().clock.now())
            if state is ConsentState.EXPIRED:
                db.session.execute(
                    update(Consent).values(ends_at=services().clock.now() - timedelta(days=40))
                )
            db.session.commit()
        tell_secrets(self.client)

    def asks(self) -> str:
        with portal_scope(self.own.portal_id):
            asked = invite(
                frozenset(Right),
                6,
                by=ANNA,
                at=services().clock.now(),
                client_portal_id=self.client.portal_id,
            )
            db.session.commit()
        return asked.code

    def restore(self, role: MemberRole) -> None:
        """The integrator as it was: a press of the walk may have ended its declaration, its key or its session."""
        declare(self.own)
        with portal_scope(self.own.portal_id):
            now = services().clock.now()
            set_member(99, "Хозяин", MemberRole.OWNER, by=ANNA, at=now)
            set_member(self.own.portal.admin.id, "Н. Рябова", role, by=ANNA, at=now)
            db.session.execute(delete(ApiToken))
            seat = find_seat(self.own.portal_id, self.own.portal.admin.id)
            assert seat is not None
            self.session = begin_session(seat, BY_LINK, "", now)
            db.session.commit()
        self.key = key_of(self.own)

    def is_whole(self, role: MemberRole) -> bool:
        db.session.rollback()
        seat = find_seat(self.own.portal_id, self.own.portal.admin.id)
        with portal_scope(self.own.portal_id):
            key = db.session.query(ApiToken).filter(ApiToken.revoked_at.is_(None)).count()
        db.session.commit()
        return seat is not None and seat.role is role and bool(key)

    def ask(self, one: "Place", *, outside: bool = False) -> TestResponse:
        """Ask as the kind of address is asked."""
        path = one.path(self)
        form = (
            {"data": {**FORM, "code": self.code}}
            if one.method == "POST"
            else {"query_string": {**SHOWS, "code": self.code}}
        )
        if outside:
            headers = {"Cookie": f"{COOKIE}={self.session}"}
        elif one.kind == "api":
            headers = {"Authorization": f"Bearer {self.key}"}
        elif one.kind == "client":
            frame = replace(restore_frame(self.page.token), consent_code=self.code)
            headers = {HEADER: sign_frame(frame), CLIENT: self.code, "HX-Request": "true"}
        elif one.kind == "own":
            headers = {HEADER: self.page.token, "HX-Request": "true"}
        else:
            headers = {}
        return self.browser.open(path, method=one.method, headers=headers, **form)


@dataclass(frozen=True, slots=True)
class Place:
    """One address of the map and a method of it; `needed` are the rights of a client's page."""

    rule: Rule
    method: str
    kind: str
    needed: frozenset[Right]

    def path(self, walk: Walk) -> str:
        """The address about this client."""
        client_id = walk.client.portal_id
        values = {
            "code": walk.code,
            "client_id": client_id,
            "portal_id": client_id,
            "place": "shop",
            "rule": "cash_register",
        }
        named = {name: values.get(name, 1) for name in self.rule.arguments}
        built = self.rule.build(named, append_unknown=False)
        return built[1] if built else self.rule.rule


def every_place() -> Iterator[Place]:
    """Every address of the application with each of its methods."""
    for rule in current_app.url_map.iter_rules():
        view = vars(current_app.view_functions[rule.endpoint])
        framed = view.get("framed") in ("anyone", "admin")
        way_in = "api" if rule.endpoint.startswith("api.") else "public"
        kind = ("own" if view["own"] else "client") if framed else way_in
        needed = frozenset(view["needed"]) if framed else frozenset()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Place(rule, method, kind, needed)


def tell_secrets(client: Actor) -> None:
    """Words into the client's rows that stand nowhere else."""
    remake(client.portal_id)
    with portal_scope(client.portal_id):
        db.session.execute(
            update(ClientSummary).values(plan_name=SECRETS[Right.TERMS], said_by=SECRETS[Right.TERMS])
        )
        db.session.execute(update(FoundValue).values(number=0, lack="", names=[SECRETS[Right.CHECKS]]))
        db.session.commit()


@pytest.fixture
def walk(app: Flask, first_checks: Actor, south: Actor, visitor: FlaskClient, world: World) -> Walk:
    other = Actor(visitor, world.add_portal("east.bitrix24.example")).installs()
    declare(south)
    declare(other)
    with portal_scope(south.portal_id):
        add_standard("Все", EVERYBODY, {"cash_register": 1}, by=ANNA, at=services().clock.now())
        db.session.commit()
    return Walk(app, south, first_checks, other, app.test_client(), south.opens())


def wrong_in(
    walk: Walk, one: Place, answer: TestResponse, given: frozenset[Right], *, seen: bool
) -> list[str]:
    """What an answer says that this consent and role do not give."""
    text = answer.get_data(as_text=True)
    told = [word for right, word in SECRETS.items() if word in text and right not in given]
    if walk.client.host in text and not seen and not is_kept_name(one):
        told.append(walk.client.host)
    if one.kind == "client" and not (one.needed and one.needed <= given) and answer.status_code < 400:
        told.append(str(answer.status_code))
    return [f"{one.method} {one.rule.rule}: {word}" for word in told]


def is_kept_name(one: Place) -> bool:
    """The board alone names a client whose access has ended, for thirty days, by the name that was kept."""
    return one.kind == "own" and one.rule.rule.startswith("/clients")


@pytest.mark.parametrize("state", ConsentState)
@settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(role=st.sampled_from(MemberRole), rights=st.frozensets(st.sampled_from(Right)))
def test_no_address_reads_or_writes_what_was_not_given(
    walk: Walk, state: ConsentState, role: MemberRole, rights: frozenset[Right]
) -> None:
    allowed = whole(rights) or frozenset({Right.COPY})
    walk.begin(state, role, allowed)
    lives = (
        state is ConsentState.NARROWED and role is not MemberRole.MANAGER
    )  # nobody gave this manager a client
    shown = whole(allowed & ROLE_RIGHTS[role]) if lives else frozenset[Right]()
    before, wrong, walked = state_of(walk.client), list[str](), 0
    for one in every_place():
        walked += 1
        if lives and is_given(one, shown):
            continue
        wrong += wrong_in(walk, one, walk.ask(one), shown, seen=lives)
        if one.method == "GET" and one.kind in ("own", "client"):
            outside = walk.ask(one, outside=True)
            wrong += wrong_in(walk, replace(one, kind="own"), outside, shown, seen=lives)
        if one.method != "GET" and not walk.is_whole(role):
            walk.restore(role)
    event(f"{state}, {role}: {walked} addresses")
    assert walked == len(methods_of_the_map()) > 300
    assert wrong == []
    assert state_of(walk.client) == before


def is_given(one: Place, shown: frozenset[Right]) -> bool:
    """What a living consent gives may be read and done; presses about a client that is there have tests of their own."""
    if one.kind == "client":
        return bool(one.needed) and one.needed <= shown
    return one.kind in ("own", "api") and one.method != "GET"


def methods_of_the_map() -> list[tuple[str, str]]:
    """Each method of each address as the application itself would answer it."""
    rules = current_app.url_map.iter_rules()
    return [(one.rule, how) for one in rules for how in (one.methods or set()) - {"HEAD", "OPTIONS"}]


def test_with_everything_given_the_same_walk_finds_every_word(walk: Walk) -> None:
    walk.begin(ConsentState.NARROWED, MemberRole.OWNER, frozenset(Right))
    pages = ("/clients", "/clients/standards")
    answers = [
        walk.ask(one).get_data(as_text=True)
        for one in every_place()
        if one.rule.rule in pages and one.method == "GET"
    ]
    for word in (*SECRETS.values(), walk.client.host):
        assert any(word in text for text in answers), word
