"""Errors of REST 3.0: an object with a code, a message and, for wrong parameters, what is wrong with each."""

from __future__ import annotations

from typing import Any

from sandbox import assumptions

PREFIX = "BITRIX_REST_V3_EXCEPTION_"


class Refusal3(Exception):
    """One error; `code` is written without the common prefix."""

    def __init__(
        self, code: str, message: str, *, status: int = 400, validation: list[dict[str, str]] | None = None
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code if code.startswith("BITRIX_") else f"{PREFIX}{code}"
        self.message = message
        self.status = status
        self.validation = validation

    def body(self) -> dict[str, Any]:
        """Return the error as the portal writes it."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        return {"error": error | ({"validation": self.validation} if self.validation else {})}


def access_denied(status: int = 403) -> Refusal3:
    """Return the refusal of a caller without the right."""
    return Refusal3("ACCESSDENIEDEXCEPTION", "Доступ запрещен", status=status)


def scope_missing() -> Refusal3:
    """Return the refusal of an application without the scope."""
    text = "Недостаточно прав доступа: отсутствует необходимый scope"
    return Refusal3("INSUFFICIENTSCOPEEXCEPTION", text, status=403)


def field_required(field: str) -> Refusal3:
    """Return the refusal of a request that lacks an obligatory field."""
    wrong = {"message": f"Обязательное поле `{field}` не указано", "field": field}
    return invalid([wrong])


def invalid(validation: list[dict[str, str]]) -> Refusal3:
    """Return the refusal of a request whose parameters are wrong."""
    text = "Ошибка при валидации объекта запроса"
    return Refusal3("VALIDATION_REQUESTVALIDATIONEXCEPTION", text, validation=validation)


def broken_json() -> Refusal3:
    """Return the refusal of a body that is not JSON."""
    return Refusal3("INVALIDJSONEXCEPTION", assumptions.BROKEN_JSON_MESSAGE)


def no_method(status: int = 404) -> Refusal3:
    """Return the refusal of an unknown method: 404 by its address, 400 inside a batch."""
    return Refusal3("METHODNOTFOUNDEXCEPTION", assumptions.NO_METHOD_MESSAGE, status=status)
