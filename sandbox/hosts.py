"""Host names as they go over the wire: lower case, international names in their ASCII form, IPv6 in brackets."""

from __future__ import annotations

from ipaddress import ip_address

USUAL_PORTS = {"https": 443, "http": 80}


def on_the_wire(host: str, scheme: str = "") -> str:
    """Write a host as a browser does in its Host header: the usual port is left out, магазин.рф is xn--80aairftm.xn--p1ai."""
    name, port = split_port(host.lower())
    usual = str(USUAL_PORTS.get(scheme, ""))
    return _ascii(name) + (f":{port}" if port and port != usual else "")


def with_port(name: str, port: int, scheme: str) -> str:
    """Join a name, which may be a bare IPv6 address, and a port."""
    bracketed = f"[{name}]" if ":" in name and not name.startswith("[") else name
    return on_the_wire(f"{bracketed}:{port}", scheme)


def split_port(host: str) -> tuple[str, str]:
    """Split "[::1]:8000" into ("[::1]", "8000"); without a port the second is empty."""
    name, colon, port = host.rpartition(":")
    return (
        (name, port) if colon and (name.startswith("[") or ":" not in name) and port.isdigit() else (host, "")
    )


def bare_name(host: str) -> str:
    """Return a host without port and brackets."""
    return split_port(host)[0].strip("[]")


def is_address(name: str) -> bool:
    """Return whether a name is an IP address."""
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _ascii(name: str) -> str:
    return name if name.isascii() else name.encode("idna").decode()
