"""Placements: the manifest and the files agree; each kind of person gets a page that exists."""

import pytest
from flask import Flask

from b24app.manifest import read_manifest
from b24app.placements import load_placements
from b24app.portals.event_handling import WORK
from b24app.reminders.kinds import Screen
from tests.actors import Actor

PLACEMENTS = load_placements()
BOUND = {code for code in PLACEMENTS if code != "DEFAULT"}


def test_the_manifest_and_the_files_agree():
    assert set(read_manifest().placements) == BOUND


def test_every_widget_is_named_in_every_language_of_the_manifest():
    for placement in PLACEMENTS.values():
        assert set(placement.titles) == set(read_manifest().languages)


def test_every_event_of_the_manifest_has_its_work():
    assert set(WORK) == set(read_manifest().events)


def test_every_screen_of_a_link_exists(app: Flask):
    paths = {rule.rule for rule in app.url_map.iter_rules()}
    assert {f"/{screen}" for screen in Screen} <= paths


@pytest.mark.parametrize("code", PLACEMENTS)
def test_an_administrator_gets_the_working_page(north: Actor, code: str):
    opened = north.opens(code)
    assert opened.status == 200
    assert 'class="tabs"' in opened.text


@pytest.mark.parametrize("code", PLACEMENTS)
def test_an_employee_gets_the_widget(north: Actor, code: str):
    opened = north.opens(code, user=north.portal.employee)
    assert opened.status == 200
    assert 'class="tabs"' not in opened.text


@pytest.mark.parametrize(
    ("screen", "current"), [("plan", "tab-plan"), ("renewal", "tab-overview"), ("nowhere", "tab-overview")]
)
def test_a_link_opens_the_page_that_it_names(north: Actor, screen: str, current: str):
    text = north.opens("REST_APP_URI", screen=screen).text
    assert 'aria-current="page"' in text.split(f'id="{current}"', 1)[1].split(">", 1)[0]


def test_a_link_shows_no_working_page_to_an_employee(north: Actor):
    opened = north.opens("REST_APP_URI", user=north.portal.employee, screen="settings")
    assert 'class="tabs"' not in opened.text
