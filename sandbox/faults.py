"""Faults scripted on a portal or an authorization server: refusals by code, malformed, slow, silent and cut answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from sandbox import assumptions
from sandbox.rest.registry import Refusal

Kind = Literal[
    "refuse",
    "html",
    "empty",
    "truncated",
    "slow",
    "cut",
    "huge",
    "false",
    "bom",
    "notices",
    "silent",
    "drip",
    "drip_chunks",
    "drip_headers",
    "certificate",
]
DeletedAnswer = Literal["json", "page", "gone"]
UNTIL_FORGIVEN: Final = None

# The default of `seconds`: until the whole answer, or between two bytes of a drip.
USUAL_SECONDS = {"silent": 600.0, "drip": 1.0, "drip_chunks": 1.0, "drip_headers": 1.0}

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
    "portal_deleted": (assumptions.DELETED_PORTAL_STATUS, "Portal was deleted"),
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
    """One scripted failure and how many calls it still hits; None: until it is forgiven."""

    kind: Kind
    times: int | None
    method: str | None
    seconds: float = 0.0
    refusal: Refusal | None = None
    status: int | None = None

    def hits(self, method: str) -> bool:
        """Return whether a call of this method meets the failure."""
        return self.times != 0 and self.method in (None, method.lower())


class Faults(list[Fault]):
    """The failures scripted on one host; counted ones come before those that last until they are forgiven."""

    def refuse_next(
        self,
        code: str,
        *,
        times: int | None = 1,
        method: str | None = None,
        description: str | None = None,
        status: int | None = None,
    ) -> None:
        """Refuse the next calls with a code; text and status follow the code when not given."""
        usual_status, usual_text = KNOWN.get(code.lower(), (400, code))
        text = usual_text if description is None else description
        refused = Refusal(code, text, status=status or usual_status)
        self.append(Fault("refuse", times, method and method.lower(), refusal=refused))

    def answer_next(
        self,
        kind: Kind,
        *,
        times: int | None = 1,
        method: str | None = None,
        seconds: float = 0.0,
        status: int | None = None,
    ) -> None:
        """Answer the next calls badly, with any status where there is an answer; raises ValueError for a kind there is not."""
        if kind not in get_args(Kind):
            raise ValueError(kind)
        every = seconds or USUAL_SECONDS.get(kind, 0.0)
        self.append(Fault(kind, times, method and method.lower(), every, status=status))

    def forgive(self, number: int | None = None) -> None:
        """Drop one failure by its place in the list, or all of them."""
        if number is None:
            self.clear()
        elif 0 <= number < len(self):
            del self[number]
        else:
            raise KeyError(f"no failure {number}")

    def take(self, method: str) -> Fault | None:
        """Return the failure that an HTTP call meets, and use it up by one; certificates are shown before calls."""
        return self._use([each for each in self if each.kind != "certificate" and each.hits(method)])

    def take_refusal(self, method: str) -> Refusal | None:
        """Return the refusal scripted for exactly this method: it also hits commands inside a batch."""
        found = self._use(
            [each for each in self if each.kind == "refuse" and each.method and each.hits(method)]
        )
        return found.refusal if found else None

    def take_certificate(self) -> bool:
        """Return whether a new connection gets an invalid certificate, and use that fault up by one."""
        return self._use([each for each in self if each.kind == "certificate"]) is not None

    @property
    def certificate_is_bad(self) -> bool:
        """Return whether the next connection will be shown a bad certificate."""
        return any(each.kind == "certificate" for each in self)

    def _use(self, hits: list[Fault]) -> Fault | None:
        counted = [each for each in hits if each.times is not None]
        found = next(iter(counted or hits), None)
        if found is not None and found.times is not None:
            found.times -= 1
            if found.times <= 0:
                self.remove(found)
        return found


class FaultyHost:
    """A host on which failures are scripted: a portal or an authorization server."""

    faults: Faults

    def refuse_next(
        self,
        code: str,
        *,
        times: int | None = 1,
        method: str | None = None,
        description: str | None = None,
        status: int | None = None,
    ) -> None:
        """Refuse the next calls with a code; `times=UNTIL_FORGIVEN` refuses all until `forgive`."""
        self.faults.refuse_next(code, times=times, method=method, description=description, status=status)

    def answer_next(
        self,
        kind: Kind,
        *,
        times: int | None = 1,
        method: str | None = None,
        seconds: float = 0.0,
        status: int | None = None,
    ) -> None:
        """Answer the next calls badly (docs/sandbox.md lists the kinds), or with `false` and nothing done."""
        self.faults.answer_next(kind, times=times, method=method, seconds=seconds, status=status)

    def forgive(self) -> None:
        """Drop every failure scripted on the host."""
        self.faults.forgive()
