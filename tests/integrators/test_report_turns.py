"""Drafts that are made by themselves: once for each client and month, after a verified renewal, whatever clocks and workers do."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from b24app.database import db, every_portal, portal_scope
from b24app.integrators.client_reports.model import ClientReport, ReportKind, ReportState
from b24app.integrators.client_reports.report_look import LookDraft, keep_look
from b24app.integrators.client_reports.report_mails import send_reports
from b24app.integrators.client_reports.report_turns import begin_reports, forget_ended, make_reports
from b24app.integrators.members import end_declaration
from b24app.integrators.model import Consent
from b24app.integrators.rights import Right
from b24app.renewal.case_changes import mark_stage, open_case
from b24app.renewal.model import Case, StageMark
from b24app.renewal.renewal_stages import Stage
from b24app.services import services
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from sandbox.world import World
from tests.actors import Actor
from tests.integrators.looking import MARINA
from tests.integrators.reporting import NINA, Reporting, reports_to
from tests.operations.test_portals_alone import refuse_statements

__all__ = ["refuse_statements"]

pytestmark = pytest.mark.dialect
Jobs = Callable[[], int]
FIRST = datetime(2026, 12, 1, 7, tzinfo=UTC)
"""Tuesday, the first working day of December."""


@pytest.fixture
def reporting(world: World, south: Actor, first_checks: Actor, run_jobs: Jobs) -> Reporting:
    """A client that has given access in November, on the thirtieth."""
    found = reports_to(world, south, first_checks, run_jobs)
    assert world.clock.now().date() < FIRST.date()
    return found


def turn(reporting: Reporting) -> list[tuple[str, str]]:
    """One turn of the hourly job; the reports that there are after it."""
    begin_reports()
    make_reports(reporting.home.portal_id)
    return [(str(row.kind), row.key) for row in reporting.rows()]


def at(reporting: Reporting, moment: datetime) -> None:
    clock = reporting.world.clock
    clock.advance(seconds=(moment - clock.now()).total_seconds())


def test_the_reports_of_a_month_are_made_on_its_first_working_day_and_once(reporting: Reporting) -> None:
    assert turn(reporting) == []
    at(reporting, FIRST)
    assert turn(reporting) == [("month", "2026-11")]
    assert turn(reporting) == [("month", "2026-11")]
    at(reporting, FIRST + timedelta(days=2))
    assert turn(reporting) == [("month", "2026-11")]


def test_a_holiday_waits_for_the_working_day(reporting: Reporting) -> None:
    at(reporting, datetime(2027, 1, 5, 7, tzinfo=UTC))
    assert turn(reporting) == []
    at(reporting, datetime(2027, 1, 11, 7, tzinfo=UTC))
    assert turn(reporting) == [("month", "2026-12")]


def test_a_worker_that_slept_makes_no_flood_of_late_reports(reporting: Reporting) -> None:
    at(reporting, datetime(2027, 3, 20, 7, tzinfo=UTC))
    assert turn(reporting) == []
    at(reporting, datetime(2027, 4, 2, 7, tzinfo=UTC))
    assert turn(reporting) == [("month", "2027-03")]


def test_a_worker_that_was_killed_in_the_middle_leaves_nothing_half_made(
    reporting: Reporting, refuse_statements: Any
) -> None:
    at(reporting, FIRST)
    refuse_statements("INSERT INTO client_report", reporting.home.portal_id)
    begin_reports()
    make_reports(reporting.home.portal_id)
    assert reporting.rows() == []


def test_two_workers_at_once_make_one(reporting: Reporting) -> None:
    at(reporting, FIRST)
    turn(reporting)
    with every_portal(), pytest.raises(Exception, match=r"(?i)unique"):
        db.session.execute(
            text(
                "INSERT INTO client_report (code, client_id, consent_code, kind, key, content, basis, head, foreword, state,"
                " made_at, approved_by, attempt, reader, error, opened, portal_id)"
                " SELECT 'other', client_id, consent_code, kind, key, content, basis, head, foreword, state, made_at,"
                " approved_by, attempt, reader, error, opened, portal_id FROM client_report"
            )
        )
    db.session.rollback()


def test_a_clock_that_ran_ahead_leaves_no_drafts_of_a_time_to_come(reporting: Reporting) -> None:
    at(reporting, datetime(2027, 2, 1, 7, tzinfo=UTC))
    assert turn(reporting) == [("month", "2027-01")]
    at(reporting, FIRST)
    assert turn(reporting) == [("month", "2026-11")]


def test_a_client_gets_no_report_about_a_month_before_its_access(reporting: Reporting) -> None:
    with every_portal():
        db.session.execute(update(Consent).values(granted_at=FIRST - timedelta(minutes=5)))
        db.session.commit()
    at(reporting, FIRST)
    assert turn(reporting) == []


def test_without_a_look_that_was_kept_nothing_is_made(reporting: Reporting) -> None:
    with portal_scope(reporting.home.portal_id):
        keep_look(LookDraft("#0b5d57", "", "", False, False), by=NINA, at=services().clock.now())
        db.session.commit()
    at(reporting, FIRST)
    assert turn(reporting) == []


def test_a_portal_that_is_no_integrators_any_more_makes_none(reporting: Reporting) -> None:
    at(reporting, FIRST)
    with portal_scope(reporting.home.portal_id):
        end_declaration(services().clock.now())
        db.session.commit()
    assert turn(reporting) == []


def test_a_consent_that_gives_neither_terms_nor_checks_makes_none(reporting: Reporting) -> None:
    reporting.looking.given(Right.COPY)
    at(reporting, FIRST)
    assert turn(reporting) == []


def test_reports_of_an_ended_access_are_taken_away_by_the_hour(reporting: Reporting) -> None:
    at(reporting, FIRST)
    turn(reporting)
    reporting.looking.ends()
    forget_ended(services().clock.now())
    assert len(reporting.rows()) == 1
    reporting.world.clock.advance(days=2)
    forget_ended(services().clock.now())
    assert reporting.rows() == []


def verify_renewal(reporting: Reporting) -> None:
    """The client's renewal comes to its end now."""
    now = services().clock.now()
    with portal_scope(reporting.looking.client.portal_id):
        set_paid_term("plan", date(2026, 12, 20), by=MARINA, at=now)
        term = find_paid_term("plan")
        assert term is not None
        case = open_case(term, at=now)
        mark_stage(case.id, Stage.ACTIVE, on=now.date(), by=MARINA, at=now)
        mark_stage(case.id, Stage.VERIFIED, on=now.date(), by=MARINA, at=now)
        db.session.commit()


