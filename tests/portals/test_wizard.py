"""The wizard: what will be added, dates and mail, the first result; each step may go wrong, be repeated, be refused."""

from collections.abc import Callable
from datetime import date

import pytest
from markupsafe import escape

from b24app.database import portal_scope
from b24app.jobs.upkeep import ask_unfinished
from b24app.manifest import read_manifest
from b24app.placements import wanted_bindings
from b24app.portals.model import InstallStatus
from b24app.reminders.outside_addresses import list_addresses
from b24app.terms.paid_terms import find_paid_term
from b24app.terms.term import TermKind
from sandbox.application import ApplicationCard, EventBinding
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


def test_binding_again_leaves_the_queue_of_deletions_alone(
    wizard: Opened, stranger: Actor, card: ApplicationCard, world: World
):
    wizard.post("/install/bind")
    installation = stranger.portal.installations[card.client_id]
    kept = EventBinding(stranger.portal.next_id(), "ONCRMDEALDELETE", "", 0, offline=True)
    installation.events.append(kept)
    before = len(world.requests)
    wizard.post("/install/bind")
    assert len(world.requests) - before == 1
    assert kept in installation.events


def test_the_date_is_asked_with_the_plan_that_the_portal_reports(wizard: Opened):
    page = wizard.post("/install/bind").text
    assert "Until what day is it paid?" in page
    assert "Standard" in page


def test_the_dates_are_written_down_with_who_said_them(wizard: Opened, stranger: Actor):
    wizard.post("/install/bind")
    answer = wizard.post("/install/date", ends_on="2026-12-23", subscription="2027-01-28")
    assert "18\N{NO-BREAK SPACE}December" in answer.text
    with portal_scope(stranger.portal_id):
        plan, subscription = find_paid_term(TermKind.PLAN), find_paid_term(TermKind.MARKETPLACE)
    assert plan is not None
    assert (plan.ends_on, plan.said_by) == (
        date(2026, 12, 23),
        f"{stranger.portal.admin.name} {stranger.portal.admin.last_name}",
    )
    assert subscription is not None
    assert subscription.ends_on == date(2027, 1, 28)
    assert row(stranger).status == InstallStatus.ACTIVE


@pytest.mark.parametrize("form", [{}, {"subscription_unknown": "yes", "subscription": "nonsense"}])
def test_an_unknown_end_of_the_subscription_is_left_to_the_shop(
    wizard: Opened, stranger: Actor, form: dict[str, str]
):
    wizard.post("/install/bind")
    assert wizard.post("/install/date", ends_on="2026-12-23", **form).status_code == 200
    with portal_scope(stranger.portal_id):
        assert find_paid_term(TermKind.MARKETPLACE) is None


def test_a_doubted_subscription_comes_back_beside_the_accepted_end(wizard: Opened):
    wizard.post("/install/bind")
    form = {"ends_on": "2026-11-25", "sure_ends_on": "2026-11-25", "subscription": "2025-01-28"}
    doubt = wizard.post("/install/date", **form)
    assert doubt.status_code == 422
    assert 'data-day="2027-01-28" data-sure="sure_subscription"' in doubt.text
    assert 'type="hidden" name="sure_ends_on" value="2026-11-25"' in doubt.text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "Enter the last paid day"), ("tomorrow", "not a date"), ("2062-12-23", "is the year right?")],
)
def test_a_wrong_date_comes_back_with_what_to_do(wizard: Opened, stranger: Actor, text: str, sentence: str):
    answer = wizard.post("/install/date", ends_on=text)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert row(stranger).status == InstallStatus.NEW


def test_the_date_may_be_entered_later(wizard: Opened, stranger: Actor):
    wizard.post("/install/bind")
    done = wizard.post("/install/done").text
    assert "data-portal-finish" in done
    assert row(stranger).status == InstallStatus.ACTIVE
    assert done.count('class="is-done"') == 1  # what was put off bears no tick
    assert "The last paid day is not written down yet" in done


def test_a_doubted_day_of_the_wizard_is_mended_in_its_field_and_the_step_goes_on(wizard: Opened):
    wizard.post("/install/bind")
    form = wizard.post("/install/date", ends_on="2025-12-23").text.split('id="wizard-date"')[1]
    assert "data-mends" in form.split(">")[0]
    assert 'data-day="2026-12-23"' in form


def test_the_first_result_leads_back_to_the_dates_with_what_was_written_down(
    wizard: Opened, north_employee: Opened
):
    wizard.post("/install/bind")
    done = wizard.post("/install/date", ends_on="2026-12-23").text
    assert 'hx-post="/install/dates"' in done
    assert 'value="2026-12-23"' in wizard.post("/install/dates").text
    assert north_employee.post("/install/dates").status_code == 403


def test_an_address_typed_beside_a_date_put_off_is_kept(wizard: Opened, stranger: Actor):
    wizard.post("/install/bind")
    assert "data-portal-finish" in wizard.post("/install/done", outside="marina@mail.example").text
    with portal_scope(stranger.portal_id):
        assert [one.email for one in list_addresses()] == ["marina@mail.example"]


def test_a_wrong_address_beside_a_date_put_off_comes_back(wizard: Opened):
    wizard.post("/install/bind")
    answer = wizard.post("/install/done", outside="marina", ends_on="2026-12-23")
    assert answer.status_code == 422
    assert 'value="2026-12-23"' in answer.text


