"""Health for whoever runs us: alive, and ready, which means that the schema is current, a write succeeds and the queue moves."""

import threading
import time
from collections.abc import Callable, Mapping
from functools import cache, partial

import structlog
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from b24app.database import db
from b24app.manifest import ROOT
from b24app.services import services
from b24app.web.access import public

PARTS = ("database", "schema", "queue")
KEPT_SECONDS = 1.0  # whoever asks more often costs nothing
PATIENCE_SECONDS = 3.0
WAIT = 2000  # milliseconds for a lock
# The one row that every installed database has: a real write that changes nothing, and a migration at work holds it.
WRITE = text("UPDATE alembic_version SET version_num = version_num RETURNING version_num")
health = Blueprint("health", __name__, url_prefix="/health")
log = structlog.get_logger(__name__)


@health.get("/live")
@public
def live() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@health.get("/ready")
@public
def ready() -> ResponseReturnValue:
    """Each part works; why one does not is in the log, not in the answer to strangers."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way to take it into a thread
    asked: ReadyState = app.extensions.setdefault("readiness", ReadyState(partial(look, app)))
    parts = asked.parts()
    words = {part: "ok" if parts.get(part) else "failed" for part in PARTS}
    good = all(parts.get(part) for part in PARTS)
    return jsonify(status="ok" if good else "failed", **words), 200 if good else 503


class ReadyState:
    """Looks in a thread of its own, one at a time, so that a database that does not answer blocks no thread of the web."""

    def __init__(self, look: Callable[[], Mapping[str, bool]]) -> None:
        self._look = look
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._found: Mapping[str, bool] = {}
        self._until = 0.0

    def parts(self) -> Mapping[str, bool]:
        """What works: found a second ago at most, or now; nothing when that takes too long."""
        thread = self._begin()
        if thread is not None:
            thread.join(PATIENCE_SECONDS)
        return self._found if thread is None or not thread.is_alive() else {}

    def _begin(self) -> threading.Thread | None:
        with self._lock:
            if time.monotonic() < self._until:
                return None
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="readiness", daemon=True)
                self._thread.start()
            return self._thread

    def _work(self) -> None:
        self._found = self._look()
        self._until = time.monotonic() + KEPT_SECONDS


def look(app: Flask) -> Mapping[str, bool]:
    """Try each part now."""
    with app.app_context():
        versions = _try(_write)
        return {
            "database": versions is not None,
            "schema": versions is not None and fits(versions),
            "queue": _try(_ask_queue) is not None,
        }


def _try(work: Callable[[], frozenset[str]]) -> frozenset[str] | None:
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - whatever it is, the part does not work
        log.warning("not ready", part=work.__name__.strip("_"), error=type(error).__name__)
        return None


def _write() -> frozenset[str]:
    """Write and commit: a full disk, a file that is only read and a standby are found at the commit at the latest."""
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        connection.exec_driver_sql(
            f"PRAGMA busy_timeout={WAIT}" if sqlite else f"SET LOCAL statement_timeout={WAIT}"
        )
        try:
            written = frozenset(connection.scalars(WRITE))
            connection.commit()
        finally:
            if sqlite:
                connection.invalidate()  # it would wait for locks less long than the others
    return written


def fits(versions: frozenset[str]) -> bool:
    """Whether this code works with the schema: its own, or that of a later release, which only adds (docs/operations.md)."""
    heads = _try(_heads)
    return heads is not None and (versions == heads or (bool(versions) and not versions & known_versions()))


@cache
def known_versions() -> frozenset[str]:
    """Every schema that this code has the migrations of."""
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    return frozenset(one.revision for one in scripts.walk_revisions())


@cache
def _heads() -> frozenset[str]:
    """The schema that this code was written for."""
    return frozenset(ScriptDirectory(str(ROOT / "migrations")).get_heads())


def _ask_queue() -> frozenset[str]:
    services().queue.check()
    return frozenset()
