"""«Links outside»: addresses that open without the portal; who has one sees it, so each can be closed or replaced."""

from flask import Blueprint

from b24app.errors import NotFound
from b24app.frames.page_token import Frame
from b24app.pages.settings.gear_places import draw_place
from b24app.renewal.signed_links import PURPOSES, LinkView, list_links, make_link, revoke_link
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import author, framed, toast
from b24app.web.filters import today

blueprint = Blueprint("links_page", __name__)


def draw_links(frame: Frame) -> str:
    """The whole page."""
    return draw_place("links", frame, links=living_links())


@blueprint.get("/settings/links")
@framed(admin=True)
def show_links(frame: Frame) -> str:
    """Every address outside that works now."""
    return draw_links(frame)


@blueprint.post("/settings/reminders/links/<purpose>")
@framed(admin=True)
def renew_link(frame: Frame, purpose: str) -> str:
    """Make a new address outside the portal; the old one of the same kind stops working."""
    if purpose not in PURPOSES:
        raise NotFound
    now, by = services().clock.now(), author(frame)
    for link in list_links():
        if link.purpose == purpose:
            revoke_link(link.id, now)
    make_link(purpose, by=by, at=now)
    toast(N_("The address works"))
    return draw_links(frame)


@blueprint.post("/settings/reminders/links/<int:link_id>/revoke")
@framed(admin=True)
def close_link(frame: Frame, link_id: int) -> str:
    """Close an address for ever."""
    revoke_link(link_id, services().clock.now())
    toast(N_("The address is closed"))
    return draw_links(frame)


def living_links() -> dict[str, list[LinkView]]:
    """Every working address outside the portal, by purpose: any administrator may close any of them."""
    living = [link for link in list_links() if link.expires_on is None or link.expires_on >= today()]
    return {purpose: [link for link in living if link.purpose == purpose] for purpose in PURPOSES}
