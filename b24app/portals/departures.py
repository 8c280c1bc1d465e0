"""Ends what is shared between portals when the application leaves one of them; a higher room implements it."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app


def use_departures(app: Flask, depart: Callable[[int, datetime], None]) -> None:
    """Register what ends the data between portals at an uninstall of this application."""
    app.extensions["departures"] = depart


def depart(portal_id: int, at: datetime) -> None:
    """End what a portal gave to others, and what was given to it; called again it ends the remaining part."""
    ends: Callable[[int, datetime], None] | None = current_app.extensions.get("departures")
    if ends is not None:
        ends(portal_id, at)
