"""Files that people send and take: read from a form, sized in words, given only to be saved."""

from urllib.parse import quote

from flask import Response, request
from flask_babel import gettext

from b24app.text.formats import number


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


def size_text(size: int) -> str:
    """«120 КБ», «2,4 МБ»."""
    if size < 1024 * 1024:
        return gettext("%(size)s KB", size=number(max(1, round(size / 1024))))
    return gettext("%(size)s MB", size=number(round(size / 1024 / 1024, 1)))
