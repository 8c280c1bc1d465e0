"""The Host header is not believed: the application knows its own address from its settings."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FORWARDED = ("HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PREFIX", "HTTP_FORWARDED")


class OwnHost:
    """Puts the host and the scheme of our public address in the place of what a request says about them."""

    def __init__(self, app: "WSGIApplication", public_url: str) -> None:
        parts = urlsplit(public_url)
        self._app, self._scheme, self._host = app, parts.scheme, parts.netloc

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Hand the request on; nothing that builds an address can repeat a stranger's host."""
        for name in FORWARDED:
            environ.pop(name, None)
        environ["HTTP_HOST"], environ["wsgi.url_scheme"] = self._host, self._scheme
        return self._app(environ, start_response)
