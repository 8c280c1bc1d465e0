"""Looks at public addresses from our server: name, certificate, answer; never at a private address.

The address guard checks every IP address of the name and connects to those alone. Redirects are reported, not followed.
The result is valid for our server's network only.
"""

import http.client
import socket
import ssl
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from b24app.checklist.engine.answer_fields import host_of
from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.own_facts import PublicAddress, PublicAddresses, Register
from b24app.checklist.engine.page_answers import REDIRECTS, is_guarded, is_parked, leads_to
from b24app.checklist.facts.site.site_counters import SiteCounters
from b24app.checklist.facts.site.sites import Site, Sites
from b24app.deadline import seconds_left, within
from b24app.guard import SITES, Guard, Place, PlaceRefused
from b24app.guard.sessions import BoundedResponse
from b24app.guard.trusted_roots import usual_context
from b24app.network import demand_leave
from b24app.text.messages import N_

TIMEOUT = 6.0
LOOK_SECONDS = 10.0  # connecting, certificate and page together
MOST_BYTES = 512 * 1024
MOST_HOSTS = 12
MOST_REGISTERED = 20
PASSING = (
    TimeoutError,
    ConnectionError,
    socket.gaierror,
)  # a single lost packet is no closed shop: one retry
HANDLERS = ("pay_handlers", "delivery_handlers", "cash_handlers")
NOT_A_NAME = N_("this is not a name of the open internet")
NOT_PUBLIC = N_("the name leads to a private address")
NO_NAME = N_("the name does not exist")
NO_ANSWER = N_("no answer in time")
NO_CONNECTION = N_("no connection")
PARKED = N_("a registrar's page stands in the place of the site")
BAD_CERTIFICATE = N_("the certificate is not valid for this name")


@dataclass(frozen=True, slots=True)
class Seen:
    """The result of one connection; `status` is None when no page was asked for, `cut` means that the page was longer."""

    ends_at: datetime
    status: int | None = None
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False


Visit = Callable[[Guard, Place, bool], Seen]
Look = Callable[[str, Collection[str], bool], PublicAddress]


def visit(guard: Guard, place: Place, ask_page: bool, *, context: ssl.SSLContext | None = None) -> Seen:
    """Make a TLS handshake with the first address that answers and, if asked, read the start of its first page."""
    demand_leave()
    context = context or usual_context()
    with (
        guard.connect(place, TIMEOUT) as plain,
        context.wrap_socket(plain, server_hostname=place.host) as line,
    ):
        ends_at = _end_of(line.getpeercert())
        if not ask_page:
            return Seen(ends_at)
        line.sendall(
            f"GET / HTTP/1.1\r\nHost: {place.authority}\r\nUser-Agent: renewal-check\r\nConnection: close\r\n\r\n".encode()
        )
        answer = BoundedResponse(line)
        answer.begin()
        page = answer.read(MOST_BYTES)
        headers = {name.lower(): value for name, value in answer.getheaders()}
        text = page.decode("utf-8", errors="replace")
        return Seen(ends_at, answer.status, text, headers, cut=len(page) == MOST_BYTES)


def _end_of(certificate: object) -> datetime:
    fields = certificate if isinstance(certificate, dict) else {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(fields["notAfter"])), UTC)


def look(
    host: str,
    marks: Collection[str],
    ask_page: bool,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    guard: Guard | None = None,
    go: Visit = visit,
) -> PublicAddress:
    """Look at one host; `marks` are texts to find on its page, such as numbers of counters."""
    guard = guard or Guard(SITES)
    try:
        seen = _look_twice(lambda: go(guard, guard.judge(f"https://{host}/"), ask_page))
    except (PlaceRefused, OSError, http.client.HTTPException) as error:
        return PublicAddress(host, ok=False, problem=_problem(error))
    days = (seen.ends_at - now()).days
    if seen.status is None:
        return PublicAddress(host, ok=True, days_of_certificate=days)
    guarded = is_guarded(seen.status, seen.headers, seen.body)
    counters = tuple(mark for mark in marks if mark in seen.body)
    parked = not guarded and not counters and is_parked(seen.body)
    ok = guarded or (200 <= seen.status < 400 and not parked)
    return PublicAddress(
        host,
        ok=ok,
        status=seen.status,
        days_of_certificate=days,
        problem="" if ok else PARKED if parked else f"HTTP {seen.status}",
        counters=counters,
        guarded=guarded,
        moved_to=leads_to(seen.status, seen.headers, host),
        page_seen=not guarded
        and seen.status not in REDIRECTS
        and (not seen.cut or len(counters) == len(marks)),
    )


def _look_twice(once: Callable[[], Seen]) -> Seen:
    try:
        with within(LOOK_SECONDS):
            return once()
    except PASSING:
        if seconds_left() < LOOK_SECONDS:
            raise
    with within(LOOK_SECONDS):
        return once()


def _problem(error: Exception) -> str:
    match error:
        case PlaceRefused(reason="address"):
            return NOT_PUBLIC
        case PlaceRefused():
            return NOT_A_NAME
        case socket.gaierror():
            return NO_NAME
        case ssl.SSLCertVerificationError():
            return BAD_CERTIFICATE
        case TimeoutError():
            return NO_ANSWER
    return NO_CONNECTION


def public_addresses(facts: Facts, look_at: Look = look) -> PublicAddresses:
    """Look at the published sites, shops first, and at the servers of handlers and of the register, which get no request.

    Addresses for which the run has no time are skipped: with half the time a working site would seem silent.
    """
    sites, counters = facts.of(Sites), facts.of(SiteCounters)
    rows = sorted((row for row in sites.rows if row.active) if sites else (), key=lambda row: not row.is_shop)
    marks = {key: row.numbers for key, row in counters.sites.items()} if counters else {}
    seen = {
        row.id: _look_at_site(row, marks.get(row.id, ()), look_at)
        for row in rows[:MOST_HOSTS]
        if host_of(row.public_url) and seconds_left() >= LOOK_SECONDS
    }
    hosts = sorted({host for name in HANDLERS for host in _hosts(facts, name)})
    register = facts.of(Register)
    written = sorted({row.host for row in register.rows if row.host}) if register else []
    here, there = (
        {host: look_at(host, (), False) for host in wanted if seconds_left() >= LOOK_SECONDS}
        for wanted in (hosts[:MOST_HOSTS], written[:MOST_REGISTERED])
    )
    return PublicAddresses(seen, here, there)


def _look_at_site(site: Site, marks: Collection[str], look_at: Look) -> PublicAddress:
    """The first page of its host; a site in a folder of an on-premise portal has its counters elsewhere."""
    found = look_at(host_of(site.public_url), marks, True)
    return replace(found, page_seen=False) if site.has_folder else found


def _hosts(facts: Facts, name: str) -> Iterable[str]:
    handlers = facts.values.get(name)
    return (host for row in handlers.rows for host in row.hosts) if handlers else ()
