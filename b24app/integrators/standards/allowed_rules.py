"""Whether a client's living consent, and the role of a person, show what a rule reads; asked anew at every moment that counts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from b24app.database import db, portal_scope
from b24app.integrators.consents import living_with
from b24app.integrators.members import MemberSeat
from b24app.integrators.own_clients import may_see
from b24app.integrators.rights import Right, read_rights, whole
from b24app.integrators.standards.standard_rule import StandardRule
from b24app.portals.model import InstallStatus, Portal

ALSO = {Right.COPY: Right.CHECKS}
"""The state of a copy is among what the checks show: the list of clients judges the same."""


@dataclass(frozen=True, slots=True)
class LivingConsent:
    """The consent of a client that lives now, and what it gives."""

    code: str
    rights: frozenset[Right]


def shows(rights: Collection[Right], rule: StandardRule) -> bool:
    """Whether these rights show the value of a rule."""
    return rule.right in rights or ALSO.get(rule.right) in rights


def living_consent(integrator_id: int, client_id: int, now: datetime) -> LivingConsent | None:
    """What a client gives to an integrator at this moment; None when no consent lives or the application is removed there."""
    with portal_scope(client_id):
        row = living_with(integrator_id)
    portal = db.session.get(Portal, client_id)
    if row is None or now >= row.ends_at or portal is None or portal.status == InstallStatus.DELETED:
        return None
    return LivingConsent(row.code, whole(read_rights(row.rights)))


def gives_rule(integrator_id: int, client_id: int, rule: StandardRule, now: datetime) -> bool:
    """Whether the client shows the value of a rule to the integrator now."""
    consent = living_consent(integrator_id, client_id, now)
    return consent is not None and shows(consent.rights, rule)


def sees_rule(seat: MemberSeat | None, client_id: int, rule: StandardRule, now: datetime) -> bool:
    """Whether a person in this seat sees the value of a rule of this client now."""
    if seat is None or not may_see(seat, client_id):
        return False
    consent = living_consent(seat.portal_id, client_id, now)
    return consent is not None and shows(whole(consent.rights & seat.rights), rule)
