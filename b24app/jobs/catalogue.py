"""What runs later and what runs every day, by name; the only list of jobs."""

from collections.abc import Sequence

import structlog

from b24app.bitrix24.call_log_search import prune_calls
from b24app.checklist.engine.disk_use import count_disk
from b24app.checklist.engine.mutes_and_owners import named_owners
from b24app.checklist.engine.run_jobs import perform_rerun, perform_run, rejudge
from b24app.checklist.engine.runs import get_run, start_run
from b24app.checklist.engine.verdict import Level
from b24app.checklist.model import Run, WriteRun
from b24app.checklist.test_writes.write_runs import perform_write_run
from b24app.comparison.after_activation import keep_baseline, start_due_repeats
from b24app.comparison.worsening import Worse, found_worse
from b24app.database import db, every_portal, portal_scope
from b24app.each_portal import for_each_portal
from b24app.errors import MarketplaceEnded, PlanLapsed, PortalLocked
from b24app.jobs.queue import Job
from b24app.placements.declared import bind_portal
from b24app.portals.acting_administrator import confirm_master
from b24app.portals.blocked_portals import probe_blocked
from b24app.portals.denied_installs import ask_denied
from b24app.portals.event_handling import take_event
from b24app.portals.event_inbox import prune_test_events
from b24app.portals.people import active_portals
from b24app.portals.rights_review import review_rights
from b24app.portals.token_renewal import refresh_dormant
from b24app.portals.uninstall import erase_due
from b24app.reminders.denied_install_notice import tell_denied
from b24app.reminders.employee_reports import pass_report
from b24app.reminders.reminder_jobs import (
    remind_everyone,
    remind_portal,
    send_notice,
    send_waiting,
    try_channel,
)
from b24app.reminders.worsening_notice import say_worse, warn_responsible
from b24app.renewal.activation import (
    ANSWERS_AGAIN,
    PLAN_CHANGED,
    notice_activation,
    recognise_activation,
    recognise_activations,
)
from b24app.renewal.availability_record import get_availability, note_answer, note_refusal
from b24app.renewal.reconciliation import reconcile
from b24app.renewal.renewal_stages import Role
from b24app.renewal.role_holders import ask_people as ask_renewal_people
from b24app.renewal.roles import Holder
from b24app.services import services

log = structlog.get_logger(__name__)
REFUSALS = {"plan": PlanLapsed, "marketplace": MarketplaceEnded, "locked": PortalLocked}


def installed(portal_id: int) -> None:
    """A portal has just got the application: the first checks begin."""
    with portal_scope(portal_id):
        start_run(kind="first", at=services().clock.now())


def plan_changed(portal_id: int) -> None:
    """A portal reports another plan than before: look at it anew."""
    with portal_scope(portal_id):
        notice_activation(PLAN_CHANGED, services().clock.now())
        start_run(kind="noticed", at=services().clock.now())


def portal_refused(portal_id: int, reason: str, code: str, words: str) -> None:
    """A portal refuses REST because of its licence: remember since when."""
    with portal_scope(portal_id):
        note_refusal(REFUSALS[reason](code, words), services().clock.now())


def portal_back(portal_id: int) -> None:
    """A portal that refused REST answers again: the plan or the subscription has probably been renewed."""
    with portal_scope(portal_id):
        note_answer(services().clock.now())
        notice_activation(ANSWERS_AGAIN, services().clock.now())
        start_run(kind="noticed", at=services().clock.now())


def run_checks(run_id: int) -> None:
    """Carry a run out, keep it as the snapshot when nothing is lost in it, and tell people what got worse."""
    perform_run(run_id)
    run = _run_of_any_portal(run_id)
    if run is None:
        return
    portal_id, kind = run.portal_id, run.kind
    with portal_scope(portal_id):
        worse = found_worse(run_id)
        keep_baseline(run_id, at=services().clock.now())
        _note_heard(run_id)
    services().queue.later("review_rights", portal_id)
    _tell_worse(portal_id, f"worse:{run_id}", worse, after=kind.startswith("after_"))


def _note_heard(run_id: int) -> None:
    """A run that the portal answered says that it answers; the end of a refusal is noticed where it is looked for."""
    run = get_run(run_id)
    if (run.plan or run.seen_as is not None) and not get_availability().refused:
        note_answer(services().clock.now())
        db.session.commit()


def retell_checks(portal_id: int) -> None:
    """Something that checks stand on is known anew: let them say so without asking the portal."""
    with portal_scope(portal_id):
        rejudge()


def hear_echo(portal_id: int) -> None:
    """The test event of the newest run came, or should have come by now: let its check say so."""
    with portal_scope(portal_id):
        run = rejudge()
        worse = [one for one in found_worse(run.id) if one.code == "own_events_arrive"] if run else []
    if run and worse:
        _tell_worse(portal_id, f"echo:{run.id}", worse, after=run.kind.startswith("after_"))


