"""Runs one REST method for a caller: known methods, rights, operating time; a request and a batch share it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.rest.access import Caller, demand_right
from sandbox.rest.envelope import Spent
from sandbox.rest.registry import Call, Method, Refusal, find_method
from sandbox.rest.spelling import known_names

if TYPE_CHECKING:
    from sandbox.portal import Portal

BATCH = Method(
    "batch", "", "any", application_only=False, batchable=False, denial=None, answer=lambda _: None
)


def known_method(portal: Portal, name: str) -> Method:
    """Return a method of this portal: unknown ones are refused before the caller is checked."""
    method = BATCH if name.lower() == "batch" else find_method(name)
    if method is None or method.name.lower() in portal.missing_methods:
        raise Refusal("ERROR_METHOD_NOT_FOUND", "Method not found!", status=404)
    return method


def run_method(
    portal: Portal, caller: Caller, method: Method, params: dict[str, Any], lang: str = ""
) -> tuple[Any, Spent]:
    """Run one method for a caller and count its time; one at a time, pauses stay outside."""
    world = portal.world
    with world.lock:
        now = world.clock.timestamp()
        if portal.limits.blocked(caller.key, method.name, now):
            text = "Method is blocked due to operation time limit."
            raise Refusal("OPERATION_TIME_LIMIT", text, status=429)
        demand_right(portal, caller, method)
        began, zero = portal.now(), world.clock.stopwatch()
        known = known_names(method.name, params)
        call = Call(world, portal, caller.user, caller.card, known, now, caller.scopes, lang, caller.token)
        answer = method.answer(call)
        cost = portal.limits.costs.get(method.name.lower(), 0.0)
        return answer, _count(portal, caller, method, Spent(began, world.clock.stopwatch() - zero + cost))


def _count(portal: Portal, caller: Caller, method: Method, spent: Spent) -> Spent:
    if not portal.limits.counts_operating:
        return spent
    now = portal.world.clock.timestamp()
    portal.limits.spend(caller.key, method.name, spent.seconds, now)
    operating, reset_at = portal.limits.operating(caller.key, method.name, now)
    return Spent(spent.began, spent.seconds, operating, reset_at)


def aimed_refusal(portal: Portal, method: Method) -> None:
    """Raises the refusal scripted for exactly this method."""
    refusal = portal.faults.take_refusal(method.name)
    if refusal is not None:
        raise refusal
