"""The Bot API of Telegram: one call over HTTPS behind the address guard, and its refusals as errors of ours.

Sources: core.telegram.org/bots/api "Making requests" (address, `ok`, `result`, `error_code`, `description`, `parameters`),
"ResponseParameters" (`retry_after`), "getMe", "getUpdates", "sendMessage". What the numbers mean beside their names is read
from descriptions as clients report them (github.com/TelegramBotAPI/errors): 401 the token, 403 a person who blocked the
bot or was deleted, 400 "chat not found", 409 another getUpdates. Addresses hold the token: none is logged or quoted.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

import requests
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError

from b24app.deadline import within
from b24app.errors import AppError
from b24app.guard import ENTERED, Guard, PlaceRefused, read_trust
from b24app.guard.sessions import open_session
from b24app.json_values import JsonObject
from b24app.network import demand_leave
from b24app.reminders.channels import TryLater, Unanswered
from b24app.services import services
from b24app.text.messages import N_

CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 15.0
MOST_BYTES = 1024 * 1024
LONGEST_WAIT = timedelta(hours=12)
NOT_LEFT = (NewConnectionError, ConnectTimeoutError, NameResolutionError)


class ChatClosed(AppError):
    """The person has blocked the bot, or the chat was deleted: nothing can be sent there any more."""

    public = N_("The chat in Telegram is closed to us.")


class MessageRefused(AppError):
    """Telegram does not take this message, whenever it is sent."""

    public = N_("Telegram did not take the message.")


class BotRefused(TryLater):
    """The token is not valid: whoever keeps the application has to set another."""

    public = N_(
        "Telegram does not know the bot of this application: whoever keeps it should name a new token."
    )


class BotBusy(TryLater):
    """Telegram asks to slow down, or is failing."""

    public = N_("Telegram asks to wait. We will try again.")


class BotAway(TryLater):
    """Telegram could not be reached: nothing has left."""

    public = N_("Telegram does not answer. We will try again.")


class BotUnanswered(Unanswered):
    """The call left and nothing certain was answered."""


class PollTaken(AppError):
    """Somebody else asks for the updates of this bot, or has set a webhook."""

    public: ClassVar[str] = N_(
        "The bot’s messages are read somewhere else: the token is used by another program."
    )


@dataclass(frozen=True, slots=True)
class Bot:
    """The operator's bot: where the Bot API answers, and the token."""

    api: str
    token: str = field(repr=False)


def operator_bot() -> Bot | None:
    """The bot that the operator has named; none where Telegram is off."""
    settings = services().settings
    if settings.telegram_token is None:
        return None
    return Bot(settings.telegram_api, settings.telegram_token.get_secret_value())


def call(bot: Bot, method: str, values: Mapping[str, object], *, wait: float = 0) -> object:
    """Ask one method and return its `result`; `wait` is how long the answer may take besides. Raises the errors above."""
    demand_leave()
    guard = _guard()
    try:
        with within(CONNECT_SECONDS + ANSWER_SECONDS + wait), open_session(guard) as session:
            return _ask(session, bot, method, values, wait)
    except PlaceRefused as error:
        raise BotAway(error.reason, server_away=True) from None
    except requests.RequestException as error:  # its words hold the address, hence the token
        kind = type(error).__name__
        if _has_not_left(error):
            raise BotAway(kind, server_away=True) from None
        raise BotUnanswered(kind, server_away=True) from None
    except (HTTPError, OSError) as error:  # the body broke off: `raw` is read past what requests translates
        raise BotUnanswered(type(error).__name__, server_away=True) from None


def _guard() -> Guard:
    """The open internet, and what the operator's own list names: a Bot API server of one's own is in the inner network."""
    settings = services().settings
    trust = read_trust(settings.trusted_hosts, everything=settings.allow_local_portals)
    return Guard(ENTERED, trust, services().resolve)


def _ask(
    session: requests.Session, bot: Bot, method: str, values: Mapping[str, object], wait: float
) -> object:
    with session.post(
        f"{bot.api}/bot{bot.token}/{method}",
        json=dict(values),
        timeout=(CONNECT_SECONDS, ANSWER_SECONDS + wait),
        allow_redirects=False,
        stream=True,
    ) as answer:
        body = answer.raw.read(MOST_BYTES + 1, decode_content=True)
        found = _read(body, answer.status_code)
    if found.get("ok") is not True:
        raise refusal(found, answer.status_code)
    return found.get("result")


def _read(body: bytes, status: int) -> JsonObject:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BotBusy(str(status)) if status >= 500 else BotUnanswered(str(status))
    return found


def refusal(found: JsonObject, status: int) -> AppError:
    """The error behind an answer that is not `ok`; its number decides, and its words where a number is shared."""
    number = found.get("error_code")
    code = number if isinstance(number, int) else status
    words = str(found.get("description", "")).lower()
    if code in (401, 404):  # a token that is taken apart as no token is answered "Not Found"
        return BotRefused(str(code), server_away=True)
    if code == 403 or (code == 400 and "chat not found" in words):
        return ChatClosed(str(code))
    if code == 409:
        return PollTaken(str(code))
    if code == 429 or code >= 500:
        return BotBusy(str(code), wait=_wait_of(found), server_away=code != 429)
    return MessageRefused(str(code))


def _wait_of(found: JsonObject) -> timedelta:
    more = found.get("parameters")
    seconds = more.get("retry_after") if isinstance(more, dict) else None
    return min(timedelta(seconds=max(0, seconds)), LONGEST_WAIT) if isinstance(seconds, int) else timedelta(0)


def _has_not_left(error: requests.RequestException) -> bool:
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.SSLError):
        return True
    inner = error.args[0] if error.args else None
    return isinstance(getattr(inner, "reason", inner), NOT_LEFT)
