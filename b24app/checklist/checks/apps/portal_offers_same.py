"""Does the portal offer the same to applications?"""

from b24app.checklist.engine.check import Area, Baseline, CheckTime, Severity, check, missing, no_baseline
from b24app.checklist.engine.fact import REASON_TEXTS, WHO_GRANTS, Reason
from b24app.checklist.engine.verdict import Verdict, passed, unknown, warned
from b24app.checklist.facts.apps.application import Application
from b24app.checklist.facts.apps.available_events import AvailableEvents
from b24app.checklist.facts.apps.available_placements import AvailablePlacements
from b24app.checklist.facts.apps.granted_scopes import GrantedScopes
from b24app.text.messages import N_


@check(
    title=N_("The portal offers the same places and events"),
    why=N_("A set that shrinks after activation shows a module that went off with the plan."),
    remedy=N_("Find out which module is gone and whether the plan includes it."),
    area=Area.APPS,
    severity=Severity.NOTE,
    stage=CheckTime.AFTER,
)
def portal_offers_same(
    available_events: AvailableEvents,
    available_placements: AvailablePlacements,
    baseline: Baseline,
    application: Application | None = None,
    granted_scopes: GrantedScopes | None = None,
) -> Verdict:
    """Judge that no available event or place is lost since the baseline; another plan has a set of its own.

    A portal offers what the application's permissions open: with one less nothing can be judged about the module.
    """
    events, places = baseline.of(AvailableEvents), baseline.of(AvailablePlacements)
    if events is None and places is None:
        return no_baseline()
    lost = missing(events.names if events else (), available_events.names)
    lost += missing(places.names if places else (), available_placements.names)
    was = baseline.of(Application)
    if lost and was is not None and application is not None and was.license != application.license:
        return passed(
            N_("The plan was changed, and with it what the portal offers to applications"),
            N_("Not offered any more: %(names)s"),
            names=lost,
        )
    if lost and (gone := _withdrawn(baseline.of(GrantedScopes), granted_scopes)):
        needs = ", ".join(gone)
        return unknown(REASON_TEXTS[Reason.SCOPE], WHO_GRANTS[Reason.SCOPE], needs=needs)
    if lost:
        return warned(N_("Not offered any more: %(names)s"), names=lost)
    return passed(
        N_("Events: %(events)s, places: %(places)s"),
        events=len(available_events.names),
        places=len(available_placements.names),
    )


def _withdrawn(was: GrantedScopes | None, now: GrantedScopes | None) -> tuple[str, ...]:
    return missing(was.names, now.names) if was is not None and now is not None else ()
