"""What people, portals and the clock ask for while workers are killed."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random

from b24app.checklist.engine.check import load_checks
from b24app.checklist.engine.run_jobs import rerun
from b24app.checklist.engine.runs import latest_run, start_run
from b24app.checklist.test_writes.write_runs import start_write_run, turn_switch
from b24app.database import db
from b24app.reminders.kinds.employee_messages import MOST_A_DAY, report_to_administrator
from b24app.renewal.activation import start_reconciliation
from b24app.reports.report_making import WantedReport, ask_report
from b24app.services import services
from b24app.terms.term import Author
from bench.chaos_town import ANNA, Town
from sandbox import events
from sandbox.portal import Portal
from tests.actors import Actor

BAD: Mapping[str, Callable[[Portal], None]] = {
    "silent": lambda portal: portal.faults.answer_next("silent", times=None),
    "page": lambda portal: portal.faults.answer_next("html", times=None),
    "deleted": lambda portal: portal.delete("json"),
    "slow": lambda portal: portal.faults.answer_next("slow", times=None, seconds=2.0),
}


def furnish(town: Town) -> None:
    """Three portals that work and one of each bad kind, with test writes allowed."""
    town.world.latency = 0.05
    kinds = ["", "", "", *BAD]
    for number, kind in enumerate(kinds, 2):
        portal_id = town.install(f"127.0.0.{number}")
        with town.inside(portal_id) as now:
            turn_switch(on=True, by=ANNA, at=now)
        if kind:
            turn_bad(town, portal_id, kind)


def turn_bad(town: Town, portal_id: int, kind: str) -> None:
    """Let a portal answer badly from now on."""
    with town.world.lock:
        BAD[kind](town.portals[portal_id])


def forgive(town: Town) -> None:
    """Let every portal answer again."""
    with town.world.lock:
        for portal in town.portals.values():
            portal.faults.forgive()
            portal.restore()


def ask_something(town: Town, draw: Random) -> str:
    """One thing that happens in a portal; answers what it was."""
    here = [portal_id for portal_id in town.portals if portal_id not in town.left]
    name = draw.choice(sorted(DEEDS))
    DEEDS[name](town, draw, draw.choice(here))
    return name


def _run(town: Town, draw: Random, portal_id: int) -> None:
    with town.inside(portal_id) as now:
        start_run(by=ANNA, at=now, job=draw.choice(["perform_run", "perform_run", "restore_and_run"]))


def _rerun(town: Town, draw: Random, portal_id: int) -> None:
    with town.inside(portal_id):
        if (run := latest_run(finished=True)) is not None:
            rerun(run.id, draw.choice(sorted(load_checks())))


def _count_orders(town: Town, _draw: Random, portal_id: int) -> None:
    with town.inside(portal_id) as now:
        start_reconciliation(now - timedelta(days=2), now - timedelta(hours=1), by=ANNA, at=now)


def _write(town: Town, _draw: Random, portal_id: int) -> None:
    with town.inside(portal_id) as now:
        turn_switch(on=True, by=ANNA, at=now)
        start_write_run(by=ANNA, at=now)


def _count_disk(town: Town, _draw: Random, portal_id: int) -> None:
    with town.inside(portal_id):
        services().queue.later("count_disk", portal_id)


def _tell(town: Town, draw: Random, portal_id: int) -> None:
    with town.inside(portal_id) as now:
        by = Author(100 + draw.randrange(MOST_A_DAY), "Олег")
        report_to_administrator("other", f"не вижу сделки {draw.random()}", by=by, at=now)


def _report_file(town: Town, draw: Random, portal_id: int) -> None:
    with town.inside(portal_id):
        if latest_run(finished=True) is not None:
            ask_report(portal_id, WantedReport(draw.choice(["json", "xlsx"]), "ru", "Europe/Moscow"))


def _remind(town: Town, _draw: Random, portal_id: int) -> None:
    with town.app.app_context():
        services().queue.later("remind_portal", portal_id)
        db.session.commit()


def _try_mail(town: Town, _draw: Random, portal_id: int) -> None:
    with town.inside(portal_id):
        services().queue.later("try_channel", portal_id, "email", town.portals[portal_id].admin.id)


def _notice(town: Town, _draw: Random, portal_id: int) -> None:
    with town.inside(portal_id):
        services().queue.later("send_notice", portal_id)


def _test_event(town: Town, draw: Random, portal_id: int) -> None:
    portal = town.portals[portal_id]
    with town.world.lock:
        if (installation := portal.installation()) is not None:
            data = {"QUERY": {"mark": f"{draw.randrange(10**9)}"}, "LANGUAGE_ID": "ru"}
            events.fire(portal, "ONAPPTEST", data, user=portal.admin, only=installation)


def _update(town: Town, _draw: Random, portal_id: int) -> None:
    portal = town.portals[portal_id]
    with town.world.lock:
        if (installation := portal.installation()) is not None:
            portal.update_application(installation.card, installation.version + 1)
            installation.installed = True


def _open(town: Town, _draw: Random, portal_id: int) -> None:
    """An administrator opens the application, and brings fresh tokens."""
    portal = town.portals[portal_id]
    if not portal.deleted and portal.installation() is not None:
        with town.app.app_context():
            Actor(town.app.test_client(), portal).opens()


def _new_portal(town: Town, _draw: Random, _portal_id: int) -> None:
    """Somebody installs the application; another portal may remove it."""
    guests = [number for number in town.portals if number > PERMANENT and number not in town.left]
    if len(guests) < MOST_GUESTS:
        town.install(f"127.0.1.{len(town.portals) + 1}")


def _uninstall(town: Town, draw: Random, _portal_id: int) -> None:
    guests = [number for number in town.portals if number > PERMANENT and number not in town.left]
    if guests:
        portal_id = draw.choice(guests)
        portal, clean = town.portals[portal_id], draw.random() < 0.5
        installation = portal.installation()
        if installation is not None and any(one.event == "ONAPPUNINSTALL" for one in installation.events):
            with town.world.lock:
                portal.uninstall(installation.card, clean=clean)
            town.left[portal_id] = clean


PERMANENT, MOST_GUESTS = 7, 3
DEEDS: Mapping[str, Callable[[Town, Random, int], None]] = {
    "run": _run, "rerun": _rerun, "reconciliation": _count_orders, "test write": _write, "disk count": _count_disk,
    "employee report": _tell, "report file": _report_file, "reminders": _remind, "mail test": _try_mail, "notice": _notice,
    "test event": _test_event, "update": _update, "opening": _open, "install": _new_portal, "uninstall": _uninstall,
}  # fmt: skip
