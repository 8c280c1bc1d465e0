"""Are calls refused for money or a block?"""

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed, seen, warned
from b24app.checklist.facts.channels.recent_calls import BLOCKED, FORBIDDEN, NO_MONEY, RecentCalls
from b24app.text.messages import N_


@check(
    title=N_("Calls are not refused"),
    why=N_(
        "A call that ends with “no money” or “blocked” means that telephony has stopped, whatever the plan."
    ),
    remedy=N_("Top up the balance of telephony; if calls are blocked, write to support."),
    area=Area.CHANNELS,
    severity=Severity.ORDERS,
    place=N_("Telephony → Balance and statistics"),
)
def calls_not_refused(recent_calls: RecentCalls) -> Verdict:
    """Judge codes of seven days: 402 no money, 423 blocked, 403 forbidden."""
    money, blocked = recent_calls.refused(NO_MONEY), recent_calls.refused(BLOCKED)
    forbidden = recent_calls.refused(FORBIDDEN)
    evidence = (
        seen(N_("No money (402)"), value=money),
        seen(N_("Blocked (423)"), value=blocked),
        seen(N_("Forbidden (403)"), value=forbidden),
    )
    if money or blocked:
        return failed(N_("Refused calls in 7 days: %(count)s"), None, evidence, count=money + blocked)
    if forbidden:
        return warned(N_("Forbidden calls in 7 days: %(count)s"), None, evidence, count=forbidden)
    if not recent_calls.rows:
        return not_used(N_("There were no calls in 7 days"))
    return passed(
        N_("Calls in 7 days: %(count)s, none refused"), count=recent_calls.total or len(recent_calls.rows)
    )
