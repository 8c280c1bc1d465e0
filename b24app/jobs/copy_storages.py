"""Jobs of storages: the check of one that was entered, and forgetting parts of copies that nobody has downloaded within a day."""

from b24app.backup.proofs.download_taken import forget_untaken
from b24app.backup.targets.target_check import CHECK_TARGET, check_target, fail_check, unfinished_checks
from b24app.jobs.job import Job, Lane

JOBS = (
    Job(CHECK_TARGET, check_target, lane=Lane.PEOPLE, failed=fail_check, unfinished=unfinished_checks),
    Job("forget_download_parts", forget_untaken, hour="*", minute="41"),
)