def test_a_verified_renewal_has_a_report_of_its_own_and_one(reporting: Reporting) -> None:
    reporting.world.clock.advance(minutes=5)
    verify_renewal(reporting)
    found = turn(reporting)
    assert [kind for kind, _ in found] == [ReportKind.RENEWAL]
    assert turn(reporting) == found
    text_of = reporting.own.get(f"/clients/reports/{reporting.row().id}").text
    assert "Магазин проверен" in text_of


def test_a_renewal_of_a_client_that_does_not_give_its_terms_has_none(reporting: Reporting) -> None:
    reporting.looking.given(Right.CHECKS)
    reporting.world.clock.advance(minutes=5)
    verify_renewal(reporting)
    assert turn(reporting) == []


def test_a_renewal_before_the_access_or_long_ago_has_none(reporting: Reporting) -> None:
    verify_renewal(reporting)
    with every_portal():
        db.session.execute(update(StageMark).values(at=services().clock.now() - timedelta(days=1)))
        db.session.commit()
    assert turn(reporting) == []
    with every_portal():
        db.session.execute(update(StageMark).values(at=services().clock.now() + timedelta(minutes=1)))
        db.session.commit()
    reporting.world.clock.advance(days=8)
    assert all(kind != ReportKind.RENEWAL for kind, _ in turn(reporting))
    with every_portal():
        assert db.session.query(Case).count() == 1


def test_a_report_that_fails_keeps_no_other_integrator_from_its_turn(reporting: Reporting) -> None:
    report_id = reporting.asks_draft()
    reporting.reader_agrees(report_id)
    assert reporting.own.post(f"/clients/reports/{report_id}/approve").status_code == 200
    with every_portal():
        row = db.session.query(ClientReport).one()
        row.state = ReportState.LEAVING
        row.attempt = 7  # its letter is in no outbox
        db.session.commit()
    send_reports()
    assert reporting.row().state == ReportState.FAILED
