"""«Calendar and table of a group»: secret addresses of terms, made for a time, replaced and closed at once."""

from flask import Blueprint, request
from flask_babel import gettext

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.client_groups import list_groups
from b24app.integrators.members import demand_seat
from b24app.integrators.outside.api_tokens import DAYS, MAKES
from b24app.integrators.outside.group_feeds import list_feeds, make_feed, renew_feed, revoke_feed
from b24app.services import services
from b24app.text.messages import N_, P_
from b24app.web import author, framed, page, toast
from b24app.web.form_fields import read_id
from b24app.web.outside_access import demand_inside

blueprint = Blueprint("client_feeds", __name__)
ALL = P_("feed", "All clients")


def draw_feeds(frame: Frame, wrong: BadInput | None = None, *, new: str = "") -> str:
    """The whole page; `new` is the address of a feed that was made just now, without its ending."""
    demand_seat(frame.portal_id, frame.user_id, MAKES)
    now, feeds = services().clock.now(), list_feeds()
    return page(
        "clients/feeds.html",
        frame,
        new=new,
        living=[one for one in feeds if one.lives(now)],
        over=[one for one in feeds if not one.lives(now)],
        groups=[("", gettext(ALL)), *((str(one.id), one.name) for one in list_groups())],
        periods=DAYS,
        form=request.form if wrong else {},
        wrong={wrong.field: wrong.message} if wrong else {},
    )


@blueprint.get("/clients/keys/feeds")
@framed(own=True)
def show_feeds(frame: Frame) -> str:
    """All feeds of this portal."""
    return draw_feeds(frame)


@blueprint.post("/clients/keys/feeds")
@framed(own=True, redraw=draw_feeds)
def add_feed(frame: Frame) -> str:
    """Make a feed that sees what the person who presses sees."""
    _demand_maker(frame)
    days = request.form.get("days", "")
    secret, _view = make_feed(
        read_id(request.form, "group"),
        int(days) if days.isascii() and days.isdecimal() and len(days) < 5 else 0,
        by=author(frame),
        at=services().clock.now(),
    )
    return draw_feeds(frame, new=_address(secret))


@blueprint.post("/clients/keys/feeds/<int:feed_id>/renew")
@framed(own=True)
def replace_feed(frame: Frame, feed_id: int) -> str:
    """Give a feed another address; the old one opens nothing from now on."""
    _demand_maker(frame)
    secret = renew_feed(feed_id, by=author(frame), at=services().clock.now())
    return draw_feeds(frame, new=_address(secret))


@blueprint.post("/clients/keys/feeds/<int:feed_id>/revoke")
@framed(own=True)
def close_feed(frame: Frame, feed_id: int) -> str:
    """Close a feed at once."""
    demand_seat(frame.portal_id, frame.user_id, MAKES)
    revoke_feed(feed_id, services().clock.now())
    toast(N_("The address is closed"))
    return draw_feeds(frame)


def _demand_maker(frame: Frame) -> None:
    demand_inside(frame)
    demand_seat(frame.portal_id, frame.user_id, MAKES)


def _address(secret: str) -> str:
    return f"{services().settings.public_url}/feeds/{secret}"
