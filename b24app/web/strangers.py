"""Who is refused again and again from one address waits a minute: verifying a stranger costs calls to portals."""

from ipaddress import ip_address

from flask import Flask, Response, request
from flask_limiter import Limiter
from werkzeug.middleware.proxy_fix import ProxyFix

from b24app.queue import lies_in_redis
from b24app.settings import Settings

REFUSALS = frozenset({401, 403})


def count_refusals(app: Flask, settings: Settings) -> None:
    """Answer 429 to an address past its refusals of this minute; what is not refused is never counted."""
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]
    limiter = Limiter(
        lambda: request.remote_addr or "",
        app=app,
        application_limits=[f"{settings.refusals_per_minute}/minute"],
        application_limits_deduct_when=_is_refusal,
        storage_uri=settings.queue_url if lies_in_redis(settings.queue_url) else "memory://",
        swallow_errors=True,
    )
    limiter.request_filter(lambda: not _is_certain(settings.proxies))


def _is_refusal(response: Response) -> bool:
    return response.status_code in REFUSALS


def _is_certain(proxies: int) -> bool:
    """Behind a proxy that no setting names, the address is the proxy's: one visitor would shut out everybody."""
    if not proxies and "X-Forwarded-For" in request.headers:
        return False
    try:
        return ip_address(request.remote_addr or "").is_global
    except ValueError:
        return False
