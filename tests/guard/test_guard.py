"""The guard: every number behind a name is judged, those alone are dialled, in turn, at the moment of the connection."""

import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.guard import ENTERED, PORTALS, Guard, PlaceRefused, Trust, read_trust
from b24app.guard.places import CLOSED_V4, CLOSED_V6

URL = "https://shop.example/"
NUMBERS = st.one_of(
    st.ip_addresses(),
    *(st.ip_addresses(network=network) for network in (*CLOSED_V4, *CLOSED_V6)),
    st.ip_addresses(v=6, network="::ffff:0:0/96"),
    st.ip_addresses(v=6, network="64:ff9b::/96"),
    st.ip_addresses(v=6, network="fe80::/9"),
).map(str)


@dataclass
class Net:
    """A network by hand: what names lead to, who answers, and who was dialled."""

    answers: list[Sequence[str] | Exception]
    silent: frozenset[str] = frozenset()
    dialled: list[str] = field(default_factory=list)

    def look_up(self, _host: str, _port: int) -> Sequence[str]:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def dial(self, address: str, _port: int, _timeout: float | None) -> socket.socket:
        self.dialled.append(address)
        if address in self.silent:
            raise TimeoutError
        return None  # type: ignore[return-value]

    def guard(self, trust: Trust | None = None, rule=ENTERED) -> Guard:
        return Guard(rule, trust or Trust(), self.look_up, self.dial)


@given(st.lists(NUMBERS, max_size=4), st.sampled_from([ENTERED, PORTALS]))
def test_no_number_outside_the_open_internet_is_ever_dialled(numbers: list[str], rule) -> None:
    net = Net([numbers])
    guard = net.guard(rule=rule)
    with suppress(PlaceRefused, OSError):
        guard.connect(guard.judge(URL), 1)
    for dialled in map(ip_address, net.dialled):
        inner = getattr(dialled, "ipv4_mapped", None) or dialled
        assert inner.is_global
        assert not inner.is_multicast
    assert not net.dialled or all(map(_is_global, numbers))


def _is_global(text: str) -> bool:
    address = ip_address(text)
    return (getattr(address, "ipv4_mapped", None) or address).is_global


@given(NUMBERS)
def test_a_number_in_the_url_itself_is_dialled_only_when_it_is_open(number: str) -> None:
    net = Net([])
    host = f"[{number}]" if ":" in number else number
    try:
        net.guard().connect(net.guard().judge(f"https://{host}/"), 1)
    except PlaceRefused:
        assert net.dialled == []
    else:
        assert _is_global(number)


def test_one_closed_number_among_open_ones_refuses_the_name() -> None:
    net = Net([["8.8.8.8", "2a02:6b8::1", "10.0.0.7"]])
    with pytest.raises(PlaceRefused, match="address"):
        net.guard().connect(net.guard().judge(URL), 1)
    assert net.dialled == []


def test_numbers_are_dialled_in_turn_until_one_answers() -> None:
    net = Net([["2a02:6b8::1", "8.8.8.8", "8.8.4.4"]], silent=frozenset({"2a02:6b8::1"}))
    net.guard().connect(net.guard().judge(URL), 1)
    assert net.dialled == ["2a02:6b8::1", "8.8.8.8"]


def test_when_nobody_answers_the_last_failure_is_told() -> None:
    net = Net([["8.8.8.8", "8.8.4.4"]], silent=frozenset({"8.8.8.8", "8.8.4.4"}))
    with pytest.raises(TimeoutError):
        net.guard().connect(net.guard().judge(URL), 1)
    assert net.dialled == ["8.8.8.8", "8.8.4.4"]


def test_a_name_that_turns_inside_between_saving_and_dialling_is_not_dialled() -> None:
    net = Net([["8.8.8.8"], ["169.254.169.254"]])
    place = net.guard().check(URL)
    with pytest.raises(PlaceRefused, match="address"):
        net.guard().connect(place, 1)
    assert net.dialled == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ([], "unknown"),
        (socket.gaierror(socket.EAI_NONAME, "no name"), "unknown"),
        (socket.gaierror(socket.EAI_AGAIN, "later"), "unresolved"),
        (TimeoutError(), "unresolved"),
        (["not a number"], "address"),
    ],
)
def test_what_cannot_be_judged_is_not_saved(answer, reason: str) -> None:
    with pytest.raises(PlaceRefused, match=reason):
        Net([answer]).guard().check(URL)


