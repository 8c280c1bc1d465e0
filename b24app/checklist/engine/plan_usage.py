"""What a run shows of the use of the plan and of paid terms, handed on to `plans` and `terms`."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from b24app.checklist.engine.fact import Facts
from b24app.checklist.facts.apps.application import Application
from b24app.checklist.facts.channels.sip_connector import SipConnector
from b24app.checklist.facts.crm.crm_totals import CrmTotals
from b24app.checklist.facts.crm.pipelines import Pipelines
from b24app.checklist.facts.crm.process_templates import ProcessTemplates
from b24app.checklist.facts.crm.smart_processes import SmartProcesses
from b24app.checklist.facts.delivery.order_months import OrderMonths
from b24app.checklist.facts.plan.employees import Employees
from b24app.checklist.facts.site.sites import Sites
from b24app.plans.usage_records import record_usage
from b24app.terms.date_suggestions import Suggestion, keep_suggestions, suggest_from_app
from b24app.terms.paid_terms import change_paid_term, list_paid_terms, set_paid_term
from b24app.terms.profile import note_license
from b24app.terms.term import Author, TermKind

IDLE = timedelta(days=60)
PORTAL = Author(None, "")


def keep_usage(facts: Facts, now: datetime, today: date) -> None:
    """Keep the measures, the plan code and the hints of dates that a run brought."""
    for code, count in measures_of(facts, now):
        record_usage(code, count, on=today, at=now)
    if (orders := facts.of(OrderMonths)) is not None:
        for month in orders.months:
            record_usage("orders", month.count, on=month.first_day.date(), at=now)
    if (application := facts.of(Application)) is not None:
        _note_license(application, now, today)
    if (telephony := facts.of(SipConnector)) is not None and telephony.paid_until is not None:
        _note_telephony(telephony.paid_until, now)


def measures_of(facts: Facts, now: datetime) -> Iterator[tuple[str, int]]:
    """Counts of the present day; what the portal did not answer is left out, never zero."""
    yield from _people(facts, now)
    if (deals := facts.of(CrmTotals)) is not None and "deals" in deals.totals:
        yield "deals", deals.totals["deals"].count
    if (templates := facts.of(ProcessTemplates)) is not None:
        yield "business_processes", len(templates.rows) if templates.total is None else templates.total
    if (pipelines := facts.of(Pipelines)) is not None:
        yield "pipelines", len(pipelines.rows)
    if (processes := facts.of(SmartProcesses)) is not None:
        yield "smart_processes", len(processes.rows)
    if (sites := facts.of(Sites)) is not None:
        yield "sites", len(sites.rows)


def _people(facts: Facts, now: datetime) -> Iterator[tuple[str, int]]:
    """Idle people are counted only when the first page holds everybody and says when they were seen."""
    people = facts.of(Employees)
    if people is None:
        return
    yield "users", people.total
    seen = [moment for person in people.first if (moment := person.last_activity_date) is not None]
    if seen and people.total <= len(people.first):
        yield "idle_users", sum(now - moment > IDLE for moment in seen)


def _note_license(application: Application, now: datetime, today: date) -> None:
    if application.license:
        note_license(application.license, now)
    answer = {"STATUS": application.status, "DAYS": application.days}
    keep_suggestions(suggest_from_app(answer, today), now)


def _note_telephony(paid_until: date, now: datetime) -> None:
    """The only paid-till date in the documented API; a date stated by a person is only asked about, not replaced.

    Source: voximplant.sip.connector.status, PAID_DATE_END.
    """
    known = next((term for term in list_paid_terms() if term.kind == TermKind.TELEPHONY), None)
    if known is None:
        set_paid_term(TermKind.TELEPHONY, paid_until, by=PORTAL, at=now, source="portal")
    elif known.source == "portal":
        if known.ends_on != paid_until:
            change_paid_term(known.id, {"ends_on": paid_until}, by=PORTAL, at=now, source="portal")
    else:
        keep_suggestions(
            (Suggestion(TermKind.TELEPHONY, paid_until, "voximplant.sip.connector.status"),), now
        )
