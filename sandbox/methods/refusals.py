"""Refusals (code, text, status) that several modules share."""

from sandbox.rest.registry import Refusal

DENIED = Refusal("ACCESS_DENIED", "Access denied!", status=403)
DENIED_BAD_REQUEST = Refusal("ACCESS_DENIED", "Access denied!")
SALE_DENIED = Refusal(200040300010, "Access Denied")
CRM_DENIED = Refusal("", "Access denied.")
CRM_CLOSED = Refusal("ACCESS_DENIED", "Доступ запрещен")
NO_TYPE = Refusal("NOT_FOUND", "Смарт-процесс не найден")
NO_ITEM = Refusal("NOT_FOUND", "Элемент не найден")
