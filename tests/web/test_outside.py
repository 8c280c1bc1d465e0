"""Outside the portal: the status page and the calendar feed in every state, and addresses that do not open."""

from collections.abc import Callable
from datetime import date, timedelta

import icalendar
import pytest
from flask.testing import FlaskClient

from b24app.database import db, portal_scope
from b24app.errors import MarketplaceEnded, PlanLapsed, PortalLocked
from b24app.portals.availability import note_refusal
from b24app.renewal.signed_links import list_links, make_link, revoke_link
from b24app.renewal.situation_reading import set_role
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.profile import change_profile
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor
from tests.conftest import DAY_OF_THE_STORY

MARINA = Author(1, "Марина Ковалёва")
ENDS = date(2026, 12, 23)


def path_of(url: str) -> str:
    return url.removeprefix("https://renewal.example")


@pytest.fixture
def link(north: Actor) -> Callable[..., str]:
    """Makes a signed address of `north` and answers its path."""

    def make(purpose: str = "status", **values: object) -> str:
        with portal_scope(north.portal_id):
            url = make_link(purpose, by=MARINA, at=DAY_OF_THE_STORY, **values).url
            db.session.commit()
        return path_of(url)

    return make


@pytest.fixture
def story(north: Actor) -> None:
    with portal_scope(north.portal_id):
        set_paid_term("plan", ENDS, by=MARINA, at=DAY_OF_THE_STORY)
        set_paid_term("marketplace", date(2026, 12, 28), by=MARINA, at=DAY_OF_THE_STORY)
        set_role("payer", user_id=None, name="Олег Дроздов")
        db.session.commit()


def refuse(actor: Actor, error: Exception) -> None:
    with portal_scope(actor.portal_id):
        note_refusal(error, DAY_OF_THE_STORY)
        db.session.commit()


def read(visitor: FlaskClient, path: str) -> str:
    answer = visitor.get(path + "?lang=en")
    assert answer.status_code == 200
    return answer.text.replace("\u00a0", " ")


def test_before_anything_is_known_it_says_so(visitor: FlaskClient, link: Callable[..., str]):
    assert "“My plan”" in read(visitor, link())


def test_before_the_end_it_tells_what_comes_next(story: None, visitor: FlaskClient, link: Callable[..., str]):
    text = read(visitor, link())
    assert "23 days" in text
    assert "Олег Дроздов" in text
    assert 'id="ways"' not in text


@pytest.mark.parametrize("days", [30, 50])
def test_after_the_end_it_tells_how_to_get_back(
    story: None, world: World, visitor: FlaskClient, link: Callable[..., str], days: int
):
    path = link()
    world.clock.advance(seconds=days * 86400)
    text = read(visitor, path)
    assert "https://north.bitrix24.example/settings/license_all.php" in text
    assert "subscr=o" in text
    assert 'id="ways"' in text
    assert ("if it is not renewed" in text) is (days == 30)  # what has stopped is no threat any more


def test_in_the_grace_everything_still_works(
    story: None, visitor: FlaskClient, link: Callable[..., str], world: World
):
    world.clock.advance(days=26)
    text = read(visitor, link())
    assert "What to do in the grace days" in text
    assert "How to get back to work" not in text


def test_the_fastest_way_is_counted_in_working_days(
    story: None, visitor: FlaskClient, link: Callable[..., str], world: World
):
    path = link()
    world.clock.advance(seconds=39 * 86400)  # 8 January: banks open on the 11th
    text = read(visitor, path)
    assert "11 January" in text
    assert "14 January" in text


REFUSALS = {
    "free plan": PlanLapsed("ACCESS_DENIED", "REST is available only on commercial plans"),
    "subscription": MarketplaceEnded("PAYMENT_REQUIRED", "Subscription has been ended"),
    "scanner": PortalLocked("PORTAL_BLOCKED_BY_LICENSE_SCANNER", "Portal is blocked"),
}


@pytest.mark.parametrize("shown", REFUSALS)
def test_what_the_portal_answered_is_explained(
    story: None, north: Actor, visitor: FlaskClient, link: Callable[..., str], shown: str
):
    refuse(north, REFUSALS[shown])
    text = read(visitor, link())
    assert REFUSALS[shown].code in text
    assert shown in text.lower()


