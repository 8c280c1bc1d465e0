"""«Keys» of the API: made with scopes and an end, shown this once, revoked at once; who used one last and when."""

from flask import Blueprint, request

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.members import demand_seat
from b24app.integrators.outside.api_tokens import (
    DAYS,
    MAKES,
    SCOPE_TITLES,
    list_tokens,
    make_token,
    revoke_token,
)
from b24app.integrators.rights import MemberRole
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import author, framed, page, toast
from b24app.web.outside_access import demand_inside

blueprint = Blueprint("client_keys", __name__)


def draw_keys(frame: Frame, wrong: BadInput | None = None, *, new: str = "") -> str:
    """The whole page; `new` is a key that was made just now."""
    seat = demand_seat(frame.portal_id, frame.user_id, MAKES)
    now = services().clock.now()
    tokens = list_tokens()
    return page(
        "clients/keys.html",
        frame,
        new=new,
        living=[one for one in tokens if one.lives(now)],
        over=[one for one in tokens if not one.lives(now)],
        resting={one.id for one in tokens if one.rests(now)},
        scopes=SCOPE_TITLES,
        periods=DAYS,
        may_tell=seat.role is MemberRole.OWNER,
        api_url=f"{services().settings.public_url}/api/v1/",
        form=request.form if wrong else {},
        chosen=request.form.getlist("scopes") if wrong else [],
        wrong={wrong.field: wrong.message} if wrong else {},
    )


@blueprint.get("/clients/keys")
@framed(own=True)
def show_keys(frame: Frame) -> str:
    """All keys of this portal."""
    return draw_keys(frame)


@blueprint.post("/clients/keys")
@framed(own=True, redraw=draw_keys)
def make_key(frame: Frame) -> str:
    """Make a key for the person who presses."""
    demand_inside(frame)
    demand_seat(frame.portal_id, frame.user_id, MAKES)
    days = request.form.get("days", "")
    secret, _view = make_token(
        request.form.get("name", ""),
        request.form.getlist("scopes"),
        int(days) if days.isascii() and days.isdecimal() and len(days) < 5 else 0,
        by=author(frame),
        at=services().clock.now(),
    )
    return draw_keys(frame, new=secret)


@blueprint.post("/clients/keys/<int:token_id>/revoke")
@framed(own=True)
def end_key(frame: Frame, token_id: int) -> str:
    """Revoke a key at once; whoever may make keys may revoke each of this portal."""
    demand_seat(frame.portal_id, frame.user_id, MAKES)
    revoke_token(token_id, services().clock.now())
    toast(N_("The key is revoked"))
    return draw_keys(frame)
