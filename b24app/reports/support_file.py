"""What a portal's administrator, or the operator, sends to support: states and masked calls in one archive, made from stored data alone."""

import io
import json
import zipfile
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask_babel import gettext, ngettext

from b24app.bitrix24.call_files import CallFile, write_calls
from b24app.bitrix24.call_search import Search, whole_calls
from b24app.database import current_portal_id, db
from b24app.errors import BadInput
from b24app.reports.support_states import read_states
from b24app.text.formats import day_long, size_text
from b24app.text.messages import N_
from b24app.web.shown_errors import find_shown_error
from b24app.web.support import NUMBER

DAYS = (1, 3, 7)
USUAL_DAYS = 3
AROUND = timedelta(minutes=10)
"""The span before and after an error that is looked at."""
MOST_CALL_BYTES = 16 * 1024 * 1024
"""Whole texts of calls; packed they are about a tenth of it."""
UNKNOWN_NUMBER = N_(
    "This number was not shown in this portal within 30 days. Compare its eight signs, or leave the field empty."
)
PART_TITLES: Mapping[str, str] = {
    "application": N_("versions of the application, its database and edition"),
    "portal": N_("the portal’s address, plan code, language and missing permissions"),
    "availability": N_("when the portal answered, refused or was silent, by codes"),
    "jobs": N_("work that waits, runs or was given up"),
    "runs": N_("the last checks: times, states and counts"),
    "terms": N_("which terms are known and until which day"),
    "channels": N_("which channels are on, and deliveries of two weeks by codes"),
    "errors": N_("numbers of errors that pages have shown"),
    "settings": N_("settings of the server without secrets and addresses"),
}


@dataclass(frozen=True, slots=True)
class SupportWish:
    """Which calls are wanted: those of the last days, or those around an error by its number."""

    days: int = USUAL_DAYS
    number: str = ""


@dataclass(frozen=True, slots=True)
class SupportFile:
    """What will be sent: each file by its name, and what it is in words."""

    states: Mapping[str, object]
    calls: str
    call_count: int
    left_out: int
    since: datetime
    until: datetime
    number: str
    made_at: datetime

    @property
    def states_text(self) -> str:
        """The states as the file has them."""
        return json.dumps(self.states, ensure_ascii=False, indent=1)

    @property
    def files(self) -> Mapping[str, bytes]:
        """Every file of the archive, what is inside first."""
        return {
            "README.txt": self.manifest.encode(),
            "states.json": self.states_text.encode(),
            "calls.jsonl": self.calls.encode(),
        }

    @property
    def manifest(self) -> str:
        """What is inside, for whoever opens the archive, in the language of who made it."""
        return "\n".join(self.lines()) + "\n"

    def lines(self) -> Sequence[str]:
        """The lines of that file."""
        about = gettext(
            "Renewal without downtime: for support, made on %(day)s", day=day_long(self.made_at.date())
        )
        number = [gettext("Error number: %(number)s.", number=self.number)] if self.number else []
        parts = [f"  {code}: {gettext(title)}" for code, title in PART_TITLES.items()]
        return [
            about,
            *number,
            "",
            "states.json",
            *parts,
            "",
            "calls.jsonl",
            f"  {self.about_calls()}",
            "",
            gettext(NOT_INSIDE),
        ]

    def about_calls(self) -> str:
        """Which calls there are, and whether some had no room."""
        told = ngettext(
            "%(num)s call to the portal from %(since)s to %(until)s, masked",
            "%(num)s calls to the portal from %(since)s to %(until)s, masked",
            self.call_count,
            since=day_and_time(self.since),
            until=day_and_time(self.until),
        )
        rest = ngettext("%(num)s older call had no room", "%(num)s older calls had no room", self.left_out)
        return f"{told}; {rest}" if self.left_out else told

    @property
    def size(self) -> str:
        """How large the files are before they are packed."""
        return size_text(sum(len(content) for content in self.files.values()))

    def pack(self) -> bytes:
        """The archive."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.files.items():
                archive.writestr(zipfile.ZipInfo(name, self.made_at.timetuple()[:6]), content)
        return out.getvalue()


def day_and_time(value: datetime) -> str:
    """A moment that means the same to everybody who reads the file."""
    utc = value.astimezone(UTC)
    return f"{day_long(utc.date())}, {utc:%H:%M} UTC"


NOT_INSIDE = N_(
    "Not inside: passwords, keys and tokens, names and contacts of people, texts of messages, data of clients and orders."
)


def make_support_file(wish: SupportWish, now: datetime) -> SupportFile:
    """Put together what is stored of the portal in scope; raises BadInput for a number that no page of it has shown."""
    since, until = _period(wish, now)
    wanted = Search(since=since, until=until if wish.number else None)
    found = whole_calls(db.engine, current_portal_id(), wanted)
    calls, count, left_out = bound_lines(write_calls(found, CallFile.JSON_LINES))
    return SupportFile(
        states=read_states(now),
        calls=calls,
        call_count=count,
        left_out=left_out,
        since=since,
        until=until,
        number=wish.number,
        made_at=now,
    )


def _period(wish: SupportWish, now: datetime) -> tuple[datetime, datetime]:
    if not wish.number:
        days = wish.days if wish.days in DAYS else USUAL_DAYS
        return now - timedelta(days=days), now
    found = find_shown_error(wish.number) if NUMBER.fullmatch(wish.number) else None
    if found is None:
        raise BadInput(UNKNOWN_NUMBER, "number")
    return found.at - AROUND, found.at + AROUND


def bound_lines(lines: Iterable[str], most: int = MOST_CALL_BYTES) -> tuple[str, int, int]:
    """The newest lines that fit, how many they are, and how many older ones were left out."""
    kept: deque[str] = deque()
    size = left_out = 0
    for line in lines:
        kept.append(line)
        size += len(line.encode())
        while size > most:
            size -= len(kept.popleft().encode())
            left_out += 1
    return "".join(kept), len(kept), left_out
