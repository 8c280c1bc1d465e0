"""The log of calls as a file for support: an administrator of the portal may take it, without secrets."""

from collections.abc import Iterator

from flask import Blueprint, Response, stream_with_context
from flask.typing import ResponseReturnValue

from b24app.portals.frames import Frame
from b24app.storage import portal_scope
from b24app.web.frames import framed
from b24app.wire.journal import Search, export_calls

blueprint = Blueprint("calls", __name__)


@blueprint.post("/calls.csv")
@framed(admin=True)
def download(frame: Frame) -> ResponseReturnValue:
    """Every call that the log still holds, oldest first."""

    def lines() -> Iterator[str]:
        with portal_scope(frame.portal_id):
            yield "\ufeff"  # spreadsheets know UTF-8 by it
            yield from export_calls(Search())

    name = f"calls-{frame.domain}.csv"
    answer = Response(stream_with_context(lines()), mimetype="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
