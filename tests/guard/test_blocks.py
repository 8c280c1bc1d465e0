"""Numbers: what is of the open internet, and what only looks like it."""

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.guard.places import CLOSED_V4, is_inner, is_open

CLOSED = [
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.5",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "febf::1",
    "fec0::1",
    "feff::1",
    "fc00::1",
    "fd00::1",
    "fd00:ec2::254",
    "ff02::1",
    "ff0e::1",
    "100::1",
    "100:0:0:1::1",
    "5f00::1",
    "2001:db8::1",
    "3fff::1",
    "3ffe::1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "4000::1",
    "a000::1",
    "e000::1",
    "::2",
]
HOLDERS = {  # IPv4 inside IPv6, in every form; the number of the standard beside each
    "mapped (4291)": lambda number: IPv6Address((0xFFFF << 32) | number),
    "compatible (4291)": IPv6Address,
    "translated (2765)": lambda number: IPv6Address((0xFFFF << 48) | number),
    "6to4 (3056)": lambda number: IPv6Address((0x2002 << 112) | (number << 80) | 1),
    "Teredo (4380)": lambda number: IPv6Address((0x20010000 << 96) | (number ^ 0xFFFFFFFF)),
    "NAT64 (6052)": lambda number: IPv6Address((0x64FF9B << 96) | number),
    "local NAT64 (8215)": lambda number: IPv6Address((0x64FF9B0001 << 80) | number),
    "ISATAP (5214)": lambda number: IPv6Address((0x20010678 << 96) | (0x5EFE << 32) | number),
    "ISATAP, global (5214)": lambda number: IPv6Address((0x20010678 << 96) | (0x02005EFE << 32) | number),
}
INSIDE = ("127.0.0.1", "10.0.0.7", "169.254.169.254", "192.168.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1")  # noqa: S104


@pytest.mark.parametrize("address", CLOSED)
def test_closed_blocks_are_closed(address: str) -> None:
    assert not is_open(address)


@pytest.mark.parametrize("form", HOLDERS)
@pytest.mark.parametrize("inside", INSIDE)
def test_ipv4_inside_ipv6_is_closed_in_every_form(form: str, inside: str) -> None:
    address = HOLDERS[form](int(IPv4Address(inside)))
    assert not is_open(address)
    assert not is_open(str(address))
    assert not is_open(address.exploded)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "93.184.216.34",
        "172.32.0.1",
        "100.128.0.1",
        "2a02:6b8::feed:ff",
        "2606:4700::1111",
        "2001:4860::8",
    ],
)
def test_the_open_internet_is_open(address: str) -> None:
    assert is_open(address)


@pytest.mark.parametrize("address", ["::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])
def test_an_open_number_behind_a_translator_of_the_network_is_open(address: str) -> None:
    assert is_open(address)


@pytest.mark.parametrize(
    "text", ["", "shop.example", "127.1", "0x7f.0.0.1", "[::1]", "1.2.3.4:80", "٣.1.1.1"]
)
def test_what_is_no_number_is_not_open(text: str) -> None:
    assert not is_open(text)


@given(st.sampled_from(CLOSED_V4), st.integers(0, 2**32 - 1), st.sampled_from(sorted(HOLDERS)))
def test_no_number_of_a_closed_block_is_open_in_any_form(block, offset, form) -> None:
    number = int(block.network_address) + offset % block.num_addresses
    assert not is_open(IPv4Address(number))
    assert not is_open(HOLDERS[form](number))


@given(st.ip_addresses())
def test_what_is_open_the_registry_calls_global(address) -> None:
    if is_open(address) and getattr(address, "ipv4_mapped", None) is None:
        assert address.is_global
        assert not any((address.is_multicast, address.is_loopback, address.is_link_local))


def test_a_companys_own_network_is_neither_this_machine_nor_a_clouds_metadata() -> None:
    assert all(map(is_inner, ("10.0.0.1", "192.168.7.7", "172.20.1.1", "100.64.1.1", "fd00::1")))
    assert not any(map(is_inner, ("127.0.0.1", "169.254.169.254", "::1", "fe80::1", "8.8.8.8", "0.0.0.0")))  # noqa: S104
    assert not any(map(is_inner, ("100.100.100.200", "fd00:ec2::254", "fd20:ce::254")))
    assert ip_network("fd00::/8").subnet_of(ip_network("fc00::/7"))
