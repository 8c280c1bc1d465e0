"""What others give: mail, the bot in Telegram, authorization servers and by their clock ours, Redis. Nothing is sent unless asked for."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parsedate_to_datetime
from urllib.parse import urlsplit

import requests
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from b24app.cli.doctor.finding import Finding, FindingState, LookAtPart
from b24app.database import db
from b24app.deadline import within
from b24app.errors import AppError
from b24app.network import demand_leave
from b24app.reminders.channels import hand_over_freely
from b24app.reminders.channels.email.smtp import MailServer, greet, mail_server, post
from b24app.reminders.channels.telegram.bot_api import BotRefused, call, operator_bot
from b24app.reminders.channels.telegram.polling import bot_state
from b24app.services import services
from b24app.text.mail_addresses import ascii_host

SECONDS = 10.0
DRIFT, WRONG = 30.0, 300.0
"""Seconds by which our clock may differ: a page token lives an hour, the code of a sign-in thirty seconds."""


def look_at_mail(letter: str) -> LookAtPart:
    """Connect and sign in; with an address to write to, send one letter."""

    def look() -> Iterator[Finding]:
        settings = services().settings
        if settings.smtp_url is None:
            yield Finding(
                "mail",
                FindingState.OFF,
                "B24APP_SMTP_URL is not set: warnings reach nobody while a portal is closed",
            )
            return
        server = mail_server(settings.smtp_url.get_secret_value(), settings.mail_from)
        yield _ask_mail(server, letter)
        if settings.mail_from.endswith("@localhost"):
            words = "B24APP_MAIL_FROM is at localhost"
            yield Finding(
                "mail",
                FindingState.REMARK,
                words,
                "Name a sender of a domain of yours: others drop such letters.",
            )

    return look


def _ask_mail(server: MailServer, letter: str) -> Finding:
    place = f"{server.host}:{server.port}"
    try:
        if letter:
            to = ascii_host(letter)
            post(server, _mail(server.sender, to), to, hand_over_freely, SECONDS)
        else:
            greet(server, SECONDS)
    except AppError as error:
        words = f"{place}: {error.kind} {error}".strip()
        return Finding(
            "mail",
            FindingState.FAILED,
            words,
            "Compare B24APP_SMTP_URL with your mail server: RenewalMailAway.",
        )
    done = (
        f"took a letter to {letter}"
        if letter
        else "lets us in (no letter was sent; --letter ADDRESS sends one)"
    )
    return Finding("mail", FindingState.OK, f"{place} {done}")


def _mail(sender: str, to: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = (
        sender,
        to,
        "Renewal without downtime: a letter of flask doctor",
    )
    mail["Date"], mail["Message-ID"] = (
        format_datetime(datetime.now(UTC)),
        make_msgid(domain=sender.rpartition("@")[2]),
    )
    mail.set_content("This letter was sent by flask doctor. If you read it, e-mail works.")
    return mail


def look_at_telegram() -> Iterator[Finding]:
    """Ask the bot for its name; then read what the worker that reads its messages noted last."""
    bot = operator_bot()
    if bot is None:
        yield Finding("telegram", FindingState.OFF, "B24APP_TELEGRAM_TOKEN is not set")
        return
    try:
        with within(SECONDS):
            me = call(bot, "getMe", {})
    except BotRefused:
        yield Finding(
            "telegram",
            FindingState.FAILED,
            "the token is not valid",
            "Take a new one from BotFather into B24APP_TELEGRAM_TOKEN.",
        )
        return
    except AppError as error:
        words = f"{urlsplit(bot.api).hostname}: {error.kind} {error}".strip()
        yield Finding(
            "telegram",
            FindingState.FAILED,
            words,
            "See whether this server may reach Telegram: RenewalTelegramFails.",
        )
        return
    name = me.get("username") if isinstance(me, dict) else ""
    yield Finding("telegram", FindingState.OK, f"answers as @{name}")
    kept = bot_state(bot)
    if kept is not None and kept.error:
        words = f"the worker could not read its messages: {kept.error}"
        yield Finding(
            "telegram",
            FindingState.REMARK,
            words,
            "Only one program may use this token: RenewalTelegramFails.",
        )


def look_at_oauth() -> Iterator[Finding]:
    """Each authorization server: whether it answers at all; and our clock by the Date of the first that sends one."""
    told = None
    for number, server in enumerate(services().settings.oauth_servers):
        host = urlsplit(server).hostname
        try:
            answer = ask_head(server, services().http)
        except (requests.RequestException, AppError, OSError) as error:
            yield Finding(
                "oauth", FindingState.REMARK if number else FindingState.FAILED, f"{host}: {type(error).__name__}",
                "Let this server out to it by https (name, port 443, certificate): RenewalAuthorizationServerAway.",
            )  # fmt: skip
            continue
        yield Finding("oauth", FindingState.OK, f"{host} answers")
        told = told or (host, answer.headers.get("Date", ""))
    yield judge_clock(*_other_clock(told), services().clock.now())


def ask_head(server: str, open_http: Callable[[], requests.Session]) -> requests.Response:
    """Ask for nothing but the head of a page, with no key of ours."""
    demand_leave()
    with within(SECONDS), open_http() as session:
        return session.head(f"{server}/", timeout=(5, 5), allow_redirects=False)


def _other_clock(told: tuple[str | None, str] | None) -> tuple[str, datetime | None]:
    """The moment by another clock: of the authorization server, or of a database on another machine."""
    if told is not None and told[1]:
        with contextlib.suppress(ValueError):
            return f"{told[0]}", parsedate_to_datetime(told[1]).astimezone(UTC)
    if db.engine.dialect.name != "postgresql":
        return "", None
    with contextlib.suppress(SQLAlchemyError):
        return "the database", db.session.scalar(text("SELECT clock_timestamp()"))
    return "", None


def judge_clock(whose: str, other: datetime | None, ours: datetime) -> Finding:
    """The difference of our clock from another one."""
    if other is None:
        return Finding(
            "clock",
            FindingState.REMARK,
            "there was no other clock to compare with",
            "Run this again when an authorization server answers.",
        )
    seconds = (ours - other).total_seconds()
    words = f"differs from {whose} by {seconds:+.0f} s"
    todo = "Switch the machine's time synchronisation on: timedatectl set-ntp true"
    if abs(seconds) > WRONG:
        return Finding("clock", FindingState.FAILED, words, todo)
    return (
        Finding("clock", FindingState.REMARK, words, todo)
        if abs(seconds) > DRIFT
        else Finding("clock", FindingState.OK, words)
    )


def look_at_redis() -> Iterator[Finding]:
    """Whether the Redis that counts requests to portals answers; without it the database counts."""
    url = services().settings.shared_redis
    if not url:
        yield Finding("redis", FindingState.OFF, "B24APP_REDIS_URL is not set: the database counts requests")
        return
    place = f"{urlsplit(url).hostname}:{urlsplit(url).port or 6379}"
    try:
        with Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as line:
            line.ping()
    except (RedisError, OSError) as error:
        words = f"{place}: {type(error).__name__}; the database counts meanwhile"
        yield Finding("redis", FindingState.REMARK, words, "Start Redis, or take B24APP_REDIS_URL away.")
        return
    yield Finding("redis", FindingState.OK, f"{place} answers")
