"""The edge of every request and answer: its number, our own host, the language, addresses of static files, security headers."""

import functools
import hashlib
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel
from structlog.contextvars import bind_contextvars, clear_contextvars

from b24app.services import services
from b24app.text.offered_languages import offered_languages
from b24app.text.translation import nearest_language
from b24app.web.translation_domain import FallingBack

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FORWARDED = ("HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PREFIX", "HTTP_FORWARDED")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
)


class OwnHost:
    """Replaces the Host header, which is not trusted, by the host and the scheme of our public address."""

    def __init__(self, app: "WSGIApplication", public_url: str) -> None:
        parts = urlsplit(public_url)
        self._app, self._scheme, self._host = app, parts.scheme, parts.netloc

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Hand the request on without a stranger's host, which something that builds an address could repeat."""
        for name in FORWARDED:
            environ.pop(name, None)
        environ["HTTP_HOST"], environ["wsgi.url_scheme"] = self._host, self._scheme
        return self._app(environ, start_response)


def number_requests(app: Flask) -> None:
    """Begin every request with a number of its own and without the values of the one before it in this thread."""
    app.before_request(_begin)
    app.teardown_request(lambda _error: clear_contextvars())


def request_number() -> str:
    """The number of this request, in every line of the log that it causes and on the page when it fails."""
    if "number" not in g:  # it failed before it began
        _begin()
    return str(g.number)


def _begin() -> None:
    clear_contextvars()
    g.number = secrets.token_hex(4)
    bind_contextvars(request=g.number)


def set_up_languages(app: Flask) -> None:
    """Choose the language and the time zone in which an answer is written."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")
    babel = Babel(app, locale_selector=choose_language, timezone_selector=_choose_zone)
    babel.domain_instance = FallingBack()  # a cached property: ours takes its place before it is asked for
    app.context_processor(lambda: {"lang": choose_language(), "theme": ""})


def choose_language(known: str = "", otherwise: str = "en") -> str:
    """The frame's language, then the portal's, then the one in the address, then `known`, then what the browser asks for."""
    if language := g.get("language"):
        return str(language)
    if frame := g.get("frame"):
        return str(frame.language)
    if not has_request_context():
        return otherwise
    if asked := request.args.get("LANG") or request.args.get("lang"):
        return nearest_language(asked)
    if known:
        return known
    wishes = (nearest_language(code, "") for code in request.accept_languages.values())
    return next((language for language in wishes if language in offered_languages()), otherwise)


def _choose_zone() -> str:
    frame = g.get("frame")
    return frame.time_zone if frame else "UTC"


def stamp_assets(app: Flask) -> None:
    """Add `v=<digest>` to every address of a static file, so that it may be kept for a year."""
    folder = Path(app.static_folder or "")
    digest = functools.cache(_digest) if not app.debug else _digest

    @app.url_defaults
    def stamp(endpoint: str, values: dict[str, object]) -> None:
        if endpoint == "static" and "v" not in values:
            values["v"] = digest(folder / str(values["filename"]))


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    except FileNotFoundError:
        return "missing"


def protect(app: Flask) -> None:
    """Add the security headers to whatever the application answers: what may run, and which portal may frame it."""
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY.format(ancestors=_ancestors()))
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if request.endpoint not in ("static", "bundles.give"):
        response.vary.add("HX-Request")
        response.headers.setdefault("Cache-Control", "no-store")
    if services().settings.public_url.startswith("https://"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _ancestors() -> str:
    """The verified portal alone; a refusal holds nothing to press, so it may be read in any frame."""
    if (frame := g.get("frame")) and not frame.is_outside:
        return f"'self' {frame.ancestor}"
    return "*" if g.get("refused") else "'none'"
