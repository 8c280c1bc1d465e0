"""What unfolds under «Where this comes from»: rules, limits and prices by their sources, and what people corrected."""

from collections.abc import Mapping
from datetime import date

from b24app.plans.plan_catalogue import LIMITS, VAT
from b24app.plans.usage import MEASURES
from b24app.renewal.plan_money import Money
from b24app.terms.corrections import POLICY_PREFIX, corrected_policy, list_corrections
from b24app.terms.paid_terms import list_paid_terms
from b24app.terms.policy import RULES, Policy, policy_kind
from b24app.terms.profile import get_profile
from b24app.terms.stored_terms import main_kind
from b24app.text.messages import N_

KIND_TITLES = {
    "cloud": N_("Cloud plan"),
    "on_premise": N_("On-premise licence"),
    "marketplace": N_("BitrixGPT + Marketplace"),
    "telephony": N_("Telephony"),
    "other": N_("Other term"),
}
RULE_TITLES = {
    "window_days": N_("Renewal opens, days before the end"),
    "warning_days": N_("Warning, days before the end"),
    "critical_days": N_("Alarm, days before the end"),
    "grace_days": N_("Grace days after the end"),
    "safe_grace_days": N_("Grace days that we rely on"),
    "activation_days": N_("Activation, working days after the payment"),
    "late_activation_days": N_("Activation after a late payment, working days"),
    "downgrade_days": N_("A smaller plan can be bought, days before the end"),
    "deletion_days": N_("A portal that nobody enters is deleted, days"),
    "pays_overdue": N_("The overdue time has to be paid for"),
}


def policies() -> Mapping[str, Policy]:
    """The rules of each kind of term that is written down; those of the plan even before."""
    profile = get_profile()
    kinds = [main_kind(profile), *(term.kind for term in list_paid_terms())]
    return {policy_kind(kind): corrected_policy(kind, profile) for kind in kinds}


def sources_values() -> Mapping[str, object]:
    """What the part draws: rules by kind of term, limits and prices with their sources, corrections."""
    corrections = list_corrections()
    return {
        "policies": policies(),
        "policy_titles": KIND_TITLES,
        "rules": RULES,
        "rule_titles": RULE_TITLES,
        "rule_corrections": [item for item in corrections if item.subject.startswith(POLICY_PREFIX)],
        "corrections": [item for item in corrections if not item.subject.startswith(POLICY_PREFIX)],
        "limits": LIMITS,
        "measures": MEASURES,
        "vats": VAT,
    }


def checked_on(money: Money) -> date | None:
    """The latest day on which a source of rules or limits was read."""
    facts = [fact for policy in policies().values() for fact in policy.facts.values()]
    facts += [money.plan.fact(code) for code in LIMITS] if money.plan else []
    days = (claim.checked for fact in facts for claim in fact.claims if claim.grade != "H")
    return max((day for day in days if day), default=None)
