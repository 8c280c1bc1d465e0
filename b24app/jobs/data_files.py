"""Jobs of files with a portal's data: one is made when its administrator asks for it, old ones are forgotten every hour."""

from b24app.jobs.job import Job, Lane
from b24app.legal.data_file import (
    MAKE_DATA_FILE,
    TAKES,
    fail_data_file,
    make_data_file,
    prune_data_files,
    unfinished_data_files,
)

JOBS = (
    Job(
        MAKE_DATA_FILE,
        make_data_file,
        lane=Lane.PEOPLE,
        deadline=TAKES.total_seconds(),
        failed=fail_data_file,
        unfinished=unfinished_data_files,
    ),
    Job("prune_data_files", prune_data_files, hour="*", minute="25"),
)
