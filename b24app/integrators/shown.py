"""Who the integrator of a portal is, for its employees: only where its administrator has switched that on."""

from dataclasses import dataclass

from sqlalchemy import select

from b24app.integrators.members import integrator_of
from b24app.integrators.model import Consent
from b24app.portal_rows import PortalRows
from b24app.services import services

SHOWN = PortalRows(
    select(Consent).where(Consent.ended_at.is_(None), Consent.shown_to_people.is_(True)).order_by(Consent.id)
)


@dataclass(frozen=True, slots=True)
class ShownIntegrator:
    """Name and contacts; no offer of anything."""

    name: str
    contact_name: str
    contact_email: str
    contact_phone: str


def shown_integrators() -> tuple[ShownIntegrator, ...]:
    """Those whose access lives and whom the administrator lets employees see."""
    now = services().clock.now()
    found = (integrator_of(row.integrator_id) for row in SHOWN.read() if now < row.ends_at)
    return tuple(
        ShownIntegrator(one.name, one.contact_name, one.contact_email, one.contact_phone)
        for one in found
        if one is not None
    )
