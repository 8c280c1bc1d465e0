"""The parts of a client's summary, each read from what is stored by the definition that the client's own pages have."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from b24app.backup.proofs.copy_state import standing
from b24app.checklist.engine.check_numbers import CountedPlace
from b24app.checklist.engine.checklist_view import checklist_view
from b24app.checklist.engine.runs import latest_run, verdicts_of_run
from b24app.checklist.engine.stored_facts import dump_verdict
from b24app.checklist.engine.verdict import Verdict
from b24app.checklist.model import Run, RunState
from b24app.comparison.worsening import worse_than
from b24app.database import db
from b24app.integrators.act_by import Act, act_for, act_without_term
from b24app.json_values import Json
from b24app.plans.usage import Gauge
from b24app.portals.availability import Availability, get_availability
from b24app.renewal.case import Situation
from b24app.renewal.next_step import next_step
from b24app.renewal.opened_steps import list_openings
from b24app.renewal.plan_money import Money, count_money, usage_now
from b24app.renewal.progress_steps import draw_steps
from b24app.renewal.renewal_stages import Stage
from b24app.renewal.situation_reading import main_situation
from b24app.renewal.step_details import list_details, own_days
from b24app.terms.corrections import current_plan
from b24app.terms.policy import State
from b24app.terms.profile import get_profile
from b24app.terms.working_days import open_calendar

WEEK = timedelta(days=7)
YEAR = 12
MOST_NAMED = 10
MOST_TOLD = 3
Part = Mapping[str, object]


def term_part(now: datetime, today: date) -> Part:
    """The plan, its end, the source of it, what to do by when, the stages and the money of the renewal."""
    plan, s = current_plan(), main_situation(now, today)
    known = {"plan_code": plan.code if plan else "", "plan_name": plan.title[:255] if plan else ""}
    if s is None:
        act = act_without_term(open_calendar(get_profile().bank_country), today)
        return {**known, "date_state": "unknown", **_act(act), **_sum(None, count_money(now, today))}
    steps = draw_steps(s, own_days(list_details(s.term)))
    current = next((step.code for step in steps if step.state == "now"), "verified")
    return {
        **known,
        **_date(s),
        **_act(act_for(s, next_step(s, list_openings(s.term)))),
        "state": str(s.state),
        "pay_by": None if s.paid or s.given_up or s.state is State.ACTIVE_AGAIN else s.pay_by,
        "stage": "" if s.term.ends_on is None else current,
        "steps": " ".join("late" if one.late else one.state for one in steps) if s.term.ends_on else "",
        "money": _money(s),
        **_sum(s, count_money(now, today)),
    }


def _date(s: Situation) -> Part:
    term = s.term
    if term.ends_on is None:
        return {"date_state": "unknown"}
    return {
        "ends_on": term.ends_on,
        "date_state": "told" if term.only_from_integrator else "doubtful" if s.date_doubtful else "confirmed",
        "said_by": (term.confirmed_by or term.said_by)[:255],
        "said_at": term.known_at,
    }


def _act(act: Act) -> Part:
    return {"act_on": act.on, "act_reason": str(act.reason), "act_step": act.step}


def _money(s: Situation) -> str:
    """Paid and not switched on yet, an invoice that waits for its payment, or no payment under way."""
    if s.state is State.ACTIVE_AGAIN or s.has(Stage.ACTIVE):
        return ""
    if s.paid:
        return "paid"
    return "invoice" if s.has(Stage.INVOICE_RECEIVED) and not s.given_up else ""


def _sum(s: Situation | None, money: Money) -> Part:
    """What the renewal costs: the sum of its invoice, a price of this shop's papers, else the price list's, as an estimate."""
    case = s.case if s else None
    if case is not None and case.amount is not None:
        currency = case.currency or money.table.currency
        return {"amount": case.amount, "currency": currency, "amount_from": "invoice"}
    period = (case and case.period_months) or (s and s.term.period_months) or YEAR
    if money.price is not None:
        amount = money.price.amount * (1 if money.price.months == YEAR else period)
        return {"amount": amount, "currency": money.price.currency, "amount_from": "price"}
    year = money.plan.year_price(period) if money.plan else None
    if year is None:
        return {}
    amount = (year * period / YEAR).quantize(Decimal("0.01"))
    return {"amount": amount, "currency": money.table.currency, "estimate": True, "amount_from": "list"}


def checks_part(now: datetime) -> Part:
    """What blocks, what fails now and did not a week ago, when the portal was looked at last; NULL without a look."""
    run = latest_run(finished=True)
    if run is None:
        return {}
    blocking = blocking_of(run)
    broke = broke_since(run, blocking, now)
    told = verdicts_of_run(run.id, (broke or [])[:MOST_TOLD])
    return {
        "swept_at": run.finished_at,
        "blockers": len(blocking),
        "blocking": blocking[:MOST_NAMED],
        "broke_count": None if broke is None else len(broke),
        "broke": [_kept(one) for one in told.values()],
    }


def broke_since(run: Run, blocking: list[str], now: datetime) -> list[str] | None:
    """Which of the checks that block did not a week ago; None where there is no look to compare with."""
    before = run_of_week_ago(run, now)
    if before is None:
        return None
    worse = set(worse_than(before.id, run.id))
    return [code for code in blocking if code in worse]


def blocking_of(run: Run) -> list[str]:
    """The checks of the portal in scope that block by this run."""
    return [row.code for row in checklist_view(run).of(CountedPlace.BLOCKING)]


def _kept(one: Verdict) -> Json:
    return dump_verdict(replace(one, evidence=()))


def run_of_week_ago(run: Run, now: datetime) -> Run | None:
    """The newest look that is a week old; of a portal that is younger its first one; None where there is no other."""
    earlier = select(Run).where(Run.state == RunState.DONE, Run.id < run.id)
    old = earlier.where(Run.finished_at <= now - WEEK).order_by(Run.id.desc()).limit(1)
    return db.session.scalar(old) or db.session.scalar(earlier.order_by(Run.id).limit(1))


def access_part() -> Part:
    """Whether the portal answers us, and since when it does not; empty before its first answer."""
    found = get_availability()
    state, since = _access(found)
    return {"access": state, "access_since": since, "answered_at": found.answered_at}


def _access(found: Availability) -> tuple[str, datetime | None]:
    if found.access_lost_at is not None:
        return "lost", found.access_lost_at
    if found.refused:
        return "refused", found.refused_since
    if found.silent:
        return "silent", found.silent_since
    return ("alive", None) if found.answered_at is not None else ("", None)


def copy_part(now: datetime) -> Part:
    """The moment whose state the newest copy holds, and whether all its proofs hold."""
    found = standing(now)
    return {
        "copy_set_up": found.set_up,
        "copied_at": found.copy.made_at if found.copy else None,
        "copy_verified": found.verified if found.copy else None,
    }


def usage_part(now: datetime, today: date) -> Part:
    """The fullest limit of the plan; NULL where no limit or no use is known."""
    gauges = [one for one in usage_now(now, today).gauges if one.percent is not None]
    fullest = max(gauges, key=_percent, default=None)
    return {} if fullest is None else {"usage": _percent(fullest), "usage_code": fullest.code}


def _percent(one: Gauge) -> int:
    return min(one.percent or 0, 9999)
