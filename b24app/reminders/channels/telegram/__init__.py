"""Telegram by a bot of the operator: a foreign service, off without a token, and never the only channel outside.

Who links a chat gets every reminder there, as its kind and the days that are left alone (`texts.py`).
"""

from collections.abc import Iterable
from datetime import datetime

from b24app.database import current_portal_id, db
from b24app.deadline import within
from b24app.errors import SettingsWrong
from b24app.portals.model import Portal, get_portal
from b24app.portals.people import dismissed_ids
from b24app.reminders.channels import (
    Addressee,
    Channel,
    Message,
    Outcome,
    PersonDismissed,
    Recipient,
    SendContext,
)
from b24app.reminders.channels.telegram.bot_api import (
    BotAway,
    BotBusy,
    BotRefused,
    BotUnanswered,
    ChatClosed,
    MessageRefused,
    PollTaken,
    call,
    operator_bot,
)
from b24app.reminders.channels.telegram.links import close_chat, find_link, list_links
from b24app.reminders.channels.telegram.texts import reminder_text, wakes_at
from b24app.reminders.kinds import TEST, ReminderKind
from b24app.renewal.failure_explanations import FailureWords
from b24app.renewal.renewal_stages import Holder
from b24app.text.messages import N_

SEND_SECONDS = 30.0
NO_BOT = N_("The operator of this application has not switched Telegram on.")


def send(context: SendContext, message: Message, to: Recipient) -> Outcome:
    """Send the kind of a reminder and what is left to the chat of one person; a chat that is closed ends the link."""
    bot, user_id = operator_bot(), int(to.address)
    if bot is None:
        raise SettingsWrong("B24APP_TELEGRAM_TOKEN is not set")
    if user_id in dismissed_ids():
        raise PersonDismissed
    link = find_link(user_id)
    if link is None or not link.linked:
        raise ChatClosed("not linked")
    text = message.brief or reminder_text(message.code, _portal(), context.now)
    db.session.commit()
    try:
        with within(SEND_SECONDS):
            context.hand_over()
            call(bot, "sendMessage", {"chat_id": link.chat, "text": text})
    except ChatClosed as error:
        close_chat(user_id, f"TelegramClosed: {error}", context.now)
        raise
    return Outcome.SENT


def _portal() -> Portal:
    portal = get_portal(current_portal_id())
    if portal is None:
        raise ChatClosed("not linked")
    return portal


def _recipients(kind: ReminderKind, _address: str, people: Iterable[Holder]) -> tuple[Recipient, ...]:
    """Everybody who has linked a chat and works here; a test goes to whoever pressed the button alone."""
    gone, pressed = dismissed_ids(), {one.user_id for one in people}
    return tuple(
        Recipient(str(one.user_id), one.user_name)
        for one in list_links()
        if one.linked and one.user_id not in gone and (kind is not TEST or one.user_id in pressed)
    )


def _wakes_at(recipient: str, at: datetime) -> datetime:
    link = find_link(int(recipient)) if recipient.isdecimal() else None
    return at if link is None else wakes_at(_portal(), (link.quiet_from, link.quiet_to), at)


def _unready() -> str:
    return NO_BOT if operator_bot() is None else ""


CLOSED = {
    "403": N_("This person has blocked the bot: the link has ended. Link the chat again when it is wanted."),
    "400": N_("Telegram knows no such chat any more: the link has ended. Link it again."),
    "not linked": N_("Nobody has linked a chat here: press “Link” and then “Start” in Telegram."),
}
TOKEN = N_("Telegram does not know the bot’s token: whoever keeps the application should name a new one.")
CHANNEL = Channel(
    code="telegram",
    title=N_("Telegram"),
    short=N_("Telegram"),
    about=N_(
        "A foreign service: only the kind of a reminder and the days left go there, no names, sums or addresses"
    ),
    icon="chat",
    order=45,
    addressee=Addressee.PERSON,
    send=send,
    recipients=_recipients,
    failures=(
        FailureWords("TelegramClosed", ChatClosed, N_("The chat in Telegram is closed to us."), CLOSED),
        FailureWords("TelegramToken", BotRefused, TOKEN),
        FailureWords(
            "TelegramBusy",
            BotBusy,
            "",
            {"429": N_("Telegram asks for fewer messages and says how long to wait.")},
        ),
        FailureWords("TelegramAway", BotAway),
        FailureWords("TelegramUnanswered", BotUnanswered),
        FailureWords("TelegramRefused", MessageRefused),
        FailureWords("TelegramPolled", PollTaken),
    ),
    on_at_first=True,
    unsure_repeats=1,
    shared_server=True,
    unready=_unready,
    optional=True,
    wakes_at=_wakes_at,
    panel="settings/telegram.html",
)
