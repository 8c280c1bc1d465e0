"""A temporary certificate authority and a TLS certificate for the sandbox's hosts."""

from __future__ import annotations

import ssl
from pathlib import Path


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
