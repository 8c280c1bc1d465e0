"""Commands for operators and integrators: `flask --app app <command>`; each has --help, lists have --json. `clients` calls the API."""

import gc
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import cast

import click
from cryptography.fernet import Fernet
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_babel import gettext
from sqlalchemy import select

from b24app.checklist.engine.check import load_checks
from b24app.checklist.engine.run_jobs import perform_run
from b24app.checklist.engine.runs import get_run, start_run, verdicts_of_run
from b24app.checklist.model import RunState
from b24app.cli.call_commands import call_log
from b24app.cli.client_commands import clients
from b24app.cli.database_dumps import database
from b24app.cli.doctor import doctor
from b24app.cli.one_portal import AS_JSON, LANGUAGE, PORTAL, inside_portal, shown_moment
from b24app.cli.printed_rows import print_rows
from b24app.cli.resealing import reseal_all
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

PATIENCE = 300

portals = AppGroup("portals", help="Portals that have the application.")
check = AppGroup("check", help="The checks of a portal.")
comparison = AppGroup("comparison", help="What changed in a portal since its baseline.")


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


@click.command("reseal")
@AS_JSON
@with_appcontext
def reseal(as_json: bool) -> None:
    """Seal everything anew under the first of B24APP_SEAL_KEYS; then the others may be taken away. Exit code 1: some values open with no key."""
    done = reseal_all()
    rows = [asdict(one) for one in done if as_json or one.renewed or one.lost]
    print_rows(rows, as_json=as_json)
    lost = sum(one.lost for one in done)
    if not as_json:
        kept, renewed = sum(one.kept for one in done), sum(one.renewed for one in done)
        click.echo(f"Sealed anew: {renewed}; under the first key already: {kept}; opened by no key: {lost}.")
    if lost:
        raise click.exceptions.Exit(1)


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
            "installed": shown_moment(row.installed_at),
            "erase": shown_moment(row.erase_at),
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


def _wait_for(run_id: int) -> None:
    """A worker may have taken the run first: wait for it, then report if it failed."""
    deadline = time.monotonic() + PATIENCE
    while (run := get_run(run_id)).state in (RunState.QUEUED, RunState.RUNNING):
        if time.monotonic() > deadline:
            raise click.ClickException("The run takes too long; its state can be seen later.")
        time.sleep(0.5)
        db.session.expire_all()
    if run.state != RunState.DONE:
        raise click.ClickException(f"The run ended as {run.state}: {gettext(run.error) if run.error else ''}")


COMMANDS: tuple[click.Command, ...] = (
    worker, make_key, doctor, reseal, database, portals, check, comparison, call_log, clients,
    support_file, incident,
)  # fmt: skip


def register_commands(app: Flask) -> None:
    """Add the commands to `flask --app app`."""
    add: Callable[[click.Command], None] = app.cli.add_command
    for command in COMMANDS:
        add(command)
