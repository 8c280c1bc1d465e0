"""The log of calls as a file for support: an administrator of the portal may take it, without secrets."""

from tempfile import SpooledTemporaryFile

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue

from b24app.bitrix24.call_log_database import Search, export_calls
from b24app.frames.page_token import Frame
from b24app.web.access import framed

blueprint = Blueprint("calls", __name__)
IN_MEMORY = 1024 * 1024
BYTE_ORDER_MARK = "\ufeff"  # spreadsheets know UTF-8 by it


@blueprint.post("/calls.csv")
@framed(admin=True)
def download(frame: Frame) -> ResponseReturnValue:
    """Every call that the log still holds, oldest first."""
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the response closes it
    file.write(BYTE_ORDER_MARK.encode())
    file.writelines(line.encode() for line in export_calls(Search()))
    file.seek(0)
    return send_file(
        file,
        mimetype="text/csv; charset=utf-8",
        as_attachment=True,
        download_name=f"calls-{frame.domain}.csv",
    )
