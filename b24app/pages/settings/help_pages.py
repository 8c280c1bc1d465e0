"""«Help»: guides step by step, support and what to send it, the report, and what an error means, each with its sources.

The recogniser of errors opens inside the portal and outside of it; no page of these asks the portal for anything.
"""

from flask import Blueprint, render_template, request

from b24app.errors import NotFound
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.integrators.shown import shown_integrators
from b24app.pages.settings.gear_places import PLACES, draw_place
from b24app.renewal.guides import LONGEST, read_guides, read_symptoms, recognise
from b24app.services import services
from b24app.terms.profile import get_profile
from b24app.text.messages import N_
from b24app.text.offered_languages import shipped_language
from b24app.web import framed, page
from b24app.web.access import public
from b24app.web.edge import choose_language
from b24app.web.support import support_way

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
DEVELOPER = next(one for one in PLACES if one.code == "developer")


@blueprint.get("/settings/help")
@framed(admin=True)
def show_help(frame: Frame) -> str:
    """Guides by topic, whom to write and what to send."""
    usual = get_profile().route
    guides = sorted(read_guides().values(), key=lambda one: one.code != usual)
    return draw_place(
        "help",
        frame,
        guides=guides,
        usual=usual,
        integrators=shown_integrators(),
        support=support_way(frame.domain),
        shipped_language=shipped_language(choose_language()),
    )


@blueprint.get("/renewal/guide")
@framed(admin=True, right=Right.TERMS)
def show_usual_guide(frame: Frame) -> str:
    """The guide of the route by which this portal renews."""
    return draw_guide(frame, get_profile().route)


@blueprint.get("/renewal/guide/<code>")
@framed(admin=True, right=Right.TERMS)
def show_guide(frame: Frame, code: str) -> str:
    """One guide."""
    return draw_guide(frame, code)


def draw_guide(frame: Frame, code: str) -> str:
    """The whole page; raises NotFound for a guide that does not exist."""
    guides, profile = read_guides(), get_profile()
    if code not in guides:
        raise NotFound
    guide = guides[code].of_the_world() if profile.is_abroad else guides[code]
    return page(
        "guide.html",
        frame,
        guide=guide,
        licence=profile.edition == "on_premise",
        shipped_language=shipped_language(choose_language()),
        grades=GRADES,
        commercial=services().settings.edition == "local",
    )


@blueprint.get("/settings/errors")
@framed()
def show_errors(frame: Frame) -> str:
    """The recogniser inside the portal."""
    return draw_errors(frame, request.args.get("text", ""))


@blueprint.post("/settings/errors")
@framed()
def name_error(frame: Frame) -> str:
    """What a pasted text means."""
    return draw_errors(frame, request.form.get("text", ""))


def draw_errors(frame: Frame, text: str) -> str:
    """The recogniser, for an administrator as a part of the settings, for an employee alone."""
    beside = {"places": PLACES, "place": DEVELOPER} if frame.is_admin else {}
    found = errors(text, "/settings/errors")
    return page("help/errors_inside.html", frame, **found, **beside, portal_url=frame.portal_url)


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
    """What was pasted, what it means, and all known errors."""
    text = text[:LONGEST]
    asked = bool(text.strip())
    return {
        "text": text,
        "url": url,
        "asked": asked,
        "found": recognise(text)[:MOST_PROBABLE] if asked else (),
        "all": read_symptoms(),
        "shipped_language": shipped_language(choose_language()),
        "grades": GRADES,
    }
