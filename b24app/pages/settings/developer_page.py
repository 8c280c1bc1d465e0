"""«For developers»: the log of calls, errors by their words, lists as files, versions."""

from flask import Blueprint, request

from b24app.database import db
from b24app.frames.page_token import Frame
from b24app.pages.settings.calls_page import FIELDS, MOST_CALLS, found_values
from b24app.pages.settings.gear_places import draw_place
from b24app.portals.model import Portal
from b24app.portals.permissions import view_permissions
from b24app.services import services
from b24app.web import framed

blueprint = Blueprint("developer_page", __name__)

FEW_CALLS = 5


@blueprint.get("/settings/developer")
@framed(admin=True)
def show_developer(frame: Frame) -> str:
    """What support and developers ask for; a search shows more of the log than the page does by itself."""
    asked = any(request.args.get(name) for name in FIELDS)
    return draw_place(
        "developer",
        frame,
        keep_calls=services().settings.keep_call_log_days,
        version=services().manifest.version,
        permissions=view_permissions(db.session.get_one(Portal, frame.portal_id), services().manifest),
        **found_values(request.args, MOST_CALLS if asked else FEW_CALLS),
    )
