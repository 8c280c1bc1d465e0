"""The only way by which a test write reaches a portal: a call that writes is let through while the switch is on, no longer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from b24app.errors import AnswerBroken, AppError, UnknownRefusal
from b24app.rest_client import Answer, Marker, RestClient
from b24app.text.messages import N_

NOT_FOUND = {"not_found", "error_not_found"}


class ProbesOff(AppError):
    """Nobody allowed probes that write in this portal, or the one under way has lost its turn."""

    status = 409
    public = N_("Probes that write are switched off. An administrator can switch them on.")


def is_gone(error: UnknownRefusal) -> bool:
    """Whether the portal refused because there is no such thing."""
    return str(error.code).casefold() in NOT_FOUND


@dataclass(frozen=True, slots=True)
class Gate:
    """A door with a guard: `may_make` is asked before anything is made, `is_mine` before every call."""

    client: RestClient
    may_make: Callable[[], bool]
    is_mine: Callable[[], bool]

    def look(self, method: str, params: Mapping[str, Any] | None = None) -> Answer:
        """Read something."""
        self._demand(self.is_mine())
        return self.client.call(method, params, write=False)

    def make(self, method: str, params: Mapping[str, Any], marker: Marker | None = None) -> Answer:
        """Make something; a lost answer is looked for by its marker before anything is repeated."""
        self._demand(self.is_mine() and self.may_make())
        # a call without a marker only finds or founds our own place, and may be repeated like a read
        return self.client.call(method, params, write=marker is not None, marker=marker)

    def clear(self, method: str, params: Mapping[str, Any], marker: Marker) -> Answer | None:
        """Delete what is ours, also after the switch went off; None for what is gone already, which is no fault."""
        self._demand(self.is_mine())
        try:
            return self.client.call(method, params, write=True, marker=marker)
        except UnknownRefusal as error:
            if not is_gone(error):
                raise
            return None

    def _demand(self, allowed: bool) -> None:
        if not allowed:
            raise ProbesOff


def number_of(value: Any) -> int:
    """An id as the portal writes it: a number or digits; anything else is a broken answer."""
    text = str(value)
    if isinstance(value, bool) or not text.isascii() or not text.isdecimal() or int(text) < 1:
        raise AnswerBroken("", f"an id was expected, {text[:40]!r} came")
    return int(text)
