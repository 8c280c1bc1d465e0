"""Spellings: an address that two readers could understand differently is no address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.guard import ENTERED, PORTALS, Guard, PlaceRefused, read_authority, read_place

# kind → spellings; each was tried against the guard of webhooks, the widest of all
ATTACKS = {
    "octal, hexadecimal, short or one number": ["https://0177.0.0.1/", "https://0x7f.0.0.1/", "https://0x7f000001/", "https://2130706433/", "https://127.1/", "https://127.0.1/", "https://017700000001/", "https://0/", "https://00.0.0.0/", "https://127.0.0.01/", "https://1.2.3.4.5/", "https://256.1.1.1/", "https://127.0.0.0x1/", "https://3232235521/", "https://0x0a000007/"],
    "look-alike digits and dots": [
        "https://１２７.0.0.1/", "https://①②⑦.⓪.⓪.①/", "https://127。0。0。1/", "https://127．0．0．1/", "https://１０.0.0.7/",
        "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", "https://𝟏𝟐𝟕.𝟎.𝟎.𝟏/", "https://０x7f.1/", "https://169。254。169。254/",
    ],
    "trailing dots": ["https://127.0.0.1./", "https://localhost./", "https://shop.example../", "https://./", "https://db.internal./"],
    "percent and zones": [
        "https://%31%32%37.0.0.1/", "https://127.0.0.1%2e/", "https://[fe80::1%25eth0]/", "https://[fe80::1%eth0]/",
        "https://shop.example%00.evil.example/", "https://local%68ost/", "https://[::1%25lo]/",
    ],
    "user info": [
        "https://a@127.0.0.1/", "https://a:b@shop.example/", "https://@shop.example/", "https://shop.example@127.0.0.1/",
        "https://shop.example:443@10.0.0.7/", "https://:@shop.example/",
    ],
    "inner names": ["https://localhost/", "https://LOCALHOST/", "https://a.localhost/", "https://localhost.localdomain/", "https://portal/", "https://db.internal/", "https://metadata.google.internal/", "https://printer.local/", "https://nas.lan/", "https://gw.home.arpa/", "https://wiki.corp/", "https://x.intranet/", "https://x.private/", "https://x.onion/", "https://1.0.0.127.in-addr.arpa/", "https://x.home/"],
    "IPv6 of closed blocks": ["https://[::1]/", "https://[::]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[::127.0.0.1]/", "https://[0:0:0:0:0:0:0:1]/", "https://[2002:7f00:1::]/", "https://[64:ff9b::7f00:1]/", "https://[64:ff9b:1::a00:1]/", "https://[fec0::1]/", "https://[fd00::1]/", "https://[fe80::1]/", "https://[2001::1]/", "https://[2001:db8::1]/", "https://[ff02::1]/", "https://[fd00:ec2::254]/", "https://[2001:678::5efe:a00:7]/", "https://[::ffff:0:127.0.0.1]/"],
    "IPv4 of closed blocks": ["https://127.0.0.1/", "https://10.0.0.7/", "https://192.168.0.1/", "https://172.16.0.1/", "https://169.254.169.254/", "https://100.64.0.1/", "https://0.0.0.0/", "https://192.0.0.1/", "https://198.18.0.1/", "https://240.0.0.1/", "https://224.0.0.1/", "https://255.255.255.255/", "https://192.0.2.1/", "https://198.51.100.1/", "https://203.0.113.1/", "https://168.63.129.16/", "https://127.0.0.1:8443/"],
    "ports": [
        "https://shop.example:22/", "https://shop.example:0/", "https://shop.example:99999/", "https://shop.example:-1/",
        "https://shop.example:80/", "https://shop.example:4４3/", "https://shop.example:443x/", "https://shop.example:25/",
    ],
    "schemes": [
        "http://shop.example/", "ftp://shop.example/", "file:///etc/passwd", "gopher://shop.example/", "//shop.example/",
        "javascript:alert(1)", "https:shop.example", "httpss://shop.example/", "shop.example", "",
    ],
    "broken": [
        "https://", "https:///", "https://[", "https://[::1", "https://]/", "https://[v1.a]/", "https://[127.0.0.1]/", "https://a b.example/",
        "https://shop.example\\@127.0.0.1/", "https://shop\t.example/", "https://shop.example\r\nHost: x/", "https://shop\x00.example/",
        "https://-shop.example/", "https://shop-.example/", "https://shop_.example/", "https://a..example/", "https://.example/",
        "https://" + "a" * 64 + ".example/", "https://" + "a." * 130 + "example/", "https://shop.example/" + "a" * 2000, "https://\ud800.example/",
        "https://shop\u00a0.example/", "https://xn--\u00df.example:x/", "https://a/b@c[d]:1]/", "https://ex\u2028ample.com/",
    ],
}  # fmt: skip


@pytest.mark.parametrize("url", [url for urls in ATTACKS.values() for url in urls])
@pytest.mark.parametrize("rule", [ENTERED, PORTALS])
def test_refuses_every_spelling_of_an_attack(url: str, rule) -> None:
    asked: list[str] = []
    with pytest.raises(PlaceRefused):
        Guard(rule, resolve=lambda host, _port: asked.append(host) or ["8.8.8.8"]).check(url)
    assert asked == []


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("https://Shop.Example/rest/", "shop.example"),
        ("https://shop.example:443/", "shop.example"),
        ("https://shop.example./", "shop.example"),
        ("https://shop.example:/", "shop.example"),
        ("https://портал.рф/", "xn--80awhdgm.xn--p1ai"),
        ("https://ПОРТАЛ.РФ/", "xn--80awhdgm.xn--p1ai"),
        ("https://straße.example/", "xn--strae-oqa.example"),
        ("https://ｓｈｏｐ.example/", "shop.example"),
        ("https://3com.example/", "3com.example"),
    ],
)
def test_reads_a_name_as_the_name_system_knows_it(url: str, authority: str) -> None:
    assert Guard().judge(url).authority == authority


@pytest.mark.parametrize(
    "url", ["https://8.8.8.8/", "https://shop.example:8443/", "https://[2a02:6b8::1]:8443/x"]
)
def test_what_an_administrator_enters_may_be_a_number_or_a_high_port_and_a_portals_host_may_not(
    url: str,
) -> None:
    assert Guard(ENTERED).judge(url).authority in url
    with pytest.raises(PlaceRefused):
        Guard(PORTALS).judge(url)


@pytest.mark.parametrize(
    "text", ["shop.example/x", "shop.example?x", "shop.example#x", "a@b.example", "https://shop.example"]
)
def test_a_host_alone_holds_nothing_else(text: str) -> None:
    with pytest.raises(PlaceRefused):
        read_authority(text)


@given(st.text())
def test_any_text_is_a_place_or_a_refusal(text: str) -> None:
    for url in (text, f"https://{text}", f"https://shop.example{text}"):
        try:
            place = read_place(url)
        except PlaceRefused:
            continue
        assert place.host.isascii()
        assert read_place(f"https://{place.authority}/").host == place.host
