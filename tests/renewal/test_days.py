"""At night in Moscow it is still yesterday by UTC; everything that people write down bears the portal's own day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from b24app.checklist.engine.mutes_and_owners import mute, mutes_in_force
from b24app.errors import BadInput, Refused
from b24app.portals.model import day_at
from b24app.renewal.case_changes import mark_stage, open_case, settle_case
from b24app.renewal.renewal_stages import Stage
from b24app.renewal.signed_links import make_link, read_link
from b24app.services import services
from b24app.terms.corrections import correct_fact, list_corrections
from b24app.terms.paid_terms import change_paid_term, find_paid_term
from b24app.terms.term import Author
from tests.renewal.conftest import END
from tests.terms.conftest import MARINA

NIGHT = datetime(2026, 12, 10, 22, 30, tzinfo=UTC)  # 01:30 on the 11th in Moscow
YESTERDAY, TODAY = date(2026, 12, 10), date(2026, 12, 11)


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Europe/Moscow", TODAY), ("Europe/Kaliningrad", TODAY), ("America/New_York", YESTERDAY)],
)
def test_the_day_is_that_of_the_portals_zone(portal, zone, day):
    portal.time_zone = zone
    assert day_at(NIGHT) == day


def test_another_portal_has_a_day_of_its_own(portal, other):
    other.time_zone = "America/New_York"
    assert (day_at(NIGHT), day_at(NIGHT, other.id)) == (TODAY, YESTERDAY)


def test_a_mark_without_a_day_bears_this_one(shop):
    case = open_case(find_paid_term("plan"), NIGHT)
    assert mark_stage(case.id, Stage.PAID, by=MARINA, at=NIGHT).marks[0].on == TODAY
    assert find_paid_term("plan").pending_since == TODAY


def test_a_renewal_that_came_by_itself_bears_it(shop):
    case = open_case(find_paid_term("plan"), NIGHT)
    change_paid_term(find_paid_term("plan").id, {"ends_on": END + timedelta(days=365)}, by=MARINA, at=NIGHT)
    assert find_paid_term("plan").renewed_on == TODAY
    assert settle_case(find_paid_term("plan"), NIGHT).marks[-1].on == TODAY
    assert case.marks == ()


def test_a_correction_bears_it(portal):
    correct_fact("std", "users", "60", reason="Письмо партнёра", by=MARINA, at=NIGHT)
    assert list_corrections()[0].claim.checked == TODAY


def test_silence_cannot_end_yesterday(portal, world):
    world.clock.advance(seconds=(NIGHT - world.clock.now()).total_seconds())
    with pytest.raises(BadInput):
        mute("area:site", "Сайта нет", YESTERDAY, by=Author(7, "Марина"), at=services().clock.now())
    mute("area:site", "Сайта нет", TODAY, by=Author(7, "Марина"), at=services().clock.now())
    assert list(mutes_in_force()) == ["area:site"]


def test_an_address_outside_lives_until_the_portals_midnight(portal):
    link = make_link("status", by=MARINA, at=NIGHT - timedelta(days=1), expires_on=YESTERDAY)
    token = link.url.rpartition("/")[2]
    assert read_link(token, "status", NIGHT - timedelta(hours=2)).id == link.id
    with pytest.raises(Refused):
        read_link(token, "status", NIGHT)
