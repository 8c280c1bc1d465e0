"""Toasts (flash messages), notes in the corner: what a press has done and how it is taken back; they come with whatever the press answers."""

from dataclasses import dataclass

from flask import Response, current_app, g, render_template
from flask_htmx import make_response

from b24app.text.messages import Sentence

FIRST_REFUSAL, EMPTY = 400, 204


@dataclass(frozen=True, slots=True)
class Toast:
    """One note; `undo_url` takes back what was done, and its answer replaces the element `redraws` (or what it names itself)."""

    text: Sentence | str
    level: str = "pass"
    undo_url: str = ""
    redraws: str = ""


def toast(text: Sentence | str, *, undo: str = "", redraws: str = "#page", level: str = "pass") -> None:
    """Show in the corner what this request has done; with `undo`, a POST address, it can be taken back for six seconds.

    The answer of `undo` replaces the element `redraws`; an empty one leaves that to what the answer sends out of band.
    """
    told: list[Toast] = g.setdefault("toasts", [])
    told.append(Toast(text, level, undo, redraws))


def add_toasts(response: Response) -> Response:
    """Add the toasts to an answer to htmx; a refused request has done nothing and shows none."""
    toasts = g.pop("toasts", ())
    if not toasts or response.status_code >= FIRST_REFUSAL:
        return response
    drawn = render_template("ui/toasts.html", toasts=toasts)
    if response.status_code == EMPTY:
        return current_app.make_response(make_response(drawn, reswap="none"))
    response.set_data(response.get_data(as_text=True) + drawn)
    return response
