"""Authorization codes and tokens issued by the authorization server, with their lifetimes."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

ACCESS_SECONDS = 3600
REFRESH_SECONDS = 180 * 86400
CODE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Tokens:
    """A pair as the application receives it."""

    access: str
    refresh: str
    expires_in: int
    expires: int


@dataclass(frozen=True, slots=True)
class Grant:
    """Application, portal and user of a code or token, and its end (unix seconds)."""

    client_id: str
    member_id: str
    user_id: int
    expires: float

    def alive(self, now: float) -> bool:
        """Return whether its time has not run out."""
        return now < self.expires


class TokenStore:
    """All grants of the authorization server."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self.access: dict[str, Grant] = {}
        self.refresh: dict[str, Grant] = {}
        self.codes: dict[str, Grant] = {}
        self.removed: set[str] = set()

    def secret(self, size: int = 35) -> str:
        """Return a fresh hexadecimal string."""
        return self._random.randbytes(size).hex()

    def issue(self, client_id: str, member_id: str, user_id: int, now: float) -> Tokens:
        """Issue a new pair (settings/oauth/auto-renewal.md: one hour and 180 days)."""
        access, refresh = self.secret(), self.secret()
        self.access[access] = Grant(client_id, member_id, user_id, now + ACCESS_SECONDS)
        self.refresh[refresh] = Grant(client_id, member_id, user_id, now + REFRESH_SECONDS)
        return Tokens(access, refresh, ACCESS_SECONDS, int(now) + ACCESS_SECONDS)

    def issue_code(self, client_id: str, member_id: str, user_id: int, now: float) -> str:
        """Issue an authorization code for thirty seconds."""
        code = self.secret()
        self.codes[code] = Grant(client_id, member_id, user_id, now + CODE_SECONDS)
        return code

    def take_code(self, code: str) -> Grant | None:
        """Return a code's grant once."""
        return self.codes.pop(code, None)

    def take_refresh(self, token: str) -> Grant | None:
        """Return a refresh token's grant once: it rotates."""
        return self.refresh.pop(token, None)

    def expire_access(self, client_id: str, member_id: str) -> None:
        """Expire the access tokens of an installation now."""
        for token, grant in self.access.items():
            if (grant.client_id, grant.member_id) == (client_id, member_id):
                self.access[token] = Grant(grant.client_id, grant.member_id, grant.user_id, 0)

    def revoke(self, client_id: str, member_id: str) -> None:
        """Delete every grant of an installation and keep which tokens belonged to a removed one."""
        for grants in (self.access, self.refresh, self.codes):
            for token, grant in list(grants.items()):
                if (grant.client_id, grant.member_id) == (client_id, member_id):
                    self.removed.add(token)
                    del grants[token]
