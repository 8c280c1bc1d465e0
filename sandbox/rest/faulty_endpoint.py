"""One HTTP call of an address with scripted failures: the failure that it meets, or its usual answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Response, request

from sandbox.patience import KEY
from sandbox.rest import bad_answers

if TYPE_CHECKING:
    from sandbox.faults import Faults
    from sandbox.rest.registry import Refusal
    from sandbox.world_data import WorldData


def answer(
    world: WorldData,
    faults: Faults,
    method: str,
    usual: Callable[[], Response],
    refuse: Callable[[Refusal], Response],
) -> Response:
    """Answer one call as it should be, or by the next failure scripted on this address."""
    with world.lock:
        fault = faults.take(method)
    if fault is None:
        return usual()
    if fault.refusal is not None:
        return refuse(fault.refusal)
    return bad_answers.respond(world, fault, usual)


def certificate_refused(world: WorldData, faults: Faults) -> Response | None:
    """Return the broken handshake of a connection whose certificate is bad, None when it is good.

    On a real port the certificate was shown before (`sandbox.tls`): later requests come over an older connection,
    which ends now so that the caller makes a new one.
    """
    if world.scheme != "https" or not faults.certificate_is_bad:
        return None
    if KEY not in request.environ:
        return bad_answers.drop_connection()
    with world.lock:
        faults.take_certificate()
    return bad_answers.drop_connection(bad_answers.BadCertificate)
