"""The day to pay by and the end of the grace are the same everywhere, also when banks are closed on the last day."""

import io
from datetime import date

import icalendar
import openpyxl
import pytest

from b24app.database import db, portal_scope
from b24app.reminders.kinds import Planned
from b24app.reminders.schedule import draft_message
from b24app.renewal.signed_links import make_link
from b24app.renewal.situation_reading import situation_of
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.stored_terms import timeline_view
from b24app.terms.term import Author
from b24app.text.translation import Translator
from tests.actors import Actor, Opened
from tests.report_taking import take_report
from tests.worlds import DAY_OF_THE_STORY as AT

MARINA = Author(1, "Марина")
ENDS = date(2027, 1, 5)  # a holiday; money sent on 28 December arrives on 11 January
PAY_BY, GRACE_ENDS = "25 декабря", "19 января"
WRONG = ("28 декабря",)
PAGES = (
    "/renewal",
    "/money/terms",
    "/renewal/case",
    "/shop/report",
    "/widget",
    "/money/plan",
    "/settings/reminders",
)


@pytest.fixture
def closed_end(first_checks: Actor, north: Actor, north_admin: Opened) -> Opened:
    with portal_scope(north.portal_id):
        set_paid_term("plan", ENDS, by=MARINA, at=AT)
        db.session.commit()
    return north_admin


def read(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_names_another_day(closed_end: Opened, path: str):
    text = read(closed_end.get(path).text)
    assert not [day for day in WRONG if day in text]


@pytest.mark.parametrize("path", ["/renewal", "/shop/report"])
def test_pages_that_name_both_days_name_these(closed_end: Opened, path: str):
    text = read(closed_end.get(path).text)
    assert PAY_BY in text
    assert GRACE_ENDS in text


def test_the_workbook_names_the_day(closed_end: Opened):
    book = openpyxl.load_workbook(io.BytesIO(take_report(closed_end, "xlsx").data))
    text = read(" ".join(str(cell.value) for sheet in book for row in sheet for cell in row if cell.value))
    assert PAY_BY in text
    assert not [day for day in WRONG if day in text]


def test_the_calendar_of_others_holds_both_days(closed_end: Opened, north: Actor):
    with portal_scope(north.portal_id):
        url = make_link("calendar", by=MARINA, at=AT).url
        db.session.commit()
    path = url.removeprefix("https://renewal.example")
    events = icalendar.Calendar.from_ical(north.client.get(path).data).walk("VEVENT")
    days = {event.decoded("DTSTART") for event in events}
    assert {date(2026, 12, 25), ENDS, date(2027, 1, 19)} <= days
    assert not {date(2026, 12, 28), date(2027, 1, 20)} & days


def test_letters_name_the_day(closed_end: Opened, north: Actor):
    told = {"window_open": date(2026, 12, 6), "days_left": date(2026, 12, 22), "last_day": ENDS}
    with portal_scope(north.portal_id):
        text = read(" ".join(_letter(code, on) for code, on in told.items()))
    assert text.count(PAY_BY) == 2
    assert GRACE_ENDS in text
    assert not [day for day in WRONG if day in text]


def _letter(code: str, on: date) -> str:
    row = next(row for row in timeline_view(AT, on).rows if row.main)
    draft = draft_message(Planned("key", "line", code, on, 0), situation_of(row, AT, on), row.name)
    return " ".join(Translator("ru").say(line) for line in (draft.subject, *draft.lines))
