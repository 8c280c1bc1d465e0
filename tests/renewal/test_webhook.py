"""The signed webhook: to a real HTTPS server, and never to a place inside a network."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import trustme

from b24app.renewal.channels import Letter
from b24app.renewal.channels.webhook import (
    WebhookRefused,
    WebhookUnavailable,
    is_public,
    resolve_host,
    send,
    sign,
)
from tests.license.conftest import AT

LETTER = Letter("north:key", "1:term", "Осталось 14 дней", ("Оплатите до 18 декабря.",))
SECRET = "secret-of-the-webhook"


@dataclass
class Listener:
    """An HTTPS server that keeps what it is sent; its name resolves wherever the test says."""

    port: int
    authority: str
    status: int = 200
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def url(self, host: str = "hooks.shop.example") -> str:
        return f"https://{host}:{self.port}/renewal"

    def send(self, url: str = "", **changes: object) -> None:
        usual = {"portal": "north.bitrix24.example", "resolve": lambda _h, _p: ["127.0.0.1"]}
        usual |= {"allowed": lambda _a: True, "verify": self.authority}
        send(url or self.url(), SECRET, LETTER, AT, **{**usual, **changes})


@pytest.fixture
def listener(socket_enabled: None, tmp_path: Path) -> Iterator[Listener]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("hooks.shop.example").configure_cert(context)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.heard.append((dict(self.headers), body))
            self.send_response(found.status)
            self.send_header("Location", found.url())
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Keep the test's output clean."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    found = Listener(server.server_port, str(tmp_path / "ca.pem"))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_receiver_can_recount_the_signature(listener):
    listener.send()
    headers, body = listener.heard[0]
    assert headers["X-Renewal-Signature"] == sign(SECRET, int(headers["X-Renewal-Timestamp"]), body)
    assert headers["Host"] == f"hooks.shop.example:{listener.port}"
    assert json.loads(body)["portal"] == "north.bitrix24.example"


def test_a_repeated_attempt_carries_the_same_delivery_id(listener):
    listener.send()
    listener.send()
    assert len({headers["X-Renewal-Delivery"] for headers, _ in listener.heard}) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [(302, WebhookRefused), (404, WebhookRefused), (429, WebhookUnavailable), (503, WebhookUnavailable)],
)
def test_answers_are_final_or_passing_and_redirects_are_not_followed(listener, status, error):
    listener.status = status
    with pytest.raises(error):
        listener.send()
    assert len(listener.heard) == 1


def test_the_certificate_must_be_the_names_own(listener):
    with pytest.raises(WebhookRefused, match="certificate"):
        listener.send(listener.url("other.shop.example"))
    assert listener.heard == []


def test_the_address_that_was_checked_is_the_one_that_is_dialled(listener):
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    listener.send(resolve=lambda _h, _p: next(answers))
    assert len(listener.heard) == 1


@pytest.mark.parametrize("addresses", [["10.0.0.7"], ["8.8.8.8", "127.0.0.1"], []])
def test_a_name_that_leads_inside_is_not_called(listener, addresses):
    with pytest.raises(WebhookRefused, match="public"):
        listener.send(resolve=lambda _h, _p: addresses, allowed=is_public)
    assert listener.heard == []


INSIDE = (
    "127.0.0.1 10.1.2.3 192.168.0.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 "
    "::1 fe80::1%eth0 fd00::1 ::ffff:127.0.0.1"
)


@pytest.mark.parametrize("address", INSIDE.split())
def test_addresses_inside_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2a02:6b8::feed:ff", "::ffff:8.8.8.8"])
def test_addresses_of_the_open_internet_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url", ["http://shop.example/", "ftp://shop.example/", "https://u:p@shop.example/", "https:///"]
)
def test_only_https_without_a_password_is_called(url):
    with pytest.raises(WebhookRefused, match="https"):
        send(url, SECRET, LETTER, AT, portal="north.bitrix24.example")


def test_a_server_that_is_away_will_be_tried_again(socket_enabled):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(WebhookUnavailable):
        Listener(port, "").send(verify=True)


def test_a_name_that_nobody_knows_will_be_tried_again(socket_enabled):
    with pytest.raises(WebhookUnavailable):
        resolve_host("no-such-name.invalid", 443)
    assert "127.0.0.1" in resolve_host("127.0.0.1", 443)
