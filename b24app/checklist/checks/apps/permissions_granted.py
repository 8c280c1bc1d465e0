"""Was the application granted what it needs?"""

from b24app.checklist.engine.check import Area, Severity, check, missing
from b24app.checklist.engine.own_facts import OwnParts
from b24app.checklist.engine.verdict import Verdict, passed, warned
from b24app.checklist.facts.apps.granted_scopes import GrantedScopes
from b24app.text.messages import N_


@check(
    title=N_("The application has its permissions"),
    why=N_("What the application was not granted it cannot check, and that part stays unknown."),
    remedy=N_("Update the application in the portal and accept the list of permissions."),
    area=Area.APPS,
    severity=Severity.NOTE,
    place=N_("Market → Installed"),
)
def permissions_granted(granted_scopes: GrantedScopes, own_parts: OwnParts) -> Verdict:
    """Judge the granted permissions against the manifest."""
    lacking = missing(own_parts.scopes, granted_scopes.names)
    if lacking:
        return warned(N_("Not granted: %(names)s"), names=lacking)
    return passed(N_("Permissions: %(count)s"), count=len(granted_scopes.names))
