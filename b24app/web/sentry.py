"""Error reports to Sentry, only when a DSN is set, without anything secret: what may leave is listed, the rest is masked."""

from collections.abc import Mapping
from typing import Any

from b24app.bitrix24.masked_values import mask_lines, mask_object, mask_traceback
from b24app.bitrix24.masking import MASK, Sort, label_of, sort_of
from b24app.settings import Settings

# Headers that say how a page was asked for, and nothing about who asked.
PLAIN_HEADERS = frozenset(
    {"host", "accept", "accept-language", "content-type", "content-length", "hx-request"}
)
# Sentry's own parts of a report, in which we write nothing.
ITS_OWN = frozenset(
    {"sdk", "modules", "level", "platform", "timestamp", "event_id", "release", "environment"}
)
ITS_CONTEXTS = frozenset({"runtime", "os", "trace", "device", "app"})


def report_errors(settings: Settings, transport: Any = None) -> bool:
    """Switch the reports on when there is somewhere to send them; `transport` is the seam of the tests."""
    if settings.sentry_dsn is None:
        return False
    import sentry_sdk
    from sentry_sdk.integrations.flask import FlaskIntegration
    from sentry_sdk.integrations.huey import HueyIntegration

    sentry_sdk.init(
        dsn=settings.sentry_dsn.get_secret_value(),
        include_local_variables=False,
        max_request_body_size="never",
        before_send=scrub,
        before_send_transaction=scrub,
        before_breadcrumb=keep_crumb,
        trace_propagation_targets=[],  # portals and webhooks learn nothing of our reports
        integrations=[FlaskIntegration(), HueyIntegration()],
        auto_enabling_integrations=False,  # what queries were made is nobody else's business
        transport=transport,
    )
    return True


def keep_crumb(crumb: Any, _hint: Any) -> Any:
    """Of requests to others only that they were made: their addresses may be secrets of webhooks."""
    if crumb.get("type") == "http" or crumb.get("category") in ("httplib", "requests"):
        data = crumb.get("data") or {}
        kept = {
            name: data[name] for name in ("method", "http.method", "status_code", "reason") if name in data
        }
        return {**_walk("", {**crumb, "data": {}}), "data": kept}
    return _walk("", crumb)


def scrub(event: Any, _hint: Any) -> Any:
    """Take secrets and people out of a report, wherever in it they lie."""
    scrubbed = {key: _part(key, value) for key, value in event.items()}
    scrubbed.pop("user", None)
    return scrubbed


def _part(key: str, value: Any) -> Any:
    if key in ITS_OWN:
        return value
    if key == "request":
        return _request(value)
    if key == "exception":
        return {**value, "values": [_exception(one) for one in value.get("values") or []]}
    if key == "breadcrumbs":
        crumbs = value.get("values") or [] if isinstance(value, Mapping) else value
        return {"values": [keep_crumb(one, None) for one in crumbs]}
    if key == "contexts":
        return {name: one if name in ITS_CONTEXTS else _walk(name, one) for name, one in value.items()}
    return _walk(key, value)


def _request(asked: Mapping[str, Any]) -> dict[str, Any]:
    headers = dict(asked.get("headers") or {})
    return {
        "method": asked.get("method"),
        "url": mask_lines(str(asked.get("url", ""))),
        "headers": {name: one if name.lower() in PLAIN_HEADERS else MASK for name, one in headers.items()},
    }


def _exception(one: Mapping[str, Any]) -> dict[str, Any]:
    frames = (one.get("stacktrace") or {}).get("frames") or []
    kept = [{name: part for name, part in frame.items() if name != "vars"} for frame in frames]
    said = mask_traceback(f"{one.get('type')}: {one.get('value')}").partition(": ")[2]
    return {**one, "value": said, "stacktrace": {"frames": kept}}


def _walk(key: str, value: Any) -> Any:
    """Texts that Sentry calls messages are cleaned, not hidden: they are what the report is about."""
    if isinstance(value, Mapping) and sort_of(key) is not Sort.SECRET and not label_of(value):
        return {name: _walk(str(name), inner) for name, inner in value.items()}
    if key in ("message", "formatted", "category", "transaction", "type", "timestamp", "logger"):
        return mask_traceback(value) if isinstance(value, str) else value
    if key == "params":
        return []
    return mask_object(key, value)