def restore_own(portal_id: int, run_id: int, code: str) -> None:
    """Bind our own parts anew, then do the check of them again."""
    bind_portal(portal_id)
    perform_rerun(run_id, code)


def restore_and_run(run_id: int) -> None:
    """Bind our own parts anew, then carry the run out, which also says when the portal refused them."""
    try:
        if (run := _run_of_any_portal(run_id)) is not None:
            bind_portal(run.portal_id)
    finally:
        run_checks(run_id)


def _run_of_any_portal(run_id: int) -> Run | None:
    with every_portal():
        return db.session.get(Run, run_id)


def _tell_worse(portal_id: int, key: str, worse: Sequence[Worse], *, after: bool) -> None:
    lines = [say_worse(one.title, one.line, blocking=one.now is Level.FAIL) for one in worse]
    if lines:
        owners = [Holder(Role.RESPONSIBLE, one.owner.user_id, one.owner.name) for one in worse if one.owner]
        warn_responsible(portal_id, key, lines, after=after, owners=owners)


def ask_people(portal_id: int) -> None:
    """Ask the portal whether the people of the renewal and of the checks still work there."""
    with portal_scope(portal_id):
        owners = [owner.user_id for owner in named_owners().values() if owner.user_id]
    ask_renewal_people(portal_id, owners)


def remind(portal_id: int) -> None:
    """Ask who still works in the portal, then remind whoever does; a portal that does not tell is reminded as well."""
    try:
        ask_people(portal_id)
    except Exception as error:  # noqa: BLE001 - whoever works there, reminders go out
        db.session.rollback()
        log.warning("people were not asked for", portal=portal_id, error=type(error).__name__)
    remind_portal(portal_id)


def try_probes(probe_id: int) -> None:
    """Carry a probe that writes out, then let the checks say what it found."""
    perform_write_run(probe_id)
    with every_portal():
        row = db.session.get(WriteRun, probe_id)
        portal_id = row.portal_id if row else None
    if portal_id is not None:
        retell_checks(portal_id)


def start_daily_runs() -> None:
    """Collect everything once a day, so that it is stored before the plan can lapse."""
    for_each_portal(active_portals(), _start_daily_run)


def _start_daily_run(portal_id: int) -> None:
    with portal_scope(portal_id):
        start_run(kind="daily", at=services().clock.now())


def look_after_access() -> None:
    """Keep quiet tokens alive, then ask the authorization server about installs that it may have denied."""
    refresh_dormant()
    ask_denied()


def learn_from_portal(portal_id: int) -> None:
    """Learn what a portal tells about its plan, and whether we still work in an administrator's name."""
    recognise_activation(portal_id)
    confirm_master(portal_id)


def add_up_disk(portal_id: int) -> None:
    """Walk over one disk, then let the check say what came of it."""
    count_disk(portal_id)
    retell_checks(portal_id)


def count_disks() -> None:
    """Walk over the disks by night, one job a portal."""
    for_each_portal(active_portals(), lambda portal_id: services().queue.later("count_disk", portal_id))


JOBS: dict[str, Job] = {
    "take_event": take_event,
    "bind_portal": bind_portal,
    "erase_due": erase_due,
    "perform_run": run_checks,
    "perform_rerun": perform_rerun,
    "hear_echo": hear_echo,
    "tell_checks": retell_checks,
    "restore_own": restore_own,
    "restore_and_run": restore_and_run,
    "perform_probe": try_probes,
    "count_disk": add_up_disk,
    "count_disks": count_disks,
    "start_due_repeats": start_due_repeats,
    "start_daily_runs": start_daily_runs,
    "installed": installed,
    "plan_changed": plan_changed,
    "portal_refused": portal_refused,
    "portal_back": portal_back,
    "probe_blocked": probe_blocked,
    "review_rights": review_rights,
    "refresh_dormant": look_after_access,
    "tell_denied": tell_denied,
    "prune_calls": prune_calls,
    "prune_test_events": prune_test_events,
    "learn_everyone": recognise_activations,
    "learn_portal": learn_from_portal,
    "remind_everyone": remind_everyone,
    "remind_portal": remind,
    "ask_people": ask_people,
    "try_channel": try_channel,
    "send_notice": send_notice,
    "send_waiting": send_waiting,
    "pass_report": pass_report,
    "reconcile": reconcile,
}
DAILY: dict[str, tuple[str, str]] = {
    "erase_due": ("20", "3"),
    "refresh_dormant": ("40", "3"),
    "prune_calls": ("50", "3"),
    "prune_test_events": ("55", "3"),
    "count_disks": ("10", "2"),
    "start_daily_runs": ("10", "4"),
    "start_due_repeats": ("*/5", "*"),
    "probe_blocked": ("*/15", "*"),
    "learn_everyone": ("30", "4"),
    "remind_everyone": ("5", "*"),
}
