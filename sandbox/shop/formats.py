"""Formats of dates and times in REST answers."""

from datetime import datetime


def iso(moment: datetime) -> str:
    """Write a moment as REST does: ISO 8601 to the second with the offset."""
    return moment.isoformat(timespec="seconds")


def midnight(text: str) -> str:
    """Return the beginning of the day of a moment that is already written."""
    return f"{text[:10]}T00:00:00{text[19:]}"


def regional(moment: datetime) -> str:
    """Write a moment in the portal's regional format, as the sites section does."""
    return moment.strftime("%d.%m.%Y %H:%M:%S")


def listed(text: str) -> list[str]:
    """Split a line of names into a list: long lists of fields stay readable so."""
    return text.split()