def test_a_day_to_pay_that_has_passed_is_not_offered(wizard: Opened):
    wizard.post("/install/bind")
    done = wizard.post("/install/date", ends_on="2026-12-01").text.replace("\u00a0", " ")
    assert "Until the end of the plan: 1 day" in done
    assert "by card" in done
    assert "Pay by 1" not in done


def test_an_end_that_has_passed_is_asked_back_before_it_is_believed(wizard: Opened):
    wizard.post("/install/bind")
    form = {"ends_on": "2026-11-25"}
    doubt = wizard.post("/install/date", **form).text
    assert "This day has passed: is the year right?" in doubt
    assert 'value="2026-11-25"' in doubt
    done = wizard.post("/install/date", **form, sure_ends_on="2026-11-25").text.replace("\u00a0", " ")
    assert "data-portal-finish" in done
    assert "Pay by 2" not in done


def test_the_way_back_keeps_what_was_typed(wizard: Opened):
    form = {"ends_on": "2026-12-23", "subscription": "2027-01-28", "outside": "marina"}
    back = wizard.post("/install/what", **form).text
    assert "What will be added to the portal" in back
    assert all(f'name="{name}" value="{value}"' in back for name, value in form.items())
    again = wizard.post("/install/bind", **form).text
    assert all(f'value="{value}"' in again for value in form.values())


def test_the_first_result_comes_by_itself(wizard: Opened, stranger: Actor, run_jobs: Callable[[], int]):
    wizard.post("/install/bind")
    first = wizard.post("/install/date", ends_on="2026-12-23").text
    assert 'hx-get="/install/result"' in first
    run_jobs()
    found = wizard.get("/install/result").text
    assert "hx-get" not in found
    assert "in order: " in found


def test_a_look_that_the_portal_refused_says_so(wizard: Opened, stranger: Actor, run_jobs: Callable[[], int]):
    wizard.post("/install/bind")
    wizard.post("/install/date", ends_on="2026-12-23")
    stranger.portal.answer_next("html", times=200)
    run_jobs()
    assert "has not been seen yet" in wizard.get("/install/result").text


def test_an_employee_and_another_portal_see_no_first_result(
    north: Actor, north_employee: Opened, south_admin: Opened
):
    assert north_employee.get("/install/result").status_code == 403
    assert "hx-get" in south_admin.get("/install/result").text  # its own first look, which has not begun


def test_installing_again_keeps_the_known_date(north: Actor, card: ApplicationCard):
    north.opens().post("/install/date", ends_on="2026-12-23")
    north.portal.update_application(card, 2)
    again = north.opens(lang="en")
    assert 'value="2026-12-23"' in again.post("/install/bind").text
    assert "had been installed before" in again.post("/install/done").text


def test_a_missing_permission_is_named_with_a_next_step(
    wizard: Opened, stranger: Actor, card: ApplicationCard
):
    stranger.portal.withhold_scope(card, "placement")
    page = wizard.post("/install/bind").text
    assert "not given the permission to add its pages" in page
    assert "Until what day is it paid?" in page


@pytest.mark.parametrize("scope", ["placement", "crm"])
def test_the_application_works_without_its_places_and_gets_them_when_the_permission_comes(
    stranger: Actor, card: ApplicationCard, run_jobs: Callable[[], int], scope: str
):
    stranger.portal.add_application(card)
    stranger.portal.withhold_scope(card, scope)
    wizard = stranger.opens()
    assert wizard.post("/install/bind").status_code == wizard.post("/install/done").status_code == 200
    stranger.portal.finish_install(card)
    run_jobs()
    assert stranger.opens().status == 200
    installation = stranger.portal.installations[card.client_id]
    assert "CRM_DEAL_LIST_TOOLBAR" not in {one.placement for one in installation.placements}
    assert {one.event for one in installation.events} >= set(read_manifest().events)
    ask_unfinished()
    run_jobs()
    assert (row(stranger).bindings, scope in row(stranger).scopes) == (wanted_bindings().mark, False)
    installation.withheld.clear()
    assert stranger.opens().post("/shop/run").status_code == 200
    run_jobs()
    ask_unfinished()
    run_jobs()
    assert {one.placement for one in installation.placements} == set(read_manifest().placements)


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
    assert "Until what day is it paid?" in wizard.post("/install/bind").text


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
    assert "The licence is paid until" in asked
    assert "My plan" not in asked
    opened.post("/install/date", ends_on="2027-01-31")
    with portal_scope(box.portal_id):
        term = find_paid_term(TermKind.ON_PREMISE)
    assert term is not None
    assert row(box).status == InstallStatus.ACTIVE


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_first_page_says_of_each_permission_what_for(
    stranger: Actor, card: ApplicationCard, language: str
):
    stranger.portal.add_application(card)
    text = stranger.opens(lang=language).text
    assert all(escape(one.why[language]) in text for one in read_manifest().permissions)
    assert "permissions-missing" not in text


def test_the_first_page_names_a_permission_that_was_not_granted_and_goes_on(
    stranger: Actor, card: ApplicationCard
):
    stranger.portal.add_application(card)
    stranger.portal.withhold_scope(card, "main")
    wizard = stranger.opens(lang="en")
    assert "The portal did not grant: main" in wizard.text
    assert "Developer resources" in wizard.text
    assert "Until what day is it paid?" in wizard.post("/install/bind").text
