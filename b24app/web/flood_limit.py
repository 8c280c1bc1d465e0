"""The flood limit (rate limit of visitors): a visitor refused again and again waits a minute; an allowed one is never refused for a neighbour's sake.

Verifying a stranger costs calls to portals, so refusals (401, 403) are counted, and of a visitor who proves no portal also
unreadable requests (400, 413, 415, 422) and our own failures (5xx): by portal for events and for what proves its portal, by
address for everything else. Successful answers are never counted. What a request proves by itself, before any portal is
asked, are signatures and secrets, compared and never trusted further.
"""

import hashlib
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import structlog
from flask import Flask, Response, current_app, g, request
from flask_limiter import ApplicationLimit, Limiter, RequestLimit
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from b24app.bitrix24.redis_connections import lies_in_redis, open_redis
from b24app.database import db
from b24app.frames.token_signature import read_signature
from b24app.guard.places import is_open
from b24app.portals.incoming_forms import is_member
from b24app.portals.model import find_portal
from b24app.reminders.outside_addresses import confirming_code
from b24app.renewal.signed_links import signed_code
from b24app.services import services
from b24app.settings import Settings
from b24app.web.access import FIELD, HEADER
from b24app.web.monitoring import may_see
from b24app.web.opening_form import opening_form

log = structlog.get_logger(__name__)
REFUSALS = frozenset({401, 403})
UNREADABLE = frozenset({400, 413, 415, 422})
SHARED = 20  # how many visitors one bucket may count, where one address cannot be distinguished from another
OPENINGS = frozenset({"placements.open_app", "placements.open_placement", "placements.install"})
EVENTS = "events.take"
LINKS = {
    "outside.status": "status",
    "outside.calendar": "calendar",
    "report.show_outside": "report",
    "report.download_outside": "report",
}
API, FEEDS, API_REQUESTS = "api", "feeds", 120
"""Requests a minute of one key of the API, and of one feed."""
TAKE_TOKENS = frozenset({"placements.renew_token"})
"""Endpoints that everybody may call, and to which a page's token still belongs."""
CONFIRMING = frozenset({"confirming.ask", "confirming.confirm"})


@dataclass(frozen=True, slots=True)
class Pass:
    """`free` is never refused; `known` is whom the request certainly comes from, `named` whom it only claims to."""

    free: bool = False
    known: str = ""
    named: str = ""


STRANGER = Pass()


@dataclass(frozen=True, slots=True)
class RefusalBucket:
    """The bucket that counts the refusals of a request, how many it allows, and whether nothing proves who sends."""

    name: str
    most: int
    stranger: bool = True


def limit_refusals(app: Flask, settings: Settings) -> None:
    """Answer 429 to a bucket past its refusals of this minute; while the store is away this process's memory replaces it."""
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]
    in_redis = lies_in_redis(settings.shared_redis)
    limiter = Limiter(
        lambda: _bucket().name,
        app=app,
        application_limits=[
            ApplicationLimit(lambda: f"{_bucket().most}/minute", deduct_when=_is_refusal, on_breach=_note),
            # A sender that names another portal each time has a limit too.
            ApplicationLimit(
                f"{settings.refusals_per_minute * SHARED}/minute",
                key_function=lambda: f"events {_source()}",
                scope="events",
                exempt_when=lambda: request.endpoint != EVENTS,
                deduct_when=_is_refusal,
                on_breach=_note,
            ),
            ApplicationLimit(
                f"{API_REQUESTS}/minute",
                key_function=_caller,
                scope="api",
                exempt_when=lambda: request.blueprint not in {API, FEEDS},
                on_breach=_note,
            ),
        ],
        storage_uri=settings.shared_redis if in_redis else "memory://",
        storage_options={"connection_pool": open_redis(settings.shared_redis)} if in_redis else {},  # type: ignore[dict-item]
        in_memory_fallback_enabled=in_redis,
        swallow_errors=True,
    )
    limiter.request_filter(lambda: read_pass().free)


def _is_refusal(response: Response) -> bool:
    code = response.status_code
    return code in REFUSALS or (_bucket().stranger and (code in UNREADABLE or code >= 500))


