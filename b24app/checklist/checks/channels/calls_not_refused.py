"""Are calls refused for money or a block?"""

from datetime import datetime, timedelta

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.verdict import (
    Evidence,
    Verdict,
    failed,
    not_used,
    passed,
    seen,
    sentence,
    warned,
)
from b24app.checklist.facts.channels.recent_calls import RecentCalls
from b24app.checklist.facts.channels.refused_calls import BLOCKED, FORBIDDEN, NO_MONEY, RefusedCalls
from b24app.text.messages import N_

FRESH = timedelta(days=7)
LABELS = {NO_MONEY: N_("No money (402)"), BLOCKED: N_("Blocked (423)"), FORBIDDEN: N_("Forbidden (403)")}
IN_THIRTY_DAYS = N_("In 30 days: %(count)s, the last on %(day)s")


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
def calls_not_refused(recent_calls: RecentCalls, refused_calls: RefusedCalls, now: datetime) -> Verdict:
    """Judge codes that the portal counted over thirty days: 402 no money, 423 blocked, 403 forbidden; the last week is graver."""
    evidence = _evidence(refused_calls, now)
    since = now - FRESH
    if codes := refused_calls.since(since, NO_MONEY, BLOCKED):
        return failed(
            N_("Calls were refused in the last 7 days: %(names)s"),
            None,
            evidence,
            names=tuple(sentence(LABELS[code]) for code in codes),
        )
    if refused_calls.since(since, FORBIDDEN):
        count = refused_calls.counts.get(FORBIDDEN, 0)
        return warned(N_("Forbidden calls in 30 days: %(count)s"), None, evidence, count=count)
    if codes := refused_calls.since(datetime.min.replace(tzinfo=now.tzinfo), NO_MONEY, BLOCKED):
        day = max(refused_calls.last[code] for code in codes).astimezone(now.tzinfo)
        return warned(
            N_("The last call was refused on %(day)s: %(names)s"),
            N_("None since. See that the balance lasts through the renewal."),
            evidence,
            day=day.date(),
            names=tuple(sentence(LABELS[code]) for code in codes),
        )
    if not recent_calls.rows:
        return not_used(N_("There were no calls in 7 days"))
    return passed(
        N_("Calls in 7 days: %(count)s, none refused"), count=recent_calls.total or len(recent_calls.rows)
    )


def _evidence(calls: RefusedCalls, now: datetime) -> tuple[Evidence, ...]:
    return tuple(
        seen(
            LABELS[code],
            IN_THIRTY_DAYS,
            count=calls.counts.get(code, 0),
            day=at.astimezone(now.tzinfo).date(),
        )
        for code, at in calls.last.items()
    )
