"""What stands in a report follows from what is stored: terms with who said so, sums that were given, what blocks, and nothing else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from b24app.database import db, portal_scope
from b24app.integrators.client_reports.model import ReportKind
from b24app.integrators.client_reports.report_content import ReportContent, narrowed
from b24app.integrators.client_reports.report_reading import AskedReport, read_report
from b24app.integrators.rights import Right
from b24app.portals.model import Portal
from b24app.renewal.case_changes import mark_stage, open_case
from b24app.renewal.renewal_stages import Stage
from b24app.services import services
from b24app.stored_values import dump_bytes, read_bytes
from b24app.terms.paid_terms import add_paid_term, find_paid_term, set_paid_term
from b24app.terms.term import TermDraft
from sandbox.world import World
from tests.actors import Actor
from tests.integrators.looking import MARINA
from tests.integrators.reporting import Reporting, plain, reports_to

pytestmark = pytest.mark.dialect
ALL = frozenset({Right.TERMS, Right.CHECKS, Right.PAPERS})


def read(
    client: Actor, rights: frozenset[Right] = ALL, kind: ReportKind = ReportKind.BY_HAND
) -> ReportContent:
    """The report of this moment about the last thirty days."""
    now = services().clock.now()
    portal = db.session.get_one(Portal, client.portal_id)
    asked = AskedReport(
        portal, "Тёплая сторона", "code", rights, kind, now.date() - timedelta(days=30), now.date()
    )
    return read_report(asked, now)[0]


def pays(client: Actor, day: date, **more: object) -> None:
    with portal_scope(client.portal_id):
        set_paid_term("plan", day, by=MARINA, at=services().clock.now())
        draft = TermDraft("site", day + timedelta(days=40), title="Сайт магазина", **more)  # type: ignore[arg-type]
        add_paid_term(draft, by=MARINA, at=services().clock.now())
        db.session.commit()


def test_each_term_says_until_when_and_who_said_so(first_checks: Actor, world: World) -> None:
    day = world.clock.now().date() + timedelta(days=23)
    pays(first_checks, day, price=Decimal(12_000), currency="RUB", period_months=12)
    found = read(first_checks)
    told = {one.until: one for one in found.terms}
    site = told[day + timedelta(days=40)]
    assert (site.name, site.amount) == ("Сайт магазина", Decimal(12_000))
    assert all("Марина Ковалёва" in one.source for one in (told[day], site))
    assert "оплатите до" in " ".join(one.text for one in found.lead)
    assert read_bytes(ReportContent, dump_bytes(ReportContent, found)) == found


def test_no_total_is_counted_while_a_sum_is_not_known(first_checks: Actor, world: World) -> None:
    pays(first_checks, world.clock.now().date() + timedelta(days=23))
    found = read(first_checks)
    assert found.unknown_sums >= 1
    assert found.total is None
    known = tuple(replace(one, amount=Decimal(10), currency="RUB") for one in found.terms)
    assert replace(found, terms=known).total == Decimal(10) * len(known)
    assert replace(found, terms=(replace(known[0], currency="USD"), *known[1:])).total is None


def test_what_was_not_given_is_not_read(first_checks: Actor, world: World) -> None:
    pays(first_checks, world.clock.now().date() + timedelta(days=23), price=Decimal(7), currency="RUB")
    terms = read(first_checks, frozenset({Right.TERMS}))
    assert (terms.well, terms.checked_at) == ((), None)
    assert {one.amount for one in terms.terms} == {None}
    checks = read(first_checks, frozenset({Right.CHECKS}))
    assert (checks.terms, checks.term_notes) == ((), ())
    assert all(one.right in ("", "see_checks") for one in (*checks.done, *checks.lead, *checks.counts))
    assert all(one.right == "see_checks" for one in checks.decisions)


def test_a_narrowed_report_holds_no_line_of_what_was_taken_back(first_checks: Actor, world: World) -> None:
    pays(first_checks, world.clock.now().date() + timedelta(days=23), price=Decimal(7), currency="RUB")
    whole = read(first_checks)
    assert narrowed(whole, ALL) == whole
    less = narrowed(whole, frozenset({Right.CHECKS}))
    assert less.terms == ()
    assert all(one.right != "see_terms" for one in (*less.lead, *less.done, *less.decisions, less.title))
    assert narrowed(whole, frozenset()).decisions == ()


def test_a_number_of_decisions_is_told_only_where_all_of_them_stand(
    first_checks: Actor, world: World
) -> None:
    pays(first_checks, world.clock.now().date() + timedelta(days=23))
    whole = read(first_checks)
    assert {one.right for one in whole.decisions} == {"see_checks", "see_terms"}
    assert whole.lead[-1].text.startswith(str(len(whole.decisions)))
    for left in (Right.CHECKS, Right.TERMS):
        less = narrowed(whole, frozenset({left}))
        assert 0 < len(less.decisions) < len(whole.decisions)
        assert not any(one.text[0].isdigit() for one in less.lead)


def test_marks_of_the_renewal_stand_with_their_day_and_author(first_checks: Actor, world: World) -> None:
    now = world.clock.now()
    pays(first_checks, now.date() + timedelta(days=23))
    with portal_scope(first_checks.portal_id):
        term = find_paid_term("plan")
        assert term is not None
        mark_stage(open_case(term, now).id, Stage.INVOICE_REQUESTED, by=MARINA, at=now)
        db.session.commit()
    lines = [(one.day, one.text) for one in read(first_checks).done]
    assert [day for day, _ in lines] == [now.date()]
    assert "Марина Ковалёва" in lines[0][1]


def test_a_plan_that_is_over_and_one_without_a_date_ask_for_a_person(
    first_checks: Actor, world: World
) -> None:
    assert "undated" in read(first_checks).attention
    pays(first_checks, world.clock.now().date() - timedelta(days=40))
    found = read(first_checks)
    assert "lapsed" in found.attention
    assert "Тариф закончился" in " ".join(one.text for one in found.lead)


def test_a_report_is_written_in_the_language_of_the_client(first_checks: Actor, world: World) -> None:
    pays(first_checks, world.clock.now().date() + timedelta(days=23))
    portal = db.session.get_one(Portal, first_checks.portal_id)
    portal.language = "en"
    db.session.commit()
    found = read(first_checks)
    assert found.language == "en"
    assert "The plan ends on" in " ".join(one.text for one in found.lead)


def test_an_old_look_is_told_with_its_day(
    world: World, south: Actor, first_checks: Actor, run_jobs: Callable[[], int]
) -> None:
    reporting: Reporting = reports_to(world, south, first_checks, run_jobs)
    world.clock.advance(days=5)
    reporting.reopens()
    report_id = reporting.asks_draft()
    text = plain(reporting.own.get(f"/clients/reports/{report_id}").text)
    assert "магазин проверяли больше суток назад" in text
    assert "Как магазин отвечал" in text
