"""Does the portal send us events of changes?"""

from b24app.checklist.engine.answer_fields import host_of
from b24app.checklist.engine.check import Area, check, missing
from b24app.checklist.engine.own_facts import OwnParts
from b24app.checklist.engine.verdict import Verdict, failed, passed
from b24app.checklist.facts.apps.own_events import OwnEvents
from b24app.text.messages import N_


@check(
    title=N_("Subscriptions of this application are in place"),
    why=N_("Without them the application learns of nothing; an update or a reinstallation drops them."),
    remedy=N_("Press “Restore”: the application subscribes again."),
    area=Area.APPS,
)
def own_events_bound(own_events: OwnEvents, own_parts: OwnParts) -> Verdict:
    """Judge that each event of the manifest has our handler."""
    ours = {row.event.upper() for row in own_events.rows if host_of(row.handler) == own_parts.host}
    lost = missing(own_parts.events, ours)
    if lost:
        return failed(N_("No subscription: %(names)s"), names=lost)
    return passed(N_("Subscriptions: %(count)s"), count=len(ours))
