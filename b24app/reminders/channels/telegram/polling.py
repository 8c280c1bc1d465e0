"""Messages to the bot: asked for by one worker at a time, each taken once, answered from what is stored.

An update is taken in one transaction with the number of the next one, and answered after it: a worker that is killed
before leaves the update to the next, one that is killed after it leaves an answer unsaid.
Source: core.telegram.org/bots/api "getUpdates": an update is confirmed by asking for a higher `offset`; "Update": after a
week without any, numbers begin anew, so an `offset` that is older than six days is not used.
"""

import hashlib
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from b24app.database import changed_rows, db
from b24app.errors import AppError
from b24app.reminders.channels import describe_failure
from b24app.reminders.channels.telegram import texts
from b24app.reminders.channels.telegram.bot_api import Bot, call, operator_bot
from b24app.reminders.channels.telegram.links import (
    forget_old_codes,
    leave_chat,
    links_of_chat,
    use_code,
    working_links,
)
from b24app.reminders.delivery_lease import changed
from b24app.reminders.model import TelegramBot
from b24app.services import services
from b24app.text.messages import Sentence, sentence
from b24app.text.translation import Translator, nearest_language

LEASE = timedelta(seconds=90)
JOB_SECONDS, WAIT_SECONDS = 50.0, 20.0
NUMBERS_BEGIN_ANEW = timedelta(days=6)
MOST_UPDATES = 50
LARGEST_NUMBER = 2**63 - 1
START = re.compile(r"/start(?:@\w+)?(?:\s+([\w-]{1,64}))?\s*")
STOP = re.compile(r"/stop(?:@\w+)?\s*")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class BotAnswer:
    """One message to a chat."""

    chat: str
    text: str


def bot_state(bot: Bot) -> TelegramBot | None:
    """The stored state of the operator's bot; None before a worker has asked for the first time."""
    return db.session.get(TelegramBot, digest_of(bot), populate_existing=True)


def digest_of(bot: Bot) -> str:
    """The key of the row of a bot: its token is stored nowhere."""
    return hashlib.sha256(bot.token.encode()).hexdigest()


def poll_bot(seconds: float = JOB_SECONDS, steady: Callable[[], float] = time.monotonic) -> None:
    """Take what people write to the bot, for so long, unless another worker is at it; the job of every minute."""
    bot, owner = operator_bot(), secrets.token_hex(8)
    if bot is None or not _take_lease(bot, owner):
        return
    until = steady() + seconds
    try:
        forget_old_codes(services().clock.now())
        db.session.commit()
        _learn_name(bot)
        while (left := until - steady()) > 0 and _renew_lease(bot, owner):
            _take_updates(bot, owner, max(0, int(min(left, WAIT_SECONDS))))
        _note_error(bot, "")
    except AppError as error:
        db.session.rollback()
        log.warning("the bot was not asked", error=type(error).__name__)
        _note_error(bot, describe_failure(error))
    finally:
        db.session.rollback()  # an end by force in the middle of an update leaves nothing of it
        mine = update(TelegramBot).where(TelegramBot.id == digest_of(bot), TelegramBot.owner == owner)
        changed(mine.values(owner="", leased_until=None))


def _take_lease(bot: Bot, owner: str) -> bool:
    at, until = services().clock.now(), TelegramBot.leased_until
    _ensure_row(bot)
    free = or_(until.is_(None), until < at, until > at + 2 * LEASE)  # the last one: a clock that was set back
    mine = update(TelegramBot).where(TelegramBot.id == digest_of(bot), free)
    return changed(mine.values(owner=owner, leased_until=at + LEASE))


def _renew_lease(bot: Bot, owner: str) -> bool:
    mine = update(TelegramBot).where(TelegramBot.id == digest_of(bot), TelegramBot.owner == owner)
    return changed(mine.values(leased_until=services().clock.now() + LEASE))


def _ensure_row(bot: Bot) -> None:
    if db.session.scalar(select(TelegramBot.id).where(TelegramBot.id == digest_of(bot))) is None:
        try:
            with db.session.begin_nested():
                db.session.add(TelegramBot(id=digest_of(bot)))
        except IntegrityError:
            log.info("another worker was first")
    db.session.commit()


def _learn_name(bot: Bot) -> None:
    """The bot's own name, which links to it need."""
    known = db.session.scalar(select(TelegramBot.name).where(TelegramBot.id == digest_of(bot)))
    db.session.commit()
    if known:
        return
    found = call(bot, "getMe", {})
    name = str(found.get("username", "")) if isinstance(found, dict) else ""
    if re.fullmatch(r"\w{3,64}", name):
        changed(update(TelegramBot).where(TelegramBot.id == digest_of(bot)).values(name=name))


