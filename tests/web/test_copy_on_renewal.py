"""The copy on the tab «Renewal»: one line before the payment that says what the tab «Copy» says."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from b24app.backup.model import BackupCopy, CopyKind, CopyState
from b24app.database import db, portal_scope
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.web.copies import add_going_copy, add_loss, add_whole_copy


@pytest.fixture
def english(north: Actor, world: World) -> Opened:
    """The administrator of a portal whose plan ends in three weeks."""
    with portal_scope(north.portal_id):
        ends_on = world.clock.now().date() + timedelta(days=23)
        set_paid_term("plan", ends_on, by=Author(1, "Anna"), at=world.clock.now())
        db.session.commit()
    return north.opens(lang="en")


def line(text: str) -> str:
    found = re.search(r'id="copy-line">(.*?)</section>', text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).replace("\u00a0", " ").split()) if found else ""


def headline(text: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", "", found[1]).replace("\u00a0", " ").split())


def test_without_a_copy_one_is_a_step_before_the_payment(english: Opened) -> None:
    assert line(english.get("/renewal").text).startswith("Copy the shop by")


def test_a_copy_under_way_is_said(north: Actor, english: Opened, world: World) -> None:
    add_going_copy(north, world.clock.now())
    assert line(english.get("/renewal").text).startswith("The copy of the shop is being made")


@pytest.mark.parametrize("without", [(), ("sample",)])
def test_it_says_what_the_tab_of_the_copy_says(
    north: Actor, english: Opened, world: World, without: tuple[str, ...]
) -> None:
    add_whole_copy(north, world.clock.now() - timedelta(hours=3), without=without)
    assert line(english.get("/renewal").text).startswith(headline(english.get("/copy").text))


def test_an_open_loss_comes_first(north: Actor, english: Opened, world: World) -> None:
    add_whole_copy(north, world.clock.now() - timedelta(hours=3))
    add_loss(north, world.clock.now())
    assert line(english.get("/renewal").text).startswith("A mass loss is open")


def test_after_the_payment_it_is_no_step_any_more(english: Opened) -> None:
    for mark in ("mark_invoice_requested", "mark_invoice_received", "mark_approved"):
        english.post(f"/renewal/mark/{mark}")
    english.post("/renewal/mark/mark_paid", way="transfer")
    assert line(english.get("/renewal").text) == ""


def test_a_paused_copy_is_not_said_to_be_made(north: Actor, english: Opened, world: World) -> None:
    add_going_copy(north, world.clock.now(), CopyState.PAUSED)
    said = line(english.get("/renewal").text)
    assert said.startswith("The copy is paused")
    assert said.endswith("Go on")


def test_the_renewal_and_the_copy_name_one_day_for_the_copy_before_paying(
    north: Actor, english: Opened, world: World
) -> None:
    first = re.search(r"by (\w+ \d+|\d+ \w+)", line(english.get("/renewal").text))
    assert first is not None
    assert first[0] in re.sub(r"<[^>]+>", "", english.get("/copy").text).replace("\u00a0", " ")
    add_whole_copy(north, world.clock.now() - timedelta(hours=3))
    wanted = f"Before paying, {first[0]},"
    assert wanted in line(english.get("/renewal").text)
    copy = english.get("/copy").text
    assert wanted in re.sub(r"<[^>]+>", "", copy).replace("\u00a0", " ")
    assert "the eve of the end" not in copy
    with portal_scope(north.portal_id):
        db.session.execute(update(BackupCopy).values(kind=CopyKind.BEFORE_RENEWAL))
        set_paid_term(
            "plan", world.clock.now().date() + timedelta(days=8), by=Author(1, "Anna"), at=world.clock.now()
        )
        db.session.commit()
    assert "Before paying" not in line(english.get("/renewal").text)


def test_a_fresh_copy_long_before_the_end_does_not_say_that_it_is_the_eve(
    north: Actor, english: Opened, world: World
) -> None:
    add_whole_copy(north, world.clock.now() - timedelta(minutes=3))
    text = english.get("/copy").text
    assert "made less than an hour ago; on the day before the end" in text
    assert "0 hours" not in text
