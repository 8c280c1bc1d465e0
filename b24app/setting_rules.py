"""What makes the value of a setting usable: judged at start, each rule names what it wants. Pure."""

import ipaddress
import re
from collections.abc import Collection
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from b24app.input_limits import is_mail_address
from b24app.text.host_names import NoHostName, in_ascii
from b24app.text.mail_addresses import ascii_host

MOST_PORT = 65535
DATABASES = ("sqlite", "postgresql+psycopg")
REDIS = ("redis", "rediss")
PLAIN_POSTGRESQL = ("postgres://", "postgresql://")


def judge_telegram_token(token: str) -> None:
    """The token of a bot, which becomes a part of addresses: digits, a colon, letters of base64url."""
    if not re.fullmatch(r"[0-9]{3,20}:[A-Za-z0-9_-]{20,100}", token):
        raise ValueError("must look like 123456:ABC-DEF, as BotFather has given it")


def judge_address(text: str, schemes: Collection[str], *, bare: bool = False) -> SplitResult:
    """Take an address apart; raises ValueError for another scheme, a missing host or a port that cannot be.

    With `bare` nothing may come before the host or after the port.
    """
    if text != text.strip() or not text.isprintable() or " " in text:
        raise ValueError("must not contain spaces or control characters")
    if text.partition("://")[0] not in schemes:
        raise ValueError("must start with one of: " + ", ".join(f"{name}://" for name in schemes))
    parts = urlsplit(text)
    _judge_port(parts)
    if not parts.hostname:
        raise ValueError("needs a host after ://")
    if bare and (parts.username is not None or parts.path.strip("/") or parts.query or parts.fragment):
        raise ValueError("must be only scheme://host or scheme://host:port")
    return parts


def _judge_port(parts: SplitResult) -> None:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port is not None and not 0 < port <= MOST_PORT:
        raise ValueError(f"the port must be a number from 1 to {MOST_PORT}")


def judge_public_url(text: str, *, local: bool) -> str:
    """The address that browsers open: https, or http for the demo; with a path at most."""
    if not text.startswith(("https://", "http://") if local else ("https://",)):
        raise ValueError("must start with https:// (http:// only with B24APP_ALLOW_LOCAL_PORTALS)")
    parts = judge_address(text, ("https", "http"))
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("must have no user, no ? and no #")
    return _in_ascii(text).rstrip("/")


def _in_ascii(url: str) -> str:
    try:
        return in_ascii(url)
    except NoHostName:
        raise ValueError("the host is no name: write it in letters of one alphabet") from None


def judge_servers(servers: Collection[str], *, local: bool) -> tuple[str, ...]:
    """Authorization servers: the client secret goes there, so https and nothing but a host."""
    if not servers:
        raise ValueError("needs at least one address")
    for server in servers:
        judge_address(server, ("https", "http") if local else ("https",), bare=True)
    return tuple(server.rstrip("/") for server in servers)


def judge_smtp_url(text: str) -> str:
    """Where e-mail is handed over: smtp:// or smtps://, a host, perhaps user, password and port."""
    judge_address(text, ("smtp", "smtps"))
    if urlsplit(text).path.strip("/") or "?" in text or "#" in text:
        raise ValueError("must end after the port; write ? # / @ : of a password as %3F %23 %2F %40 %3A")
    return text


def judge_sender(text: str) -> str:
    """The sender of e-mail: one plain address, also at localhost; an international host in the form of the name system."""
    text = ascii_host(text)
    user, _, domain = text.partition("@")
    if not (is_mail_address(text) or (domain == "localhost" and is_mail_address(f"{user}@a.a"))):
        raise ValueError("must be one plain e-mail address, without a name and brackets")
    return text


def judge_database_url(url: str) -> str:
    """SQLAlchemy accepts neither `postgres://` nor a URL without our driver; a file or a base has to be named."""
    for prefix in PLAIN_POSTGRESQL:
        if url.startswith(prefix):
            url = "postgresql+psycopg://" + url.removeprefix(prefix)
    return _judge_store(url, DATABASES)


def judge_redis_url(url: str) -> str:
    """An address of Redis, or nothing."""
    return _judge_store(url, REDIS) if url else url


def judge_queue_url(url: str) -> str:
    """A queue of release 1.0: only an address of Redis is of use yet."""
    return _judge_store(url, REDIS) if url.startswith(REDIS) else ""


def _judge_store(url: str, known: Collection[str]) -> str:
    scheme, _, rest = url.partition("://")
    if scheme not in known:
        raise ValueError(f"must start with one of: {', '.join(known)}")
    if scheme == "sqlite" and rest and (not rest.startswith("/") or len(rest) < 2):
        raise ValueError("must look like sqlite:///folder/file")
    if scheme == "sqlite":
        return url
    parts = urlsplit(url)
    _judge_port(parts)
    if scheme in REDIS:
        judge_address(url, (scheme,))
    elif not parts.path.strip("/"):
        raise ValueError("needs the name of the database: postgresql://user:password@host:port/name")
    return url


def judge_proxies(text: str) -> str:
    """Addresses or networks of proxies; * trusts everybody."""
    if text.strip() == "*":
        return "*"
    parts = [part.strip() for part in text.split(",") if part.strip()]
    for part in parts:
        try:
            ipaddress.ip_network(part, strict=False)
        except ValueError:
            raise ValueError(f"{part!r} is neither an address nor a network nor *") from None
    return ",".join(parts)


def judge_sentry_dsn(text: str) -> str:
    """A DSN as Sentry gives it: https://key@host/project."""
    parts = judge_address(text, ("https", "http"))
    if not parts.username or not parts.path.rpartition("/")[2].isdecimal():
        raise ValueError("must look like https://key@host/number of the project")
    return text


def judge_folder(path: Path) -> Path:
    """A folder that is there already: its readers do not make it."""
    if not path.is_dir():
        raise ValueError("is not an existing folder")
    return path


def judge_file(path: Path) -> Path:
    """A file that may be written later; never a folder."""
    if path.is_dir():
        raise ValueError("is a folder, a file is needed")
    return path
