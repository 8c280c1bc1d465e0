"""Do the portal's events reach us?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, check
from b24app.checklist.engine.own_facts import ReturnedTestEvents
from b24app.checklist.engine.verdict import Verdict, failed, passed, unknown
from b24app.checklist.facts.apps.application import Application
from b24app.checklist.facts.apps.own_test_event import PATIENCE, OwnTestEvent
from b24app.text.messages import N_


@check(
    title=N_("Events of the portal arrive"),
    why=N_(
        "Integrations learn of orders and payments by events; one that was not delivered is not sent again."
    ),
    remedy=N_(
        "Press “Restore”. If the event still does not come, write to the support of this application: perhaps "
        "Bitrix24 cannot reach its address."
    ),
    area=Area.APPS,
)
def own_events_arrive(
    own_test_event: OwnTestEvent,
    event_echoes: ReturnedTestEvents,
    now: datetime,
    application: Application | None = None,
) -> Verdict:
    """Judge whether the test event of this run has come back (none is sent before installFinish).

    Source: vendor's documentation, installation-finish.md.
    """
    came = event_echoes.came.get(own_test_event.mark)
    if came is not None:
        taken = (came - own_test_event.sent_at).total_seconds()
        if taken < 0:  # our clock was put back meanwhile
            return passed(N_("The test event came back"))
        if not (seconds := round(taken)):
            return passed(N_("The test event came back within a second"))
        return passed(N_("The test event came back after %(seconds)s s"), seconds=seconds)
    sent_at = own_test_event.sent_at.astimezone(now.tzinfo)
    if now - sent_at < PATIENCE:
        return unknown(
            N_("The test event of %(time)s is on its way; after ten minutes it counts as lost"),
            time=f"{sent_at:%H:%M}",
        )
    if application is not None and not application.installed:
        return unknown(
            N_(
                "The test event left before the installation was finished, when the portal delivers none; check again"
            )
        )
    return failed(
        N_("The test event has not come"),
        N_("Sent %(day)s, %(time)s"),
        day=sent_at,
        time=f"{sent_at:%H:%M}",
    )
