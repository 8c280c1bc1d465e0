"""Naming who is responsible for a check or an area; the reply replaces the row or the section."""

from flask import Blueprint, request

from b24app.checklist.engine.board import checklist_view
from b24app.checklist.engine.mutes_and_owners import AREA_PREFIX, name_owner
from b24app.frames.page_token import Frame
from b24app.pages.shop.rows import draw_row, draw_section, find, find_area
from b24app.services import services
from b24app.terms.term import Author
from b24app.web import framed
from b24app.web.form_fields import read_id

blueprint = Blueprint("check_owners", __name__)


@blueprint.post("/checklist/owner/<target>")
@framed(admin=True)
def say_owner(frame: Frame, target: str) -> str:
    """Write down the person; an empty name takes it back."""
    person = read_id(request.form, "owner_id")
    name = request.form.get("owner_name", "")
    services().queue.later("ask_people", frame.portal_id)
    name_owner(target, name, person, by=Author(frame.user_id, frame.user_name), at=services().clock.now())
    view = checklist_view()
    if target.startswith(AREA_PREFIX):
        return draw_section(frame, view, find_area(view, target.removeprefix(AREA_PREFIX)))
    return draw_row(frame, view, find(view, target), opened=True)
