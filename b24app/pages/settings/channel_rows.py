"""One channel in the settings: whether it works, on or off, its address, its key, a test that is waited for."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, request

from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.pages.settings.undo import restores, undo_url
from b24app.reminders.channel_results import ChannelResult, channel_results
from b24app.reminders.channels import Addressee, explain_failure, load_channels
from b24app.reminders.channels.telegram.bot_api import operator_bot
from b24app.reminders.channels.telegram.links import list_links
from b24app.reminders.channels.telegram.polling import bot_state
from b24app.reminders.outside_addresses import Reach, ReachProblem, reach_outside
from b24app.reminders.reminder_settings import (
    ChannelView,
    get_channel,
    renew_secret,
    set_channel,
    signing_secret,
)
from b24app.services import services
from b24app.text.messages import N_, Sentence, sentence
from b24app.web import framed, page, toast
from b24app.web.form_fields import read_stamp, read_whole

blueprint = Blueprint("channel_rows", __name__)

MOST_PATIENT = 20
MOST_TRIES = 1000
OFF = N_("off")
NOBODY = N_("reaches nobody yet")
BROKEN = N_("does not work")
NOT_TRIED = N_("not tried yet")
WORKS = N_("works, the last time %(moment)s")
UNCONFIRMED = N_("letters leave, nobody has confirmed the address yet")
NO_WAY = N_("does not arrive")
NOT_ARRIVED = N_("the last one did not arrive")


@dataclass(frozen=True, slots=True)
class ChannelState:
    """The state of a channel, as a verdict and words; `cure` is the message that explains what to do."""

    level: str
    words: Sentence
    cure: str = ""


def state_of(setting: ChannelView, result: ChannelResult, reach: Reach) -> ChannelState:
    """The state of the row of one channel; one that never worked is red, mail that nobody has confirmed is not green."""
    if unready := setting.channel.unready():
        broken = setting.enabled and not setting.channel.optional
        return ChannelState("fail" if broken else "na", sentence(BROKEN if broken else OFF), unready)
    if not setting.enabled:
        return ChannelState("na", sentence(OFF))
    if setting.refused:
        return ChannelState("fail", sentence(NO_WAY), setting.refused)
    if setting.channel.addressee is Addressee.MAILBOX and reach.problem is ReachProblem.NOT_CONFIRMED:
        return ChannelState("warn", sentence(UNCONFIRMED))
    if result.works and result.worked_at is not None:
        return ChannelState("pass", sentence(WORKS, moment=result.worked_at))
    failure = explain_failure(result.error)
    if failure is not None or result.failed_at is not None:
        lost = result.never_worked
        cure = failure.message if failure else ""
        return ChannelState("fail" if lost else "warn", sentence(NO_WAY if lost else NOT_ARRIVED), cure)
    needs_address = setting.channel.addressee is Addressee.PLACE and not setting.address
    nobody = needs_address or (setting.channel.addressee is Addressee.PERSON and not _linked())
    return ChannelState("unknown", sentence(NOBODY if nobody else NOT_TRIED))


def _linked() -> bool:
    return any(one.linked for one in list_links())


def row_values(settings: tuple[ChannelView, ...]) -> dict[str, object]:
    """The values that the rows of these channels are drawn from."""
    results = channel_results(settings)
    bot = operator_bot()
    state, reach = bot_state(bot) if bot else None, reach_outside()
    return {
        "states": {one.code: state_of(one, results[one.code], reach) for one in settings},
        "reach": reach,
        "explain": explain_failure,
        "chats": list_links() if bot else (),
        "bot_error": explain_failure(state.error) if state else None,
    }


def draw_channel(
    frame: Frame,
    code: str,
    *,
    since: float | None = None,
    tries: int = 0,
    wrong: BadInput | None = None,
    **values: object,
) -> str:
    """One row, unfolded; it asks again every two seconds while a test is under way."""
    setting = find_channel(code)
    tested = setting.tested_at.timestamp() if setting.tested_at else 0.0
    waiting = since is not None and tested < since
    late = waiting and tries >= MOST_PATIENT
    return page(
        "settings/channel.html",
        frame,
        setting=setting,
        alone=True,
        since=since if waiting and not late else None,
        late=late,
        tries=tries + 1,
        wrong={wrong.field: wrong.message} if wrong else {},
        **row_values((setting,)),
        **values,
    )


def redraw_channel(frame: Frame, wrong: BadInput) -> str:
    """The row with what was typed into it and what is wrong with it."""
    enabled, address = request.form.get("enabled") == "yes", request.form.get("address", "")
    typed = {"enabled": enabled, "address": address} if request.form.keys() & {"enabled", "address"} else None
    return draw_channel(frame, (request.view_args or {})["code"], typed=typed, wrong=wrong)


@blueprint.post("/settings/reminders/channels/<code>")
@framed(admin=True, redraw=redraw_channel)
def change_channel(frame: Frame, code: str) -> str:
    """Switch one channel on or off and keep its address."""
    before = find_channel(code)
    set_channel(code, enabled=request.form.get("enabled") == "yes", address=request.form.get("address"))
    toast(N_("Saved"), undo=undo_url("channel", _kept(before)), redraws=f"#channel-{code}")
    return draw_channel(frame, code)


def _kept(setting: ChannelView) -> dict[str, str]:
    enabled = "yes" if setting.enabled else "no"
    return {"code": setting.channel.code, "enabled": enabled, "address": setting.address}


@restores("channel", reads=lambda values: _kept(find_channel(values["code"])))
def restore_channel(frame: Frame, values: Mapping[str, str]) -> str:
    """The switch and the address of before."""
    code = find_channel(values["code"]).code
    set_channel(code, enabled=values["enabled"] == "yes", address=values["address"])
    return draw_channel(frame, code)


@blueprint.get("/settings/reminders/channels/<code>")
@framed(admin=True)
def show_channel(frame: Frame, code: str) -> str:
    """One channel; with `?since=` it waits for the end of a test."""
    since = read_stamp(request.args, "since")
    tries = read_whole(request.args.get("tries", "0"), "tries", 0, MOST_TRIES)
    return draw_channel(frame, code, since=since.timestamp() if since else None, tries=tries)


@blueprint.post("/settings/reminders/channels/<code>/test")
@framed(admin=True)
def try_one(frame: Frame, code: str) -> str:
    """Send a test to the person who pressed the button."""
    find_channel(code)
    services().queue.later("try_channel", frame.portal_id, code, frame.user_id)
    return draw_channel(frame, code, since=services().clock.now().timestamp())


@blueprint.post("/settings/reminders/channels/<code>/secret")
@framed(admin=True, redraw=redraw_channel)
def show_secret(frame: Frame, code: str) -> str:
    """Show the key that signs a channel's messages; with `renew` a new one is made first."""
    if not find_channel(code).channel.signed:
        raise NotFound
    secret = renew_secret(code) if request.form.get("renew") else signing_secret(code)
    return draw_channel(frame, code, secret=secret)


def find_channel(code: str) -> ChannelView:
    """One channel as this portal has set it; raises NotFound for a code that no channel has."""
    if code not in load_channels():
        raise NotFound
    return get_channel(code)
