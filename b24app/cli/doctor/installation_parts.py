"""What is ours alone: the database and its schema, the queue and its workers, keys, settings that do not belong into service, disks."""

from collections.abc import Iterator
from pathlib import Path

from alembic.script import ScriptDirectory
from cryptography.fernet import Fernet
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from b24app.bitrix24.masked_values import mask_lines
from b24app.bitrix24.token_states import TokenState
from b24app.cli.doctor.finding import Finding, FindingState
from b24app.cli.sealed_columns import SealedColumn, opens_with, sealed_columns
from b24app.database import db, every_portal
from b24app.manifest import ROOT
from b24app.portals.model import Access
from b24app.services import QueueFigures, services
from b24app.settings import VENDOR_OAUTH_SERVERS, Settings
from b24app.web.health import WRITE
from b24app.web.present_state import Disk, disks, read_disk

SAMPLE = 3
LATE_SECONDS, STANDS_SECONDS = 600.0, 300.0
MANY_GIVEN_UP = 20
FREE_SHARE, FREE_LEAST = 0.1, 1024**3
MEND_DATABASE = "Start the database and compare B24APP_DATABASE_URL with it: RenewalDatabaseAway."
UPGRADE = "Run: flask --app app db upgrade"
START_WORKER = (
    "Start the worker (flask --app app worker) and look why it ended: docs/operations.md, RenewalNoWorker."
)


def look_at_database() -> Iterator[Finding]:
    """Write the row that exists already: a full disk, a standby and a read-only file fail at the commit."""
    name = db.engine.dialect.name
    try:
        with db.engine.begin() as connection:
            empty = not inspect(connection).has_table("alembic_version")
            connection.scalars(text("SELECT 1") if empty else WRITE).all()
    except SQLAlchemyError as error:
        yield Finding("database", FindingState.FAILED, f"{name}: {_words_of(error)}", MEND_DATABASE)
        return
    yield Finding(
        "database", FindingState.OK, f"{name} answers" if empty else f"{name} answers and takes writes"
    )
    url = services().settings.database_url
    if name == "sqlite" and not url.removeprefix("sqlite:///").startswith("/"):
        yield Finding(
            "database", FindingState.REMARK, "a file of SQLite below the folder that the process was started in",
            "For service name an absolute path or PostgreSQL in B24APP_DATABASE_URL.",
        )  # fmt: skip


def _words_of(error: SQLAlchemyError) -> str:
    """The first line of the database's message; drivers quote names and addresses, never passwords."""
    said = str(getattr(error, "orig", None) or type(error).__name__).strip()
    return mask_lines(said.partition("\n")[0])[:200]


def look_at_schema() -> Iterator[Finding]:
    """The schema against what this code was written for; a later one is right for a rollback to this release."""
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    with db.engine.connect() as connection:
        made = inspect(connection).has_table("alembic_version")
        found = (
            set(connection.scalars(text("SELECT version_num FROM alembic_version"))) if made else set[str]()
        )
    wanted = set(scripts.get_heads())
    known = {one.revision for one in scripts.walk_revisions()}
    if found == wanted:
        yield Finding("schema", FindingState.OK, f"is {', '.join(sorted(found))}")
    elif not found:
        yield Finding("schema", FindingState.FAILED, "there are no tables", UPGRADE)
    elif found & known:
        words = f"is {', '.join(sorted(found))}, this code needs {', '.join(sorted(wanted))}"
        yield Finding("schema", FindingState.FAILED, words, UPGRADE)
    else:
        words = f"is of a later release ({', '.join(sorted(found))})"
        yield Finding(
            "schema",
            FindingState.REMARK,
            words,
            "Right while you are on the way back; otherwise start the newer release.",
        )


def look_at_queue() -> Iterator[Finding]:
    """Whether workers live and what waits."""
    yield from judge_queue(services().queue.figures())


def judge_queue(found: QueueFigures) -> Iterator[Finding]:
    """The findings from the figures of the queue."""
    waiting = sum(one.waiting for one in found.lanes)
    if not found.workers:
        since = (
            "" if found.beat_seconds is None else f", the last heartbeat was {found.beat_seconds:.0f} s ago"
        )
        yield Finding(
            "queue", FindingState.FAILED, f"no worker lives{since}; {waiting} jobs wait", START_WORKER
        )
        return
    yield Finding("queue", FindingState.OK, f"workers: {found.workers}, jobs that wait: {waiting}")
    if found.schedule_seconds is None or found.schedule_seconds > STANDS_SECONDS:
        words = "no scheduled work has begun lately"
        yield Finding(
            "queue",
            FindingState.FAILED,
            words,
            "One worker must run without --no-schedule: RenewalSchedulesStand.",
        )
    for one in found.lanes:
        if one.lane != "nightly" and one.oldest_seconds > LATE_SECONDS:
            words = f"jobs of the lane {one.lane} have waited for {one.oldest_seconds / 60:.0f} min"
            yield Finding(
                "queue", FindingState.REMARK, words, "More workers or more --slots: RenewalQueueLate."
            )
    if found.given_up > MANY_GIVEN_UP:
        words = f"{found.given_up} jobs were given up within an hour"
        yield Finding(
            "queue", FindingState.REMARK, words, "Search the log for their errors: RenewalJobsGivenUp."
        )


