"""An address read strictly as scheme, host and port, and which IP addresses belong to the open internet.

Sources of the blocks: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890), RFC 6052 and 8215 (NAT64),
RFC 3056 (6to4), RFC 4380 (Teredo), RFC 5214 (ISATAP), RFC 3879 (site-local).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from b24app.errors import AppError
from b24app.text.host_names import NoHostName, to_ascii
from b24app.text.messages import N_

Address = IPv4Address | IPv6Address
MOST_LETTERS = 2000
PORTS = {"https": 443, "http": 80}
FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\ud800-\udfff\\]")  # every reader takes these differently
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
NEVER_PUBLIC = re.compile(
    r"local|localhost|localdomain|internal|intranet|private|corp|home|lan|arpa|onion|alt|test|invalid"
)
SENTENCES = {
    "malformed": N_("This is not an address: check it letter by letter."),
    "mixed": N_("This name mixes letters of two alphabets that look alike: type it anew in one of them."),
    "scheme": N_("The address must start with https://"),
    "user_info": N_("The address must hold no name and no password before the host."),
    "port": N_("This port is not called: use 443 or one above 1023."),
    "spelling": N_("Write the host as a name, or as four plain numbers with dots."),
    "number": N_("Write the host as a name: numbers are not called."),
    "name": N_("This is a name of a closed network. Only names of the open internet are called."),
    "address": N_("The address leads into a closed network. Only addresses on the open internet are called."),
    "unknown": N_("There is no site with this name: check the address."),
    "unresolved": N_("The name could not be looked up just now. Try again in a minute."),
}


class PlaceRefused(AppError):
    """A place that the guard does not let us call; `reason` is a stable code."""

    status = 422
    public = SENTENCES["malformed"]

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = SENTENCES[reason]


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
        """Whether the host is a name that can exist on the open internet."""
        labels = self.host.split(".")
        return self.address is None and len(labels) > 1 and not NEVER_PUBLIC.fullmatch(labels[-1])


def read_place(url: str, schemes: Collection[str] = ("https",)) -> Place:
    """Read a URL; raises PlaceRefused for one that two parsers could read differently."""
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
    return read_place(f"{scheme}://{text}/", PORTS)


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
    host = _to_ascii(text)
    labels = host.split(".")
    if NUMBER.fullmatch(labels[-1]):
        return _read_v4(host)
    if len(host) > 253 or not all(LABEL.fullmatch(label) for label in labels):
        raise PlaceRefused("malformed")
    return host, None


def _to_ascii(text: str) -> str:
    """A name in its form of the name system; one that mixes alphabets is refused, in whichever form it is written."""
    try:
        return to_ascii(text)
    except NoHostName as wrong:
        raise PlaceRefused("mixed" if wrong.mixed else "malformed") from None


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


CLOSED_V4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",  # carrier-grade NAT
            "127.0.0.0/8",
            "168.63.129.16/32",  # a public number that Azure answers inside its own network
            "169.254.0.0/16",  # link-local: the metadata of clouds
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",  # relays of 6to4
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",  # with the broadcast address
        ),
    )
)
GLOBAL_V6 = IPv6Network("2000::/3")  # everything outside of it is local, multicast or reserved
CLOSED_V6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocols of the IETF, Teredo among them
            "2001:db8::/32",
            "2002::/16",  # 6to4
            "3ffe::/16",
            "3fff::/20",
        ),
    )
)
NAT64 = IPv6Network("64:ff9b::/96")  # where networks without IPv4 see all of it
ISATAP = frozenset({0x00005EFE, 0x02005EFE})
INNER: tuple[IPv4Network | IPv6Network, ...] = (
    *map(IPv4Network, ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")),
    IPv6Network("fc00::/7"),
)
# Metadata of clouds inside those networks: Alibaba Cloud, AWS, Google Cloud.
METADATA = frozenset(map(ip_address, ("100.100.100.200", "fd00:ec2::254", "fd20:ce::254")))


def is_open(text: str | Address) -> bool:
    """Whether an address belongs to the open internet and not to this machine, its network or its cloud."""
    address = _read(text)
    if isinstance(address, IPv6Address):
        return _is_open_v6(address)
    return address is not None and _is_open_v4(address)


def is_inner(text: str | Address) -> bool:
    """Whether an address is of a company's own network: private, but neither this machine nor a cloud's metadata."""
    address = _read(text)
    if address is None or address in METADATA:
        return False
    return any(address in network for network in INNER if network.version == address.version)


def _read(text: str | Address) -> Address | None:
    try:
        return ip_address(text) if isinstance(text, str) else text
    except ValueError:
        return None


def _is_open_v4(address: IPv4Address) -> bool:
    return not any(address in block for block in CLOSED_V4)


def _is_open_v6(address: IPv6Address) -> bool:
    if address.scope_id is not None:
        return False
    if address.ipv4_mapped is not None:
        return _is_open_v4(address.ipv4_mapped)
    if address in NAT64:
        return _is_open_v4(IPv4Address(int(address) & 0xFFFFFFFF))
    if address not in GLOBAL_V6 or (int(address) >> 32) & 0xFFFFFFFF in ISATAP:
        return False
    return not any(address in block for block in CLOSED_V6)
