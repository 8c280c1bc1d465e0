"""Who is refused again and again waits a minute; who may come is never refused, whatever comes from beside him.

Verifying a stranger costs calls to portals, so refusals (401, 403 and our own failures) are counted in a bucket: by portal
for events and for openings that prove their portal, by address for everything else. What is answered is never counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from flask import Flask, Response, g, request
from flask_limiter import ApplicationLimit, Limiter
from werkzeug.middleware.proxy_fix import ProxyFix

from b24app.queue import lies_in_redis
from b24app.settings import Settings
from b24app.web.passes import Pass, read_pass

REFUSALS = frozenset({401, 403})
SHARED = 20  # how many visitors a bucket may stand for when one address cannot be told from another
REDIS_SECONDS = {"socket_connect_timeout": 1, "socket_timeout": 1}
PORTALS_NAME = "X-Forwarded-For"


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where refusals of a request are counted, and how many times the usual number it bears."""

    name: str
    times: int = 1
    own_failures: bool = True


def count_refusals(app: Flask, settings: Settings) -> None:
    """Answer 429 to a bucket past its refusals of this minute."""
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]
    in_redis = lies_in_redis(settings.queue_url)
    limiter = Limiter(
        lambda: _bucket(settings).name,
        app=app,
        application_limits=[
            ApplicationLimit(
                lambda: f"{settings.refusals_per_minute * _bucket(settings).times}/minute",
                deduct_when=lambda response: _is_refusal(response, _bucket(settings)),
            ),
            ApplicationLimit(
                f"{settings.refusals_per_minute * SHARED}/minute",
                key_function=lambda: f"events {_source(settings)[0]}",
                scope="source",
                exempt_when=lambda: request.endpoint != "events.take",
                deduct_when=lambda response: _is_refusal(response, _bucket(settings)),
            ),
        ],
        storage_uri=settings.queue_url if in_redis else "memory://",
        storage_options=REDIS_SECONDS if in_redis else {},  # type: ignore[arg-type]
        in_memory_fallback_enabled=in_redis,
        swallow_errors=True,
    )
    limiter.request_filter(lambda: read_pass().free)
