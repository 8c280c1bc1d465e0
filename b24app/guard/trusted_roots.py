"""The TLS contexts of all connections, each made once: reading the list of trusted roots takes longer than the rest of a request."""

import ssl
from functools import lru_cache
from pathlib import Path

from urllib3.util.ssl_ import create_urllib3_context


def context_for(bundle: str, authority: str = "") -> ssl.SSLContext:
    """The context that trusts a file or a folder of roots, and the text of one more; read again when the file was replaced."""
    return _read(bundle, authority, Path(bundle).stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _read(bundle: str, authority: str, _written: int) -> ssl.SSLContext:
    context = create_urllib3_context()
    folder = Path(bundle).is_dir()
    context.load_verify_locations(None if folder else bundle, bundle if folder else None, authority or None)
    return context


@lru_cache(maxsize=1)
def usual_context() -> ssl.SSLContext:
    """The context of Python's own defaults, for looking at sites as a browser would."""
    return ssl.create_default_context()
