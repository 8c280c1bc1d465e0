"""The states of a pair of tokens, as they are stored."""

from enum import StrEnum


class TokenState(StrEnum):
    """The state of a pair of tokens; for every state but `good` opening the application again brings a new pair."""

    GOOD = "good"
    REFRESHING = "refreshing"
    """A refresh was begun and its end was not seen: the next call tries again with the same pair."""
    UNREACHABLE = "unreachable"
    """The authorization server did not answer: the next call tries again."""
    UNPAID = "unpaid"
    """The application's paid period or the subscription ended: the next call tries again."""
    WRONG_CLIENT = "wrong_client"
    """The server does not accept our id or key here: settings, or the application was deleted."""
    REVOKED = "revoked"
    """The refresh token is spent, expired or withdrawn."""
    UNINSTALLED = "uninstalled"
    """The application is not installed in the portal any more."""


HOPELESS = frozenset({TokenState.REVOKED, TokenState.UNINSTALLED})
