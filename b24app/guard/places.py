"""An address as a place: scheme, host and port, read strictly, so that everybody reads the same host in it."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import SplitResult, urlsplit

import idna

from b24app.guard.blocks import Address
from b24app.guard.place_refused import PlaceRefused

MOST_LETTERS = 2000
PORTS = {"https": 443, "http": 80}
FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\ud800-\udfff\\]")  # every reader takes these differently
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
NEVER_PUBLIC = frozenset(
    [
        "local",
        "localhost",
        "localdomain",
        "internal",
        "intranet",
        "private",
        "corp",
        "home",
        "lan",
        "arpa",
        "onion",
        "alt",
        "test",
        "invalid",
    ]
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a URL leads: the host in plain ASCII without brackets, and its number when it is written as one."""

    scheme: str
    host: str
    port: int
    address: Address | None = None

    @property
    def authority(self) -> str:
        """The host as an address bar shows it, with a port unless the scheme implies it."""
        host = f"[{self.host}]" if isinstance(self.address, IPv6Address) else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def is_public_name(self) -> bool:
        """Whether the host is a name that the open internet may know."""
        labels = self.host.split(".")
        return self.address is None and len(labels) > 1 and labels[-1] not in NEVER_PUBLIC


def read_place(url: str, schemes: Collection[str] = ("https",)) -> Place:
    """Read a URL; raises PlaceRefused for anything that two readers could understand differently."""
    parts = _split(url)
    if parts.scheme not in schemes:
        raise PlaceRefused("scheme")
    if "@" in parts.netloc:
        raise PlaceRefused("user_info")
    if "%" in parts.netloc:
        raise PlaceRefused("spelling")
    host, address = _read_host(parts)
    return Place(parts.scheme, host, _read_port(parts), address)


def read_authority(text: str, scheme: str = "https") -> Place:
    """Read a host with or without a port."""
    if any(letter in text for letter in "/?#"):
        raise PlaceRefused("malformed")
    return read_place(f"{scheme}://{text}/", (scheme,))


def _split(url: str) -> SplitResult:
    if len(url) > MOST_LETTERS or FORBIDDEN.search(url):
        raise PlaceRefused("malformed")
    try:
        return urlsplit(url)
    except ValueError:
        raise PlaceRefused("malformed") from None


def _read_port(parts: SplitResult) -> int:
    try:
        port = PORTS[parts.scheme] if parts.port is None else parts.port
    except ValueError:
        raise PlaceRefused("port") from None
    if port == 0:
        raise PlaceRefused("port")
    return port


def _read_host(parts: SplitResult) -> tuple[str, Address | None]:
    text = parts.hostname or ""
    if parts.netloc.startswith("["):
        return _read_v6(text)
    host = (text if text.isascii() else _to_ascii(text)).removesuffix(".")
    labels = host.split(".")
    if NUMBER.fullmatch(labels[-1]):
        return _read_v4(host)
    if len(host) > 253 or not all(LABEL.fullmatch(label) for label in labels):
        raise PlaceRefused("malformed")
    return host, None


def _to_ascii(text: str) -> str:
    """An international name as the name system knows it; letters and digits that look alike become plain ones."""
    try:
        return idna.encode(text, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise PlaceRefused("malformed") from None


def _read_v4(host: str) -> tuple[str, Address]:
    """Four plain decimal numbers; octal, hexadecimal, short and single-number spellings are refused."""
    try:
        address = IPv4Address(host)
    except AddressValueError:
        raise PlaceRefused("spelling") from None
    return str(address), address


def _read_v6(text: str) -> tuple[str, Address]:
    try:
        address = IPv6Address(text)
    except AddressValueError:
        raise PlaceRefused("malformed") from None
    return str(address), address
