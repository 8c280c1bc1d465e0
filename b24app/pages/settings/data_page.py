"""«Data and licence»: what is kept, how it is erased, personal data and the licence."""

from collections.abc import Mapping

from flask import Blueprint

from b24app.backup.backup_plan import read_choices
from b24app.backup.model import TargetKind
from b24app.frames.page_token import Frame
from b24app.pages.settings.gear_places import draw_place
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import framed

blueprint = Blueprint("data_page", __name__)

IN_A_STORAGE = N_(
    "Clients, orders, activities with letters and files go into the storage that you chose. We do not have the key that opens them."
)
WHERE_IT_LIES: Mapping[str, str] = {
    TargetKind.NONE: N_(
        "No storage is chosen: no clients and orders are copied. What was copied before lies where it was put."
    ),
    TargetKind.FOLDER: N_(
        "It lies in a folder of the server on which this application runs: with whoever runs it, and not with you. "
        "He does not have the key that opens it."
    ),
    TargetKind.DOWNLOAD: N_(
        "Its parts lie with us for a day, until you download them, and are erased then. We do not have the key that opens them."
    ),
    TargetKind.PORTAL_DISK: N_(
        "It lies on the Disk of your portal: without the portal there is no copy. We do not have the key that opens it."
    ),
}


@blueprint.get("/settings/data")
@framed(admin=True)
def show_data(frame: Frame) -> str:
    """What the application knows of this portal, and how to have it erased."""
    lies = WHERE_IT_LIES.get(read_choices().target_kind, IN_A_STORAGE)
    return draw_place("data", frame, settings=services().settings, where_copy_lies=lies)
