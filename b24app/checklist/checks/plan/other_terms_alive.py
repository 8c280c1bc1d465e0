"""Do the other paid terms last as long as the plan?"""

from collections.abc import Iterable
from datetime import date, datetime

from b24app.checklist.engine.check import Area, CheckTime, Severity, check
from b24app.checklist.engine.own_facts import OtherTerm, Terms
from b24app.checklist.engine.verdict import (
    Evidence,
    Level,
    Sentence,
    Verdict,
    failed,
    not_used,
    passed,
    seen,
    sentence,
    warned,
)
from b24app.terms.term import KIND_TITLES, TermKind
from b24app.text.messages import N_

MAIN = ("plan", "on_premise")
SOON = 14
"""Days before its end in which a term that is paid for shorter periods than the plan is reported."""
MONTH = 31
SIP_NAME = N_("SIP connector")


@check(
    title=N_("Other paid terms do not end before the plan"),
    why=N_(
        "The Marketplace subscription, the site's licence or an application that ends first stops its part of the shop."
    ),
    remedy=N_("Renew it together with the plan, in the same payment if the partner offers it."),
    area=Area.PLAN,
    severity=Severity.ORDERS,
    stage=CheckTime.BEFORE,
    place=N_("My plan"),
    link="/settings/license.php",
)
def other_terms_alive(terms: Terms, now: datetime) -> Verdict:
    """Compare every other term with the end of the plan: an ended one fails, one that ends first or is unknown is reported."""
    today, plan = now.date(), terms.of("plan") or terms.of("on_premise")
    plan_end = plan.ends_on if plan else None
    others = [row for row in terms.rows if row.kind not in MAIN and row.ends_on]
    evidence = tuple(_seen(row, plan_end) for row in others)
    if over := [row for row in others if row.ends_on and row.ends_on < today and not row.bought]:
        return failed(N_("Ended: %(names)s"), None, evidence, names=_names(over))
    if terms.of("plan") and not any(row.kind == TermKind.MARKETPLACE for row in others):
        return _unknown_subscription(terms, evidence)
    if first := [row for row in others if _ends_first(row, plan_end, today)]:
        if plan_end is None:
            return warned(N_("Ends within two weeks: %(names)s"), None, evidence, names=_names(first))
        text, detail = N_("Ends before the plan: %(names)s"), N_("The plan ends on %(plan_end)s")
        return warned(text, detail, evidence, names=_names(first), plan_end=plan_end)
    if not others:
        return not_used(N_("No other paid terms are entered"))
    return passed(N_("Other terms: %(names)s"), None, evidence, names=_names(others))


def _unknown_subscription(terms: Terms, evidence: tuple[Evidence, ...]) -> Verdict:
    """Applications and the exchange with the site stop without the Marketplace subscription, so its end must be known.

    Source: apidocs.bitrix24.ru/first-steps/access-to-rest-api.html.
    """
    text = N_("The end of the BitrixGPT + Marketplace subscription is not known")
    hinted = next((row.hinted for row in terms.rows if row.kind == TermKind.MARKETPLACE and row.hinted), None)
    if hinted:
        return warned(
            text, N_("The portal names %(day)s: confirm it under “Terms and money”"), evidence, day=hinted
        )
    detail = N_("Orders depend on it: look it up in “My plan” and write it down among the terms")
    return warned(text, detail, evidence)


def _ends_first(row: OtherTerm, plan_end: date | None, today: date) -> bool:
    """Whether a term ends before the plan and nothing renews it; one paid by the month only when its own end is near."""
    if row.ends_on is None or row.bought:
        return False
    left = (row.ends_on - today).days
    if plan_end is None:
        return left <= SOON and not row.autopay
    if row.ends_on >= plan_end or row.autopay:
        return False
    return left <= SOON or row.kind == TermKind.MARKETPLACE or not _is_paid_shorter(row, plan_end, today)


def _is_paid_shorter(row: OtherTerm, plan_end: date, today: date) -> bool:
    """Whether no payment of its own reaches the end of the plan: a connector of telephony, or what is paid by the month."""
    by_month = row.period_months is not None and row.period_months * MONTH < (plan_end - today).days
    return by_month or row.kind == TermKind.TELEPHONY


def _seen(row: OtherTerm, plan_end: date | None) -> Evidence:
    first = plan_end is not None and row.ends_on is not None and row.ends_on < plan_end
    level, kind = Level.WARN if first and not row.autopay else None, _kind(row)
    if row.title:
        return seen(kind, N_("“%(name)s”, until %(day)s"), level, name=row.title, day=row.ends_on)
    return seen(kind, N_("until %(day)s"), level, day=row.ends_on)


def _names(rows: Iterable[OtherTerm]) -> tuple[str | Sentence, ...]:
    """The titles of the terms, given by a person or by their kind."""
    return tuple(row.title or sentence(_kind(row)) for row in rows)


def _kind(row: OtherTerm) -> str:
    """The title of a kind; of telephony the portal returns one date only, that of the SIP connector."""
    if row.kind == TermKind.TELEPHONY and row.told_by_portal:
        return SIP_NAME
    return KIND_TITLES[TermKind(row.kind)]
