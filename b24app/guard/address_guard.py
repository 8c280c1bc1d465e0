"""The address guard: judges where a URL leads, and connects to the judged addresses alone, in turn until one answers."""

import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from b24app.guard.blocks import is_inner, is_open
from b24app.guard.place_refused import PlaceRefused
from b24app.guard.places import Place, read_place
from b24app.guard.trust import NOBODY, Trust

Resolve = Callable[[str, int], Sequence[str]]
Dial = Callable[[str, int, float | None], socket.socket]
NOT_FOUND = frozenset(
    number for name in ("EAI_NONAME", "EAI_NODATA") if (number := getattr(socket, name, None)) is not None
)
FIRST_HIGH_PORT = 1024


@dataclass(frozen=True, slots=True)
class Rule:
    """What one kind of address may look like: a host written as a number, a port other than 443."""

    numbers: bool = False
    high_ports: bool = False


PORTALS = SITES = Rule()
ENTERED = Rule(numbers=True, high_ports=True)  # what an administrator enters: webhooks and, one day, storage


def resolve_host(host: str, port: int) -> Sequence[str]:
    """Every address of a name, each once, as the machine's resolver tells."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(item[4][0]) for item in found))


def dial_address(address: str, port: int, timeout: float | None) -> socket.socket:
    """A connection to one address."""
    return socket.create_connection((address, port), timeout)


@dataclass(frozen=True, slots=True)
class Guard:
    """Judges places by a rule and an operator's list; the network is handed in."""

    rule: Rule = PORTALS
    trust: Trust = NOBODY
    resolve: Resolve = resolve_host
    dial: Dial = dial_address

    def judge(self, url: str) -> Place:
        """The place of a URL by what is written alone; asks nobody. Raises PlaceRefused."""
        if self.trust.everything:
            return read_place(url, ("https", "http"))
        place = read_place(url)
        if not self.trust.names(place):
            self._judge_host(place)
        return place

    def locate(self, place: Place) -> tuple[str, ...]:
        """Every address of a place, when all of them may be dialled; raises PlaceRefused, or OSError without a resolver."""
        found = (place.host,) if place.address is not None else tuple(self.resolve(place.host, place.port))
        if not found:
            raise PlaceRefused("unknown")
        if not all(self._may_dial(place, address) for address in found):
            raise PlaceRefused("address")
        return found

    def check(self, url: str) -> Place:
        """The place of a URL that is about to be saved: written well, known, and open. Raises PlaceRefused."""
        place = self.judge(url)
        try:
            self.locate(place)
        except socket.gaierror as error:
            raise PlaceRefused("unknown" if error.errno in NOT_FOUND else "unresolved") from None
        except OSError:
            raise PlaceRefused("unresolved") from None
        return place

    def connect(self, place: Place, timeout: float | None = None) -> socket.socket:
        """A connection to the first address that answers; judged at this moment, whatever was true before."""
        until = None if timeout is None else time.monotonic() + 2 * timeout
        failure = OSError("no address answered")
        for address in self.locate(place):
            if until is not None and time.monotonic() > until:
                break
            try:
                return self.dial(address, place.port, timeout)
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
        if place.port != 443 and not (self.rule.high_ports and place.port >= FIRST_HIGH_PORT):
            raise PlaceRefused("port")

    def _may_dial(self, place: Place, text: str) -> bool:
        if self.trust.everything or is_open(text):
            return True
        try:
            address = ip_address(text)
        except ValueError:
            return False
        named = self.trust.names(place) and (place.address is not None or is_inner(address))
        return named or self.trust.covers(address)
