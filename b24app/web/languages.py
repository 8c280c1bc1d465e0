"""In which language and time zone an answer is written, and how days are named in it."""

from datetime import date, datetime

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, format_date, format_datetime

from b24app.portals.languages import SPOKEN, spoken


def speak(app: Flask) -> None:
    """Set the languages up."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")
    Babel(app, locale_selector=choose_language, timezone_selector=_choose_zone)
    app.add_template_filter(day)
    app.add_template_filter(full_day)
    app.add_template_filter(moment)
    app.context_processor(lambda: {"lang": choose_language(), "theme": ""})


def choose_language() -> str:
    """The frame's language, then the portal's, then what the browser asks for, then English."""
    if language := g.get("language"):
        return str(language)
    if frame := g.get("frame"):
        return str(frame.language)
    if not has_request_context():
        return "en"
    if asked := request.args.get("LANG") or request.args.get("lang"):
        return spoken(asked)
    wishes = (spoken(code, "") for code in request.accept_languages.values())
    return next((language for language in wishes if language in SPOKEN), "en")


def _choose_zone() -> str:
    frame = g.get("frame")
    return frame.time_zone if frame else "UTC"


def day(value: date) -> str:
    """«18 декабря»: a day of this year's story (look.md §8)."""
    return str(format_date(value, "d MMMM"))


def full_day(value: date) -> str:
    """«23 декабря 2026 г.»: the end of a term."""
    return str(format_date(value, "long"))


def moment(value: datetime) -> str:
    """«30 ноября, 09:40» in the visitor's time zone."""
    return str(format_datetime(value, "d MMMM, HH:mm"))
