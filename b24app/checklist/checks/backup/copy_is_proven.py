"""Is the copy complete, whole and readable?"""

from datetime import date, datetime

from b24app.checklist.engine.check import Area, CheckTime, Severity, check, today
from b24app.checklist.engine.own_facts import OwnCopy
from b24app.checklist.engine.verdict import Sentence, Verdict, failed, not_used, passed, sentence, warned
from b24app.text.messages import N_

NAMED = 3
"""How many parts are named; the others are counted."""


@check(
    title=N_("The copy is verified"),
    why=N_(
        "A copy that nobody has read back may be incomplete or damaged, and that is found out when it is needed."
    ),
    remedy=N_("Open the tab “Copy”: it says which check is missing and makes it."),
    area=Area.BACKUP,
    severity=Severity.ORDERS,
    stage=CheckTime.BEFORE,
)
def copy_is_proven(now: datetime, own_copy: OwnCopy | None = None) -> Verdict:
    """Judge the six proofs of the newest copy; a copy that is not set up is asked about in a question."""
    if own_copy is None or not own_copy.set_up:
        return not_used(N_("No copy of ours is set up: the question about copies stands in its place"))
    if own_copy.made_at is None:
        if own_copy.being_made:
            return warned(N_("The first copy is being made"))
        return failed(N_("The key and the storage are chosen, and no copy was made yet"))
    day = own_copy.made_at.astimezone(now.tzinfo).date()
    if own_copy.former_key:
        return warned(
            N_("The copy of %(day)s is sealed with the former key (code %(code)s)"),
            N_("Only that key opens it: make a new copy, and keep the former key until then"),
            day=day,
            code=own_copy.former_key,
        )
    if own_copy.verified:
        if own_copy.without:
            return _judge_parts(own_copy, day)
        evidence = (today(now, N_("All six checks of the copy hold")),)
        return passed(N_("The copy of %(day)s is verified"), None, evidence, day=day)
    why = sentence(own_copy.why) if own_copy.why else None
    if own_copy.damaged:
        return failed(N_("The copy of %(day)s is damaged: %(why)s"), None, day=day, why=why)
    missing: tuple[Sentence, ...] = tuple(sentence(one) for one in own_copy.missing)
    return warned(
        N_("The copy of %(day)s is not verified, missing: %(missing)s"),
        "%(why)s",
        day=day,
        missing=missing,
        why=why,
    )


def _judge_parts(own_copy: OwnCopy, day: date) -> Verdict:
    """A verified copy that does not hold everything: where a right is missing, it can be granted."""
    text, named = N_("The copy of %(day)s is verified, without: %(without)s"), own_copy.without[:NAMED]
    more = len(own_copy.without) - len(named)
    without: tuple[Sentence, ...] = tuple(sentence(one) for one in named)
    without += (sentence(N_("%(count)s more"), count=more),) if more else ()
    if own_copy.without_rights:
        why = N_("The application may not read these parts: give it the right and make the copy anew")
        return warned(text, why, day=day, without=without)
    return passed(text, None, day=day, without=without)
