"""`flask database dump` and `flask database restore`: our own database into one file and back, on SQLite and PostgreSQL.

The file holds everything but the keys: what is sealed in it opens with B24APP_SEAL_KEYS alone, which are kept elsewhere.
"""

import contextlib
import hashlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import URL, inspect, text

from b24app.cli.doctor.finding import Finding, FindingState
from b24app.cli.doctor.installation_parts import look_at_keys, look_at_schema
from b24app.database import db

database = AppGroup("database", help="Our own database: a file of it, and back.")
KEEP_KEYS = "Keep B24APP_SEAL_KEYS and B24APP_SECRET_KEY apart from this file: without the first nobody opens what is sealed in it."
KEY_PASSWORD = "sslpassword"  # noqa: S105 - the name of libpq's option
AFTERWARDS = (
    "Next: flask --app app db upgrade, start web and worker, flask --app app doctor.\n"
    "What happened after the dump is lost; docs/operations.md says what that means for tokens and messages."
)


@dataclass(frozen=True, slots=True)
class Dumped:
    """One file: how large, and the digest by which a spoilt one is found."""

    size: int
    sha256: str


@database.command("dump")
@click.argument("file", type=click.Path(path_type=Path))
def dump_database(file: Path) -> None:
    """Write the whole database into FILE, which must not be there yet, while the application works."""
    if file.exists():
        raise click.ClickException(f"{file} is there already; nothing was written.")
    part = _own_part(file)
    try:
        _write(part)
        _put(part, file)
    finally:
        part.unlink(missing_ok=True)
    found = read_dump(file)
    click.echo(f"{file}: {found.size} bytes, sha256 {found.sha256}\n{KEEP_KEYS}")


@database.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore_database(file: Path) -> None:
    """Fill the database of B24APP_DATABASE_URL, which has to be empty, from FILE; then try whether our keys open it."""
    if tables := inspect(db.engine).get_table_names():
        raise click.ClickException(
            f"The database has {len(tables)} tables already; nothing was changed. Name an empty one in B24APP_DATABASE_URL."
        )
    url = db.engine.url
    db.engine.dispose()
    if url.get_backend_name() == "sqlite":
        _restore_file(file, Path(str(url.database)))
    else:
        whole = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
        _run_tool(["pg_restore", *whole, f"--dbname={_place(url)}", str(file)], url)
    click.echo(f"{file} is back: {_count_rows()}.")
    _judge_keys()
    click.echo(AFTERWARDS)


def read_dump(file: Path) -> Dumped:
    """Read a file once more, whole."""
    with file.open("rb") as content:
        return Dumped(file.stat().st_size, hashlib.file_digest(content, "sha256").hexdigest())


def _write(part: Path) -> None:
    url = db.engine.url
    if url.get_backend_name() == "sqlite":
        _copy_file(Path(str(url.database)), part)
        return
    _run_tool(
        ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={part}", _place(url)], url
    )
    _run_tool(["pg_restore", "--list", str(part)], url)


def _own_part(file: Path) -> Path:
    """A file of this command alone, closed to others before anything is in it: another dump may be writing under the same name."""
    handle, name = tempfile.mkstemp(prefix=f"{file.name}.", suffix=".part", dir=file.parent)
    os.close(handle)
    return Path(name)


def _put(part: Path, file: Path) -> None:
    """Give the file its name, unless another dump has taken it meanwhile."""
    try:
        os.link(part, file)
    except FileExistsError:
        raise click.ClickException(f"{file} was written meanwhile by another dump; it stays.") from None
    except OSError:  # a file system without links
        part.replace(file)


def _restore_file(file: Path, target: Path) -> None:
    """Restore a file completely or not at all: a file that turns out to be cut leaves the database empty."""
    part = _own_part(target)
    try:
        _copy_file(file, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _copy_file(source: Path, target: Path) -> None:
    """Copy by SQLite itself, which takes the state of one moment while others write; then check every page."""
    with (
        contextlib.closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as given,
        contextlib.closing(sqlite3.connect(target)) as taken,
    ):
        try:
            given.backup(taken)
            (said,) = taken.execute("PRAGMA integrity_check").fetchone()
        except sqlite3.DatabaseError as error:
            raise click.ClickException(f"{source} is no whole database: {error}") from None
    if said != "ok":
        raise click.ClickException(f"{source} is damaged: {said}")


def _place(url: URL) -> str:
    """The address without secrets, wherever they are in it: command lines are seen by everybody on the machine."""
    query = {name: value for name, value in url.query.items() if name not in ("password", KEY_PASSWORD)}
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, query)
    return bare.render_as_string(hide_password=False)


def _password(url: URL) -> str:
    """The password in front of the host, or the one among the options, which drivers prefer."""
    return str(url.query.get("password") or url.password or "")


@contextlib.contextmanager
def _secrets(url: URL) -> Iterator[dict[str, str]]:
    """Variables by which PostgreSQL's programs find what no command line shows.

    The password of a client's key has no variable of its own: it is in a service file that only we read
    (libpq-pgservice.html), for as long as the program runs.
    """
    known = {"PGPASSWORD": password} if (password := _password(url)) else {}
    if not (key_password := str(url.query.get(KEY_PASSWORD) or "")):
        yield known
        return
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write(f"[dump]\n{KEY_PASSWORD}={key_password}\n")
        file.flush()
        yield known | {"PGSERVICEFILE": file.name, "PGSERVICE": "dump"}


def _run_tool(words: Sequence[str], url: URL) -> None:
    """Run one of PostgreSQL's own programs, without secrets in its arguments."""
    if shutil.which(words[0]) is None:
        raise click.ClickException(
            f"{words[0]} is not installed: it is in the package postgresql-client, in the server's major version or a later one."
        )
    with _secrets(url) as secrets:
        env = _environment() | secrets
        done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if done.returncode != 0:
        raise click.ClickException(f"{words[0]} ended with {done.returncode}: {done.stderr.strip()[-500:]}")


def _environment() -> dict[str, str]:
    """The environment that the programs may need of ours, without our settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("B24APP_")}  # noqa: TID251 - of another program


def _count_rows() -> str:
    tables = sorted(set(inspect(db.engine).get_table_names()) - {"alembic_version"})
    counts = [db.session.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in tables]  # noqa: S608 - names of the database itself
    db.session.rollback()
    return f"{sum(counts)} rows in {sum(bool(one) for one in counts)} of {len(tables)} tables"


def _judge_keys() -> None:
    bad = [one for one in _looks() if one.state is FindingState.FAILED]
    for one in bad:
        click.echo(f"FAILED {one.part}: {one.found}\n  → {one.todo}")
    if any(one.part == "keys" for one in bad):
        raise click.exceptions.Exit(1)
    click.echo("Our keys open what is sealed in it.")


def _looks() -> Iterator[Finding]:
    yield from look_at_schema()
    yield from look_at_keys()
