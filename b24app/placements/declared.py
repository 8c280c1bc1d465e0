"""What this version adds to a portal, put together from manifest.json and the widgets' own files."""

from b24app.placements.registry import load_placements
from b24app.portals.bindings import WantedBindings, WantedPlacement
from b24app.portals.client_factory import open_client
from b24app.portals.install import Installation, InstallStep
from b24app.services import services


def wanted_bindings() -> WantedBindings:
    """The placements and events of the manifest with their titles."""
    manifest = services().manifest
    return WantedBindings(
        public_url=services().settings.public_url,
        widgets=tuple(WantedPlacement(code, load_placements()[code].titles) for code in manifest.placements),
        events=manifest.events,
    )


def installation(portal_id: int) -> Installation:
    """The wizard's object for one portal."""
    return Installation(portal_id, wanted_bindings(), open_client)


def bind_portal(portal_id: int) -> None:
    """Bind everything anew: the job after an update or an installation without the wizard."""
    step: InstallStep = installation(portal_id).bind()
    if step.error is not None:
        raise step.error
