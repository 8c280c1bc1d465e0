"""The recogniser of errors, inside the portal and outside of it: what a text means, why it happens, what to do."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from b24app.frames.page_token import Frame
from b24app.renewal.error_help import LONGEST, Symptom, read_symptoms, recognise
from b24app.text.messages import N_
from b24app.web import framed, page
from b24app.web.access import public
from b24app.web.edge import choose_language

blueprint = Blueprint("error_catalogue", __name__)

GRADES = {
    "V": N_("said by Bitrix24"),
    "C": N_("read in the portal’s code"),
    "P": N_("said by a partner"),
    "X": N_("seen at work"),
    "M": N_("measured"),
    "U": N_("not confirmed"),
}


@blueprint.get("/errors")
@framed()
def show_errors(frame: Frame) -> str:
    """The recogniser inside the portal."""
    return page(
        "help/errors_inside.html", frame, **draw(request.args.get("text", ""), "/errors", frame.domain)
    )


@blueprint.post("/errors")
@framed()
def name_error(frame: Frame) -> str:
    """What a pasted text means."""
    return page(
        "help/errors_inside.html", frame, **draw(request.form.get("text", ""), "/errors", frame.domain)
    )


@blueprint.get("/help/errors")
@public
def show_errors_outside() -> ResponseReturnValue:
    """The recogniser that opens when the portal does not."""
    return render_template("help/errors_outside.html", **draw(request.args.get("text", ""), "/help/errors"))


@blueprint.post("/help/errors")
@public
def name_error_outside() -> ResponseReturnValue:
    """What a pasted text means, for anybody; the text is not kept."""
    return render_template("help/errors_outside.html", **draw(request.form.get("text", ""), "/help/errors"))


def draw(text: str, url: str, host: str = "") -> dict[str, Any]:
    """What was pasted, what it means, and everything that we know."""
    text = text[:LONGEST]
    found = recognise(text)[:3] if text.strip() else ()
    return {
        "text": text,
        "url": url,
        "host": host,
        "asked": bool(text.strip()),
        "found": [_card(item) for item in found],
        "all": [_card(item) for item in read_symptoms()],
    }


def _card(item: Symptom) -> dict[str, str]:
    language = "ru" if choose_language() == "ru" else "en"
    return {
        "code": item.code,
        "title": item.title[language],
        "cause": item.cause[language],
        "fix": item.fix[language],
        "path": item.path,
        "source": item.source[language],
        "grade": gettext(GRADES.get(item.grade, item.grade)),
    }
