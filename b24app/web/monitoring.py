"""Health (alive, ready to work) and Prometheus metrics, for the platform that runs us."""

import secrets
import time
from collections.abc import Callable

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import func, select, text

from b24app.bitrix24.call_log_database import count_unknown
from b24app.database import db
from b24app.errors import NotAllowed, NotFound
from b24app.portals.model import InstallStatus, Portal, refusing_portals
from b24app.services import services
from b24app.web.access import public

health = Blueprint("health", __name__, url_prefix="/health")
metrics = Blueprint("metrics", __name__)


@health.get("/live")
@public
def live() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@health.get("/ready")
@public
def ready() -> ResponseReturnValue:
    """The database and the queue answer too."""
    parts = {"database": _works(_ask_database), "queue": _works(_ask_queue)}
    good = all(word == "ok" for word in parts.values())
    return jsonify(status="ok" if good else "failed", **parts), 200 if good else 503


def _ask_database() -> None:
    db.session.execute(text("SELECT 1"))


def _ask_queue() -> None:
    services().queue.waiting()


def _works(ask: Callable[[], None]) -> str:
    try:
        ask()
    except Exception as error:  # noqa: BLE001 - whatever it is, the part does not work
        return type(error).__name__
    return "ok"


class Meters:
    """The counters of one application object."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("endpoint", "status")
        self.requests = Counter(
            "b24app_requests", "Answers by page and status", labels, registry=self.registry
        )
        self.seconds = Histogram(
            "b24app_request_seconds", "Time to answer by page", ("endpoint",), registry=self.registry
        )


def measure(app: Flask) -> None:
    """Count every answer of the application."""
    app.extensions["meters"] = Meters()
    app.before_request(_start)
    app.after_request(_count)


def _start() -> None:
    g.started = time.perf_counter()


def _count(response: Response) -> Response:
    meters: Meters = current_app.extensions["meters"]
    endpoint = request.endpoint or "none"
    meters.requests.labels(endpoint, str(response.status_code)).inc()
    meters.seconds.labels(endpoint).observe(time.perf_counter() - g.get("started", time.perf_counter()))
    return response


@metrics.get("/metrics")
@public
def show() -> ResponseReturnValue:
    """Everything counted, for a scraper that may see it; without a setting that opens it there is no such page."""
    if not may_see():
        raise NotAllowed if _token() else NotFound
    counted = _counted_by_all_processes() + generate_latest(_present_state())
    return Response(counted, mimetype="text/plain; version=0.0.4")


def may_see() -> bool:
    """Whether this request may read the metrics: by the token, or because a setting opens them to everybody."""
    token = _token()
    if not token:
        return services().settings.metrics_open
    kind, _, sent = request.headers.get("Authorization", "").partition(" ")
    return kind == "Bearer" and secrets.compare_digest(sent.encode(errors="replace"), token.encode())


def _token() -> str:
    token = services().settings.metrics_token
    return token.get_secret_value().strip() if token else ""


def _counted_by_all_processes() -> bytes:
    folder = services().settings.prometheus_multiproc_dir
    if folder is None:
        return generate_latest(current_app.extensions["meters"].registry)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _portals_by_status() -> dict[str, int]:
    """How many installs stand where; an active one that refuses us counts as blocked."""
    rows = db.session.execute(select(Portal.status, func.count()).group_by(Portal.status))
    counts, refusing = dict(rows.all()), len(refusing_portals())
    return (
        counts
        if not refusing
        else counts
        | {
            InstallStatus.ACTIVE: counts[InstallStatus.ACTIVE] - refusing,
            "blocked": refusing,
        }
    )


def _present_state() -> CollectorRegistry:
    """What is true now, asked of the database and the queue at the moment of the question."""
    registry = CollectorRegistry()
    portals = Gauge("b24app_portals", "Portals by status of their install", ("status",), registry=registry)
    for status, number in _portals_by_status().items():
        portals.labels(status).set(number)
    unknown = Gauge("b24app_unknown_refusals", "Refusals in the call log by no known code", registry=registry)
    unknown.set(count_unknown())
    waiting = Gauge("b24app_jobs_waiting", "Jobs in the queue", registry=registry)
    waiting.set(services().queue.waiting())
    return registry
