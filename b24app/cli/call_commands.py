"""Commands about the log of calls: search it, open one call, write the files for the vendor's support."""

import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import TypeVar

import click
from flask.cli import AppGroup

from b24app.bitrix24.call_files import CallFile, call_record, write_calls
from b24app.bitrix24.call_search import Search, read_call, search_calls, whole_calls
from b24app.cli.one_portal import AS_JSON, PORTAL, inside_portal, shown_moment
from b24app.cli.printed_rows import print_rows
from b24app.database import db
from b24app.services import services

F = TypeVar("F", bound=Callable[..., object])
DAY = click.DateTime(("%Y-%m-%d", "%Y-%m-%dT%H:%M"))
NARROWING = (
    click.option("--method", default="", help="Only this method, also inside a batch; a part of it will do."),
    click.option("--text", default="", help="Only calls that contain these words."),
    click.option("--errors", is_flag=True, help="Only calls with a refusal, of a command of a batch too."),
    click.option("--hours", default=0, help="Only the last hours; 0: everything kept."),
    click.option("--since", type=DAY, help="Only from this moment on, UTC: 2026-11-30 or 2026-11-30T06:40."),
    click.option("--until", type=DAY, help="Only before this moment, UTC."),
)

call_log = AppGroup("call-log", help="Calls to a portal, with secrets masked.")


def narrowed(command: F) -> F:
    """Give a command the options of a search."""
    return reduce(lambda done, option: option(done), reversed(NARROWING), command)


def read_options(options: Mapping[str, object]) -> Search:
    """What the options look for."""
    hours, since = options["hours"], _utc(options["since"])
    return Search(
        text=str(options["text"]),
        method=str(options["method"]),
        errors_only=bool(options["errors"]),
        since=services().clock.now() - timedelta(hours=hours) if isinstance(hours, int) and hours else since,
        until=_utc(options["until"]),
    )


def _utc(value: object) -> datetime | None:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else None


@call_log.command("show")
@PORTAL
@AS_JSON
@narrowed
@click.option("--call", type=int, help="One call by its number, whole, as JSON.")
@click.option("--limit", default=50, show_default=True, help="At most so many, newest first.")
def show_calls(portal: str, as_json: bool, call: int | None, limit: int, **options: object) -> None:
    """Print the newest calls to a PORTAL, or one of them whole."""
    with inside_portal(portal):
        if call is not None:
            print_rows([call_record(read_call(call))], as_json=True)
            return
        found = search_calls(read_options(options), limit=limit)
        rows = [
            {
                "call": one.id,
                "at": shown_moment(one.at),
                "method": one.method,
                "http": one.http,
                "seconds": round(one.seconds, 3),
                "error": one.error or one.refused,
                "commands": list(one.commands) if as_json else len(one.commands),
            }
            for one in found
        ]
        print_rows(rows, as_json=as_json)


@call_log.command("export")
@PORTAL
@narrowed
@click.option(
    "--format",
    "kind",
    type=click.Choice([kind.value for kind in CallFile]),
    default=CallFile.CSV.value,
    show_default=True,
    help="csv opens in a spreadsheet; jsonl is for programs.",
)
def export_log(portal: str, kind: str, **options: object) -> None:
    """Write the kept calls to a PORTAL, oldest first, whole and with the commands of each batch."""
    with inside_portal(portal) as found:
        for piece in write_calls(whole_calls(db.engine, found.id, read_options(options)), CallFile(kind)):
            sys.stdout.buffer.write(piece.encode())
        sys.stdout.buffer.flush()
