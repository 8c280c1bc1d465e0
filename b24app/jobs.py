"""What runs later and what runs every day, by name; the only list of jobs."""

from b24app.queue import Job

JOBS: dict[str, Job] = {}
DAILY: dict[str, tuple[str, str]] = {}
