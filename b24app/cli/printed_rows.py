"""Rows of a command as JSON or as a table with a header."""

import json
from collections.abc import Mapping, Sequence

import click

Row = Mapping[str, object]


def print_rows(rows: Sequence[Row], *, as_json: bool) -> None:
    """Print rows as JSON or as a table with a header."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not rows:
        click.echo("Nothing.")
        return
    head = {name: name.upper() for name in rows[0]}
    table = [head, *rows]
    widths = {name: max(len(str(row[name])) for row in table) for name in head}
    for row in table:
        click.echo("  ".join(str(row[name]).ljust(widths[name]) for name in head).rstrip())
