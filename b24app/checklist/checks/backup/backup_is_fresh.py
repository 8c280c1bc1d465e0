"""How old is the newest copy?"""

from datetime import date, datetime, timedelta

from b24app.checklist.engine.check import Area, CheckTime, Severity, check
from b24app.checklist.engine.own_facts import LastBackup, OwnCopy
from b24app.checklist.engine.verdict import Verdict, asked, failed, passed, seen
from b24app.clock import CLOCKS_DIFFER
from b24app.text.messages import N_, NN_

A_WEEK = timedelta(days=7)


@check(
    title=N_("The copy is not older than a week"),
    why=N_("What was entered after the copy cannot be brought back by anybody."),
    remedy=N_("Make a copy in the tab “Copy” before paying: CRM, the shop and the settings go into it."),
    area=Area.BACKUP,
    severity=Severity.ORDERS,
    stage=CheckTime.BEFORE,
)
def backup_is_fresh(
    now: datetime, last_backup: LastBackup | None = None, own_copy: OwnCopy | None = None
) -> Verdict:
    """Judge the age of the newest copy known to us, ours where it is set up; a date without a time counts by the portal's calendar."""
    if own_copy is not None and own_copy.set_up:
        if (too_old := _judge_own(own_copy, now)) is not None:
            return too_old
        last_backup = LastBackup(own_copy.made_at, verified=own_copy.verified)
    if last_backup is None or last_backup.made_at is None:
        return asked(N_("No copy is known"), N_("Make a copy, or answer below how old the newest one is"))
    made_at: datetime | date = last_backup.made_at
    if last_backup.day_only:
        made_at = made_on = last_backup.made_at.date()
    else:
        made_on = last_backup.made_at.astimezone(now.tzinfo).date()
    days = (now.date() - made_on).days
    age = timedelta(days=days) if last_backup.day_only else now - last_backup.made_at
    evidence = (seen(N_("Newest copy"), N_("%(made_at)s"), made_at=made_at),)
    if age < -CLOCKS_DIFFER:
        return failed(
            N_("The copy is of a day that has not come yet: %(made_at)s"),
            N_("Correct the date: how old the copy really is, is not known"),
            evidence,
            made_at=made_at,
        )
    if age > A_WEEK:
        return failed(
            N_("The copy is older than a week: it was made on %(made_at)s"),
            N_("It should not be older than 7 days"),
            evidence,
            made_at=made_at,
        )
    return passed(
        NN_("The copy is %(count)s day old", "The copy is %(count)s days old"),
        None,
        evidence,
        count=max(0, days),
    )


def _judge_own(own_copy: OwnCopy, now: datetime) -> Verdict | None:
    """Faults of a copy of ours that come before its age in days: there is none, its clock was wrong, or it is not of the eve."""
    if own_copy.made_at is None:
        return failed(N_("No copy was made yet"), N_("Make it in the tab “Copy” before you pay"))
    if own_copy.fresh:
        return None
    not_yet = own_copy.made_at - now > CLOCKS_DIFFER
    return failed(
        N_("The copy is of a day that has not come yet: %(made_at)s")
        if not_yet
        else N_("The term ends, and the copy is older than a day: %(made_at)s"),
        N_("Make a new copy now"),
        made_at=own_copy.made_at,
    )
