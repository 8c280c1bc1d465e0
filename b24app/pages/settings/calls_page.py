"""The log of calls: its search, one call with its commands, and both files for the vendor's support."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from b24app.bitrix24.call_files import MEDIA, CallFile, write_calls
from b24app.bitrix24.call_search import Search, WholeCall, find_calls, read_call, whole_calls
from b24app.bitrix24.call_texts import CallCommand, Needle, open_commands, read_text
from b24app.database import db
from b24app.errors import NotFound
from b24app.frames.page_token import Frame
from b24app.pages.settings.gear_places import draw_within
from b24app.services import services
from b24app.stored_values import EARLIEST_YEAR, LATEST_YEAR
from b24app.web import fragment, framed
from b24app.web.filters import today, zone
from b24app.web.form_fields import as_file

blueprint = Blueprint("calls_page", __name__)

LAST = {"hour": timedelta(hours=1), "day": timedelta(days=1), "three": timedelta(days=3)}
MOST_CALLS = 100
MOST_SHOWN = 60_000
MOST_TYPED = 200
LONGEST_NUMBER = 10
FIELDS = ("q", "method", "errors", "days")


@dataclass(frozen=True, slots=True)
class ShownText:
    """The text of a request or an answer as far as a page shows it; `size` is that of all of it."""

    text: str
    size: int

    @property
    def whole(self) -> bool:
        """Whether the page shows all of it."""
        return self.size <= len(self.text)


@blueprint.get("/settings/calls/rows")
@framed(admin=True)
def show_rows(frame: Frame) -> str:
    """The rows that are found; with `before` those that come next."""
    block = "lines" if request.args.get("before") else "rows"
    return fragment("settings/call_rows.html", block, frame, **found_values(request.args, MOST_CALLS))


@blueprint.get("/settings/calls/<int:number>")
@framed(admin=True)
def show_call(frame: Frame, number: int) -> str:
    """One call with its request and its answer; the commands of a batch are folded."""
    found = read_call(number)
    commands = open_commands(found.texts)
    return draw_within(
        "developer",
        "settings/call.html",
        frame,
        call=found.call,
        texts=found.texts,
        commands=commands,
        found_in=_found_in(commands, request.args.get("q", "").strip()[:MOST_TYPED]),
        asked=_show(found.texts.request),
        answered=_show(found.texts.answer),
        kept_until=found.call.at + timedelta(days=services().settings.keep_call_log_days),
    )


def _found_in(commands: Sequence[CallCommand], words: str) -> frozenset[int]:
    """The positions of the commands that have the words that were looked for."""
    needle = Needle.of(words)
    texts = (f"{one.method} {one.error} {one.request} {one.answer}" for one in commands)
    return frozenset(number for number, text in enumerate(texts) if words and needle.lies_in(text))


@blueprint.get("/settings/calls/<int:number>/commands/<int:position>")
@framed(admin=True)
def show_command(frame: Frame, number: int, position: int) -> str:
    """The request and the answer of one command of a batch, when it is unfolded."""
    commands = open_commands(read_call(number).texts)
    if position >= len(commands):
        raise NotFound
    asked, answered = _show(commands[position].request), _show(commands[position].answer)
    return fragment("settings/call.html", "both", frame, asked=asked, answered=answered)


@blueprint.post("/settings/calls.csv")
@framed(admin=True)
def download_calls(frame: Frame) -> ResponseReturnValue:
    """Give the found calls, oldest first and without secrets, as a table for the vendor's support."""
    return _file(frame, CallFile.CSV)


@blueprint.post("/settings/calls.jsonl")
@framed(admin=True)
def download_call_lines(frame: Frame) -> ResponseReturnValue:
    """Give the found calls as JSON Lines, for programs."""
    return _file(frame, CallFile.JSON_LINES)


def _file(frame: Frame, kind: CallFile) -> ResponseReturnValue:
    """The file as it is written: neither the file nor a transaction stays open while it is downloaded."""
    number = request.form.get("call", "")
    calls = (
        [_named_call(number)]
        if number
        else whole_calls(db.engine, frame.portal_id, read_search(request.form))
    )
    pieces = write_calls(calls, kind)
    name = f"calls-{frame.domain}-{today().isoformat()}{'-' + number if number else ''}.{kind}"
    return as_file((piece.encode() for piece in pieces), MEDIA[kind], name)


def _named_call(number: str) -> WholeCall:
    """The call that was asked for; raises NotFound for an invalid number, which must not mean the whole log."""
    if not (number.isascii() and number.isdecimal() and len(number) < LONGEST_NUMBER):
        raise NotFound
    return read_call(int(number))


def found_values(values: Mapping[str, str], most: int) -> dict[str, object]:
    """The values that the rows are drawn from."""
    wanted = read_search(values)
    days = [today() - timedelta(days=back) for back in range(services().settings.keep_call_log_days + 1)]
    return {
        "found": find_calls(wanted, most=most),
        "wanted": {name: values.get(name, "") for name in FIELDS},
        "searched": bool(wanted.text),
        "days": days,
        "before": wanted.before,
    }


def read_search(values: Mapping[str, str]) -> Search:
    """What to look for in the log of calls; a period that cannot be read does not narrow."""
    since, until = _period(values.get("days", ""))
    before = values.get("before", "")
    return Search(
        text=values.get("q", "").strip()[:MOST_TYPED],
        method=values.get("method", "").strip()[:MOST_TYPED],
        errors_only=values.get("errors") == "yes",
        since=since,
        until=until,
        before=int(before) if before.isdecimal() and len(before) < 10 else None,
    )


def _period(name: str) -> tuple[datetime | None, datetime | None]:
    """From when and until when: the last hours, or a calendar day of the portal."""
    if name in LAST:
        return services().clock.now() - LAST[name], None
    try:
        day = date.fromisoformat(name)
    except ValueError:
        return None, None
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        return None, None
    return _midnight(day), _midnight(day + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), zone())


def _show(text: str) -> ShownText:
    """A text with its parts on lines of their own, as far as a page can show it."""
    found = read_text(text)
    laid_out = text if found is None else json.dumps(found, ensure_ascii=False, indent=2)
    return ShownText(laid_out[:MOST_SHOWN], len(laid_out))
