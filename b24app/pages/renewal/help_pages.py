"""Guides step by step, and the recogniser of errors inside the portal and outside of it, each with its sources."""

from flask import Blueprint, render_template, request

from b24app.errors import NotFound
from b24app.frames.page_token import Frame
from b24app.renewal.error_help import LONGEST, read_symptoms, recognise
from b24app.renewal.guides import read_guides
from b24app.terms.profile import get_profile
from b24app.text.messages import N_
from b24app.web import framed, page
from b24app.web.access import public
from b24app.web.locale import choose_language

blueprint = Blueprint("help_pages", __name__)

GRADES = {
    "V": N_("said by Bitrix24"),
    "C": N_("read in the portal’s code"),
    "P": N_("said by a partner"),
    "X": N_("seen at work"),
    "M": N_("measured"),
    "U": N_("not confirmed"),
    "A": N_("the article"),
}
MOST_PROBABLE = 3


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
        tongue=_tongue(),
        grades=GRADES,
    )


@blueprint.get("/errors")
@framed()
def show_errors(frame: Frame) -> str:
    """The recogniser inside the portal."""
    text = request.args.get("text", "")
    return page("help/errors_inside.html", frame, **errors(text, "/errors"), host=frame.domain)


@blueprint.post("/errors")
@framed()
def name_error(frame: Frame) -> str:
    """What a pasted text means."""
    text = request.form.get("text", "")
    return page("help/errors_inside.html", frame, **errors(text, "/errors"), host=frame.domain)


@blueprint.get("/help/errors")
@public
def show_errors_outside() -> str:
    """The recogniser that opens when the portal does not."""
    return render_template("help/errors_outside.html", **errors(request.args.get("text", ""), "/help/errors"))


@blueprint.post("/help/errors")
@public
def name_error_outside() -> str:
    """What a pasted text means, for anybody; the text is not kept."""
    return render_template("help/errors_outside.html", **errors(request.form.get("text", ""), "/help/errors"))


def errors(text: str, url: str) -> dict[str, object]:
    """What was pasted, what it means, and everything that we know."""
    text = text[:LONGEST]
    asked = bool(text.strip())
    return {
        "text": text,
        "url": url,
        "asked": asked,
        "found": recognise(text)[:MOST_PROBABLE] if asked else (),
        "all": read_symptoms(),
        "tongue": _tongue(),
        "grades": GRADES,
    }


def _tongue() -> str:
    """The language of texts that ship in Russian and English only."""
    return "ru" if choose_language() == "ru" else "en"
