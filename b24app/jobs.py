"""What runs later and what runs every day, by name; the only list of jobs."""

from b24app.checklist.rerun import perform_rerun
from b24app.checklist.runs import perform_run
from b24app.checklist.schedule import start_due_repeats
from b24app.placements.binding import bind_portal
from b24app.portals.dormant import refresh_dormant
from b24app.portals.event_work import take_event
from b24app.portals.leaving import erase_due
from b24app.queue import Job
from b24app.wire.journal import prune_calls


def installed(portal_id: int) -> None:
    """A portal has just got the application."""


def plan_changed(portal_id: int) -> None:
    """A portal reports another plan than before."""


def portal_back(portal_id: int) -> None:
    """A portal that refused REST answers again: the plan or the subscription has probably been renewed."""


def payment_noticed(portal_id: int) -> None:
    """Something about the application was paid; the portal has been asked what."""


JOBS: dict[str, Job] = {
    "take_event": take_event,
    "bind_portal": bind_portal,
    "erase_due": erase_due,
    "perform_run": perform_run,
    "perform_rerun": perform_rerun,
    "start_due_repeats": start_due_repeats,
    "installed": installed,
    "plan_changed": plan_changed,
    "payment_noticed": payment_noticed,
    "portal_back": portal_back,
    "refresh_dormant": refresh_dormant,
    "prune_calls": prune_calls,
}
DAILY: dict[str, tuple[str, str]] = {"erase_due": ("20", "3"), "start_due_repeats": ("*/5", "*")}
