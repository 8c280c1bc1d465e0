"""The register of applications and webhooks that an administrator keeps, because no portal lists them."""

from flask import request
from flask.typing import ResponseReturnValue

from b24app.checklist.answers import (
    REGISTER_KINDS,
    register_application,
    registered_applications,
    strike_from_register,
)
from b24app.checklist.views import blueprint
from b24app.errors import BadInput
from b24app.portals.frames import Frame
from b24app.texts import N_
from b24app.web import framed, page
from b24app.web.fields import read_date

KIND_TITLES = {
    "application": N_("Application"),
    "incoming_webhook": N_("Incoming webhook"),
    "outgoing_webhook": N_("Outgoing webhook"),
    "other": N_("Something else"),
}


@blueprint.get("/checklist/register")
@framed(admin=True)
def show_register(frame: Frame) -> str:
    """List what was written down, with a form for the next one."""
    return _draw(frame)


@blueprint.post("/checklist/register")
@framed(admin=True)
def write_into_register(frame: Frame) -> ResponseReturnValue:
    """Write one application or webhook down."""
    form = request.form
    try:
        register_application(
            form.get("kind", ""),
            form.get("name", ""),
            user_id=frame.user_id,
            user_name=frame.user_name,
            owner_id=form.get("owner_id", type=int),
            owner_name=form.get("owner_name", ""),
            host=form.get("host", ""),
            purpose=form.get("purpose", ""),
            expires_on=read_date(form["expires_on"], "expires_on") if form.get("expires_on") else None,
        )
    except BadInput as wrong:
        return _draw(frame, wrong), 422
    return _draw(frame)


@blueprint.post("/checklist/register/<int:entry_id>/strike")
@framed(admin=True)
def strike(frame: Frame, entry_id: int) -> str:
    """Take one out of the register."""
    strike_from_register(entry_id)
    return _draw(frame)


def _draw(frame: Frame, wrong: BadInput | None = None) -> str:
    return page(
        "checklist/register.html",
        frame,
        rows=registered_applications(),
        kinds=[(kind, KIND_TITLES[kind]) for kind in REGISTER_KINDS],
        titles=KIND_TITLES,
        form=request.form if wrong else {},
        wrong={wrong.field: wrong.message} if wrong else {},
    )
