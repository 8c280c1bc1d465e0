"""A temporary certificate authority, TLS certificates for the sandbox's hosts, and an invalid one."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.hosts import bare_name

if TYPE_CHECKING:
    from sandbox.faults import Faults
    from sandbox.world_data import WorldData


def make_context(hosts: list[str], ca_file: Path | None = None) -> ssl.SSLContext:
    """Return a server context for these hosts; the authority's certificate goes to `ca_file`."""
    import trustme

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*hosts).configure_cert(context)
    if ca_file is not None:
        ca_file.parent.mkdir(parents=True, exist_ok=True)
        authority.cert_pem.write_to_path(str(ca_file))
    return context


def watch_certificates(world: WorldData, context: ssl.SSLContext) -> None:
    """Show a certificate of an unknown authority wherever a failure `certificate` is scripted, chosen at the handshake."""
    bad = make_context(["sandbox.invalid"])

    def choose(connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        with world.lock:
            if any(faults.take_certificate() for faults in _scripted(world, name)):
                connection.context = bad

    context.sni_callback = choose


def _scripted(world: WorldData, name: str | None) -> Iterator[Faults]:
    """Yield the failures of hosts with this name; a client that calls an IP address sends no name and may mean any."""
    for host, faults in world.failing():
        if name is None or name == bare_name(host):
            yield faults
