"""Actors of the board: an integrator with its people, clients that have given consent, summaries made by hand."""

from datetime import timedelta

from flask import Flask

from b24app.database import db, portal_scope
from b24app.integrators.consents import ConsentChoice, ConsentView, grant
from b24app.integrators.members import IntegratorProfile, declare_integrator, set_member
from b24app.integrators.model import ClientSummary
from b24app.integrators.rights import MemberRole, Right
from b24app.portals.model import InstallStatus, Portal
from b24app.services import services
from b24app.terms.term import Author
from tests.actors import Actor

ANNA = Author(1, "Анна Орлова")
ALL = frozenset(Right)
SEEN = {
    "state": "window_open", "date_state": "confirmed", "said_by": "С. Орлова", "plan_code": "std", "plan_name": "Standard",
    "act_reason": "pay", "act_step": "pay", "stage": "payment", "steps": "done done now ahead ahead", "access": "alive",
    "currency": "RUB", "blockers": 0, "broke_count": 0,
}  # fmt: skip


def declare(actor: Actor, role: MemberRole = MemberRole.OWNER) -> Actor:
    """Make a portal an integrator's, with its administrator in a role."""
    now = services().clock.now()
    with portal_scope(actor.portal_id):
        profile = IntegratorProfile("Верный шаг", "7799104520", "Анна", "anna@example.com", "")
        declare_integrator(profile, by=Author(actor.portal.admin.id, "Н. Рябова"), at=now)
        if role is not MemberRole.OWNER:
            set_member(99, "Хозяин", MemberRole.OWNER, by=ANNA, at=now)
            set_member(actor.portal.admin.id, "Н. Рябова", role, by=ANNA, at=now)
        db.session.commit()
    return actor


def consent(client_id: int, integrator_id: int, rights: frozenset[Right] = ALL) -> ConsentView:
    """A client gives these rights."""
    with portal_scope(client_id):
        given = grant(
            integrator_id, ConsentChoice(rights, 12, prolongs=False), by=ANNA, at=services().clock.now()
        )
        db.session.commit()
    return given


def add_client(
    app: Flask, number: int, integrator_id: int, rights: frozenset[Right] = ALL, **seen: object
) -> int:
    """A portal with a consent and a summary as the job would have made it; answers the portal's id."""
    now = app.extensions["services"].clock.now()
    domain = f"client-{number}.bitrix24.example"
    row = Portal(
        member_id=f"client{number}", domain=domain, client_endpoint=f"https://{domain}/rest/", server_endpoint="",
        status=InstallStatus.ACTIVE, created_at=now,
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()
    consent(row.id, integrator_id, rights)
    keep_summary(row.id, name=f"Клиент {number}", **seen)
    return row.id


def keep_summary(portal_id: int, **seen: object) -> None:
    """A summary of this very state."""
    now = services().clock.now()
    portal = db.session.get_one(Portal, portal_id)
    db.session.refresh(portal)
    named = f"{seen.get('name', '')} {portal.domain}".lower()
    values = {"answered_at": now, "swept_at": now, "search": named, **SEEN, **seen}
    with portal_scope(portal_id):
        db.session.add(
            ClientSummary(
                version=portal.state_version or "",
                day=now.date(),
                made_at=now,
                lasts_until=now + timedelta(days=1),
                **values,
            )
        )
        db.session.commit()
