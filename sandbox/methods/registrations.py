"""telephony.externalLine.get and others: lists of what the calling application itself registered."""

from __future__ import annotations

from typing import Any

from sandbox.methods.refusals import DENIED
from sandbox.methods.smart_process_writes import workplaces
from sandbox.rest.registry import Call, Listing, Refusal, method


@method("telephony.externalLine.get", scope="telephony", application_only=True)
def list_external_lines(call: Call) -> list[Any]:
    """telephony.externalLine.get: the application's own lines only."""
    return _registered(call, "external_lines")


@method(
    "messageservice.sender.list", scope="messageservice", right="admin", application_only=True, denial=DENIED
)
def list_senders(call: Call) -> list[Any]:
    """messageservice.sender.list: the application's own SMS providers only."""
    return _registered(call, "senders")


@method(
    "crm.automatedsolution.list",
    scope="crm",
    right="crm_admin",
    denial=Refusal("ACCESS_DENIED", "Недостаточно прав"),
)
def list_workplaces(call: Call) -> Listing:
    """crm.automatedsolution.list: digital workplaces; the shop has one for its purchases."""
    rows = workplaces(call.portal).all()
    return Listing(rows, len(rows), "automatedSolutions", call.start())


def _registered(call: Call, what: str) -> list[Any]:
    found: list[Any] = call.portal.extra.get(f"{what}:{call.card.client_id if call.card else ''}", [])
    return found
