"""Jobs of the install: events, bindings, tokens, denied installs, rights of people, what is erased in the end."""

from collections.abc import Iterator

from sqlalchemy import select

from b24app.backup.proofs.loss_watch import watch_deletions
from b24app.bitrix24.call_log_database import prune_calls
from b24app.database import db
from b24app.integrators.pipeline.set_up import watch_deals
from b24app.jobs.job import Ids, Job, Lane
from b24app.jobs.queue import is_asked
from b24app.placements import bind_portal, wanted_bindings
from b24app.portals.client_factory import ask_if_it_answers, probe_blocked, refresh_dormant
from b24app.portals.event_handling import PROBES, fail_event, take_event
from b24app.portals.event_inbox import prune_test_events
from b24app.portals.install import bound_otherwise
from b24app.portals.model import EventIn
from b24app.portals.uninstall import ask_denied, erase_due
from b24app.reminders.kinds.denied_install_notice import warn_denied
from b24app.reminders.kinds.left_copies import erase_now, say_what_stays
from b24app.renewal.situation_reading import review_people
from b24app.web.shown_errors import prune_shown_errors


def look_after_access() -> None:
    """Keep quiet tokens alive, then ask the authorization server about installs that it may have denied."""
    refresh_dormant()
    ask_denied()


def forget_calls_and_errors() -> None:
    """Delete the calls that are older than the settings keep, and numbers of errors too old to be named to support."""
    prune_calls()
    prune_shown_errors()


def bind_everything(portal_id: int) -> None:
    """Bind our places and events anew, those of the copy and of the pipeline too: an update takes all of them away (event-bind.md)."""
    bind_portal(portal_id)
    watch_deletions(portal_id)
    watch_deals(portal_id)


def unfinished_events() -> Iterator[Ids]:
    """The events that nobody has worked on, as an earlier release or a lost job left them."""
    found = db.session.scalars(
        select(EventIn.id).where(EventIn.done_at.is_(None), EventIn.payload.is_not(None))
    )
    questions = [(), *((attempt,) for attempt in range(1, len(PROBES)))]
    for event_id in found.all():
        if not any(is_asked("take_event", event_id, *attempt) for attempt in questions):
            yield (event_id,)


def otherwise_bound() -> Iterator[Ids]:
    """The portals that still have the places of an earlier release."""
    yield from ((portal_id,) for portal_id in bound_otherwise(wanted_bindings()))


JOBS = (
    Job("take_event", take_event, failed=fail_event, unfinished=unfinished_events),
    Job("bind_portal", bind_everything, unfinished=otherwise_bound),
    Job("review_rights", review_people),
    Job("tell_denied", warn_denied),
    Job("probe_portal", ask_if_it_answers),
    Job("probe_blocked", probe_blocked, hour="*", minute="*/15"),
    Job("erase_with_words", say_what_stays, failed=erase_now),
    Job("erase_due", erase_due, hour="3", minute="20", lane=Lane.NIGHTLY, deadline=900),
    Job("refresh_dormant", look_after_access, hour="3", minute="40", lane=Lane.NIGHTLY, deadline=1800),
    Job("prune_calls", forget_calls_and_errors, hour="3", minute="50", lane=Lane.NIGHTLY, deadline=900),
    Job("prune_test_events", prune_test_events, hour="3", minute="55", lane=Lane.NIGHTLY, deadline=900),
)
