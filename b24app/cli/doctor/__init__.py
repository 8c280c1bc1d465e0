"""`flask doctor`: looks at every part of an installation and prints what to do; nothing is changed, and no secret is printed."""

from collections.abc import Mapping
from dataclasses import asdict

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from b24app.cli.doctor.finding import Finding, FindingState, LookAtPart, look_at_all
from b24app.cli.doctor.installation_parts import (
    look_at_access,
    look_at_database,
    look_at_disks,
    look_at_keys,
    look_at_queue,
    look_at_schema,
    look_at_settings,
)
from b24app.cli.doctor.outside_parts import look_at_mail, look_at_oauth, look_at_redis, look_at_telegram
from b24app.cli.doctor.site_part import look_at_site
from b24app.cli.printed_rows import print_rows

LONGEST = 30.0
EXIT_FAILED = 1
MARKS: Mapping[FindingState, str] = {
    FindingState.OK: "ok",
    FindingState.REMARK: "REMARK",
    FindingState.FAILED: "FAILED",
    FindingState.OFF: "off",
}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option("--letter", default="", help="Also send one letter to this address.")
@click.option("--seconds", default=LONGEST, show_default=True, type=click.FloatRange(1, 300), help="How long all looks may take.")  # fmt: skip
@with_appcontext
def doctor(as_json: bool, letter: str, seconds: float) -> None:
    """Look at database, schema, queue, keys, settings, disks, mail, Telegram, authorization servers, clock, Redis and our own address.

    Exit code: 0 when nothing has failed (there may be remarks), 1 when something has.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way to it
    found = look_at_all(app, looks(letter), seconds)
    if as_json:
        print_rows([asdict(one) for one in found], as_json=True)
    else:
        _print(found)
    if any(one.state is FindingState.FAILED for one in found):
        raise click.exceptions.Exit(EXIT_FAILED)


def looks(letter: str) -> Mapping[str, LookAtPart]:
    """Every part, in the order in which one would mend them."""
    return {
        "settings": look_at_settings,
        "database": look_at_database,
        "schema": look_at_schema,
        "keys": look_at_keys,
        "queue": look_at_queue,
        "disk": look_at_disks,
        "site": look_at_site,
        "oauth": look_at_oauth,
        "access": look_at_access,
        "mail": look_at_mail(letter),
        "telegram": look_at_telegram,
        "redis": look_at_redis,
    }


def _print(found: list[Finding]) -> None:
    for one in found:
        click.echo(f"{MARKS[one.state]:<7} {one.part:<12} {one.found}")
        if one.todo:
            click.echo(f"{'':<20} → {one.todo}")
    bad = sum(one.state is FindingState.FAILED for one in found)
    remarks = sum(one.state is FindingState.REMARK for one in found)
    click.echo(f"\n{bad} failed, {remarks} remarks." if bad or remarks else "\nAll is well.")
