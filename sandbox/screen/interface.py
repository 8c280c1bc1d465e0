"""Commands and events of each placement (getInterface), and commands it denies."""

from __future__ import annotations

# widgets/ui-interaction/index.md and bx24-placement-bind-event.md; names outside this table are ignored silently.
CALL_CARD_EVENTS = ["CallCard::EntityChanged", "CallCard::BeforeClose", "CallCard::CallStateChanged"]
CALENDAR_EVENTS = [
    "Calendar.customView:refreshEntries",
    "Calendar.customView:decreaseViewRangeDate",
    "Calendar.customView:increaseViewRangeDate",
    "Calendar.customView:adjustToDate",
]
RELOADING = ("_DETAIL_TAB", "_DETAIL_ACTIVITY", "_LIST_MENU")


def interface_of(placement: str) -> dict[str, list[str]]:
    """Return the answer to getInterface: what only this placement has."""
    if placement == "PAGE_BACKGROUND_WORKER":
        return {"command": [], "event": ["BackgroundCallCard::initialized"]}
    if placement == "USERFIELD_TYPE":
        return {"command": ["setValue", "getValue"], "event": []}
    if placement == "CALL_CARD":
        return {"command": [], "event": CALL_CARD_EVENTS}
    if placement == "CALENDAR_GRIDVIEW":
        return {"command": [], "event": CALENDAR_EVENTS}
    if placement.startswith("CRM_") and placement.endswith(RELOADING):
        return {"command": ["reloadData"], "event": []}
    return {"command": [], "event": []}


def denied_commands(placement: str, rules: str, *, popup: bool) -> list[str]:
    """Return the commands the page does not answer: 2025 portals deny more than the newest ones (§1.6)."""
    denied = ["resizeWindow"] if popup else []
    if placement != "DEFAULT":
        denied += ["setTitle", "setScroll", "reloadWindow"] if rules == "listed" else ["setTitle"]
    if placement == "USERFIELD_TYPE" and "resizeWindow" in denied:
        denied.remove("resizeWindow")
    return denied
