"""Commands for operators and integrators: `flask --app app <command>`; each has --help, lists have --json. `clients` speaks the API."""

import gc
import signal
import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import cast

import click
from cryptography.fernet import Fernet
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_babel import gettext
from sqlalchemy import select

from b24app.bitrix24.call_log_database import Search, export_calls, search_calls
from b24app.checklist.engine.check import load_checks
from b24app.checklist.engine.run_jobs import perform_run
from b24app.checklist.engine.runs import get_run, start_run, verdicts_of_run
from b24app.checklist.model import RunState
from b24app.cli.client_commands import clients
from b24app.cli.portal_scopes import inside_portal
from b24app.cli.printed_rows import print_rows
from b24app.cli.support_commands import incident, support_file
from b24app.comparison.stored_comparison import compare_with_baseline
from b24app.database import db
from b24app.jobs.job import Lane
from b24app.jobs.queue import Queue
from b24app.jobs.worker import SLOTS, Worker
from b24app.portals.model import Portal, refusing_portals, silent_portals
from b24app.reports.comparison_texts import change_states, object_name
from b24app.services import services
from b24app.terms.term import Author
from b24app.text.translation import Translator

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
LANGUAGE = click.option("--lang", default="ru", show_default=True, help="Language of texts: ru or en.")
PORTAL = click.argument("portal")
PATIENCE = 300

portals = AppGroup("portals", help="Portals that have the application.")
check = AppGroup("check", help="The checks of a portal.")
comparison = AppGroup("comparison", help="What changed in a portal since its baseline.")
call_log = AppGroup("call-log", help="Calls to a portal, with secrets masked.")


@click.command("worker")
@click.option(
    "--slots",
    default=",".join(f"{lane}={count}" for lane, count in SLOTS.items()),
    show_default=True,
    callback=lambda _context, _option, text: read_slots(text),
    help="How many jobs of each lane are done at the same time.",
)
@click.option(
    "--schedule/--no-schedule",
    default=True,
    help="Also begin scheduled work, each once however many workers.",
)
@with_appcontext
def worker(slots: Mapping[Lane, int], schedule: bool) -> None:
    """Do queued and scheduled work until SIGTERM or Ctrl+C; what has begun is finished, or put back after 25 seconds."""
    jobs = cast("Queue", services().queue).jobs
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way to it
    one = Worker(app, jobs, slots, scheduled=schedule)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: one.stop())
    gc.freeze()  # what is loaded by now stays: looking through it for garbage would only cost time
    one.run()


def read_slots(text: str) -> dict[Lane, int]:
    """Slots by lane; one that is not named has none. Raises BadParameter."""
    try:
        pairs = dict(part.split("=", 1) for part in text.replace(" ", "").split(",") if part)
        return {Lane(name): int(count) for name, count in pairs.items()}
    except ValueError as error:
        raise click.BadParameter(f"{text!r}: lanes are {', '.join(Lane)}") from error


@click.command("make-key")
def make_key() -> None:
    """Print a new key for B24APP_SEAL_KEYS; put it before the old ones, separated by a comma."""
    click.echo(Fernet.generate_key().decode())


@portals.command("list")
@AS_JSON
def list_portals(as_json: bool) -> None:
    """List every portal with the state of its install, and why it refuses us or what came instead of its answer."""
    refusing = refusing_portals()
    silent = {number: why for number, why in silent_portals().items() if number not in refusing}
    rows = [
        {
            "id": row.id,
            "domain": row.domain,
            "member_id": row.member_id,
            "status": "blocked" if row.id in refusing else "silent" if row.id in silent else row.status,
            "reason": (refusing | silent).get(row.id, ""),
            "plan": row.plan_code,
            "version": row.application_version,
            "installed": _moment(row.installed_at),
            "erase": _moment(row.erase_at),
        }
        for row in db.session.scalars(select(Portal).order_by(Portal.id))
    ]
    print_rows(rows, as_json=as_json)


