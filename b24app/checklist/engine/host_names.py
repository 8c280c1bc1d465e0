"""Finds the hosts named in settings; the rest of an address may hold keys and is dropped."""

from typing import Any
from urllib.parse import urlsplit


def hosts_in(value: Any) -> tuple[str, ...]:
    """Every host of every http address inside, at any depth, each once."""
    return tuple(sorted(set(_walk(value))))


def host_of(address: str) -> str:
    """The host of one address, empty when there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _walk(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [host for item in value.values() for host in _walk(item)]
    if isinstance(value, list):
        return [host for item in value for host in _walk(item)]
    if isinstance(value, str) and value.startswith(("http://", "https://")):
        return [host] if (host := host_of(value)) else []
    return []
