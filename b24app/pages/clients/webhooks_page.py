"""«Webhooks»: addresses to which events are sent, their secrets, what was sent and what was answered; owners alone."""

import json

from flask import Blueprint, request
from flask_babel import gettext

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.members import demand_seat
from b24app.integrators.rights import MemberRole
from b24app.integrators.webhooks.event_bodies import NothingToSend, write_body
from b24app.integrators.webhooks.event_kinds import KINDS
from b24app.integrators.webhooks.sending_list import (
    MOST_SHOWN,
    count_failed,
    get_event,
    list_sendings,
    repeat_sending,
    repeat_since,
)
from b24app.integrators.webhooks.webhook_addresses import (
    add_webhook,
    change_webhook,
    end_webhook,
    list_webhooks,
    renew_secret,
    send_test,
    switch_off_webhook,
    switch_on_webhook,
)
from b24app.pages.clients.board_page import board_at
from b24app.pages.clients.webhook_words import DROPPED, state_of_webhook, title_of_event, words_of_sending
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import author, framed, page, toast
from b24app.web.access import keep_first
from b24app.web.form_fields import read_id, read_moment
from b24app.web.outside_access import demand_inside

blueprint = Blueprint("client_webhooks", __name__)
OWNERS = frozenset({MemberRole.OWNER})


def draw_webhooks(frame: Frame, wrong: BadInput | None = None, *, secret: str = "", body: str = "") -> str:
    """The whole page; `secret` is one that was made just now, `body` what would be sent of an event."""
    demand_seat(frame.portal_id, frame.user_id, OWNERS)
    failed, before = "failed" in request.args, read_id(request.args, "before") or 0
    sendings = list_sendings(board_at(frame), failed=failed, before=before)
    editing = int((request.view_args or {}).get("address_id", 0)) if wrong else 0
    return page(
        "clients/webhooks.html",
        frame,
        addresses=[(one, *state_of_webhook(one)) for one in list_webhooks()],
        kinds=KINDS,
        sendings=[(one, title_of_event(one.kind), words_of_sending(one)) for one in sendings[:MOST_SHOWN]],
        older=sendings[MOST_SHOWN - 1].id if len(sendings) > MOST_SHOWN else 0,
        failed=failed,
        not_arrived=count_failed(),
        secret=secret,
        body=body,
        editing=editing,
        form=request.form if wrong else {},
        chosen=request.form.getlist("kinds") if wrong else list(KINDS),
        wrong={wrong.field: wrong.message} if wrong else {},
    )


@blueprint.get("/clients/keys/webhooks")
@framed(own=True)
def show_webhooks(frame: Frame) -> str:
    """All addresses of this portal."""
    return draw_webhooks(frame)


@blueprint.post("/clients/keys/webhooks")
@framed(own=True, redraw=draw_webhooks)
def add_address(frame: Frame) -> str:
    """Add an address; its secret is shown this once."""
    _demand_owner(frame)
    secret, _number = add_webhook(
        request.form.get("address", ""),
        request.form.getlist("kinds"),
        by=author(frame),
        at=services().clock.now(),
    )
    return draw_webhooks(frame, secret=secret)


@blueprint.post("/clients/keys/webhooks/<int:address_id>")
@framed(own=True, redraw=draw_webhooks)
def change_address(frame: Frame, address_id: int) -> str:
    """Send other events, or to another address."""
    _demand_owner(frame)
    kinds, now = request.form.getlist("kinds"), services().clock.now()
    change_webhook(address_id, request.form.get("address", ""), kinds, now)
    toast(N_("Saved"))
    return draw_webhooks(frame)


@blueprint.post("/clients/keys/webhooks/<int:address_id>/secret")
@framed(own=True)
def change_secret(frame: Frame, address_id: int) -> str:
    """Make another secret; the old one signs too for a day."""
    _demand_owner(frame)
    return draw_webhooks(frame, secret=renew_secret(address_id, services().clock.now()))


@blueprint.post("/clients/keys/webhooks/<int:address_id>/on")
@framed(own=True)
def switch_on(frame: Frame, address_id: int) -> str:
    """Send again, under the name of the owner who presses."""
    _demand_owner(frame)
    switch_on_webhook(address_id, by=author(frame), at=services().clock.now())
    toast(N_("The webhook works"))
    return draw_webhooks(frame)


@blueprint.post("/clients/keys/webhooks/<int:address_id>/off")
@framed(own=True)
def switch_off(frame: Frame, address_id: int) -> str:
    """Send nothing there for now."""
    demand_seat(frame.portal_id, frame.user_id, OWNERS)
    switch_off_webhook(address_id, services().clock.now())
    toast(N_("The webhook is switched off"))
    return draw_webhooks(frame)


@blueprint.post("/clients/keys/webhooks/<int:address_id>/end")
@framed(own=True)
def remove_address(frame: Frame, address_id: int) -> str:
    """Remove an address with its secret."""
    demand_seat(frame.portal_id, frame.user_id, OWNERS)
    end_webhook(address_id, services().clock.now())
    toast(N_("The address is removed"))
    return draw_webhooks(frame)


@blueprint.post("/clients/keys/webhooks/<int:address_id>/test")
@framed(own=True, redraw=draw_webhooks)
def try_address(frame: Frame, address_id: int) -> str:
    """Send a message that is about no client."""
    demand_seat(frame.portal_id, frame.user_id, OWNERS)
    send_test(address_id, services().clock.now())
    toast(N_("The test message is on its way"))
    return draw_webhooks(frame)


@blueprint.post("/clients/keys/webhooks/<int:address_id>/repeat")
@framed(own=True, redraw=draw_webhooks)
def repeat_from(frame: Frame, address_id: int) -> str:
    """Send again all events since a moment; a client's data that is not given any more is not sent."""
    demand_seat(frame.portal_id, frame.user_id, OWNERS)
    since, now = read_moment(request.form.get("since", ""), "since"), services().clock.now()
    found = repeat_since(address_id, since, now, failed="failed" in request.form)
    toast(gettext("Sent again: %(count)s", count=found))
    return draw_webhooks(frame)


@blueprint.post("/clients/keys/webhooks/sendings/<int:sending_id>/repeat")
@framed(own=True, redraw=draw_webhooks)
def repeat_one(frame: Frame, sending_id: int) -> str:
    """Send one event again under its old number."""
    demand_seat(frame.portal_id, frame.user_id, OWNERS)
    repeat_sending(sending_id, services().clock.now())
    toast(N_("The event is sent again"))
    return draw_webhooks(frame)


@blueprint.get("/clients/keys/webhooks/sendings/<int:sending_id>")
@framed(own=True)
def show_body(frame: Frame, sending_id: int) -> str:
    """The body of an event as it would be sent at this moment: bodies are not kept."""
    seat = demand_seat(frame.portal_id, frame.user_id, OWNERS)
    event = get_event(sending_id)
    try:
        told = json.loads(write_body(seat, event, services().clock.now()))
    except NothingToSend as none:
        return draw_webhooks(frame, body=gettext(DROPPED.get(none.reason, N_("not sent"))))
    keep_first()  # the line in the client's journal
    return draw_webhooks(frame, body=json.dumps(told, ensure_ascii=False, indent=2))


def _demand_owner(frame: Frame) -> None:
    """Refuse an outside session what would outlive it."""
    demand_inside(frame)
    demand_seat(frame.portal_id, frame.user_id, OWNERS)