@check.command("run")
@PORTAL
@AS_JSON
@LANGUAGE
def run_check(portal: str, as_json: bool, lang: str) -> None:
    """Check a PORTAL now (id, address or member_id) and print every verdict."""
    with inside_portal(portal, lang) as found:
        speech = Translator(lang, found.time_zone)
        run_id = start_run(by=Author(None, "CLI"), at=services().clock.now())
        perform_run(run_id)
        _wait_for(run_id)
        specs = load_checks()
        rows = [
            {
                "check": code,
                "level": str(verdict.level),
                "title": gettext(specs[code].title),
                "text": speech.say(verdict.sentence),
            }
            for code, verdict in verdicts_of_run(run_id).items()
        ]
        print_rows(rows, as_json=as_json)


@comparison.command("show")
@PORTAL
@AS_JSON
@LANGUAGE
def show_comparison(portal: str, as_json: bool, lang: str) -> None:
    """Compare the newest run of a PORTAL with its baseline: lost, switched off, replaced, altered, new."""
    with inside_portal(portal, lang):
        found = compare_with_baseline()
        if found is None:
            raise click.ClickException("There is nothing to compare: it takes a baseline and a later run.")
        rows = [
            {
                "difference": str(line.change.difference),
                "level": str(line.change.level),
                "what": gettext(line.change.title or line.change.kind.title),
                "name": object_name(line.change),
                "was": change_states(line.change)[0],
                "now": change_states(line.change)[1],
                "accepted": line.accepted.user_name if line.accepted else "",
            }
            for line in found.lines
        ]
        print_rows(rows, as_json=as_json)


@call_log.command("show")
@PORTAL
@AS_JSON
@click.option("--method", default="", help="Only this method.")
@click.option("--text", default="", help="Only calls that contain this text.")
@click.option("--errors", is_flag=True, help="Only calls that were refused.")
@click.option("--hours", default=0, help="Only the last hours; 0: everything kept.")
@click.option("--limit", default=50, show_default=True, help="At most so many, newest first.")
def show_calls(  # noqa: PLR0917
    portal: str, as_json: bool, method: str, text: str, errors: bool, hours: int, limit: int
) -> None:
    """Print the newest calls to a PORTAL."""
    since = services().clock.now() - timedelta(hours=hours) if hours else None
    wanted = Search(text=text, method=method, errors_only=errors, since=since)
    with inside_portal(portal):
        rows = [
            {
                "at": _moment(row.at),
                "method": row.method,
                "http": row.http,
                "seconds": round(row.seconds, 3),
                "error": row.error,
                "request": row.request if as_json else row.request[:60],
            }
            for row in search_calls(wanted, limit=limit)
        ]
        print_rows(rows, as_json=as_json)


@call_log.command("export")
@PORTAL
def export_log(portal: str) -> None:
    """Write all kept calls to a PORTAL as CSV, oldest first."""
    with inside_portal(portal):
        for line in export_calls(Search()):
            sys.stdout.write(line)


def _wait_for(run_id: int) -> None:
    """A worker may have taken the run first: wait for it, then say if it failed."""
    deadline = time.monotonic() + PATIENCE
    while (run := get_run(run_id)).state in (RunState.QUEUED, RunState.RUNNING):
        if time.monotonic() > deadline:
            raise click.ClickException("The run takes too long; its state can be seen later.")
        time.sleep(0.5)
        db.session.expire_all()
    if run.state != RunState.DONE:
        raise click.ClickException(f"The run ended as {run.state}: {gettext(run.error) if run.error else ''}")


def _moment(value: datetime | None) -> str:
    return value.strftime("%Y-%m-%d %H:%M") if value else ""


COMMANDS: tuple[click.Command, ...] = (
    worker,
    make_key,
    portals,
    check,
    comparison,
    call_log,
    clients,
    support_file,
    incident,
)


def register_commands(app: Flask) -> None:
    """Add the commands to `flask --app app`."""
    add: Callable[[click.Command], None] = app.cli.add_command
    for command in COMMANDS:
        add(command)
