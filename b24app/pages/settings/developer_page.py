"""«For developers»: the log of calls with its file for support, errors by their words, lists as files, versions."""

from collections.abc import Mapping
from datetime import timedelta
from tempfile import SpooledTemporaryFile

from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue

from b24app.bitrix24.call_log_database import Search, export_calls, search_calls
from b24app.database import db
from b24app.frames.page_token import Frame
from b24app.pages.settings.gear_places import draw_place
from b24app.portals.model import Portal
from b24app.portals.permissions import view_permissions
from b24app.services import services
from b24app.web import framed

blueprint = Blueprint("developer_page", __name__)

DAYS = {"": 0, "day": 1, "three": 3}
MOST_CALLS = 100
FEW_CALLS = 5
IN_MEMORY = 1024 * 1024
BYTE_ORDER_MARK = "\ufeff"  # spreadsheets know UTF-8 by it


@blueprint.get("/settings/developer")
@framed(admin=True)
def show_developer(frame: Frame) -> str:
    """What support and developers ask for; a search shows more of the log than the page does by itself."""
    asked = any(request.args.get(name) for name in ("q", "errors", "days"))
    most = MOST_CALLS if asked else FEW_CALLS
    found = search_calls(read_search(request.args), limit=most + 1)
    return draw_place(
        "developer",
        frame,
        calls=found[:most],
        more=len(found) > most,
        wanted=request.args,
        keep_calls=services().settings.keep_call_log_days,
        version=services().manifest.version,
        permissions=view_permissions(db.session.get_one(Portal, frame.portal_id), services().manifest),
    )


@blueprint.post("/settings/calls.csv")
@framed(admin=True)
def download_calls(frame: Frame) -> ResponseReturnValue:
    """Give the found calls, oldest first and without secrets, as a file for the vendor's support."""
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the response closes it
    file.write(BYTE_ORDER_MARK.encode())
    file.writelines(line.encode() for line in export_calls(read_search(request.form)))
    file.seek(0)
    name = f"calls-{frame.domain}-{services().clock.now():%Y-%m-%d}.csv"
    return send_file(file, mimetype="text/csv; charset=utf-8", as_attachment=True, download_name=name)


def read_search(values: Mapping[str, str]) -> Search:
    """What to look for in the log of calls."""
    days = DAYS.get(values.get("days", ""), 0)
    return Search(
        text=values.get("q", "").strip()[:200],
        errors_only=values.get("errors") == "yes",
        since=services().clock.now() - timedelta(days=days) if days else None,
    )
