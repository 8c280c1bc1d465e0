"""What programs read of a client, inside its portal, as records: terms, findings, renewals, runs, and the access itself."""

from datetime import datetime

from sqlalchemy import select

from b24app.checklist.engine.check_numbers import CountedPlace
from b24app.checklist.engine.checklist_view import CheckView, checklist_view
from b24app.checklist.engine.runs import latest_run
from b24app.checklist.model import Run
from b24app.database import db
from b24app.integrators.client_frame import PresentClient
from b24app.integrators.consents import ConsentView, last_day
from b24app.integrators.outside.record_models import CaseOut, ConsentOut, FindingOut, MarkOut, RunOut, TermOut
from b24app.integrators.rights import Right, in_order
from b24app.portals.model import day_at
from b24app.renewal.case import CaseView
from b24app.renewal.case_changes import list_cases
from b24app.services import services
from b24app.terms.stored_terms import timeline_view
from b24app.text.translation import Translator

OPEN = (CountedPlace.BLOCKING, CountedPlace.NOTED, CountedPlace.ASKED, CountedPlace.UNCHECKED)


def terms_of(client: PresentClient) -> list[TermOut]:
    """The terms of the client in scope."""
    now = services().clock.now()
    speech = Translator(client.portal.language, client.portal.time_zone)
    return [
        TermOut(
            portal=client.consent.code,
            id=row.term.id,
            kind=str(row.term.kind),
            title=speech.say(row.name),
            ends_on=row.term.ends_on,
            said_by=row.term.said_by,
            said_at=row.term.said_at,
            confirmed_by=row.term.confirmed_by,
            confirmed_at=row.term.confirmed_at,
            state=str(row.state),
            days_left=row.days_left,
            pay_by=row.pay_by,
        )
        for row in timeline_view(now, day_at(now)).rows
    ]


def findings_of(client: PresentClient) -> list[FindingOut]:
    """What is not in order in the newest run of the client in scope."""
    run = latest_run(finished=True)
    if run is None:
        return []
    rows = (row for row in checklist_view(run).rows if row.counted_in in OPEN)
    return [_finding(client, row, run) for row in rows]


def find_finding(client: PresentClient, code: str) -> FindingOut | None:
    """One check of the newest run of the client in scope, in order or not."""
    run = latest_run(finished=True)
    row = checklist_view(run).check(code) if run else None
    return _finding(client, row, run) if row is not None and run is not None else None


def _finding(client: PresentClient, row: CheckView, run: Run) -> FindingOut:
    speech = Translator(client.portal.language, client.portal.time_zone)
    return FindingOut(
        portal=client.consent.code,
        check=row.code,
        level=str(row.level),
        place=str(row.counted_in),
        title=speech.say(row.title),
        text=speech.say(row.line) if row.line else "",
        remedy=speech.say(row.remedy),
        checked_at=run.finished_at,
    )


def cases_of(client: PresentClient) -> list[CaseOut]:
    """The renewals of the client in scope, newest first."""
    return [_case(client, case) for case in list_cases()]


def _case(client: PresentClient, case: CaseView) -> CaseOut:
    sees_sums = Right.PAPERS in client.rights
    return CaseOut(
        portal=client.consent.code,
        id=case.id,
        term=case.term_id,
        ends_on=case.ends_on,
        stage=str(case.stage) if case.stage else None,
        outcome=case.outcome,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        amount=case.amount if sees_sums else None,
        currency=case.currency if sees_sums else None,
        marks=[MarkOut(stage=str(mark.stage), on=mark.on, by=mark.by) for mark in case.marks],
    )


def find_run(client: PresentClient, run_id: int) -> RunOut | None:
    """One run of the client in scope."""
    run = db.session.scalar(select(Run).where(Run.id == run_id))
    return None if run is None else RunOut(portal=client.consent.code, id=run.id, state=str(run.state))


def consent_record(consent: ConsentView, now: datetime) -> ConsentOut:
    """What an access gives; of one that has ended its id alone."""
    if not consent.lives(now):
        return ConsentOut(portal=consent.code, lives=False, rights=[], ends_on=None)
    rights = [str(right) for right in in_order(consent.rights)]
    return ConsentOut(portal=consent.code, lives=True, rights=rights, ends_on=last_day(consent, now))
