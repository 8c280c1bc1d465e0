"""The application as a portal's browser meets it: name, certificate, the page that Bitrix24 asks for by HEAD, and that it is us."""

import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from b24app.cli.doctor.finding import Finding, FindingState
from b24app.network import demand_leave
from b24app.services import services
from b24app.settings import Settings

SECONDS = 5.0
DAYS_LEFT, DAYS_LAST = 14, 3
OPENED = "/app"
SEE_PROXY = "See that the proxy runs and passes everything to the web part: docs/operations.md."


def look_at_site() -> Iterator[Finding]:
    """Open our own public address from here."""
    settings = services().settings
    place = urlsplit(settings.public_url)
    demand_leave()
    try:
        connection = _connect(place, settings)
    except ssl.SSLCertVerificationError as error:
        yield Finding(
            "certificate",
            FindingState.FAILED,
            f"{place.netloc}: {error.verify_message}",
            "Renew it, with its whole chain, for this very name.",
        )
        return
    except OSError as error:
        words = f"{place.netloc}: {type(error).__name__}"
        yield Finding(
            "site", FindingState.FAILED, words, f"See the name in DNS and that the port is open. {SEE_PROXY}"
        )
        return
    try:
        yield judge_certificate(connection, datetime.now(UTC))
        yield from _ask(connection, place)
    finally:
        connection.close()


def _connect(place: SplitResult, settings: Settings) -> HTTPConnection:
    host = place.hostname or ""
    if place.scheme == "http":
        plain = HTTPConnection(host, place.port or 80, timeout=SECONDS)
        plain.connect()
        return plain
    context = ssl.create_default_context()
    if settings.trusted_ca is not None:
        context.load_verify_locations(settings.trusted_ca)
    connection = HTTPSConnection(host, place.port or 443, timeout=SECONDS, context=context)
    connection.connect()
    return connection


def judge_certificate(connection: HTTPConnection, now: datetime) -> Finding:
    """How long the certificate is still valid."""
    if not isinstance(connection.sock, ssl.SSLSocket):
        return Finding(
            "certificate",
            FindingState.FAILED,
            "there is none: B24APP_PUBLIC_URL is http",
            "Bitrix24 opens applications by https only.",
        )
    told = connection.sock.getpeercert() or {}
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(told["notAfter"])), UTC)
    days = (ends - now).days
    words = f"{connection.host}: valid for {days} days"
    if days < DAYS_LAST:
        return Finding("certificate", FindingState.FAILED, words, "Renew it today.")
    if days < DAYS_LEFT:
        return Finding(
            "certificate", FindingState.REMARK, words, "Renew it, and look why that did not happen by itself."
        )
    return Finding("certificate", FindingState.OK, words)


def _ask(connection: HTTPConnection, place: SplitResult) -> Iterator[Finding]:
    """The page that shows that we live, and the address in the application's card as Bitrix24 asks for it."""
    base = place.path.rstrip("/")
    try:
        live, body = _request(connection, "GET", f"{base}/health/live")
        head, _ = _request(connection, "HEAD", f"{base}{OPENED}")
    except (OSError, HTTPException) as error:
        yield Finding("site", FindingState.FAILED, f"{place.netloc}: {type(error).__name__}", SEE_PROXY)
        return
    if live.status != 200 or not _is_ours(body):
        words = f"{place.netloc} answers {live.status} and not as this application"
        yield Finding("site", FindingState.FAILED, words, SEE_PROXY)
    elif head.status != 200:
        words = f"{place.netloc}{base}{OPENED} answers {head.status} to HEAD"
        yield Finding(
            "site", FindingState.FAILED, words, "Bitrix24 takes such an address for one that is out of reach."
        )
    else:
        yield Finding("site", FindingState.OK, f"{place.netloc} is this application")


def _request(connection: HTTPConnection, method: str, path: str) -> tuple[HTTPResponse, bytes]:
    connection.request(method, path, headers={"User-Agent": "flask doctor"})
    answer = connection.getresponse()
    return answer, answer.read(64 * 1024)


def _is_ours(body: bytes) -> bool:
    try:
        return bool(json.loads(body) == {"status": "ok"})
    except ValueError:
        return False
