"""Was the application granted what it needs?"""

from dataclasses import replace

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.own_facts import OwnParts
from b24app.checklist.engine.verdict import Verdict, passed, warned
from b24app.checklist.facts.apps.application import Application
from b24app.checklist.facts.apps.granted_scopes import GrantedScopes
from b24app.manifest import is_granted
from b24app.portals.permissions import way_to_grant
from b24app.text.messages import N_


@check(
    title=N_("The application has its permissions"),
    why=N_("What the application was not granted it cannot check, and that part stays unknown."),
    remedy=N_("Grant the application its permissions."),
    area=Area.APPS,
    severity=Severity.NOTE,
)
def permissions_granted(
    granted_scopes: GrantedScopes, own_parts: OwnParts, application: Application | None = None
) -> Verdict:
    """Judge the granted permissions against the manifest; how they are granted depends on the kind of application."""
    lacking = tuple(one for one in own_parts.scopes if not is_granted(one, granted_scopes.names))
    if lacking:
        about = application or Application()
        way = way_to_grant(about.status, about.version, own_parts.version)
        return replace(warned(N_("Not granted: %(names)s"), names=lacking), detail=way)
    return passed(N_("Permissions: %(count)s"), count=len(granted_scopes.names))
