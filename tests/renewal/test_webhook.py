"""The signed webhook: to a real HTTPS server, and never to a place inside a network."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network
from pathlib import Path

import pytest
import trustme

from b24app.guard import ENTERED, Guard, Trust
from b24app.reminders.channels import Message
from b24app.reminders.channels.webhook import WebhookRefused, WebhookUnavailable, send, sign
from tests.terms.conftest import AT

LETTER = Message("north:key", "1:term", "Осталось 14 дней", ("Оплатите до 18 декабря.",))
SECRET = "secret-of-the-webhook"


OPEN_HERE, CLOSED = Trust(networks=(ip_network("127.0.0.1/32"),)), Trust()


def guard_at(trust: Trust, *answers: list[str]) -> Guard:
    """A guard whose resolver gives these answers one after another."""
    left = iter(answers)
    return Guard(ENTERED, trust, lambda _host, _port: next(left))


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
        usual = {"portal": "north.bitrix24.example", "guard": guard_at(OPEN_HERE, ["127.0.0.1"])}
        usual |= {"verify": self.authority}
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


def test_a_name_that_turns_inside_after_it_was_saved_is_not_called(listener):
    guard = guard_at(CLOSED, ["8.8.8.8"], ["127.0.0.1"])
    guard.check(listener.url())
    with pytest.raises(WebhookRefused, match="address"):
        listener.send(guard=guard)
    assert listener.heard == []


@pytest.mark.parametrize("addresses", [["10.0.0.7"], ["8.8.8.8", "127.0.0.1"], ["::ffff:127.0.0.1"]])
def test_a_name_that_leads_inside_is_not_called(listener, addresses):
    with pytest.raises(WebhookRefused, match="address"):
        listener.send(guard=guard_at(CLOSED, addresses))
    assert listener.heard == []


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://shop.example/", "scheme"),
        ("ftp://shop.example/", "malformed"),
        ("https://u:p@shop.example/", "user_info"),
        ("https:///", "malformed"),
        ("https://[", "malformed"),
        ("https://shop.example:22/", "port"),
        ("https://2130706433/", "spelling"),
        ("https://[fec0::1]/", "address"),
        ("nothing at all", "malformed"),
    ],
)
def test_an_address_that_the_last_release_had_saved_fails_alone(url, reason):
    with pytest.raises(WebhookRefused, match=reason):
        send(url, SECRET, LETTER, AT, portal="north.bitrix24.example", guard=guard_at(CLOSED))


def test_a_server_that_is_away_will_be_tried_again(socket_enabled):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(WebhookUnavailable):
        Listener(port, "").send(verify=True)


def test_a_name_that_nobody_knows_will_be_tried_again(socket_enabled):
    with pytest.raises(WebhookUnavailable, match="name not found"):
        send("https://no-such-name.example/", SECRET, LETTER, AT, portal="north.bitrix24.example")
