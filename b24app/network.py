"""Checks before anything leaves for the network, to whatever target: a portal, its authorization server, mail, a hook.

The database registers its refusal here: no transaction may be open meanwhile. A script without a database has none.
"""

from collections.abc import Callable
from contextvars import ContextVar

Demand = Callable[[], None]
sent_ahead: ContextVar[bool] = ContextVar("sent_ahead", default=False)
"""Set in a thread that asks for the next part of a list while the thread that uses the list keeps what has come."""
_demands: list[Demand] = []


def before_sending(demand: Demand) -> Demand:
    """Let this be asked before each request; it raises to keep the request from leaving."""
    _demands.append(demand)
    return demand


def demand_leave() -> None:
    """Raise the first objection to sending now."""
    for demand in _demands:
        demand()
