"""Answers one REST request: finds the method, checks the caller, runs the method or the batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sandbox.methods  # noqa: F401 fills the registry
from sandbox.rest.access import Caller, identify
from sandbox.rest.batch import run_batch
from sandbox.rest.envelope import Spent, paging_of, result_of, time_block
from sandbox.rest.execution import BATCH, known_method, run_method
from sandbox.rest.registry import Method, Raw, Refusal
from sandbox.rest.request import RestRequest

if TYPE_CHECKING:
    from sandbox.portal import Portal


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
    method = known_method(portal, request.method)
    caller = identify(portal, request, method)
    if method is BATCH:
        began, zero = portal.now(), portal.world.clock.stopwatch()
        result = run_batch(portal, caller, request)
        return Answer(
            {"result": result, "time": time_block(Spent(began, portal.world.clock.stopwatch() - zero))}
        )
    return _single(portal, caller, method, request)


def _single(portal: Portal, caller: Caller, method: Method, request: RestRequest) -> Answer:
    request.commands.append(method.name)
    answer, spent = run_method(portal, caller, method, dict(request.params), request.lang)
    if isinstance(answer, Raw):
        return Answer(dict(answer.body))
    return Answer({"result": result_of(answer), **paging_of(answer), "time": time_block(spent)})
