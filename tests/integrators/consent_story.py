"""How the two sides come together in tests: south is the integrator's portal, north the client's."""

import re

from sqlalchemy import select

from b24app.database import db, every_portal, portal_scope
from b24app.integrators.consents import ConsentView, list_consents
from b24app.integrators.invitations import InvitationView, list_invitations
from b24app.integrators.model import ConsentAudit
from tests.actors import Actor, Opened

PROFILE = {
    "name": "ООО «Верный шаг»",
    "inn": "7799104520",
    "contact_name": "Наталья Рябова",
    "contact_email": "n.ryabova@verny-shag.example",
    "contact_phone": "+7 000 000-00-00",
}
ASKED = ("see_terms", "see_checks", "run_checks")
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
SEALED = re.compile(r"/settings/integrator/asks/([\w=-]+)/give")


def declare(integrator: Opened, **changes: str) -> None:
    answer = integrator.post("/settings/profile", **(PROFILE | changes))
    assert answer.status_code == 200, answer.text


def invite(actor: Actor, integrator: Opened, rights: tuple[str, ...] = ASKED, **form: str) -> InvitationView:
    answer = integrator.post("/clients/invitations", rights=list(rights), months="6", **form)
    assert answer.status_code == 200, answer.text
    return invitations(actor)[0]


def invitations(actor: Actor) -> tuple[InvitationView, ...]:
    db.session.rollback()
    with portal_scope(actor.portal_id):
        return list_invitations()


def enter(client: Opened, code: str) -> str:
    """Enter a code as the client's administrator; answers the sealed name of the request."""
    answer = client.post("/settings/integrator/code", code=code)
    assert answer.status_code == 200, answer.text
    found = SEALED.search(answer.text)
    assert found is not None
    return found[1]


def give(client: Opened, sealed: str, rights: tuple[str, ...] = ASKED, **form: str):
    return client.post(
        f"/settings/integrator/asks/{sealed}/give", rights=list(rights), **({"months": "6"} | form)
    )


def consents(actor: Actor) -> tuple[ConsentView, ...]:
    db.session.rollback()
    with portal_scope(actor.portal_id):
        return list_consents()


def agree(client: Actor, client_admin: Opened, integrator: Actor, integrator_admin: Opened) -> ConsentView:
    """The whole way from the declaration to an access."""
    declare(integrator_admin)
    code = invite(integrator, integrator_admin).code
    assert give(client_admin, enter(client_admin, code)).status_code == 200
    return consents(client)[0]


def journal(actor: Actor) -> list[tuple[str, str, bool]]:
    db.session.rollback()
    with every_portal():
        rows = db.session.scalars(
            select(ConsentAudit).where(ConsentAudit.portal_id == actor.portal_id).order_by(ConsentAudit.id)
        )
        return [(row.action, row.detail, row.refused) for row in rows]
