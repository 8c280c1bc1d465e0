"""Reminders: schedule, messages, outbox, dispatch, recipients and channels."""
