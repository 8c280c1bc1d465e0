"""Faults scripted on a portal: refusals by code, malformed, slow and cut answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sandbox import assumptions
from sandbox.rest.registry import Refusal

if TYPE_CHECKING:
    from sandbox.portal import Portal

Kind = Literal["refuse", "html", "empty", "truncated", "slow", "cut", "huge", "false"]

# Vendor's documentation, system-errors.md, and the portal's source, rest 25.600: text and status that go with a code.
KNOWN: dict[str, tuple[int, str]] = {
    "query_limit_exceeded": (503, "Too many requests"),
    "operation_time_limit": (429, "Method is blocked due to operation time limit."),
    "overload_limit": (assumptions.OVERLOAD_STATUS, "REST API is blocked due to overload."),
    "expired_token": (401, "The access token provided has expired"),
    "invalid_token": (401, "Unable to get application by token"),
    "no_auth_found": (401, "Wrong authorization data"),
    "connection_error": (401, "Error connecting to authorization server"),
    "access_denied": (403, "Access denied!"),
    "insufficient_scope": (
        401,
        "The request requires higher privileges than provided by the access token",
    ),
    "user_access_error": (401, "The user does not have access to the application."),
    "authorization_error": (401, "Unable to authorize user"),
    "application_not_found": (401, "Application not found"),
    "payment_required": (401, "Subscription has been ended"),
    "error_oauth": (401, "Application not installed"),
    "not_installed": (401, "Application not installed"),
    "portal_deleted": (403, "Portal was deleted"),
    "internal_server_error": (500, "Internal server error"),
    "error_unexpected_answer": (500, "Server returned an unexpected response"),
    "invalid_request": (400, "Https required."),
    "invalid_credentials": (401, "Invalid request credentials"),
    "wrong_auth_type": (403, "Current authorization type is denied for this method"),
    "error_method_not_found": (404, "Method not found!"),
    "method_confirm_waiting": (401, "Waiting for confirmation"),
    "method_confirm_denied": (403, "Method call denied"),
    "create_dynamic_item_restricted": (
        400,
        "Вы не можете создать новый элемент из-за ограничений вашего тарифа",
    ),
    "crm_field_error_required": (400, 'Поле "Источник" обязательно для заполнения'),
    "error_could_not_save_file": (400, "Could not save file"),
    "wrong_license": (403, "This feature is not enabled for the current license: project"),
}


@dataclass(slots=True)
class Fault:
    """One scripted failure and how many calls it still hits."""

    kind: Kind
    times: int
    method: str | None
    seconds: float = 0.0
    refusal: Refusal | None = None

    def hits(self, method: str) -> bool:
        """Return whether a call of this method meets the failure."""
        return self.times > 0 and self.method in (None, method.lower())


def refusal(code: str, times: int, method: str | None, description: str | None, status: int | None) -> Fault:
    """Script a refusal; text and status follow the code when not given."""
    usual_status, usual_text = KNOWN.get(code.lower(), (400, code))
    text = usual_text if description is None else description
    refused = Refusal(code, text, status=status or usual_status)
    return Fault("refuse", times, method and method.lower(), refusal=refused)


def bad_answer(kind: Kind, times: int, method: str | None, seconds: float) -> Fault:
    """Script an answer that is not the expected JSON."""
    return Fault(kind, times, method and method.lower(), seconds)


def take_fault(portal: Portal, method: str) -> Fault | None:
    """Return the failure that this HTTP call meets, and use it up by one."""
    found = next((fault for fault in portal.faults if fault.hits(method)), None)
    return _use(portal, found)


def take_refusal(portal: Portal, method: str) -> Refusal | None:
    """Return the refusal scripted for this very method: it also hits commands inside a batch."""
    aimed = (f for f in portal.faults if f.kind == "refuse" and f.method and f.hits(method))
    found = _use(portal, next(aimed, None))
    return found.refusal if found else None


def _use(portal: Portal, fault: Fault | None) -> Fault | None:
    if fault is None:
        return None
    fault.times -= 1
    if fault.times <= 0:
        portal.faults.remove(fault)
    return fault
