"""The present state for /metrics: read from the database in about ten statements, whatever the number of portals.

Labels are states, lanes and channels, never portals. Every web process exports the same, so rules take the largest, not the sum.
"""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy import and_, case, func, or_, select, text
from sqlalchemy.exc import SQLAlchemyError

from b24app.backup.model import BackupCopy
from b24app.bitrix24.call_log_database import count_unknown
from b24app.database import db, every_portal
from b24app.portals.model import Access, AvailabilityRecord, InstallStatus, Portal
from b24app.reminders.channels.telegram.bot_api import operator_bot
from b24app.reminders.channels.telegram.polling import bot_state
from b24app.reminders.model import Delivery, DeliveryState, ServerRest
from b24app.services import services
from b24app.settings import Settings

DAY, LATE_AFTER = timedelta(days=1), timedelta(minutes=15)
ENDED_BADLY = (DeliveryState.FAILED, DeliveryState.UNCERTAIN)
log = structlog.get_logger(__name__)


def present_state() -> CollectorRegistry:
    """All present values; of a database that does not answer only that it is down, and what needs none."""
    stored = _stored_state()
    registry = stored or CollectorRegistry()
    write = MetricWriter(registry)
    write("b24app_database_up", "1 when the database answered for this very scrape", stored is not None)
    write("b24app_release", "Version of the manifest that this process runs", services().manifest.version)
    export_disks(write, services().settings)
    return registry


def _stored_state() -> CollectorRegistry | None:
    registry = CollectorRegistry()
    try:
        with every_portal():
            _export_stored(MetricWriter(registry))
    except SQLAlchemyError as error:
        log.warning("the state cannot be read", error=type(error).__name__)
        db.session.rollback()
        return None
    return registry


class MetricWriter:
    """Gauges of one registry, each made when it is written for the first time."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._gauges: dict[str, Gauge] = {}

    def __call__(self, name: str, words: str, value: float, **labels: str) -> None:
        """Set one value."""
        gauge = self._gauges.get(name)
        if gauge is None:
            gauge = self._gauges[name] = Gauge(name, words, tuple(labels), registry=self._registry)
        (gauge.labels(**labels) if labels else gauge).set(value)


def _export_stored(write: MetricWriter) -> None:
    for part in (
        _export_portals,
        _export_queue,
        _export_access,
        _export_deliveries,
        _export_servers,
        _export_copies,
        _export_size,
    ):
        part(write)
    write("b24app_unknown_refusals", "Refusals in the call log by no known code", count_unknown())


def _export_portals(write: MetricWriter) -> None:
    """An active one that refuses us counts as blocked, one that does not answer as silent; a status of none is exported as 0, for rules divide."""
    refuses = and_(Portal.status == InstallStatus.ACTIVE, AvailabilityRecord.refused_since.is_not(None))
    silent = and_(Portal.status == InstallStatus.ACTIVE, AvailabilityRecord.failures > 0)
    stands = case((refuses, "blocked"), (silent, "silent"), else_=Portal.status)
    query = select(stands, func.count()).outerjoin(
        AvailabilityRecord, AvailabilityRecord.portal_id == Portal.id
    )
    rows = db.session.execute(query.group_by(stands))
    found: dict[str, int] = {str(row[0]): row[1] for row in rows}
    for status in sorted({"blocked", "silent", *InstallStatus} | set(found)):
        write("b24app_portals", "Portals by status of their install", found.get(status, 0), status=status)


def _export_queue(write: MetricWriter) -> None:
    """A heartbeat and a schedule that never were are not exported."""
    found = services().queue.figures()
    write("b24app_jobs_waiting", "Jobs in the queue", sum(one.waiting for one in found.lanes))
    for one in found.lanes:
        write("b24app_lane_jobs", "Jobs by lane and state", one.waiting, lane=one.lane, state="waiting")
        write("b24app_lane_jobs", "Jobs by lane and state", one.running, lane=one.lane, state="running")
        oldest = "How long the job of a lane that is due the longest has waited"
        write("b24app_oldest_job_seconds", oldest, one.oldest_seconds, lane=one.lane)
    write("b24app_jobs_given_up", "Jobs given up within the last hour", found.given_up)
    write("b24app_workers", "Workers that have shown within two minutes that they live", found.workers)
    if found.beat_seconds is not None:
        write("b24app_heartbeat_seconds", "Since the last heartbeat of any worker", found.beat_seconds)
    if found.schedule_seconds is not None:
        write("b24app_schedule_seconds", "Since scheduled work began last", found.schedule_seconds)


def _export_access(write: MetricWriter) -> None:
    """Count accesses by the state of their last renewal: wrong_client is our own key, unreachable the authorization server."""
    query = select(Access.state, func.count()).where(Access.is_master).group_by(Access.state)
    for state, number in db.session.execute(query):
        write(
            "b24app_access",
            "Accesses that background work uses, by state of their tokens",
            number,
            state=state,
        )


def _export_deliveries(write: MetricWriter) -> None:
    now = services().clock.now()
    bad = and_(Delivery.state.in_(ENDED_BADLY), Delivery.taken_at > now - DAY)
    late = and_(Delivery.state == DeliveryState.WAITING, Delivery.next_at < now - LATE_AFTER)
    query = select(Delivery.channel, Delivery.state, func.count()).where(or_(bad, late))
    for channel, state, number in db.session.execute(query.group_by(Delivery.channel, Delivery.state)):
        if state == DeliveryState.WAITING:
            write("b24app_deliveries_late", "Messages due for a quarter of an hour", number, channel=channel)
        else:
            words = "Messages that did not arrive, or perhaps not, within a day"
            write("b24app_deliveries_failed", words, number, channel=channel, state=state)


def _export_servers(write: MetricWriter) -> None:
    """Of the mail server failures in a row, and whether the operator's bot is refused."""
    for channel, failures in db.session.execute(select(ServerRest.channel, ServerRest.failures)):
        write(
            "b24app_server_failures", "Failures in a row of a server of messages", failures, channel=channel
        )
    bot = operator_bot()
    if bot is not None:
        state = bot_state(bot)
        refused = "1 when the last question of the operator's bot in Telegram failed"
        write("b24app_telegram_failing", refused, bool(state and state.error))


