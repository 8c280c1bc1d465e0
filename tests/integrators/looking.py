"""An integrator who looks at a client: `south` looks after `north`, with the rights that a test names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from b24app.database import db, every_portal, portal_scope
from b24app.integrators.consents import ConsentChoice, change_rights, end_by_client, grant
from b24app.integrators.members import IntegratorProfile, declare_integrator, set_member
from b24app.integrators.model import ConsentAudit
from b24app.integrators.rights import MemberRole, Right
from b24app.services import services
from b24app.state_version import portal_state
from b24app.terms.term import Author
from tests.actors import Actor, Opened

HEADER, CLIENT = "X-Frame-Token", "X-Client"
OURS = re.compile(r"X-Frame-Token")
PROFILE = IntegratorProfile("ООО «Верный шаг»", "7799104520", "Нина Рябова", "nina@step.example", "")
MARINA = Author(1, "Марина Ковалёва")
EVERYTHING = tuple(Right)


@dataclass(slots=True)
class Looking:
    """A client's portal opened in the integrator's own frame: requests carry its token, and its name when something is pressed."""

    browser: FlaskClient
    client: Actor
    own: Opened
    code: str
    person_name: str = ""
    token: str = ""
    opened: TestResponse | None = field(default=None)

    @property
    def person(self) -> str:
        """Who looks, as the client reads it."""
        return f"{self.person_name} ({PROFILE.name})"

    def opens(self, path: str = "") -> TestResponse:
        """Open the client from the list, as the link there does."""
        answer = self.own.get(f"/clients/{self.code}/open{path}")
        self.token, self.opened = answer.headers.get(HEADER, ""), answer
        return answer

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.browser.get(path, query_string=query or None, headers=self._headers())

    def post(self, path: str, **form: Any) -> TestResponse:
        return self.browser.post(path, data=form, headers=self._headers())

    def ask(self, method: str, path: str) -> TestResponse:
        return self.browser.open(path, method=method, headers=self._headers())

    def download(self, path: str, **form: Any) -> TestResponse:
        return self.browser.post(path, data={"frame_token": self.token, **form})

    def _headers(self) -> dict[str, str]:
        return {HEADER: self.token, CLIENT: self.code, "HX-Request": "true", "HX-Target": "page"}

    def given(self, *rights: Right) -> None:
        """The client gives these rights now, in the place of what was given."""
        with portal_scope(self.client.portal_id):
            change_rights(self.code, frozenset(rights), by=MARINA, at=services().clock.now(), own=True)
            db.session.commit()

    def ends(self) -> None:
        """The client ends the access."""
        with portal_scope(self.client.portal_id):
            end_by_client(self.code, by=MARINA, at=services().clock.now())
            db.session.commit()


def looks_after(
    integrator: Actor,
    client: Actor,
    rights: Iterable[Right] = EVERYTHING,
    role: MemberRole = MemberRole.OWNER,
) -> Looking:
    """The integrator's portal declared, its administrator in this role, and the consent of the client."""
    admin, now = integrator.portal.admin, services().clock.now()
    own = integrator.opens()
    with portal_scope(integrator.portal_id):
        by = Author(admin.id, "Нина Рябова")
        declare_integrator(PROFILE, by=by, at=now)
        if role is not MemberRole.OWNER:
            set_member(9_001, "Хозяин", MemberRole.OWNER, by=by, at=now)
            set_member(admin.id, "Нина Рябова", role, by=by, at=now)
        integrator_id = integrator.portal_id
        db.session.commit()
    with portal_scope(client.portal_id):
        code = grant(
            integrator_id, ConsentChoice(frozenset(rights), 6, prolongs=False), by=MARINA, at=now
        ).code
        db.session.commit()
    return Looking(client.client, client, own, code, admin.full_name)


def state_of(actor: Actor) -> str:
    """The version of a portal's state: every row written gives it another one."""
    db.session.rollback()
    found = select(portal_state.c.version).where(portal_state.c.portal_id == actor.portal_id)
    return str(db.session.execute(found).scalar())


def journal_of(actor: Actor) -> list[ConsentAudit]:
    """The lines of a client's journal, oldest first."""
    db.session.rollback()
    with every_portal():
        lines = select(ConsentAudit).where(ConsentAudit.portal_id == actor.portal_id)
        return list(db.session.scalars(lines.order_by(ConsentAudit.id)))


@dataclass(frozen=True, slots=True)
class Address:
    """One view of a client's portal: how it is asked, and the rights that it needs."""

    endpoint: str
    method: str
    path: str
    needed: frozenset[Right]


def every_address() -> list[Address]:
    """Every framed view that is not of the person's own portal, by the map of the application itself."""
    found = []
    for rule in current_app.url_map.iter_rules():
        view = vars(current_app.view_functions[rule.endpoint])
        if view.get("framed") not in ("anyone", "admin") or view["own"]:
            continue
        path = rule.build(dict.fromkeys(rule.arguments, 1), append_unknown=False)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            where = path[1] if path else rule.rule
            found.append(Address(rule.endpoint, method, where, frozenset(view["needed"])))
    return found
