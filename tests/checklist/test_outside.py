"""Public addresses from our server: nothing private is ever touched, and trouble has a name."""

import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
import trustme

from b24app.checklist.engine import outside_checks
from b24app.checklist.engine.outside_checks import Seen, look, public_addresses, visit
from b24app.checklist.engine.own_facts import PublicAddress, PublicAddresses
from b24app.checklist.engine.verdict import Level
from b24app.guard import SITES, Guard, Place, Trust
from tests.checklist.conftest import Shop

NOW = datetime(2026, 11, 30, tzinfo=UTC)
GOOD = Seen(NOW + timedelta(days=60), 200, "counter 900000001")


def guard_at(*addresses: str, trust: Trust | None = None) -> Guard:
    return Guard(SITES, trust or Trust(), lambda _host, _port: addresses)


def seen(host: str = "shop.example", *, found: Seen | Exception = GOOD) -> PublicAddress:
    def go(_guard: Guard, place: Place, ask_page: bool) -> Seen:
        assert (place.host, ask_page) == (host, True)
        if isinstance(found, Exception):
            raise found
        return found

    return look(host, ("900000001", "777"), True, now=lambda: NOW, go=go)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "100.64.0.1", "224.0.0.1", "fd00::1", "fec0::1"],
)
def test_a_private_address_is_not_visited(address: str) -> None:
    told = look("shop.example", (), True, guard=guard_at("93.184.216.34", address))
    assert told.problem == outside_checks.NOT_PUBLIC


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "[::1]", "a b.example", "-x.example", "shop.example:22", "", "2130706433"],
)
def test_what_is_not_a_public_name_is_not_resolved(host: str) -> None:
    silent = Guard(SITES, resolve=lambda _host, _port: 1 / 0)
    assert look(host, (), True, guard=silent).problem == outside_checks.NOT_A_NAME


def test_nothing_resolved_is_not_visited() -> None:
    assert not look("shop.example", (), True, guard=guard_at()).ok


def test_a_name_with_international_letters_is_visited() -> None:
    asked: list[str] = []
    look(
        "лавка.рф", (), True, go=lambda _guard, place, _ask: asked.append(place.host) or GOOD, now=lambda: NOW
    )
    assert asked == ["xn--80aaf6ac.xn--p1ai"]


def test_a_good_answer_tells_counters_and_days_of_the_certificate() -> None:
    told = seen()
    assert (told.ok, told.status, told.days_of_certificate) == (True, 200, 60)
    assert told.counters == ("900000001",)


@pytest.mark.parametrize(
    ("status", "ok"), [(200, True), (301, True), (401, False), (404, False), (500, False), (503, False)]
)
def test_an_error_page_is_not_an_open_shop(status: int, ok: bool) -> None:
    assert seen(found=Seen(NOW, status)).ok is ok


GUARDED = [
    Seen(NOW, 403),
    Seen(NOW, 429),
    Seen(NOW, 503, "<title>Just a moment...</title>"),
    Seen(NOW, 503, "", {"server": "ddos-guard"}),
    Seen(NOW, 503, "", {"server": "QRATOR"}),
    Seen(NOW, 503, "Подтвердите, что вы не робот"),
    Seen(NOW, 200, "<html><title>Just a moment...</title></html>"),
    Seen(NOW, 401, "", {"cf-mitigated": "challenge"}),
]


@pytest.mark.parametrize("found", GUARDED)
def test_a_guard_against_robots_answers_in_the_place_of_the_page(found: Seen) -> None:
    told = seen(found=found)
    assert (told.ok, told.guarded, told.page_seen, told.problem) == (True, True, False, "")


def test_a_shop_that_asks_for_a_captcha_in_a_form_is_seen() -> None:
    told = seen(found=Seen(NOW, 200, "<script src='captcha.js'></script> 900000001"))
    assert (told.guarded, told.page_seen) == (False, True)


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("https://parked.example/shop.example", "parked.example"),
        ("//other.example/", "other.example"),
        ("https://www.shop.example/", ""),
        ("https://m.shop.example/ru/", ""),
        ("http://shop.example/", ""),
        ("/ru/", ""),
        ("", ""),
        ("https://[broken", ""),
    ],
)
def test_a_way_to_another_site_is_named(location: str, host: str) -> None:
    told = seen(found=Seen(NOW, 302, "", {"location": location}))
    assert (told.ok, told.moved_to, told.page_seen) == (True, host, False)