LIST = read_trust(
    ["portal", "crm.corp:8443", "10.0.0.5", "10.0.0.5:9443", "192.168.0.0/16", "fd00::5", "[fd00::6]:8443"]
)


@pytest.mark.parametrize(
    "url",
    [
        "https://portal/rest/", "https://PORTAL/rest/", "https://crm.corp:8443/", "https://10.0.0.5/", "https://10.0.0.5:9443/",
        "https://192.168.7.7/", "https://192.168.7.7:8443/", "https://[fd00::5]/", "https://[fd00:0::6]:8443/", "https://shop.example/",
    ],
)  # fmt: skip
def test_an_operators_list_opens_an_address_a_port_and_an_inner_name(url: str) -> None:
    net = Net([["192.168.1.10"], ["192.168.1.10"]])
    net.guard(LIST, PORTALS).check(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://portal:8443/", "https://crm.corp/", "https://10.0.0.6/", "https://10.0.0.5:22/", "https://other/", "https://127.0.0.1/",
        "https://[fd00::7]/", "https://169.254.169.254/", "http://portal/", "https://me@portal/", "https://shop.example:8443/", "https://010.0.0.5/",
    ],
)  # fmt: skip
def test_an_operators_list_opens_nothing_else(url: str) -> None:
    with pytest.raises(PlaceRefused):
        Net([["192.168.1.10"]]).guard(LIST, PORTALS).check(url)


@pytest.mark.parametrize("number", ["127.0.0.1", "169.254.169.254", "::1", "fe80::1", "0.0.0.0", "224.0.0.1"])  # noqa: S104
def test_a_trusted_name_leads_to_no_machine_of_ours_and_no_metadata(number: str) -> None:
    with pytest.raises(PlaceRefused, match="address"):
        Net([[number]]).guard(LIST, PORTALS).check("https://portal/")


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "10.0.0.0/4",
        "0.0.0.0/0",
        "::/0",
        "10.0.0.5/8",
        "ftp://portal",
        "http://",
        "http://10.0.0.0/8",
        "http://portal/rest",
        "a b",
        "portal/x",
        "me@portal",
        "0x7f.1",
        "portal:0",
    ],
)
def test_a_list_that_cannot_be_read_names_its_entry(entry: str) -> None:
    with pytest.raises(ValueError, match=r"is not a|too wide"):
        read_trust([entry])


PLAIN = read_trust(
    ["http://portal", "http://crm.corp:8080/", "https://shop.corp", "http://10.0.0.5", "192.168.0.0/16"]
)


@pytest.mark.parametrize(
    "url", ["http://portal/rest/", "http://crm.corp:8080/", "https://shop.corp/", "http://10.0.0.5/"]
)
def test_a_host_listed_with_http_is_called_without_https(url: str) -> None:
    Net([["192.168.1.10"]]).guard(PLAIN, PORTALS).check(url)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://portal/", "name"),
        ("http://portal:8080/", "scheme"),
        ("http://crm.corp/", "scheme"),
        ("http://shop.corp/", "scheme"),
        ("http://192.168.7.7/", "scheme"),
        ("http://shop.example/", "scheme"),
        ("https://10.0.0.5/", "number"),
        ("ftp://portal/", "scheme"),
    ],
)
def test_nothing_else_is_called_without_https(url: str, reason: str) -> None:
    with pytest.raises(PlaceRefused, match=reason):
        Net([["192.168.1.10"]]).guard(PLAIN, PORTALS).check(url)


@pytest.mark.parametrize("number", ["93.184.216.34", "2a02:6b8::1", "127.0.0.1", "169.254.169.254"])
def test_without_https_no_number_outside_the_companys_network_is_dialled(number: str) -> None:
    net = Net([[number]])
    with pytest.raises(PlaceRefused, match="address"):
        net.guard(PLAIN, PORTALS).connect(net.guard(PLAIN, PORTALS).judge("http://portal/"), 1)
    assert net.dialled == []
    own = read_trust(["http://portal", f"{number}/32" if "." in number else f"{number}/128"])
    assert Net([[number]]).guard(own, PORTALS).check("http://portal/").authority == "portal"


def test_a_number_of_the_open_internet_is_not_called_without_https_though_it_is_listed() -> None:
    with pytest.raises(PlaceRefused, match="address"):
        Net([]).guard(read_trust(["http://93.184.216.34"]), PORTALS).check("http://93.184.216.34/")


def test_the_demo_opens_everything() -> None:
    demo = Net([["127.0.0.1"]]).guard(Trust(everything=True), PORTALS)
    assert demo.check("http://localhost:8000/").authority == "localhost:8000"
