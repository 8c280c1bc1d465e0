"""A signed POST to an address of the portal's owner: public https only, no redirects, the checked address is dialled."""

import hashlib
import hmac
import ipaddress
import json
import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from b24app.errors import AppError
from b24app.renewal.channels import Letter, Outcome
from b24app.texts import N_

TIMEOUT_SECONDS = (5, 10)
Resolve = Callable[[str, int], Sequence[str]]


class WebhookRefused(AppError):
    """The address may not be called, or answered that it does not want this."""

    public = N_("The webhook's address cannot be used or refused the message.")


class WebhookUnavailable(AppError):
    """The address did not answer in time or is failing."""

    retryable: ClassVar[bool] = True
    public = N_("The webhook's address does not answer. We will try again.")


def resolve_host(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as the machine's resolver tells."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise WebhookUnavailable("name not found") from error
    return [str(item[4][0]) for item in found]


def is_public(address: str) -> bool:
    """Whether an address belongs to the open internet and not to this machine, its network or its cloud."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    return found.is_global and not found.is_multicast


def sign(secret: str, moment: int, body: bytes) -> str:
    """The signature that the receiver recounts: HMAC-SHA256 over `<unix seconds>.<body>`."""
    return "sha256=" + hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()


class _Pinned(HTTPAdapter):
    """Dials the address that was checked, whatever the name resolves to a moment later; TLS still checks the name."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__()
        self._host, self._address = host, address

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: bool | str, cert: Any = None
    ) -> Any:
        """Point the pool at the address and let TLS expect the name."""
        place, options = super().build_connection_pool_key_attributes(request, verify, cert)
        names = {"server_hostname": self._host, "assert_hostname": self._host}
        return {**place, "host": self._address}, {**options, **names}


def send(
    url: str,
    secret: str,
    letter: Letter,
    at: datetime,
    *,
    portal: str,
    resolve: Resolve = resolve_host,
    allowed: Callable[[str], bool] = is_public,
    verify: bool | str = True,
) -> Outcome:
    """Send one letter; the receiver drops doubles by `X-Renewal-Delivery`."""
    host, port = _place(url)
    addresses = resolve(host, port)
    if not addresses or not all(allowed(address) for address in addresses):
        raise WebhookRefused("address is not public")
    body = json.dumps(_payload(letter, portal), ensure_ascii=False, sort_keys=True).encode()
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", _Pinned(host, addresses[0]))
    with session:
        _post(session, url, body, _headers(url, secret, letter.key, int(at.timestamp()), body), verify)
    return Outcome.SENT


def _headers(url: str, secret: str, key: str, moment: int, body: bytes) -> dict[str, str]:
    return {
        "Host": urlsplit(url).netloc,
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "renewal-without-downtime",
        "X-Renewal-Delivery": hashlib.sha256(key.encode()).hexdigest()[:32],
        "X-Renewal-Timestamp": str(moment),
        "X-Renewal-Signature": sign(secret, moment, body),
    }


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
        raise WebhookRefused("https only")
    return parts.hostname, parts.port or 443


def _payload(letter: Letter, portal: str) -> Mapping[str, Any]:
    return {
        "portal": portal,
        "subject": letter.subject,
        "lines": list(letter.lines),
        "tag": letter.tag,
        "deadline": letter.deadline.isoformat() if letter.deadline else None,
        "link": letter.link,
    }


def _post(
    session: requests.Session, url: str, body: bytes, headers: Mapping[str, str], verify: bool | str
) -> None:
    try:
        with session.post(
            url,
            data=body,
            headers=headers,
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
            stream=True,
            verify=verify,
        ) as answer:
            status = answer.status_code
    except requests.exceptions.SSLError as error:
        raise WebhookRefused("certificate") from error
    except requests.RequestException as error:
        raise WebhookUnavailable(type(error).__name__) from error
    if status >= 500 or status == 429:
        raise WebhookUnavailable(str(status))
    if not 200 <= status < 300:
        raise WebhookRefused(str(status))
