"""No page offers a day that has passed, whatever the way to pay: before the day of the invoice, after it, after the day to pay, in the grace."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from b24app.database import db, portal_scope
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.profile import change_profile
from b24app.terms.term import Author
from tests.actors import Actor, Opened
from tests.worlds import DAY_OF_THE_STORY as AT

MARINA, ENDS = Author(1, "Marina"), date(2026, 12, 23)
PAGES = (
    "/renewal",
    "/money/terms",
    "/renewal/case",
    "/shop/report",
    "/widget",
)
OFFERS = re.compile(
    r"(?i:pay|send|request|invoice|leaves|choose|approve)(?:[^.<>;]{0,60}?) by (\d{1,2}) (December|January)"
)
MISSED = re.compile(r"had to|last day|was \d")


def offered(text: str) -> set[date]:
    """The days of sentences that ask for something by a day, those about what was missed left out."""
    plain = re.sub(r"<[^>]*>", "\n", text).replace("\u00a0", " ")
    found = set()
    for one in OFFERS.finditer(plain):
        if not MISSED.search(plain[max(0, one.start() - 40) : one.end()]):
            found.add(datetime.strptime(f"{one[1]} {one[2]} 2026", "%d %B %Y").replace(tzinfo=UTC).date())
    return {day.replace(year=2027) if day.month == 1 else day for day in found}


@pytest.fixture(params=["transfer", "card"])
def paying(request: pytest.FixtureRequest, north: Actor, north_admin: Opened) -> str:
    with portal_scope(north.portal_id):
        set_paid_term("plan", ENDS, by=MARINA, at=AT)
        change_profile(by=MARINA, at=AT, method=request.param)
        db.session.commit()
    return str(request.param)


@pytest.mark.parametrize("days", [0, 16, 18, 20, 23, 24, 26, 30])
def test_no_page_offers_a_day_that_has_passed(paying: str, north: Actor, days: int):
    north.portal.world.clock.advance(days=days)
    opened, today = north.opens(lang="en"), AT.date() + timedelta(days=days)
    seen = set()
    for path in PAGES:
        days_of_page = offered(opened.get(path).text)
        assert not {day for day in days_of_page if day < today}, path
        seen |= days_of_page
    if days == 0:
        pay_by = date(2026, 12, 18) if paying == "transfer" else date(2026, 12, 22)
        assert pay_by in seen
