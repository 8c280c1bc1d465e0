"""Durable work: the queue's seam, schedules, and the only list of jobs."""
