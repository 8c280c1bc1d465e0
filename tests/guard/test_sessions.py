"""Sessions over a real TLS line: the number is dialled, the name's certificate is checked, the company's CA is believed."""

import os
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network
from pathlib import Path

import pytest
import requests
import trustme

from b24app.bitrix24.no_answer import CertificateRefused
from b24app.bitrix24.oauth import ask_for_tokens
from b24app.bitrix24.transport import Limits, post
from b24app.errors import AddressRefused
from b24app.guard import PORTALS, Guard, PlaceRefused, Trust, read_trust
from b24app.guard.sessions import GuardedAdapter, open_session

HERE = ip_network("127.0.0.1/32")


@dataclass
class Site:
    """A portal on this machine with a certificate of its company's own CA."""

    port: int
    authority: str
    place: str = ""
    heard: list[str] = field(default_factory=list)

    def guard(self, *entries: str, numbers: tuple[str, ...] = ("127.0.0.1",)) -> Guard:
        listed = read_trust(entries or (f"portal.corp:{self.port}",))
        return Guard(PORTALS, Trust(listed.places, (HERE,)), lambda _host, _port: numbers)


@pytest.fixture
def site(socket_enabled: None) -> Iterator[Site]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("portal.corp").configure_cert(context)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.heard.append(self.headers["Host"])
            self.send_response(302 if found.place else 200)
            self.send_header("Location", found.place)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_args: object) -> None:
            """Keep the test's output clean."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    found = Site(server.server_port, authority.cert_pem.bytes().decode())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def ask(site: Site, guard: Guard, authority: str, url: str = "") -> int:
    with open_session(guard, authority) as session:
        return post(session, url or f"https://portal.corp:{site.port}/", b"{}", Limits(connect=2)).http


def test_a_portal_at_an_inner_name_and_a_port_is_called_with_the_companys_ca(site: Site) -> None:
    assert ask(site, site.guard(), site.authority) == 200
    assert site.heard == [f"portal.corp:{site.port}"]


def test_without_the_companys_ca_it_is_not(site: Site) -> None:
    with pytest.raises(CertificateRefused):
        ask(site, site.guard(), "")
    assert site.heard == []


def test_the_companys_ca_vouches_for_no_host_that_is_not_listed(site: Site) -> None:
    guard = Guard(PORTALS, Trust(networks=(HERE,)), lambda _host, _port: ("127.0.0.1",))
    object.__setattr__(guard, "rule", type(PORTALS)(high_ports=True))
    with pytest.raises(CertificateRefused):
        ask(site, guard, site.authority, f"https://shop.example:{site.port}/")
    assert site.heard == []


def test_a_certificate_of_another_name_is_refused(site: Site) -> None:
    with pytest.raises(CertificateRefused):
        ask(site, site.guard(f"other.corp:{site.port}"), site.authority, f"https://other.corp:{site.port}/")
    assert site.heard == []


def test_the_next_address_is_dialled_when_one_does_not_answer(site: Site) -> None:
    guard = Guard(
        PORTALS,
        Trust(site.guard().trust.places, (ip_network("127.0.0.0/8"),)),
        lambda _host, _port: ("127.0.0.2", "127.0.0.1"),
    )
    assert ask(site, guard, site.authority) == 200


@pytest.fixture
def plain_site(socket_enabled: None) -> Iterator[HTTPServer]:
    """A portal on this machine without a certificate."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_args: object) -> None:
            """Keep the test's output clean."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_portal_without_https_is_called_where_it_is_listed_so(plain_site: HTTPServer) -> None:
    place = f"portal.corp:{plain_site.server_port}"
    for entry, reason in ((f"http://{place}", ""), (place, "scheme")):
        trust = read_trust([entry, "127.0.0.1/32"])
        guard = Guard(PORTALS, trust, lambda _host, _port: ("127.0.0.1",))
        with open_session(guard) as session:
            if reason:
                with pytest.raises(AddressRefused, match=reason):
                    post(session, f"http://{place}/rest/", b"{}", Limits(connect=2))
            else:
                assert post(session, f"http://{place}/rest/", b"{}", Limits(connect=2)).http == 200


def test_a_redirect_is_told_and_not_followed(site: Site) -> None:
    site.place = f"https://portal.corp:{site.port}/again"
    with open_session(site.guard(), site.authority) as session:
        answer = session.post(f"https://portal.corp:{site.port}/", timeout=5)
    assert (answer.status_code, len(site.heard)) == (302, 1)


def test_a_name_that_leads_inside_is_no_silence_of_the_portal(site: Site) -> None:
    guard = Guard(PORTALS, resolve=lambda _host, _port: ("127.0.0.1",))
    with open_session(guard) as session, pytest.raises(AddressRefused, match="address"):
        post(session, "https://shop.example/rest/", b"{}", Limits())
    with open_session(guard) as session, pytest.raises(AddressRefused, match="address"):
        ask_for_tokens(session, "https://oauth.example", ("id", "key"), grant_type="refresh_token")


@pytest.mark.parametrize(
    "url", ["http://shop.example/", "https://10.0.0.7/", "https://2130706433/", "https://a@shop.example/"]
)
def test_nothing_is_asked_about_what_the_guard_does_not_read(url: str) -> None:
    guard = Guard(PORTALS, resolve=lambda _host, _port: 1 / 0)
    with open_session(guard) as session, pytest.raises((PlaceRefused, requests.RequestException)):
        session.post(url, timeout=1)


def context_of(adapter: GuardedAdapter, url: str, verify: bool | str = True) -> object:
    asked = requests.Request("POST", url).prepare()
    return adapter.build_connection_pool_key_attributes(asked, verify)[1].get("ssl_context")


def test_roots_are_read_once_and_the_companys_own_stay_with_its_hosts(tmp_path: Path) -> None:
    authority = trustme.CA().cert_pem.bytes().decode()
    first, second = (GuardedAdapter(Guard(trust=read_trust(["portal.corp"])), authority) for _ in range(2))
    outside, own = context_of(first, "https://shop.bitrix24.ru/"), context_of(first, "https://portal.corp/")
    assert outside is context_of(second, "https://other.bitrix24.ru/") is not None
    assert own is context_of(second, "https://portal.corp/")
    assert len(own.get_ca_certs()) == len(outside.get_ca_certs()) + 1
    bundle = tmp_path / "roots.pem"
    bundle.write_text(authority)
    before = context_of(first, "https://shop.bitrix24.ru/", str(bundle))
    bundle.write_text(trustme.CA().cert_pem.bytes().decode())
    os.utime(bundle, ns=(1, 1))
    assert context_of(first, "https://shop.bitrix24.ru/", str(bundle)) is not before
    assert context_of(first, "https://shop.bitrix24.ru/", verify=False) is None
