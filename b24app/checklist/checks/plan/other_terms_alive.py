"""Do the other paid terms last long enough?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, CheckTime, Severity, check
from b24app.checklist.engine.own_facts import OtherTerm, Terms
from b24app.checklist.engine.verdict import Sentence, Verdict, failed, not_used, passed, sentence, warned
from b24app.terms.term import KIND_TITLES, TermKind
from b24app.text.messages import N_


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
    """Judge every term but the plan: ended fails, within fourteen days is worth a look."""
    others = [row for row in terms.rows if row.kind not in {"plan", "on_premise"} and row.ends_on]
    left = [(_name(row), (row.ends_on - now.date()).days) for row in others if row.ends_on]
    over = tuple(name for name, days in left if days < 0)
    if over:
        return failed(N_("Ended: %(names)s"), names=over)
    soon = tuple(name for name, days in left if days <= 14)
    if soon:
        return warned(N_("Ends within two weeks: %(names)s"), names=soon)
    if not left:
        return not_used(N_("No other paid terms are entered"))
    return passed(N_("Other terms: %(names)s"), names=tuple(name for name, _ in left))


def _name(term: OtherTerm) -> str | Sentence:
    """What the term is called, by a person or by its kind."""
    return term.title or sentence(KIND_TITLES[TermKind(term.kind)])
