"""In which language and time zone an answer is written."""

from flask import Flask, g, has_request_context, request
from flask_babel import Babel

from b24app.text.translation import LANGUAGES, nearest_language


def set_up_languages(app: Flask) -> None:
    """Set the languages up."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")
    Babel(app, locale_selector=choose_language, timezone_selector=_choose_zone)
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
        return nearest_language(asked)
    wishes = (nearest_language(code, "") for code in request.accept_languages.values())
    return next((language for language in wishes if language in LANGUAGES), "en")


def _choose_zone() -> str:
    frame = g.get("frame")
    return frame.time_zone if frame else "UTC"
