"""Does the disk take a file?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, check
from b24app.checklist.engine.verdict import Verdict
from b24app.checklist.test_writes.write_outcome import WriteKind, WriteOutcomes, judge_write
from b24app.text.messages import N_


@check(
    title=N_("The disk takes files"),
    why=N_("No portal tells how much space is left; a full disk refuses files, and new deals with them."),
    remedy=N_("Free some space in “My plan → Cloud storage”, or choose a larger plan; then try again."),
    area=Area.BACKUP,
    place=N_("My plan"),
    link="/settings/license.php",
)
def disk_takes_files(probes: WriteOutcomes, now: datetime) -> Verdict:
    """Judge the newest test write: one kilobyte uploaded, read, deleted."""
    return judge_write(
        probes,
        WriteKind.DISK,
        now,
        N_("One kilobyte was uploaded, read and deleted"),
        N_("The disk did not take a file of one kilobyte: it is probably full"),
    )
