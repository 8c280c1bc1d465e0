"""Guides step by step, with links into the portal and the source of every step."""

from flask import Blueprint
from flask_babel import gettext

from b24app.errors import NotFound
from b24app.frames.page_token import Frame
from b24app.pages.renewal.error_catalogue import GRADES
from b24app.renewal.guides import read_guides
from b24app.terms.profile import get_profile
from b24app.web import framed, page

blueprint = Blueprint("guide", __name__)


@blueprint.get("/guide")
@framed(admin=True)
def show_usual_guide(frame: Frame) -> str:
    """The guide of the route by which this portal renews."""
    return draw_guide(frame, get_profile().route)


@blueprint.get("/guide/<code>")
@framed(admin=True)
def show_guide(frame: Frame, code: str) -> str:
    """One guide."""
    return draw_guide(frame, code)


def draw_guide(frame: Frame, code: str) -> str:
    """The whole page; raises NotFound for a guide that does not exist."""
    guides = read_guides()
    if code not in guides:
        raise NotFound
    return page(
        "guide.html",
        frame,
        guide=guides[code],
        guides=list(guides.values()),
        licence=get_profile().edition == "on_premise",
        tongue="ru" if frame.language == "ru" else "en",
        grades={grade: gettext(title) for grade, title in GRADES.items()} | {"A": gettext("the article")},
    )
