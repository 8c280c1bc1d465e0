"""Installing: the wizard, again, after removal, by events alone."""

from b24app.portals.model import InstallStatus, Portal, find_portal
from tests.actors import Actor


def row(actor: Actor) -> Portal:
    portal = find_portal(actor.portal.member_id)
    assert portal is not None
    return portal


def test_the_wizard_makes_the_install_active(north: Actor):
    assert row(north).status == InstallStatus.ACTIVE
