"""Headers of every answer: what may run in our pages, and which portal may show them in a frame."""

from flask import Flask, Response, g, request

from b24app.services import services

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
)


def protect(app: Flask) -> None:
    """Add the headers to whatever the application answers."""
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY.format(ancestors=_ancestors()))
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if request.endpoint != "static":
        response.vary.add("HX-Request")
        response.headers.setdefault("Cache-Control", "no-store")
    if services().settings.public_url.startswith("https://"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _ancestors() -> str:
    """The verified portal alone; a refusal holds nothing to press, so it may be read in any frame."""
    if frame := g.get("frame"):
        local = f" http://{frame.domain}" if services().settings.allow_local_portals else ""
        return f"'self' https://{frame.domain}{local}"
    return "*" if g.get("refused") else "'none'"
