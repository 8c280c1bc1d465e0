"""Is the newest version installed?"""

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.own_facts import OwnParts
from b24app.checklist.engine.verdict import Verdict, passed, warned
from b24app.checklist.facts.apps.application import Application
from b24app.portals.permissions import LOCAL
from b24app.text.messages import N_


@check(
    title=N_("The installed version is the current one"),
    why=N_("An older version may lack permissions and widgets; their own checks say when one is missing."),
    remedy=N_("Update the application in the portal."),
    area=Area.APPS,
    severity=Severity.NOTE,
    place=N_("Market → Updates"),
)
def own_version_current(application: Application, own_parts: OwnParts) -> Verdict:
    """Judge the application's own payment; an older version still works, so it is only named."""
    if application.payment_expired:
        return warned(N_("The application's own paid period has ended"))
    if application.status == LOCAL:  # its server is always the newest, and no versions of it are published
        return passed(N_("A local application: it has no versions to install"))
    if application.version is not None and application.version < own_parts.version:
        return passed(
            N_("Version %(value)s works; %(current)s is ready to be installed"),
            N_("Update when it suits you: “Market → Updates”."),
            value=application.version,
            current=own_parts.version,
        )
    return passed(N_("Version %(value)s"), value=application.version or own_parts.version)
