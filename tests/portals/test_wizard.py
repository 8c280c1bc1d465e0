"""The wizard: what will be added, the date, done; each step may go wrong, be repeated, be refused."""

from datetime import date

import pytest

from b24app.database import portal_scope
from b24app.manifest import read_manifest
from b24app.portals.model import InstallStatus
from b24app.reminders.outside_addresses import list_addresses
from b24app.terms.paid_terms import find_paid_term
from b24app.terms.term import TermKind
from sandbox.application import ApplicationCard
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.portals.rows import row


@pytest.fixture
def card(world: World) -> ApplicationCard:
    return next(iter(world.applications.values()))


@pytest.fixture
def wizard(stranger: Actor, card: ApplicationCard) -> Opened:
    """The first page of the wizard in a portal that has just added the application."""
    stranger.portal.add_application(card)
    return stranger.opens(lang="en")


def test_the_wizard_makes_the_install_active(north: Actor):
    assert row(north).status == InstallStatus.ACTIVE


def test_the_first_page_says_what_will_be_added(wizard: Opened, card: ApplicationCard):
    assert "What will be added to the portal" in wizard.text
    assert all(scope in wizard.text for scope in card.scopes)


def test_placements_and_events_of_the_manifest_are_bound(
    wizard: Opened, stranger: Actor, card: ApplicationCard
):
    wizard.post("/install/bind")
    installation = stranger.portal.installations[card.client_id]
    assert {each.placement for each in installation.placements} == set(read_manifest().placements)
    assert {each.event for each in installation.events} == set(read_manifest().events)


def test_binding_again_doubles_nothing_and_removes_stale_handlers(
    wizard: Opened, stranger: Actor, card: ApplicationCard
):
    installation = stranger.portal.installations[card.client_id]
    wizard.post("/install/bind")
    installation.placements[0].handler = "https://old.example/placements/left_menu"
    installation.events[0].event = "ONCRMDEALADD"
    wizard.post("/install/bind")
    assert len(installation.placements) == len(read_manifest().placements)
    assert {each.event for each in installation.events} >= {"ONAPPINSTALL"}
    assert not [each for each in installation.placements if "old.example" in each.handler]
    assert not [each for each in installation.events if each.event == "ONCRMDEALADD"]


def test_binding_takes_one_request(wizard: Opened, world: World):
    before = len(world.requests)
    wizard.post("/install/bind")
    assert len(world.requests) - before == 1


def test_the_date_is_asked_with_the_plan_that_the_portal_reports(wizard: Opened):
    page = wizard.post("/install/bind").text
    assert "When does the plan end?" in page
    assert "Standard" in page


def test_the_date_is_written_down_with_who_said_it(wizard: Opened, stranger: Actor):
    wizard.post("/install/bind")
    answer = wizard.post("/install/date", ends_on="2026-12-23", pays_by="partner", autopay="no")
    assert "Pay by 18\N{NO-BREAK SPACE}December" in answer.text
    with portal_scope(stranger.portal_id):
        term = find_paid_term(TermKind.PLAN)
    assert term is not None
    assert (term.ends_on, term.pays_by, term.autopay) == (date(2026, 12, 23), "partner", False)
    assert row(stranger).status == InstallStatus.ACTIVE


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "Enter the last paid day"), ("tomorrow", "not a date"), ("2062-12-23", "Check the year")],
)
def test_a_wrong_date_comes_back_with_what_to_do(wizard: Opened, stranger: Actor, text: str, sentence: str):
    answer = wizard.post("/install/date", ends_on=text, pays_by="portal")
    assert answer.status_code == 422
    assert sentence in answer.text
    assert row(stranger).status == InstallStatus.NEW


def test_a_choice_that_was_not_offered_comes_back_with_words(wizard: Opened):
    answer = wizard.post("/install/date", ends_on="2026-12-23", pays_by="barter")
    assert (answer.status_code, "Choose who issues the invoice." in answer.text) == (422, True)


def test_the_date_may_be_entered_later(wizard: Opened, stranger: Actor):
    wizard.post("/install/bind")
    done = wizard.post("/install/done").text
    assert "data-portal-finish" in done
    assert row(stranger).status == InstallStatus.ACTIVE
    assert done.count('class="is-done"') == 1  # what was put off bears no tick
    assert "Write down the date of the end" in done