def test_a_partner_route_needs_the_coupon(
    story: None, north: Actor, visitor: FlaskClient, link: Callable[..., str], world: World
):
    with portal_scope(north.portal_id):
        change_profile(by=MARINA, at=DAY_OF_THE_STORY, route="partner")
        db.session.commit()
    path = link()
    world.clock.advance(seconds=30 * 86400)
    assert "coupon" in read(visitor, path).lower()


def test_nothing_secret_and_nothing_for_search_engines(
    story: None, north: Actor, visitor: FlaskClient, link: Callable[..., str]
):
    with portal_scope(north.portal_id):
        set_paid_term("plan", ENDS, by=MARINA, at=DAY_OF_THE_STORY, price=83880)
        set_role("payer", user_id=7, name="Олег Дроздов", email="oleg@shop.example")
        db.session.commit()
    answer = visitor.get(link())
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "83" not in answer.text.replace("\u00a0", "").split("<main", 1)[1].split("</main>", 1)[0]
    assert "oleg@shop.example" not in answer.text


def test_the_address_bar_chooses_the_language(story: None, visitor: FlaskClient, link: Callable[..., str]):
    assert '<html lang="en"' in visitor.get(link() + "?lang=en").text


def test_the_feed_holds_the_days_to_act(story: None, visitor: FlaskClient, link: Callable[..., str]):
    answer = visitor.get(link("calendar"))
    assert answer.content_type == "text/calendar; charset=utf-8"
    events = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
    days = {str(event["SUMMARY"]): event.decoded("DTSTART") for event in events}
    assert date(2026, 12, 18) in days.values()
    assert ENDS in days.values()
    assert date(2027, 1, 6) in days.values()


def test_an_event_keeps_its_identity_when_its_day_moves(
    story: None, north: Actor, visitor: FlaskClient, link: Callable[..., str]
):
    path = link("calendar")
    before = {str(e["UID"]) for e in icalendar.Calendar.from_ical(visitor.get(path).data).walk("VEVENT")}
    with portal_scope(north.portal_id):
        set_paid_term("plan", ENDS + timedelta(days=5), by=MARINA, at=DAY_OF_THE_STORY)
        db.session.commit()
    after = {str(e["UID"]) for e in icalendar.Calendar.from_ical(visitor.get(path).data).walk("VEVENT")}
    assert before >= after


@pytest.mark.parametrize("purpose", ["status", "calendar"])
def test_addresses_answer_head(visitor: FlaskClient, link: Callable[..., str], purpose: str):
    assert visitor.head(link(purpose)).status_code == 200


@pytest.mark.parametrize("path", ["/status/forged", "/calendar/forged.ics"])
def test_a_forged_address_says_why(north: Actor, visitor: FlaskClient, path: str):
    answer = visitor.get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 403
    assert "not complete" in answer.text


def test_an_address_of_another_purpose_is_forged(visitor: FlaskClient, link: Callable[..., str]):
    token = link("calendar").removeprefix("/calendar/").removesuffix(".ics")
    assert visitor.get(f"/status/{token}").status_code == 403


def test_a_closed_address_says_so(north: Actor, visitor: FlaskClient, link: Callable[..., str]):
    path = link()
    with portal_scope(north.portal_id):
        revoke_link(list_links()[0].id, DAY_OF_THE_STORY)
        db.session.commit()
    answer = visitor.get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 403
    assert "closed" in answer.text


def test_an_address_has_its_last_day(visitor: FlaskClient, link: Callable[..., str], world: World):
    path = link(expires_on=DAY_OF_THE_STORY.date())
    assert visitor.get(path).status_code == 200
    world.clock.advance(seconds=2 * 86400)
    answer = visitor.get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 403
    assert "expired" in answer.text


def test_a_page_shows_one_portal_only(
    story: None, south: Actor, visitor: FlaskClient, link: Callable[..., str]
):
    with portal_scope(south.portal_id):
        url = make_link("status", by=MARINA, at=DAY_OF_THE_STORY).url
        db.session.commit()
    assert "Олег Дроздов" not in visitor.get(path_of(url)).text