def _export_copies(write: MetricWriter) -> None:
    since = services().clock.now() - DAY
    query = (
        select(BackupCopy.state, func.count()).where(BackupCopy.ended_at > since).group_by(BackupCopy.state)
    )
    for state, number in db.session.execute(query):
        write("b24app_copies", "Copies of portals that ended within a day, by how", number, state=state)


def _export_size(write: MetricWriter) -> None:
    sqlite = db.engine.dialect.name == "sqlite"
    pages = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    size = db.session.scalar(text(pages if sqlite else "SELECT pg_database_size(current_database())"))
    write("b24app_database_bytes", "Size of our own database", size or 0)


def export_disks(write: MetricWriter, settings: Settings) -> None:
    """Free and whole size of each place that this process writes to."""
    for place, folder in disks(settings):
        found = read_disk(folder)
        if found is None:
            continue
        write("b24app_disk_free_bytes", "Free bytes where this process writes", found.free, place=place)
        write("b24app_disk_bytes", "All bytes where this process writes", found.total, place=place)


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes of one disk."""

    free: int
    total: int


def read_disk(folder: Path) -> Disk | None:
    """How full the disk of a folder is; None for a folder that is not there."""
    try:
        found = shutil.disk_usage(folder)
    except OSError:
        return None
    return Disk(found.free, found.total)


def disks(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Where this process writes: a database of SQLite, the folder of copies, temporary files."""
    if settings.database_url.startswith("sqlite:///"):
        file = Path(settings.database_url.removeprefix("sqlite:///").removeprefix("file:").partition("?")[0])
        yield "database", file.absolute().parent
    if settings.backup_folder is not None:
        yield "copies", settings.backup_folder
    yield "temporary", Path(tempfile.gettempdir())
