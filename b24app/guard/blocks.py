"""Which IP addresses belong to the open internet: blocks of the IANA registries, and IPv4 inside IPv6 in every form.

Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890), RFC 6052 and 8215 (NAT64), RFC 3056 (6to4),
RFC 4380 (Teredo), RFC 5214 (ISATAP), RFC 3879 (site-local).
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

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