def test_an_address_typed_beside_a_date_put_off_is_kept(wizard: Opened, stranger: Actor):
    wizard.post("/install/bind")
    assert "data-portal-finish" in wizard.post("/install/done", outside="marina@mail.example").text
    with portal_scope(stranger.portal_id):
        assert [one.email for one in list_addresses()] == ["marina@mail.example"]


def test_a_wrong_address_beside_a_date_put_off_comes_back(wizard: Opened):
    wizard.post("/install/bind")
    answer = wizard.post("/install/done", outside="marina", ends_on="2026-12-23", pays_by="partner")
    assert answer.status_code == 422
    assert 'value="2026-12-23"' in answer.text


def test_a_day_to_pay_that_has_passed_is_not_offered(wizard: Opened):
    wizard.post("/install/bind")
    done = wizard.post("/install/date", ends_on="2026-12-01", pays_by="portal").text.replace("\u00a0", " ")
    assert "Pay by card today" in done
    assert "1 day is left" in done
    assert "Pay by 1" not in done


def test_an_end_that_has_passed_is_asked_back_before_it_is_believed(wizard: Opened):
    wizard.post("/install/bind")
    form = {"ends_on": "2026-11-25", "pays_by": "portal"}
    doubt = wizard.post("/install/date", **form).text
    assert "This day has passed: is the year right?" in doubt
    assert 'value="2026-11-25"' in doubt
    done = wizard.post("/install/date", **form, sure_ends_on="2026-11-25").text.replace("\u00a0", " ")
    assert "The paid term ended on 25" in done
    assert "Pay by 2" not in done


def test_the_way_back_leads_to_the_first_page(wizard: Opened):
    assert "What will be added to the portal" in wizard.post("/install/what").text


def test_installing_again_keeps_the_known_date(north: Actor, card: ApplicationCard):
    north.opens().post("/install/date", ends_on="2026-12-23", pays_by="portal")
    north.portal.update_application(card, 2)
    again = north.opens(lang="en")
    assert 'value="2026-12-23"' in again.post("/install/bind").text
    assert "had been installed before" in again.post("/install/done").text


def test_a_missing_permission_is_named_with_a_next_step(
    wizard: Opened, stranger: Actor, card: ApplicationCard
):
    stranger.portal.withhold_scope(card, "placement")
    assert "not given the permission to add its pages" in wizard.post("/install/bind").text


def test_a_right_lost_in_the_middle_is_named_with_a_next_step(wizard: Opened, stranger: Actor):
    stranger.portal.withhold_right(stranger.portal.admin, "admin")
    assert "Ask a portal administrator" in wizard.post("/install/bind").text


def test_a_portal_that_accepts_nothing_shows_its_own_words(wizard: Opened, stranger: Actor):
    stranger.portal.refuse_next(
        "ERROR_WRONG_HANDLER_URL", method="placement.bind", times=len(read_manifest().placements)
    )
    page = wizard.post("/install/bind").text
    assert "accepted none" in page
    assert "ERROR_WRONG_HANDLER_URL" in page


def test_a_portal_that_does_not_answer_leaves_the_first_page(wizard: Opened, stranger: Actor):
    stranger.portal.answer_next("html", times=50)
    page = wizard.post("/install/bind").text
    assert "What will be added to the portal" in page
    assert "Wait a minute and try again" in page


def test_placements_that_a_portal_lacks_are_no_obstacle(
    wizard: Opened, stranger: Actor, card: ApplicationCard
):
    stranger.portal.withhold_scope(card, "crm")
    assert "When does the plan end?" in wizard.post("/install/bind").text


def test_an_employee_cannot_install(north: Actor, card: ApplicationCard):
    north.portal.update_application(card, 2)
    post = north.portal.opens(user=north.portal.admin, lang="en")
    north.portal.admin.admin = False
    refused = north.sends(post)
    assert refused.status == 403
    assert "administrator should open it" in refused.text


def test_an_on_premise_portal_is_asked_about_its_licence(
    stranger: Actor, world: World, card: ApplicationCard
):
    box = Actor(stranger.client, world.add_portal("box.example", profile="box"))
    box.portal.add_application(card)
    opened = box.opens(lang="en")
    asked = opened.post("/install/bind").text
    assert "When does the licence end?" in asked
    assert "My plan" not in asked
    opened.post("/install/date", ends_on="2027-01-31", pays_by="portal")
    with portal_scope(box.portal_id):
        term = find_paid_term(TermKind.ON_PREMISE)
    assert term is not None
    assert row(box).status == InstallStatus.ACTIVE
