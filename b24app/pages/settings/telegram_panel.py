"""Telegram in the settings: a link with a start code that waits to be followed, who is linked, quiet hours, the end."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.pages.settings.channel_rows import draw_channel
from b24app.reminders.channels.telegram.bot_api import operator_bot
from b24app.reminders.channels.telegram.links import find_link, make_code, set_quiet, unlink
from b24app.reminders.channels.telegram.polling import bot_state
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import framed, toast
from b24app.web.form_fields import read_stamp, read_whole

blueprint = Blueprint("telegram_panel", __name__)

LAST_HOUR = 23


def redraw_panel(frame: Frame, wrong: BadInput) -> str:
    """The row with what was typed and what is wrong with it."""
    return draw_channel(
        frame, "telegram", wrong_panel=wrong.message, wrong_link=(request.view_args or {}).get("link_id")
    )


@blueprint.get("/settings/reminders/telegram")
@framed(admin=True)
def show_panel(frame: Frame) -> ResponseReturnValue:
    """The row as it is now; with `?since=` nothing as long as the code made then waits, so that its link stays."""
    since = read_stamp(request.args, "since")
    return ("", 204) if since is not None and _waits(frame) else draw_channel(frame, "telegram")


@blueprint.post("/settings/reminders/telegram/code")
@framed(admin=True)
def make_start(frame: Frame) -> str:
    """Make a start code for the visitor and show the link that carries it, once."""
    bot = operator_bot()
    if bot is None:
        raise NotFound
    state, now = bot_state(bot), services().clock.now()
    if state is None or not state.name:
        return draw_channel(frame, "telegram", bot_silent=True)
    code = make_code(frame.user_id, frame.user_name, now)
    return draw_channel(
        frame,
        "telegram",
        start_url=f"https://t.me/{state.name}?start={code}",
        code_since=now.timestamp(),
    )


@blueprint.post("/settings/reminders/telegram/<int:link_id>/unlink")
@framed(admin=True)
def end_link(frame: Frame, link_id: int) -> str:
    """End the link of one person of this portal."""
    unlink(link_id)
    toast(N_("Nothing goes to this chat any more"))
    return draw_channel(frame, "telegram")


@blueprint.post("/settings/reminders/telegram/<int:link_id>/quiet")
@framed(admin=True, redraw=redraw_panel)
def change_quiet(frame: Frame, link_id: int) -> str:
    """When a person wants no messages in Telegram."""
    hours = [
        read_whole(request.form.get(name, ""), name, 0, LAST_HOUR)
        for name in ("chat_quiet_from", "chat_quiet_to")
    ]
    set_quiet(link_id, *hours)
    toast(N_("Saved"))
    return draw_channel(frame, "telegram")


def _waits(frame: Frame) -> bool:
    link = find_link(frame.user_id)
    return link is not None and link.waits(services().clock.now())
