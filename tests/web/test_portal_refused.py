"""Every page works while the portal's REST is refused, and none of them asks the portal while it is drawn."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask

from b24app.bitrix24.call_search import Search, search_calls
from b24app.database import db, portal_scope
from b24app.pages import register_pages
from b24app.reminders.reminder_jobs import remind_portal
from b24app.renewal.signed_links import PURPOSES, make_link
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from sandbox.portal import Portal
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY
from tests.integrators.consent_story import declare

# The portal itself posts these forms, and events; a portal that refuses does not open our frame at all.
pytestmark = pytest.mark.usefixtures("first_checks")
KNOCKS = {
    "bundles.give",
    "placements.open_app",
    "placements.open_placement",
    "placements.install",
    "events.take",
    "metrics.show",
    "static",
}
FROM_OUTSIDE = ("/sign-in", "/api")
"""The entrance from outside and the API: `tests/integrators`."""
VALUES = {
    "/copy/export/<kind>": ("preset", "bpt"),
    "/settings/calls/<int:number>": ("1",),
    "/settings/calls/<int:number>/commands/<int:position>": ("1/commands/0",),
    "/clients/reports/<int:report_id>": (),  # only where a report was made
    "/clients/bulk/<int:work_id>": (),  # only where work on many clients was begun
    "/clients/<code>/open": (),  # only where a client has given access
    "/clients/<code>/open/<path:place>": (),
    "/clients/<code>/ask": (),
    "/clients/deals/<int:client_id>": (),
    "/clients/standards/<int:standard_id>/edit": (),  # only where there is a standard
    "/clients/<code>/card": (),  # only where a client has given consent
    "/clients/keys/webhooks/sendings/<int:sending_id>": (),  # only where something was sent
    "/restore/<int:restore_id>": (),  # only where something was chosen
    "/restore/<int:restore_id>/progress": (),  # only where something was chosen
    "/copy/key/held/<purpose>": (),  # only while a work waits for a key
    "/shop/area/<area>": ("payments", "crm"),
    "/shop/fold/<place>": ("fine",),
    "/shop/compare/line/<line>": (),  # only where something differs
    "/shop/compare/line/<line>/check": (),
    "/shop/changes/line/<int:change_id>": (),  # only where something has changed
    "/shop/check/<code>": ("pay_systems_still_on",),
    "/shop/question/<code>": ("ask_plan_quota",),
    "/shop/runs/<int:run_id>": ("1",),
    "/shop/given/<target>": (),  # only while a task is being set
    "/renewal/blocker/<code>": (),  # only while one check is run again
    "/renewal/guide/<code>": ("portal", "partner", "site"),
    "/client-reports/<token>": (),  # pages outside the portal: their own tests ask for them
    "/client-reports/colour/<code>.css": (),
    "/client-reports/reader/<code>": (),
    "/client-reports/sender/<code>": (),
    "/invitation/<code>": (),  # a page outside the portal: its own tests ask for it
    "/settings/integrator/asks/<sealed>": ("gone",),
    "/settings/integrator/asks/<sealed>/button": (),  # only while a request waits
    "/settings/reminders/channels/<code>": ("notification", "email", "webhook"),
    # parts that stand for something pressed just now: their own tests ask for them
}
REFUSALS: dict[str, Callable[[Portal], None]] = {
    "lapsed": Portal.lapse_to_free,
    "locked": Portal.lock,
    "without_marketplace": Portal.end_marketplace,
}


def every_page() -> Iterator[str]:
    """The addresses of all pages, from the map of the application itself."""
    bare = Flask("pages")
    register_pages(bare)
    for rule in bare.url_map.iter_rules():
        led = rule.endpoint.startswith("old_addresses.")  # their pages are asked for by themselves
        if "GET" not in (rule.methods or ()) or rule.endpoint in KNOCKS or led or "<token>" in rule.rule:
            continue
        if rule.rule.startswith(FROM_OUTSIDE):
            continue
        if not rule.arguments and rule.rule not in VALUES:
            yield rule.rule
        for value in VALUES[rule.rule] if rule.arguments else ():
            yield rule.rule.partition("<")[0] + value


@pytest.fixture
def shop(north: Actor, run_jobs: Callable[[], int]) -> Opened:
    """A portal with a date, a finished run and letters sent, an integrator's too, opened before the refusal."""
    opened = north.opens()
    declare(opened)
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 11, 20), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    opened.post("/shop/run")
    run_jobs()
    return opened


def calls_of(actor: Actor) -> int:
    db.session.rollback()
    with portal_scope(actor.portal_id):
        return len(search_calls(Search(), limit=100_000))


@pytest.mark.cases
@pytest.mark.parametrize("refusal", REFUSALS)
def test_every_page_works_and_asks_nothing(
    shop: Opened, north: Actor, run_jobs: Callable[[], int], refusal: str
) -> None:
    REFUSALS[refusal](north.portal)
    remind_portal(north.portal_id)
    shop.post("/renewal/late/count", since="2026-11-21T00:00", until="2026-11-30T00:00")
    run_jobs()
    before = calls_of(north)
    answers = {path: shop.get(path).status_code for path in every_page()}
    assert len(answers) > 25
    assert {path: code for path, code in answers.items() if code != 200} == {}
    assert calls_of(north) == before


def test_every_address_outside_works(shop: Opened, north: Actor) -> None:
    north.portal.lapse_to_free()
    with portal_scope(north.portal_id):
        by, until = Author(1, "Marina"), date(2027, 1, 31)
        made = [
            make_link(purpose, by=by, at=DAY_OF_THE_STORY, expires_on=until if purpose == "report" else None)
            for purpose in PURPOSES
        ]
        db.session.commit()
    before = calls_of(north)
    for link in made:
        assert shop.client.get(link.url.removeprefix("https://renewal.example")).status_code == 200
    assert calls_of(north) == before


def test_the_failed_count_is_told_in_words(shop: Opened, north: Actor, run_jobs: Callable[[], int]) -> None:
    north.portal.lapse_to_free()
    shop.post("/renewal/late/count", since="2026-11-21T00:00", until="2026-11-30T00:00")
    run_jobs()
    text = shop.get("/renewal").text
    assert "Портал не посчитал" in text
    assert "Тариф портала" in text
    assert "<details" in text
