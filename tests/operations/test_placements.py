"""Placements: the manifest and the files agree; each kind of person gets a page that exists."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from b24app.database import db, portal_scope
from b24app.jobs.upkeep import ask_unfinished
from b24app.manifest import read_manifest
from b24app.placements import RETIRED, load_placements, wanted_bindings
from b24app.portals.event_handling import WORK
from b24app.portals.install import DEAL_CHANGED, bound_otherwise
from b24app.portals.model import Person, Portal
from b24app.reminders.kinds import Screen
from b24app.text.offered_languages import WHOLE
from sandbox.application import PlacementBinding
from tests.actors import Actor

PLACEMENTS = load_placements()
BOUND = {code for code in PLACEMENTS if code != "DEFAULT"}


def test_the_manifest_and_the_files_agree():
    assert set(read_manifest().placements) == BOUND


def test_every_widget_is_named_in_every_language_of_the_manifest():
    for placement in PLACEMENTS.values():
        assert set(placement.titles) == set(WHOLE)


def test_every_event_of_the_manifest_has_its_work():
    assert set(WORK) == {*read_manifest().events, DEAL_CHANGED}


def test_every_screen_of_a_link_exists(app: Flask):
    paths = {rule.rule for rule in app.url_map.iter_rules()}
    of_earlier_releases = set(Screen) - {Screen.INTEGRATOR, Screen.CLIENTS, Screen.ALERTS}
    assert {f"/{screen}" for screen in of_earlier_releases} <= paths


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
    ("screen", "current"), [("plan", "tab-money"), ("checklist", "tab-shop"), ("nowhere", "tab-renewal")]
)
def test_a_link_opens_the_page_that_it_names(north: Actor, screen: str, current: str):
    text = north.opens("REST_APP_URI", screen=screen).text
    assert 'aria-current="page"' in text.split(f'id="{current}"', 1)[1].split(">", 1)[0]


@pytest.mark.parametrize("screen", Screen)
def test_every_link_opens_a_page(north: Actor, screen: Screen):
    assert north.opens("REST_APP_URI", screen=screen.value).status == 200


def test_a_link_shows_no_working_page_to_an_employee(north: Actor):
    opened = north.opens("REST_APP_URI", user=north.portal.employee, screen="settings")
    assert 'class="tabs"' not in opened.text


def test_the_menu_of_the_card_and_the_application_s_own_page_have_one_name():
    assert dict(PLACEMENTS["DEFAULT"].titles) == read_manifest().menu


def is_current(text: str, tab: str) -> bool:
    return 'aria-current="page"' in text.split(f'id="tab-{tab}"', 1)[1].split(">", 1)[0]


def test_the_own_page_opens_at_the_tab_of_the_last_visit(north: Actor, south: Actor):
    opened = north.opens()
    assert is_current(opened.text, "renewal")
    for tab in ("money", "shop", "money"):
        opened.get(f"/{tab}")
        assert is_current(north.opens().text, tab)
    assert is_current(south.opens().text, "renewal")
    assert is_current(north.opens("REST_APP_URI", screen="overview").text, "renewal")


def test_a_tab_that_another_release_had_opens_the_first(north: Actor):
    with portal_scope(north.portal_id):
        db.session.execute(update(Person).values(last_tab="clients"))
        db.session.commit()
    assert is_current(north.opens().text, "renewal")


def test_a_page_for_reading_only_remembers_no_tab(north: Actor):
    north.opens().get("/shop")
    north.portal.answer_next("silent", times=50)
    silent = north.opens()
    assert is_current(silent.text, "shop")
    silent.get("/money")
    north.portal.forgive()
    assert is_current(north.opens().text, "shop")


@pytest.mark.parametrize("code", sorted(RETIRED))
def test_an_entry_of_the_last_release_opens_the_own_page(north: Actor, code: str):
    binding = PlacementBinding(99, code, f"https://renewal.example/placements/{code.lower()}")
    installation = next(iter(north.portal.installations.values()))
    installation.placements.append(binding)
    assert is_current(north.opens(code).text, "renewal")


def test_a_portal_of_the_last_release_is_bound_anew_by_itself(north: Actor, run_jobs: Callable[[], int]):
    installation = next(iter(north.portal.installations.values()))
    installation.placements.append(
        PlacementBinding(99, "LEFT_MENU", "https://renewal.example/placements/left_menu")
    )
    with portal_scope(north.portal_id):
        db.session.execute(update(Portal).values(bindings=""))
        db.session.commit()
    assert bound_otherwise(wanted_bindings()) == [north.portal_id]
    ask_unfinished()
    run_jobs()
    assert {one.placement for one in installation.placements} == BOUND
    assert bound_otherwise(wanted_bindings()) == []


def test_the_list_of_deals_asks_an_employee_what_does_not_work(north: Actor):
    text = north.opens("CRM_DEAL_LIST_TOOLBAR", user=north.portal.employee).text
    form = text.split('id="report"', 1)[1].split(">", 1)[0]
    assert "hidden" not in form
    assert 'value="orders" checked' in text
