"""The common view of the cards of the CRM: which sections and fields, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.portal import Portal


def card_layout(
    portal: Portal, entity_type: int, category: int, extra: str = ""
) -> list[dict[str, Any]] | None:
    """Return the common view of a card. Assumption: a type or pipeline that was not set up has none of its own."""
    return cards_of(portal).get(_card_key(entity_type, category, extra))


def set_card_layout(
    portal: Portal, entity_type: int, category: int, sections: list[dict[str, Any]], extra: str = ""
) -> None:
    """Set the common view of a card."""
    cards_of(portal)[_card_key(entity_type, category, extra)] = sections


def cards_of(portal: Portal) -> dict[str, list[dict[str, Any]]]:
    """Return the views that were set, by type, pipeline and kind of lead; at first that of the deals alone."""
    if "cards" not in portal.extra:
        portal.extra["cards"] = {_card_key(2, 0, ""): [dict(one) for one in DEAL_CARD]}
    found: dict[str, list[dict[str, Any]]] = portal.extra["cards"]
    return found


def _card_key(entity_type: int, category: int, extra: str) -> str:
    return f"{entity_type}:{category}:{extra}"


def _section(name: str, title: str, *elements: str) -> dict[str, Any]:
    shown = [{"name": one, "optionFlags": "0"} for one in elements]
    return {"elements": shown, "name": name, "title": title, "type": "section"}


DEAL_CARD = (
    _section(
        "main",
        "О сделке",
        "TITLE",
        "STAGE_ID",
        "OPPORTUNITY_WITH_CURRENCY",
        "CLOSEDATE",
        "CLIENT",
        "UF_CRM_1700000002",
    ),
    _section("additional", "Дополнительно", "TYPE_ID", "SOURCE_ID", "ASSIGNED_BY_ID"),
    _section("products", "Товары", "PRODUCT_ROW_SUMMARY"),
)
