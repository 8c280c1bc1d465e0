"""The job of the Telegram bot: what people write to it is taken every minute, by one worker at a time."""

from b24app.jobs.job import Job, Lane
from b24app.reminders.channels.telegram.polling import poll_bot


def poll_telegram() -> None:
    """Wait for messages to the bot for most of a minute; without a bot there is nothing to wait for."""
    poll_bot()


JOBS = (Job("poll_telegram", poll_telegram, hour="*", minute="*", lane=Lane.CHAT, deadline=120),)
