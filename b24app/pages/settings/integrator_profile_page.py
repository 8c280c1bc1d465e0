"""«We are an integrator»: an administrator declares his portal one, changes what clients read of it, and takes it back."""

from flask import Blueprint, request

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.declaration import declare, remove_logo, take_back
from b24app.integrators.endings import count_living
from b24app.integrators.logo import logo_address
from b24app.integrators.members import IntegratorProfile, get_integrator
from b24app.pages.settings.gear_places import draw_place
from b24app.services import services
from b24app.text.messages import N_, NN_, sentence
from b24app.web import author, framed, toast
from b24app.web.form_fields import read_file

blueprint = Blueprint("integrator_profile_page", __name__)

FIELDS = ("name", "inn", "contact_name", "contact_email", "contact_phone")


def draw_profile(frame: Frame, wrong: BadInput | None = None) -> str:
    """The whole page."""
    row = get_integrator()
    kept = {name: getattr(row, name) if row else "" for name in FIELDS}
    return draw_place(
        "profile",
        frame,
        declared=row is not None,
        values=kept | ({name: request.form.get(name, kept[name]) for name in FIELDS} if wrong else {}),
        editing=row is None or wrong is not None or request.args.get("edit") == "1",
        logo=logo_address(row),
        living=count_living(frame.portal_id, services().clock.now()) if row else 0,
        wrong={wrong.field: wrong.message} if wrong else {},
    )


@blueprint.get("/settings/profile")
@framed(admin=True, own=True)
def show_profile(frame: Frame) -> str:
    """What clients read before they give access, and how to begin."""
    return draw_profile(frame)


@blueprint.post("/settings/profile")
@framed(admin=True, own=True, redraw=draw_profile)
def change_profile(frame: Frame) -> str:
    """Declare the portal an integrator's, or change its profile."""
    begins = get_integrator() is None
    profile = IntegratorProfile(**{name: request.form.get(name, "") for name in FIELDS})
    _name, logo = read_file("logo")
    declare(profile, logo, by=author(frame), at=services().clock.now())
    toast(N_("The tab «Clients» is there: invite the first one") if begins else N_("Saved"))
    return draw_profile(frame)


@blueprint.post("/settings/profile/logo/remove")
@framed(admin=True, own=True)
def forget_logo(frame: Frame) -> str:
    """Take the logo away."""
    remove_logo()
    toast(N_("The logo is removed"))
    return draw_profile(frame)


@blueprint.post("/settings/profile/end")
@framed(admin=True, own=True, redraw=draw_profile)
def end_profile(frame: Frame) -> str:
    """Take the declaration back; every access ends at once, of which the page has warned before the press."""
    if request.form.get("sure") != "yes":
        raise BadInput(N_("Every access ends at once: confirm that it is to."), "sure")
    ended = take_back(by=author(frame), at=services().clock.now())
    words = NN_("Ended, and %(count)s access with it", "Ended, and %(count)s accesses with it")
    toast(sentence(words, count=ended) if ended else N_("Ended"))
    return draw_profile(frame)
