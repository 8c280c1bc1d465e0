"""Files that people send and take: read from a form, given only to be saved."""

from urllib.parse import quote

from flask import Response, request


def read_file(field: str) -> tuple[str, bytes]:
    """The name and content of a sent file; empty when there is none."""
    sent = request.files.get(field)
    if sent is None:
        return "", b""
    content = sent.read()
    sent.close()
    return sent.filename or "", content


def as_file(content: bytes, media: str, name: str) -> Response:
    """An answer that browsers save under its name."""
    headers = {
        "Content-Disposition": f"attachment; filename=\"file\"; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, mimetype=media, headers=headers)
