"""`Server-Timing` with every answer, behind a switch: how long database, drawing and portal took, and nothing else.

Numbers only: no statement, address or name leaves with them. Whoever can open a page learns how long its parts took,
so the switch (B24APP_SERVER_TIMING) is for a demo and for an operator who looks for what is slow.
"""

from collections.abc import Callable
from contextvars import Token

from flask import Flask, Response, before_render_template, g, template_rendered
from jinja2_fragments.flask import before_render_template_block, template_block_rendered
from sqlalchemy import event
from sqlalchemy.engine import Engine

from b24app.settings import Settings
from b24app.timings import Timings, present_timings, start_timing, stop_timing

HEADER = "Server-Timing"
TOTAL, DATABASE, RENDER, PORTAL = "total", "db", "render", "portal"
COUNTED = {DATABASE: "statements", PORTAL: "requests"}
"""Parts that show how often, too, and of what."""


def send_timings(app: Flask, settings: Settings) -> None:
    """Measure every answer, if the operator wants it; registered before all other hooks, so that it spans them."""
    if not settings.server_timing:
        return
    app.before_request(_start)
    app.after_request(_add_header)
    app.teardown_request(_stop)
    for began in (before_render_template, before_render_template_block):
        began.connect(_render_begins, app)
    for ended in (template_rendered, template_block_rendered):
        ended.connect(_render_ends, app)
    if not event.contains(Engine, "before_cursor_execute", _statement_begins):
        event.listen(Engine, "before_cursor_execute", _statement_begins)
        event.listen(Engine, "after_cursor_execute", _statement_ends)


def write_timings(timings: Timings) -> str:
    """The header: parts in the order of the constants, milliseconds with a tenth, counts in words."""
    return ", ".join(_part(timings, name) for name in (DATABASE, RENDER, PORTAL, TOTAL))


def _part(timings: Timings, name: str) -> str:
    length = f"{name};dur={timings.seconds_of(name) * 1000:.1f}"
    part = timings.parts.get(name)
    return f'{length};desc="{part.count if part else 0} {COUNTED[name]}"' if name in COUNTED else length


def _start() -> None:
    timings = Timings()
    g.timing_token = start_timing(timings)
    timings.begin(TOTAL)


def _add_header(response: Response) -> Response:
    timings = present_timings()
    if timings is not None:
        response.headers[HEADER] = write_timings(timings)
    return response


def _stop(_error: BaseException | None) -> None:
    token: Token[Timings | None] | None = g.pop("timing_token", None)
    if token is not None:
        stop_timing(token)


def _in_timings(act: Callable[[Timings], None]) -> None:
    timings = present_timings()
    if timings is not None:
        act(timings)


def _render_begins(_app: Flask, **_values: object) -> None:
    _in_timings(lambda timings: timings.begin(RENDER))


def _render_ends(_app: Flask, **_values: object) -> None:
    _in_timings(lambda timings: timings.end(RENDER))


def _statement_begins(*_values: object) -> None:
    _in_timings(lambda timings: timings.begin(DATABASE))


def _statement_ends(*_values: object) -> None:
    _in_timings(lambda timings: timings.end(DATABASE))
