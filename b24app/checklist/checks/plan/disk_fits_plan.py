"""Is there space left on the disk?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, check
from b24app.checklist.engine.own_facts import DiskUse
from b24app.checklist.engine.verdict import Evidence, Verdict, asked, failed, passed, seen, unknown, warned
from b24app.plans.usage import UsageLevel, level_of
from b24app.text.messages import N_

USED = N_("In use: %(used)s of %(limit)s GB")
HOW = N_(
    "Versions, the recycle bin, mail and calls are not counted: answer the question about limits with the number of “My plan”"
)
AT_LEAST = N_("In use: at least %(used)s of %(limit)s GB")


@check(
    title=N_("The disk fits the plan"),
    why=N_("A disk over its limit takes no more files, and a smaller plan may be refused at the renewal."),
    remedy=N_("Free some space in “My plan → Cloud storage”, or choose a larger plan."),
    area=Area.PLAN,
    place=N_("My plan"),
    link="/settings/license.php",
)
def disk_fits_plan(disk_use: DiskUse, now: datetime) -> Verdict:
    """Judge by what a person read and by our sum, which is a lower bound; 85 % warns."""
    if disk_use.limit is None:
        return unknown(N_("The disk limit of this plan is not known"), N_("Correct it on the plan page"))
    told, used = disk_use.stated_lately(now), disk_use.in_use(now)
    if used is None or (told is None and used < 1):
        return asked(N_("Only “My plan” tells how much of the disk is in use"), HOW)
    shown, line = _number(used), USED if told is not None else AT_LEAST
    level = level_of("disk_gb", used, disk_use.limit)
    if level is UsageLevel.OVER:
        return failed(line, None, _seen(disk_use), used=shown, limit=disk_use.limit)
    if level is UsageLevel.NEAR:
        return warned(
            line, N_("More than 85 per cent of the disk"), _seen(disk_use), used=shown, limit=disk_use.limit
        )
    if told is None:
        return asked(AT_LEAST, HOW, _seen(disk_use), used=shown, limit=disk_use.limit)
    return passed(USED, None, _seen(disk_use), used=shown, limit=disk_use.limit)


def _number(value: float) -> str:
    return f"{value:g}"


def _seen(use: DiskUse) -> tuple[Evidence, ...]:
    lines = []
    if use.told is not None:
        lines.append(
            seen(
                N_("Read in “My plan”"),
                N_("%(gb)s GB, %(who)s"),
                at=use.told_at,
                gb=_number(use.told),
                who=use.told_by,
            )
        )
    if use.counted is not None:
        words = N_("%(gb)s GB in files that we may read")
        lines.append(seen(N_("Counted by us"), words, at=use.counted_at, gb=_number(use.counted)))
    return tuple(lines)
