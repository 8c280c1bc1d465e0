"""Answers one REST request: finds the method, checks the caller, runs it, measures it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sandbox.methods  # noqa: F401 fills the registry
from sandbox import faults
from sandbox.rest.access import Caller, demand_right, identify
from sandbox.rest.envelope import Spent, paging_of, result_of, time_block
from sandbox.rest.registry import Call, Method, Raw, Refusal, find_method
from sandbox.rest.request import RestRequest

if TYPE_CHECKING:
    from sandbox.portal import Portal

BATCH = Method(
    "batch", "", "any", application_only=False, batchable=False, denial=None, answer=lambda _: None
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A body and its status."""

    body: dict[str, Any]
    status: int = 200


def answer_request(portal: Portal, request: RestRequest) -> Answer:
    """Answer a request, whatever it is."""
    try:
        return _answer(portal, request)
    except Refusal as refusal:
        return Answer(refusal.body(), refusal.status)


def _answer(portal: Portal, request: RestRequest) -> Answer:
    from sandbox.rest.batch import run_batch

    method = known_method(portal, request.method)
    caller = identify(portal, request, method)
    if method is BATCH:
        began, zero = portal.world.clock.now(), portal.world.clock.stopwatch()
        result = run_batch(portal, caller, request)
        return Answer(
            {"result": result, "time": time_block(Spent(began, portal.world.clock.stopwatch() - zero))}
        )
    return _single(portal, caller, method, request)


def known_method(portal: Portal, name: str) -> Method:
    """Return a method of this portal: unknown ones are refused before anyone asks who calls."""
    method = BATCH if name.lower() == "batch" else find_method(name)
    if method is None or method.name.lower() in portal.missing_methods:
        raise Refusal("ERROR_METHOD_NOT_FOUND", "Method not found!", status=404)
    return method


def _single(portal: Portal, caller: Caller, method: Method, request: RestRequest) -> Answer:
    request.commands.append(method.name)
    answer, spent = run_method(portal, caller, method, dict(request.params), request.lang)
    if isinstance(answer, Raw):
        return Answer(dict(answer.body))
    return Answer({"result": result_of(answer), **paging_of(answer), "time": time_block(spent)})


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
        began, zero = world.clock.now(), world.clock.stopwatch()
        call = Call(world, portal, caller.user, caller.card, params, now, caller.scopes, lang, caller.token)
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
    """Raise the refusal scripted for this very method."""
    refusal = faults.take_refusal(portal, method.name)
    if refusal is not None:
        raise refusal