def _note_error(bot: Bot, error: str) -> None:
    of_bot = TelegramBot.id == digest_of(bot), TelegramBot.error != error
    changed(update(TelegramBot).where(*of_bot).values(error=error))


def _take_updates(bot: Bot, owner: str, wait: int) -> None:
    """Ask once, and take each update that came; what was answered before is confirmed by the next asking.

    A chat that wrote several times is answered once, as its last message asks.
    """
    values: dict[str, object] = {"timeout": wait, "limit": MOST_UPDATES, "allowed_updates": ["message"]}
    if offset := _offset(bot):
        values["offset"] = offset
    found = call(bot, "getUpdates", values, wait=wait)
    said: dict[str, BotAnswer] = {}
    for one in found if isinstance(found, list) else ():
        if isinstance(one, dict) and _is_number(one.get("update_id")):
            said |= {answer.chat: answer for answer in _take_update(bot, owner, one)}
    for answer in said.values():
        _say(bot, answer)


def _is_number(value: object) -> bool:
    """Whether a number of an update fits where the next one is kept."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < LARGEST_NUMBER


def _offset(bot: Bot) -> int:
    row = bot_state(bot)
    moved = row.moved_at if row else None
    fresh = moved is not None and services().clock.now() - moved < NUMBERS_BEGIN_ANEW
    offset = row.next_update if row and fresh else 0
    db.session.commit()
    return offset


def _take_update(bot: Bot, owner: str, one: Mapping[str, object]) -> list[BotAnswer]:
    """Do what a message asks for and move on in one transaction; nothing where another worker holds the bot by now."""
    at, number = services().clock.now(), one["update_id"]
    answers = _answers_alone(one)
    mine = update(TelegramBot).where(TelegramBot.id == digest_of(bot), TelegramBot.owner == owner)
    moved = mine.values(next_update=int(str(number)) + 1, moved_at=at)
    found = db.session.execute(moved.execution_options(synchronize_session=False))
    if not changed_rows(found):
        db.session.rollback()
        return []
    db.session.commit()
    return answers


def _answers_alone(one: Mapping[str, object]) -> list[BotAnswer]:
    """The answers to one message; a message that fails is skipped, or it would come first for ever."""
    try:
        with db.session.begin_nested():
            return list(_answers(one))
    except Exception as error:
        log.exception("a message to the bot was passed over", error=type(error).__name__)
        return []


def _answers(one: Mapping[str, object]) -> Iterator[BotAnswer]:
    """What is answered to a message of a person; groups and everything without words are passed over."""
    message = one.get("message")
    chat = message.get("chat") if isinstance(message, dict) else None
    text = message.get("text") if isinstance(message, dict) else None
    if not isinstance(chat, dict) or chat.get("type") != "private" or not isinstance(text, str):
        return
    sender = message.get("from") if isinstance(message, dict) else None
    language = str(sender.get("language_code", "")) if isinstance(sender, dict) else ""
    number = str(chat.get("id", ""))
    yield BotAnswer(number, _answer(number, text.strip(), nearest_language(language, "ru")))


def _answer(chat: str, text: str, language: str) -> str:
    if start := START.fullmatch(text):
        return _start(chat, start.group(1) or "", language)
    if STOP.fullmatch(text):
        return _stop(chat, language)
    links = working_links(chat)
    if not links:
        return _say_in(language, sentence(texts.WITHOUT_CODE))
    portals = texts.portals_of([one.portal_id for one in links])
    return texts.left_text(portals, services().clock.now())


def _stop(chat: str, language: str) -> str:
    links = links_of_chat(chat)
    if not links:
        return _say_in(language, sentence(texts.NOT_LINKED))
    leave_chat(chat)
    portal = texts.portals_of([links[0].portal_id])[0]
    return texts.translator_of(portal).say(sentence(texts.STOPPED))


def _start(chat: str, code: str, language: str) -> str:
    link = use_code(code, chat, services().clock.now()) if code else None
    if link is not None:
        portal = texts.portals_of([link.portal_id])[0]
        return texts.translator_of(portal).say(sentence(texts.LINKED))
    known = working_links(chat)
    if known and not code:
        return texts.left_text(texts.portals_of([one.portal_id for one in known]), services().clock.now())
    return _say_in(language, sentence(texts.WRONG_CODE if code else texts.WITHOUT_CODE))


def _say_in(language: str, words: Sentence) -> str:
    return Translator(language, "UTC").say(words)


def _say(bot: Bot, answer: BotAnswer) -> None:
    """Send one answer; a failure, such as a chat that is closed, does not delay the others."""
    try:
        call(bot, "sendMessage", {"chat_id": answer.chat, "text": answer.text})
    except AppError as error:
        log.warning("an answer of the bot was not taken", error=type(error).__name__)
