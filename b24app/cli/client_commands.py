"""Commands for integrators: clients, terms, findings, renewals and runs, by the API with a key; nothing of the database is needed.

python -m b24app.cli --url https://renewal.example list --group "Розница"
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

import click

from b24app.cli.api_program import ApiFailed, ApiProgram, ProgramWire, Record
from b24app.cli.printed_rows import print_rows
from b24app.text.table_writing import PIPED, write_table

PATIENCE, FIRST, LONGEST = 900.0, 3.0, 30.0
UNDER_WAY = frozenset({"queued", "running"})
EXIT_RUN = 7
ANY_CODE = {"ignore_unknown_options": True}
"""The id of a client may begin with a hyphen."""

SHORT = {
    "portals": ("id", "name", "act_on", "reason", "stage", "ends_on", "blockers", "access"),
    "terms": ("portal", "id", "title", "ends_on", "pay_by", "days_left", "said_by", "confirmed_by"),
    "findings": ("portal", "check", "place", "title", "text"),
    "cases": ("portal", "id", "ends_on", "stage", "outcome"),
    "groups": ("id", "name", "clients"),
    "runs": ("portal", "id", "state"),
}
"""What a table shows of a record; JSON and CSV give all of it."""

Command = Callable[..., None]


def _formats(command: Command) -> Command:
    as_csv = click.option("--csv", "form", flag_value="csv", help="Print CSV, with all columns.")
    as_json = click.option("--json", "form", flag_value="json", help="Print JSON, with all columns.")
    return as_json(as_csv(command))


@click.group("clients")
@click.option(
    "--url", envvar="RENEWAL_API_URL", default="", help="Address of the application; or RENEWAL_API_URL."
)
@click.option("--key", envvar="RENEWAL_API_KEY", default="", help="Key of the API; better in RENEWAL_API_KEY, where nobody sees it.")  # fmt: skip
@click.option("--lang", default="ru", show_default=True, help="Language of messages: ru or en.")
@click.pass_context
def clients(context: click.Context, url: str, key: str, lang: str) -> None:
    """Clients of an integrator, by the API. Exit codes: 3 the key, 4 not there, 5 wrong input, 6 no answer, 7 the run failed."""
    context.obj = ApiProgram(url, key, lang, context.find_object(ProgramWire) or ProgramWire())


@clients.command("list")
@click.option(
    "--view", default="all", show_default=True, help="week, year, money, broke, nodate, growth or all."
)
@click.option("--group", default="", help="The name of a group.")
@click.option("--text", default="", help="Part of a name, an address or an INN.")
@click.option("--reason", default="", help="broke, pay, date or finish.")
@_formats
@click.pass_obj
def list_clients(  # noqa: PLR0917 - what the command line names
    program: ApiProgram, /, form: str | None, view: str, group: str, text: str, reason: str
) -> None:
    """List clients in the order of the days by which somebody has to act."""
    filters = {"view": view, "group": group, "text": text, "reason": reason}
    asked = {name: value for name, value in filters.items() if value}
    print_records("portals", program.records("/portals", **asked), form)


@clients.command("groups")
@_formats
@click.pass_obj
def list_groups(program: ApiProgram, form: str | None) -> None:
    """List groups of clients."""
    print_records("groups", program.ask("GET", "/groups")["items"], form)


def _add_reader(name: str, path: str, words: str) -> None:
    @clients.command(name, help=words, context_settings=ANY_CODE)
    @click.argument("client", default="")
    @_formats
    @click.pass_obj
    def read(program: ApiProgram, client: str, form: str | None) -> None:
        asked = {"portal": client} if client else {}
        print_records(path, program.records(f"/{path}", **asked), form)


_add_reader("terms", "terms", "List paid terms of one CLIENT (its id), or of all.")
_add_reader("findings", "findings", "List what the newest run of one CLIENT, or of each, found not in order.")
_add_reader("renewals", "cases", "List renewals of one CLIENT, or of all.")


@clients.command("run", context_settings=ANY_CODE)
@click.argument("client")
@click.option("--wait/--no-wait", default=True, show_default=True, help="Wait until the run has ended.")
@_formats
@click.pass_obj
def run_client(program: ApiProgram, client: str, wait: bool, form: str | None) -> None:
    """Run the checks of a CLIENT."""
    run = program.ask("POST", "/runs", body={"portal": client})
    if wait:
        run = _wait_for(program, run)
    print_records("runs", [run], form)
    if wait and run["state"] != "done":
        raise ApiFailed(f"The run ended as {run['state']}.", EXIT_RUN)


def _wait_for(program: ApiProgram, run: Record) -> Record:
    waited, pause = 0.0, FIRST
    while run["state"] in UNDER_WAY:
        if waited >= PATIENCE:
            raise ApiFailed("The run takes too long; its state can be seen later.", EXIT_RUN)
        program.wire.sleep(pause)
        waited, pause = waited + pause, min(pause * 1.5, LONGEST)
        run = program.ask("GET", f"/runs/{run['portal']}/{run['id']}")
    return run


def print_records(kind: str, records: Iterable[Record], form: str | None) -> None:
    """Print records as a table, or all their fields as JSON or CSV."""
    rows = list(records)
    if form == "csv":
        click.echo(write_rows(rows), nl=False)
    elif form == "json":
        print_rows(rows, as_json=True)
    else:
        print_rows([{name: _cell(row[name]) for name in SHORT[kind]} for row in rows], as_json=False)


def write_rows(rows: Sequence[Mapping[str, object]]) -> str:
    """CSV with a header for the program behind the pipe; what is inside of a record is JSON in its cell."""
    if not rows:
        return ""
    return write_table(rows[0], (map(_cell, row.values()) for row in rows), PIPED).decode()


def _cell(value: object) -> str:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)