def _bucket() -> RefusalBucket:
    if "bucket" not in g:
        g.bucket = _choose_bucket()
    found: RefusalBucket = g.bucket
    return found


def _choose_bucket() -> RefusalBucket:
    visitor, source = read_pass(), _source()
    most = services().settings.refusals_per_minute
    whose = visitor.known or (f"event {visitor.named}" if visitor.named else "")
    # An address of this machine or its network may be a proxy that no setting names: many visitors behind one number.
    address = _address()
    shared = address is None or not is_open(address)
    return RefusalBucket(
        f"{whose or 'address'} {source}", most * (SHARED if shared else 1), not visitor.known
    )


def _caller() -> str:
    """The key of an API request, or a feed's address, by its digest; or where a request without one comes from."""
    key = request.path if request.blueprint == FEEDS else request.headers.get("Authorization", "")
    return f"api {hashlib.sha256(key.encode(errors='replace')).hexdigest() if key else _source()}"


def _source() -> str:
    """Where a request comes from: one IPv4 address, or the network that one IPv6 visitor has for himself."""
    address = _address()
    if address is None:  # a header of the named proxy that cannot be read: whoever spoke to us
        original = request.environ.get("werkzeug.proxy_fix.orig", {})
        return f"unreadable {original.get('REMOTE_ADDR', '')}"
    return str(ip_network((address, 64), strict=False) if isinstance(address, IPv6Address) else address)


def _address() -> IPv4Address | IPv6Address | None:
    """The visitor's address: of the connection, or what the proxies that a setting names have written."""
    text = (request.remote_addr or "").strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _note(limit: RequestLimit) -> None:
    """Log refusals once a minute and bucket at most, with a hint at a setting that the operator may have forgotten."""
    unnamed = not services().settings.proxies and "X-Forwarded-For" in request.headers
    log.warning("refused too often", bucket=limit.key, hint="B24APP_PROXIES is 0" if unnamed else "")


def read_pass() -> Pass:
    """The pass of this request, read once."""
    if "visitors_pass" not in g:
        g.visitors_pass = _read()
    found: Pass = g.visitors_pass
    return found


def _read() -> Pass:
    if request.blueprint == "health" or (request.endpoint == "metrics.show" and may_see()):
        return Pass(free=True)
    try:
        return _of_link() or _of_page() or _of_portal() or STRANGER
    except HTTPException:  # a form that cannot be read proves nothing
        return STRANGER
    except SQLAlchemyError:  # without the database nobody is recognised; the answer itself will show it
        db.session.rollback()
        return STRANGER


def _of_link() -> Pass | None:
    """A signed address outside the portal; a closed one is refused, but counted alone."""
    endpoint, token = request.endpoint or "", (request.view_args or {}).get("token", "")
    if endpoint in CONFIRMING:
        code = confirming_code(token)
    else:
        code = signed_code(token, LINKS[endpoint]) if endpoint in LINKS else ""
    return Pass(known=f"link {code}") if code else None


def _of_page() -> Pass | None:
    """The token of a page: a living one comes in, one that grew old is counted by its portal. Only where a page's token lets in."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "framed", "public") == "public" and request.endpoint not in TAKE_TOKENS:
        return None
    token = request.headers.get(HEADER) or _field(FIELD)
    seen = read_signature(token) if token else None
    if seen is None:
        return None
    return Pass(free=True) if seen.fresh else Pass(known=f"portal {seen.portal_id}")


def _of_portal() -> Pass | None:
    """An event or an opening: by the application token that is shared by the portal and us alone."""
    if request.method != "POST" or request.endpoint not in {EVENTS, *OPENINGS}:
        return None
    is_event = request.endpoint == EVENTS
    form = request.form if is_event else opening_form()
    member = form.get("auth[member_id]" if is_event else "member_id", "")
    token = form.get("auth[application_token]" if is_event else "APPLICATION_TOKEN", "")
    if not is_member(member):
        return None
    portal = find_portal(member)
    if portal is not None and portal.is_proven_by(token):
        return Pass(free=is_event, known=f"portal {portal.id}")
    return replace(STRANGER, named=member) if is_event else None


def _field(name: str) -> str:
    return request.form.get(name, "") if request.method == "POST" else ""
