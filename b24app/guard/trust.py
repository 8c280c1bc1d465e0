"""An operator's own list: hosts, hosts with ports and networks that may be spoken to besides the open internet."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network

from b24app.guard.blocks import Address
from b24app.guard.place_refused import PlaceRefused
from b24app.guard.places import Place, read_authority

Network = IPv4Network | IPv6Network
NARROWEST = {4: 8, 6: 7}  # a wider network would open the whole internet's closed parts at once


@dataclass(frozen=True, slots=True)
class Trust:
    """What is trusted; `everything` is for the demo, whose portals live on this machine."""

    places: frozenset[tuple[str, int]] = frozenset()
    networks: tuple[Network, ...] = ()
    everything: bool = False

    def names(self, place: Place) -> bool:
        """Whether the list holds this very host and port."""
        return (place.host, place.port) in self.places

    def covers(self, address: Address) -> bool:
        """Whether an address lies in a network of the list."""
        return any(address in network for network in self.networks if network.version == address.version)


NOBODY = Trust()


def read_trust(entries: Iterable[str], *, everything: bool = False) -> Trust:
    """Read the list; raises ValueError that names the entry which is neither a host nor a network."""
    places: set[tuple[str, int]] = set()
    networks: list[Network] = []
    for entry in entries:
        if "/" in entry:
            networks.append(_read_network(entry))
        else:
            place = _read_place(entry)
            places.add((place.host, place.port))
    return Trust(frozenset(places), tuple(networks), everything)


def _read_network(entry: str) -> Network:
    try:
        network = ip_network(entry)
    except ValueError as error:
        msg = f"{entry!r} is not a network such as 10.0.0.0/8: {error}"
        raise ValueError(msg) from None
    if network.prefixlen < NARROWEST[network.version]:
        msg = f"{entry!r} is too wide: name the company's own network"
        raise ValueError(msg)
    return network


def _read_place(entry: str) -> Place:
    try:
        return read_authority(
            f"[{IPv6Address(entry)}]" if entry.count(":") > 1 and entry[0] != "[" else entry
        )
    except (PlaceRefused, ValueError):
        msg = f"{entry!r} is not a host, a host with a port or a network"
        raise ValueError(msg) from None
