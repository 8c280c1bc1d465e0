"""The demo's story as its reader sees it: every turn that the sandbox plays on the portal is noticed by the application."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from b24app.database import db, every_portal
from b24app.portals.model import Portal as Row
from sandbox.portal import Portal
from sandbox.scenario.story import BY_CODE, begin_story, play_turn, turns_done
from sandbox.shop.new_orders import table_now
from tests.actors import Actor, Opened

RunJobs = Callable[[], int]


@pytest.fixture
def portal(first_checks: Actor) -> Portal:
    """The administrator's portal, after the wizard and the first checks."""
    return first_checks.portal


def checked(opened: Opened, run_jobs: RunJobs) -> str:
    """The inbox of the shop after the checks have been made anew."""
    assert opened.post("/shop/run").status_code == 200
    run_jobs()
    return opened.get("/shop").text


def test_a_pay_system_that_a_turn_switches_off_is_named(
    portal: Portal, first_checks: Actor, run_jobs: RunJobs
) -> None:
    opened = first_checks.opens()
    name = next(row["NAME"] for row in portal.tables["paysystem"] if row["IS_CASH"] == "N")
    play_turn(portal, "breaks")
    assert name in checked(opened, run_jobs)


def test_what_a_turn_loses_stands_in_the_comparison_and_closes_when_it_is_back(
    portal: Portal, first_checks: Actor, run_jobs: RunJobs
) -> None:
    opened = first_checks.opens()
    checked(opened, run_jobs)
    play_turn(portal, "loses")
    lost = portal.extra["story_lost"]["stage"]["NAME"]
    checked(opened, run_jobs)
    assert lost in opened.get("/shop/compare").text
    play_turn(portal, "returns")
    checked(opened, run_jobs)
    assert lost not in opened.get("/shop/compare").text


def test_the_whole_story_leaves_no_page_broken(
    portal: Portal, first_checks: Actor, run_jobs: RunJobs
) -> None:
    for code in BY_CODE:
        play_turn(portal, code)
        opened = first_checks.opens()
        for path in ("/renewal", "/shop", "/money", "/copy"):
            assert opened.get(path).status_code == 200, (code, path)
        run_jobs()
    assert all(turns_done(portal).values())


def test_begun_anew_nothing_is_kept_and_the_application_can_be_installed_again(
    portal: Portal, first_checks: Actor, run_jobs: RunJobs
) -> None:
    play_turn(portal, "breaks")
    begin_story(portal)
    run_jobs()
    with every_portal():
        kept = db.session.scalars(select(Row).where(Row.member_id == portal.member_id)).all()
    assert [row.status for row in kept if row.status == "active"] == []
    assert not any(turns_done(portal).values())
    again = first_checks.installs().opens()
    assert again.status == 200
    assert len(table_now(portal, "order")) > 0
    assert portal.today() + timedelta(days=30) == portal.paid_till
