"""The application put together: `create_app` is the only place where all pieces meet."""

import time
from collections.abc import Callable

import requests
from flask import Flask
from flask_migrate import Migrate

from b24app.backup.proofs.copies_left_behind import leaves_copies
from b24app.backup.proofs.copy_fact import read_copy_fact
from b24app.backup.restore.data.earlier_restores import count_put_back
from b24app.checklist.engine.check import load_checks
from b24app.checklist.engine.copy_source import use_copies
from b24app.checklist.engine.fact import load_facts
from b24app.checklist.questions.question import load_questions
from b24app.cli import register_commands
from b24app.clock import Clock, ShiftedClock, SystemClock
from b24app.comparison.resource import load_resources
from b24app.database import Sealed, db
from b24app.discovery import import_tables
from b24app.guard import PORTALS, Guard, Resolve, read_trust, resolve_host
from b24app.guard.sessions import open_session
from b24app.integrators.endings import end_when_removed
from b24app.jobs.job import load_jobs
from b24app.jobs.queue import Queue
from b24app.logs import set_up_logs
from b24app.manifest import ROOT, read_manifest
from b24app.pages import register_pages
from b24app.placements import load_placements
from b24app.portals.departures import use_departures
from b24app.portals.uninstall import use_leavings
from b24app.reminders.channels import load_channels
from b24app.reminders.kinds import load_kinds
from b24app.services import Services
from b24app.settings import Settings, read_settings
from b24app.terms.region_files import read_all_files
from b24app.web.access import htmx
from b24app.web.bundles import set_up_bundles
from b24app.web.edge import OwnHost, number_requests, protect, set_up_languages, stamp_assets
from b24app.web.error_pages import show_errors
from b24app.web.filters import register
from b24app.web.flood_limit import limit_refusals
from b24app.web.form_fields import limit_requests
from b24app.web.legal_links import use_legal_links
from b24app.web.monitoring import measure, report_errors
from b24app.web.server_timing import send_timings
from b24app.web.template_source import Unindented

FOLDERS = (
    load_channels,
    load_kinds,
    load_placements,
    load_facts,
    load_checks,
    load_questions,
    load_resources,
)
CONNECT_SECONDS = 5  # a database that does not answer must not hold a page for the system's two minutes
PATIENCE_WITH_POSTGRESQL: dict[str, object] = {
    "connect_timeout": CONNECT_SECONDS,
    "options": "-c lock_timeout=15s -c idle_in_transaction_session_timeout=5min",  # as SQLite waits; longer than a report is drawn
    "keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000,
}  # fmt: skip


def create_app(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    http: Callable[[], requests.Session] | None = None,
    sleep: Callable[[float], None] = time.sleep,
    resolve: Resolve = resolve_host,
) -> Flask:
    """Build the application; tests hand in their own settings, time and network."""
    settings = settings or read_settings()
    import_tables()
    load_folders()
    read_all_files()
    set_up_logs(settings)
    app = Flask("b24app", root_path=str(ROOT))
    app.config.from_mapping(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        MAX_CONTENT_LENGTH=32 * 1024 * 1024,
    )
    Sealed.use_keys(app, tuple(key.get_secret_value() for key in settings.seal_keys))
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    app.extensions["services"] = Services(
        settings=settings,
        manifest=read_manifest(settings.edition),
        clock=clock or (ShiftedClock(settings.clock_file) if settings.clock_file else SystemClock()),
        http=http or open_portals(settings, resolve),
        queue=Queue(load_jobs()),
        sleep=sleep,
        resolve=resolve,
    )
    use_copies(app, read_copy_fact, count_put_back)
    use_leavings(app, leaves_copies)
    use_departures(app, end_when_removed)
    set_up_web(app, settings)
    register_pages(app)
    register_commands(app)
    return app


def load_folders() -> None:
    """Load whatever is found by its folder: a file that fails or a code declared twice stops the start, not a job at night."""
    for load in FOLDERS:
        load()


def open_portals(settings: Settings, resolve: Resolve) -> Callable[[], requests.Session]:
    """Sessions for portals and their authorization servers, behind the address guard."""
    trust = read_trust(settings.trusted_hosts, everything=settings.allow_local_portals)
    authority = settings.trusted_ca.read_text() if settings.trusted_ca else ""
    return lambda: open_session(Guard(PORTALS, trust, resolve), authority, trust_env=True)


def engine_options(database_url: str) -> dict[str, object]:
    """Values of rows do not belong into a log; a connection that the server closed is noticed and made anew.

    Nobody waits for long for a process that was stopped with a row locked, or for a server that fell silent.
    """
    options: dict[str, object] = {"hide_parameters": True, "pool_size": 10, "max_overflow": 40}
    if database_url.startswith("postgresql"):
        options |= {"pool_pre_ping": True, "connect_args": PATIENCE_WITH_POSTGRESQL}
    return options


def set_up_web(app: Flask, settings: Settings) -> None:
    """Set up the web edge: languages, assets, headers, limits, errors and metrics."""
    report_errors(settings)
    send_timings(app, settings)
    number_requests(app)
    htmx.init_app(app)
    set_up_languages(app)
    register(app)
    use_legal_links(app)
    app.jinja_env.add_extension(Unindented)
    stamp_assets(app)
    set_up_bundles(app)
    measure(app)
    limit_refusals(app, settings)
    limit_requests(app)
    app.wsgi_app = OwnHost(app.wsgi_app, settings.public_url)  # type: ignore[method-assign]
    protect(app)
    show_errors(app)
