"""The memory of one process for keys: its one-time pairs, and the identities that it holds; none of it is ever stored."""

import secrets
import threading
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import current_app

from b24app.backup.archive.keys import Identity, public_key_of, throw_away_identity

IDLE = timedelta(minutes=30)
Work = tuple[int, str]
"""A portal and what the key is for."""


@dataclass
class RememberedKey:
    """An identity in memory; its `repr` shows no secret."""

    identity: Identity = field(repr=False)
    used_at: datetime


class KeyMemory:
    """Keys in the memory of this process alone; lost with it, and forgotten after half an hour without use."""

    def __init__(self) -> None:
        self.holder = secrets.token_hex(16)
        self._lock = threading.Lock()
        self._pairs: dict[str, RememberedKey] = {}
        self._held: dict[Work, RememberedKey] = {}

    def __repr__(self) -> str:
        """A text without any key."""
        return "<KeyMemory>"

    @property
    def is_empty(self) -> bool:
        """Whether nothing is held and nothing is waited for."""
        return not (self._pairs or self._held)

    def new_pair(self, now: datetime) -> str:
        """Make a one-time pair and return its public half."""
        pair = throw_away_identity()
        with self._lock:
            self._pairs[public_key_of(pair)] = RememberedKey(pair, now)
        return public_key_of(pair)

    def pair_of(self, public_key: str) -> Identity | None:
        """The secret half of a one-time pair, when this process made it."""
        found = self._pairs.get(public_key)
        return found.identity if found else None

    def forget_pair(self, public_key: str) -> None:
        """Forget a one-time pair: what was sealed to it cannot be opened any more."""
        with self._lock:
            self._pairs.pop(public_key, None)

    def hold(self, work: Work, identity: Identity, now: datetime) -> None:
        """Keep an identity for one job."""
        with self._lock:
            self._held[work] = RememberedKey(identity, now)

    def identity_for(self, work: Work, now: datetime) -> Identity | None:
        """The identity that is held for this job."""
        with self._lock:
            found = self._held.get(work)
            if found is None:
                return None
            found.used_at = now
            return found.identity

    def forget(self, work: Work) -> None:
        """Delete the identity of this job."""
        with self._lock:
            self._held.pop(work, None)

    def keep_only(self, works: Container[Work], public_keys: Container[str], now: datetime) -> None:
        """Forget keys whose row was deleted, keys unused for half an hour, and old pairs without a row."""
        with self._lock:
            for work, one in list(self._held.items()):
                if work not in works or _is_idle(one, now):
                    del self._held[work]
            for public_key, one in list(self._pairs.items()):
                if public_key not in public_keys and _is_idle(one, now):
                    del self._pairs[public_key]


def _is_idle(one: RememberedKey, now: datetime) -> bool:
    """Whether it was unused for long, or its moment is wrong after a jump of the clock."""
    return abs(now - one.used_at) > IDLE


def key_memory() -> KeyMemory:
    """The memory of this process for this application."""
    memory: KeyMemory = current_app.extensions.setdefault("key_memory", KeyMemory())
    return memory