def test_a_page_that_was_cut_says_nothing_of_what_may_stand_below() -> None:
    assert not seen(found=Seen(NOW, 200, "900000001", cut=True)).page_seen
    assert seen(found=Seen(NOW, 200, "900000001 777", cut=True)).page_seen


def test_the_page_of_a_registrar_is_not_the_shop() -> None:
    told = seen(found=Seen(NOW, 200, "<h1>Домен припаркован</h1>"))
    assert (told.ok, told.problem) == (False, outside_checks.PARKED)


def test_a_lost_packet_is_looked_at_once_more() -> None:
    answers: list[Seen | Exception] = [TimeoutError(), GOOD]

    def go(_guard: Guard, _place: Place, _ask: bool) -> Seen:
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    assert look("shop.example", (), True, now=lambda: NOW, go=go).ok
    assert answers == []


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (socket.gaierror(), outside_checks.NO_NAME),
        (TimeoutError(), outside_checks.NO_ANSWER),
        (ConnectionRefusedError(), outside_checks.NO_CONNECTION),
        (ssl.SSLCertVerificationError(), outside_checks.BAD_CERTIFICATE),
    ],
)
def test_trouble_has_a_name(error: Exception, problem: str) -> None:
    told = seen(found=error)
    assert (told.ok, told.problem) == (False, problem)


def test_looks_at_shops_and_at_servers_of_handlers(shop: Shop) -> None:
    asked: list[tuple[str, bool]] = []

    def note(host: str, _marks: object, ask_page: bool) -> PublicAddress:
        asked.append((host, ask_page))
        return PublicAddress(host, ok=True)

    names = ("sites", "site_counters", "pay_handlers", "delivery_handlers", "cash_handlers")
    found = public_addresses(shop.facts(*names), note)
    assert ("lavka.example", True) in asked
    assert ("novosti.lavka.example", True) in asked
    assert ("splitpay.example", False) in asked
    assert found.sites["3"].ok


def test_a_counter_that_is_not_on_the_page_is_noticed(shop: Shop) -> None:
    assert shop.verdict("counters_on_page").level is Level.PASS
    shop.own["public_addresses"] = PublicAddresses({"3": PublicAddress("lavka.example", ok=True)})
    assert shop.verdict("counters_on_page").level is Level.WARN


@pytest.fixture
def server() -> Iterator[tuple[int, ssl.SSLContext]]:
    """A shop on this machine with a certificate of its own authority, for one visit."""
    authority = trustme.CA()
    ours, theirs = ssl.create_default_context(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.configure_trust(ours)
    authority.issue_cert("shop.example").configure_cert(theirs)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            plain, _ = listener.accept()
            with theirs.wrap_socket(plain, server_side=True) as line:
                if line.recv(1024):
                    line.sendall(b"HTTP/1.1 200 OK\r\nServer: shop\r\nContent-Length: 4\r\n\r\nshop")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield listener.getsockname()[1], ours
        thread.join(5)


@pytest.mark.enable_socket
@pytest.mark.parametrize(("ask_page", "status", "body"), [(True, 200, "shop"), (False, None, "")])
def test_visits_over_tls(
    server: tuple[int, ssl.SSLContext], ask_page: bool, status: int | None, body: str
) -> None:
    port, context = server
    here = guard_at("127.0.0.1", trust=Trust(networks=(ip_network("127.0.0.1/32"),)))
    told = visit(here, Place("https", "shop.example", port), ask_page, context=context)
    assert (told.status, told.body, told.cut) == (status, body, False)
    assert told.headers.get("server") == ("shop" if ask_page else None)
    assert told.ends_at > datetime.now(UTC)
