"""Are our widgets in their places?"""

from b24app.checklist.engine.answer_fields import host_of
from b24app.checklist.engine.check import Area, Severity, check, missing
from b24app.checklist.engine.own_facts import OwnParts
from b24app.checklist.engine.verdict import Verdict, failed, passed
from b24app.checklist.facts.apps.own_placements import OwnPlacements
from b24app.text.messages import N_


@check(
    title=N_("Widgets of this application are in place"),
    why=N_("Employees do not see how long is left and who is responsible."),
    remedy=N_("Press “Restore”: the application puts them back."),
    area=Area.APPS,
    severity=Severity.NOTE,
)
def own_widgets_bound(own_placements: OwnPlacements, own_parts: OwnParts) -> Verdict:
    """Judge that each placement of the manifest has our handler."""
    ours = {row.placement for row in own_placements.rows if host_of(row.handler) == own_parts.host}
    lost = missing(own_parts.placements, ours)
    if lost:
        return failed(N_("No widget: %(names)s"), names=lost)
    return passed(N_("Widgets: %(count)s"), count=len(ours))
