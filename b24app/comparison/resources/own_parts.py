"""What this application has in the portal: its events and widgets."""

from b24app.checklist.engine.check import Area, Severity
from b24app.checklist.facts.apps.own_events import OwnEvents
from b24app.checklist.facts.apps.own_placements import OwnPlacements
from b24app.comparison.resource import Found, Resource, resource
from b24app.comparison.words import EVENTS, PLACEMENTS
from b24app.text.messages import N_

COME_AND_GO = frozenset({"ONCRMDEALUPDATE"})


@resource(
    N_("Subscription to an event"),
    area=Area.APPS,
    meaning=N_("This application does not learn of changes in the portal."),
    remedy=N_("Restored by this application with one press."),
    fields={},
    named=True,
    version=2,
)
def event(own_events: OwnEvents) -> Found:
    """Own subscriptions by event, handler and kind; those of the queue of deletions and of a pipeline of renewals are left out, as we bind and unbind them."""
    for row in own_events.rows:
        if row.offline or row.event.upper() in COME_AND_GO:
            continue
        key = f"{row.event.upper()}:{row.handler}:{row.auth_type}:{row.offline}"
        yield key, Resource(EVENTS.get(row.event.upper(), N_("another event")), "", {})


@resource(
    N_("Widget"),
    area=Area.APPS,
    severity=Severity.NOTE,
    meaning=N_("Employees do not see this application in its place."),
    remedy=N_("Restored by this application with one press."),
    fields={},
)
def widget(own_placements: OwnPlacements) -> Found:
    """Own widgets by place, handler and user; places of earlier releases were removed by us on purpose."""
    for row in own_placements.rows:
        if row.placement not in PLACEMENTS:
            continue
        key = f"{row.placement}:{row.handler}:{row.userId}"
        yield key, Resource(row.title, PLACEMENTS[row.placement], {})
