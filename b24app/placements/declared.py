"""What this version adds to a portal, put together from manifest.json and the widgets' own files."""

from b24app.placements import PLACEMENTS
from b24app.portals.bindings import Wanted, Widget
from b24app.portals.client_factory import open_door
from b24app.portals.install import Installation, Step
from b24app.services import services


def wanted() -> Wanted:
    """The placements and events of the manifest with their titles."""
    manifest = services().manifest
    return Wanted(
        public_url=services().settings.public_url,
        widgets=tuple(Widget(code, PLACEMENTS[code].titles) for code in manifest.placements),
        events=manifest.events,
    )


def installation(portal_id: int) -> Installation:
    """The wizard's object for one portal."""
    return Installation(portal_id, wanted(), open_door)


def bind_portal(portal_id: int) -> None:
    """Bind everything anew: the job after an update or an installation without the wizard."""
    step: Step = installation(portal_id).bind()
    if step.error is not None:
        raise step.error
