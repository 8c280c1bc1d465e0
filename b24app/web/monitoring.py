"""Prometheus metrics and error reports to Sentry without secrets, for whoever runs us."""

import secrets
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from b24app.bitrix24.masked_values import mask_lines, mask_object, mask_traceback
from b24app.bitrix24.masking import MASK, Sort, label_of, sort_of
from b24app.errors import NotAllowed, NotFound
from b24app.services import services
from b24app.settings import Settings
from b24app.web.access import public
from b24app.web.present_state import present_state

metrics = Blueprint("metrics", __name__)


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
    """All metrics, for a scraper that may see them; 404 without a setting that opens the page."""
    if not may_see():
        raise NotAllowed if _token() else NotFound
    counted = _counted_by_all_processes() + generate_latest(present_state())
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


if TYPE_CHECKING:
    from sentry_sdk.transport import Transport

# Headers about how a page was asked for, and nothing about who asked.
PLAIN_HEADERS = frozenset(
    {"host", "accept", "accept-language", "content-type", "content-length", "hx-request"}
)
# Sentry's own parts of a report, in which we write nothing.
ITS_OWN = frozenset(
    {"sdk", "modules", "level", "platform", "timestamp", "event_id", "release", "environment"}
)
ITS_CONTEXTS = frozenset({"runtime", "os", "trace", "device", "app"})


def report_errors(settings: Settings, transport: "Transport | None" = None) -> bool:
    """Switch the reports on when there is somewhere to send them; `transport` is the seam of the tests."""
    if settings.sentry_dsn is None:
        return False
    import sentry_sdk
    from sentry_sdk.integrations.flask import FlaskIntegration

    sentry_sdk.init(
        dsn=settings.sentry_dsn.get_secret_value(),
        include_local_variables=False,
        max_request_body_size="never",
        before_send=scrub,
        before_send_transaction=scrub,
        before_breadcrumb=keep_crumb,
        trace_propagation_targets=[],  # portals and webhooks learn nothing of our reports
        integrations=[FlaskIntegration()],
        auto_enabling_integrations=False,  # what queries were made is nobody else's business
        transport=transport,
    )
    return True


def keep_crumb(crumb: Mapping[str, object], _hint: object) -> dict[str, object]:
    """Keep of requests to others only that they were made: their addresses may be secrets of webhooks."""
    if crumb.get("type") != "http" and crumb.get("category") not in ("httplib", "requests"):
        return _object(_walk("", crumb))
    data = _object(crumb.get("data"))
    kept = {name: data[name] for name in ("method", "http.method", "status_code", "reason") if name in data}
    return {**_object(_walk("", {**crumb, "data": {}})), "data": kept}


def scrub(event: Mapping[str, object], _hint: object) -> Any:  # Sentry's own record of named parts
    """Take secrets and people out of a report, wherever in it they are."""
    return {key: _part(key, value) for key, value in event.items() if key != "user"}


def _part(key: str, value: object) -> object:
    if key in ITS_OWN:
        return value
    if key == "request":
        return _request(_object(value))
    if key == "exception":
        part = _object(value)
        return {**part, "values": [_exception(_object(one)) for one in _values(part)]}
    if key == "breadcrumbs":
        whole = getattr(value, "value", value)  # Sentry wraps a list that it has cut
        return {"values": [keep_crumb(_object(one), None) for one in _values(whole)]}
    if key == "contexts":
        contexts = _object(value).items()
        return {name: one if name in ITS_CONTEXTS else _walk(name, one) for name, one in contexts}
    return _walk(key, value)


def _object(value: object) -> dict[str, object]:
    return {str(name): inner for name, inner in value.items()} if isinstance(value, Mapping) else {}


def _values(value: object) -> list[object]:
    """The rows of a part: bare, or under `values`."""
    rows = value.get("values") if isinstance(value, Mapping) else value
    return list(rows) if isinstance(rows, list | tuple) else []


def _request(asked: Mapping[str, object]) -> dict[str, object]:
    headers = _object(asked.get("headers"))
    return {
        "method": asked.get("method"),
        "url": mask_lines(str(asked.get("url", ""))),
        "headers": {name: one if name.lower() in PLAIN_HEADERS else MASK for name, one in headers.items()},
    }


def _exception(one: Mapping[str, object]) -> dict[str, object]:
    frames = _values(_object(one.get("stacktrace")).get("frames"))
    kept = [{name: part for name, part in _object(frame).items() if name != "vars"} for frame in frames]
    words = mask_traceback(f"{one.get('type')}: {one.get('value')}").partition(": ")[2]
    return {**one, "value": words, "stacktrace": {"frames": kept}}


def _walk(key: str, value: object) -> object:
    """Clean texts that Sentry calls messages, without hiding them: they are what the report is about."""
    if isinstance(value, Mapping) and sort_of(key) is not Sort.SECRET and not label_of(value):
        return {name: _walk(str(name), inner) for name, inner in value.items()}
    if key in ("message", "formatted", "category", "transaction", "type", "timestamp", "logger"):
        return mask_traceback(value) if isinstance(value, str) else value
    if key == "params":
        return []
    return mask_object(key, value)