def look_at_keys() -> Iterator[Finding]:
    """Whether the keys of B24APP_SEAL_KEYS open what is sealed, by the oldest and newest rows of each column."""
    keys = [Fernet(one.get_secret_value()) for one in services().settings.seal_keys]
    lost, old, seen = set[str](), set[str](), 0
    for column in _columns_there():
        for _, content in (*column.rows(None, SAMPLE), *column.newest(SAMPLE)):
            seen += 1
            if not any(opens_with(key, content) for key in keys):
                lost.add(column.name)
            elif not opens_with(keys[0], content):
                old.add(column.name)
    if lost:
        words = f"sealed values that no key opens in {', '.join(sorted(lost))}"
        yield Finding(
            "keys",
            FindingState.FAILED,
            words,
            "Put the earlier key behind the others in B24APP_SEAL_KEYS: docs/operations.md, keys.",
        )
    elif old:
        words = f"an earlier key is still needed for {', '.join(sorted(old))}"
        yield Finding(
            "keys", FindingState.REMARK, words, "Run: flask --app app reseal; then the earlier key may go."
        )
    else:
        yield Finding(
            "keys", FindingState.OK, f"the first key opens all of {seen} sealed values that were tried"
        )


def _columns_there() -> Iterator[SealedColumn]:
    """The sealed columns that this database has: a dump of an earlier release lacks some until it is upgraded."""
    seen = inspect(db.engine)
    there = {(table, one["name"]) for table in seen.get_table_names() for one in seen.get_columns(table)}
    return (one for one in sealed_columns() if (one.table.name, one.column.name) in there)


def look_at_settings() -> Iterator[Finding]:
    """Settings that start and yet do not belong into service."""
    found = list(judge_settings(services().settings))
    yield from found or [Finding("settings", FindingState.OK, "nothing of the demo, nothing open")]


def judge_settings(settings: Settings) -> Iterator[Finding]:
    """Each setting that is dangerous in service, and those whose absence shows at night."""
    secret = settings.secret_key.get_secret_value()
    judged = (
        (settings.allow_local_portals, FindingState.FAILED, "B24APP_ALLOW_LOCAL_PORTALS is on", "Take it away: it is for the demo."),
        (settings.clock_file is not None, FindingState.FAILED, "B24APP_CLOCK_FILE moves the clock", "Take it away: it is for the demo."),
        (settings.metrics_open, FindingState.REMARK, "/metrics is open to everybody who reaches it", "Set B24APP_METRICS_TOKEN instead of B24APP_METRICS_OPEN."),
        (len(set(secret)) < 12, FindingState.FAILED, "B24APP_SECRET_KEY can be guessed", 'Make one: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'),
        (not settings.support_contact, FindingState.REMARK, "B24APP_SUPPORT_CONTACT is empty", "Name it: help pages show B24APP_OPERATOR_MAIL without it."),
        (settings.metrics_token is None and not settings.metrics_open, FindingState.REMARK, "/metrics is closed: no alert will come", "Set B24APP_METRICS_TOKEN: docs/operations.md."),
        (not set(settings.oauth_servers) <= set(VENDOR_OAUTH_SERVERS), FindingState.REMARK, "B24APP_OAUTH_SERVERS names others than the vendor's", "They receive the client secret: keep it so only for a portal of your own."),
    )  # fmt: skip
    for speaks, state, found, todo in judged:
        if speaks:
            yield Finding("settings", state, found, todo)


def look_at_access() -> Iterator[Finding]:
    """How many portals' tokens the authorization server refused for our own id or key, as their last renewal has shown."""
    mine = Access.is_master, Access.state == TokenState.WRONG_CLIENT
    with every_portal():
        refused = db.session.scalar(select(func.count()).select_from(Access).where(*mine)) or 0
    if refused:
        words = f"our id or key was refused for {refused} portals"
        yield Finding(
            "access",
            FindingState.FAILED,
            words,
            "Compare B24APP_CLIENT_ID and B24APP_CLIENT_SECRET with the application's card: RenewalClientRefused.",
        )
    else:
        yield Finding("access", FindingState.OK, "no portal's tokens were refused for our id or key")


def look_at_disks() -> Iterator[Finding]:
    """Free room wherever this process writes; a PostgreSQL server has its disk elsewhere."""
    for name, folder in disks(services().settings):
        found = read_disk(folder)
        yield judge_disk(name, folder, found)


def judge_disk(name: str, folder: Path, found: Disk | None) -> Finding:
    """The finding for so much free room."""
    if found is None:
        return Finding(
            "disk",
            FindingState.FAILED,
            f"{name}: {folder} is not there",
            "Make the folder, and give it to the user of the application.",
        )
    words = f"{name}: {found.free / 1024**3:.1f} GB of {found.total / 1024**3:.1f} GB free"
    if found.free < FREE_LEAST / 4 or found.free / found.total < FREE_SHARE / 4:
        return Finding("disk", FindingState.FAILED, words, "Make room now: RenewalDiskNearlyFull.")
    if found.free < FREE_LEAST or found.free / found.total < FREE_SHARE:
        return Finding("disk", FindingState.REMARK, words, "Make room soon: RenewalDiskNearlyFull.")
    return Finding("disk", FindingState.OK, words)
