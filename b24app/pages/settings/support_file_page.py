"""«For support»: what is inside the archive, shown before it is taken, and the button that gives it."""

from collections.abc import Mapping

from flask import Blueprint, Response, request

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.pages.settings.gear_places import PLACES
from b24app.reports.support_file import (
    DAYS,
    PART_TITLES,
    USUAL_DAYS,
    SupportFile,
    SupportWish,
    make_support_file,
)
from b24app.services import services
from b24app.web import framed, page

blueprint = Blueprint("support_file_page", __name__)

HELP = next(one for one in PLACES if one.code == "help")


@blueprint.get("/settings/support")
@framed(admin=True)
def show_support_file(frame: Frame) -> str:
    """What would be sent now; an unknown number leaves the usual days."""
    try:
        return _draw(frame, _make(request.args))
    except BadInput as wrong:
        return _draw(frame, _make({}), wrong)


@blueprint.post("/settings/support.zip")
@framed(admin=True)
def take_support_file(frame: Frame) -> Response:
    """Give the archive."""
    file = _make(request.form)
    name = f"support-{frame.domain}-{file.made_at:%Y-%m-%d-%H%M}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(file.pack(), mimetype="application/zip", headers=headers)


def _make(values: Mapping[str, str]) -> SupportFile:
    days = values.get("days", "")
    number = values.get("number", "").strip().lower()
    wish = SupportWish(int(days) if days in {str(one) for one in DAYS} else USUAL_DAYS, number)
    return make_support_file(wish, services().clock.now())


def _draw(frame: Frame, file: SupportFile, wrong: BadInput | None = None) -> str:
    asked = request.args
    return page(
        "settings/support_file.html",
        frame,
        places=PLACES,
        place=HELP,
        file=file,
        part_titles=PART_TITLES,
        days=DAYS,
        chosen_days=asked.get("days", str(USUAL_DAYS)),
        number=asked.get("number", ""),
        wrong={wrong.field: wrong.message} if wrong else {},
    )
