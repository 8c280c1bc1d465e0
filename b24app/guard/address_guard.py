"""The address guard: judges where a URL leads, and connects to the judged addresses alone, in turn until one answers.

An operator's own list names hosts, hosts with ports and networks that may be called besides the open internet.
"""

import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from math import inf
from queue import Empty, SimpleQueue

from b24app.deadline import seconds_left, within
from b24app.guard.places import (
    Address,
    Place,
    PlaceRefused,
    is_inner,
    is_open,
    read_authority,
    read_place,
)

Resolve = Callable[[str, int], Sequence[str]]
Dial = Callable[[str, int, float | None], socket.socket]
Network = IPv4Network | IPv6Network
NOT_FOUND = frozenset(
    number for name in ("EAI_NONAME", "EAI_NODATA") if (number := getattr(socket, name, None)) is not None
)
FIRST_HIGH_PORT = 1024
RESOLVE_SECONDS = 5.0
NARROWEST = {4: 8, 6: 7}  # a wider network would open the whole internet's closed parts at once


@dataclass(frozen=True, slots=True)
class Trust:
    """What is trusted; `everything` is for the demo, whose portals live on this machine."""

    places: frozenset[tuple[str, int]] = frozenset()
    networks: tuple[Network, ...] = ()
    everything: bool = False
    plain: frozenset[tuple[str, int]] = frozenset()
    """Hosts with ports that are listed with http:// before them: nothing else is called without https."""

    def names(self, place: Place) -> bool:
        """Whether the list holds this very host and port, called by this very scheme."""
        return (place.host, place.port) in (self.plain if place.scheme == "http" else self.places)

    def covers(self, address: Address) -> bool:
        """Whether an address is in a network of the list."""
        return any(address in network for network in self.networks if network.version == address.version)


NOBODY = Trust()


def read_trust(entries: Iterable[str], *, everything: bool = False) -> Trust:
    """Read the list; raises ValueError that names the entry which is neither a host nor a network."""
    listed: dict[str, set[tuple[str, int]]] = {"https": set(), "http": set()}
    networks: list[Network] = []
    for entry in entries:
        scheme, mark, rest = entry.rpartition("://")
        if not mark and "/" in entry:
            networks.append(_read_network(entry))
        else:
            place = _read_place(entry, rest, scheme if mark else "https")
            listed[place.scheme].add((place.host, place.port))
    return Trust(frozenset(listed["https"]), tuple(networks), everything, frozenset(listed["http"]))


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


def _read_place(entry: str, host: str, scheme: str) -> Place:
    bare_v6 = host.count(":") > 1 and host[0] != "["
    try:
        return read_authority(f"[{IPv6Address(host)}]" if bare_v6 else host.removesuffix("/"), scheme)
    except (PlaceRefused, ValueError):
        msg = f"{entry!r} is not a host, a host with a port or a network"
        raise ValueError(msg) from None


@dataclass(frozen=True, slots=True)
class Rule:
    """What one kind of address may look like: a host written as a number, a port other than 443."""

    numbers: bool = False
    high_ports: bool = False
    ports: frozenset[int] = frozenset({443})


PORTALS = SITES = Rule()
ENTERED = Rule(numbers=True, high_ports=True)  # what an administrator enters: webhooks and storages
SFTP = Rule(numbers=True, high_ports=True, ports=frozenset({22}))


def resolve_host(host: str, port: int) -> Sequence[str]:
    """Every address of a name, each once, by the machine's resolver; raises OSError, a TimeoutError after seconds.

    The resolver itself has no time limit: a name whose servers are silent would hold us for half a minute.
    """
    answers: SimpleQueue[Sequence[str] | OSError] = SimpleQueue()
    threading.Thread(target=_resolve, args=(host, port, answers), daemon=True).start()
    try:
        answer = answers.get(timeout=min(RESOLVE_SECONDS, seconds_left()))
    except Empty:
        raise TimeoutError("the name was not resolved in time") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _resolve(host: str, port: int, answers: SimpleQueue[Sequence[str] | OSError]) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        answers.put(error)
    except UnicodeError:  # a label that is too long is no name
        answers.put(socket.gaierror(socket.EAI_NONAME, "not a name"))
    else:
        answers.put(tuple(dict.fromkeys(str(item[4][0]) for item in found)))


def dial_address(address: str, port: int, timeout: float | None) -> socket.socket:
    """A connection to one address."""
    return socket.create_connection((address, port), timeout)


def _patience(timeout: float | None, left: float) -> float | None:
    shortest = min(inf if timeout is None else timeout, left)
    return None if shortest == inf else shortest


@dataclass(frozen=True, slots=True)
class Guard:
    """Judges places by a rule and an operator's list; name resolution is passed in."""

    rule: Rule = PORTALS
    trust: Trust = NOBODY
    resolve: Resolve = resolve_host
    dial: Dial = dial_address

    def judge(self, url: str) -> Place:
        """The place of a URL by what is written alone; asks nobody. Raises PlaceRefused."""
        if self.trust.everything:
            return read_place(url, ("https", "http"))
        place = read_place(url, ("https", "http") if self.trust.plain else ("https",))
        if self.trust.names(place):
            return place
        if place.scheme != "https":
            raise PlaceRefused("scheme")
        self._judge_host(place)
        return place

    def locate(self, place: Place) -> tuple[str, ...]:
        """Every address of a place, when all of them may be dialled; raises PlaceRefused, or OSError without a resolver.

        Without https only a company's own network is dialled: a token is not sent in the clear over the open internet.
        """
        found = (place.host,) if place.address is not None else tuple(self.resolve(place.host, place.port))
        if not found:
            raise PlaceRefused("unknown")
        if not all(self._may_dial(place, address) for address in found):
            raise PlaceRefused("address")
        return found

    def check(self, url: str) -> Place:
        """The place of a URL that is about to be saved: well formed, resolved, and open. Raises PlaceRefused."""
        place = self.judge(url)
        try:
            self.locate(place)
        except socket.gaierror as error:
            raise PlaceRefused("unknown" if error.errno in NOT_FOUND else "unresolved") from None
        except OSError:
            raise PlaceRefused("unresolved") from None
        return place

    def connect(self, place: Place, timeout: float | None = None) -> socket.socket:
        """A connection to the first address that answers; judged at this moment, whatever was true before.

        Name and addresses together take twice the timeout at most, and never longer than the work around them may wait.
        """
        failure = OSError("no address answered")
        with within(inf if timeout is None else 2 * timeout):
            for address in self.locate(place):
                left = seconds_left()
                if left <= 0:
                    break
                try:
                    return self.dial(address, place.port, _patience(timeout, left))
                except OSError as error:
                    failure = error
        raise failure

    def _judge_host(self, place: Place) -> None:
        if place.address is not None:
            if self.trust.covers(place.address):
                return
            if not self.rule.numbers:
                raise PlaceRefused("number")
            if not is_open(place.address):
                raise PlaceRefused("address")
        elif not place.is_public_name:
            raise PlaceRefused("name")
        if place.port not in self.rule.ports and not (self.rule.high_ports and place.port >= FIRST_HIGH_PORT):
            raise PlaceRefused("port")

    def _may_dial(self, place: Place, text: str) -> bool:
        if self.trust.everything or (is_open(text) and place.scheme == "https"):
            return True
        try:
            address = ip_address(text)
        except ValueError:
            return False
        sealed_number = place.address is not None and place.scheme == "https"
        named = self.trust.names(place) and (sealed_number or is_inner(address))
        return named or self.trust.covers(address)
