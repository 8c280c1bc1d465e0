"""Why a reminder was not sent: the errors of sending, how each is kept in a delivery, and how it is explained."""

from functools import cache

from b24app.errors import AppError
from b24app.reminders.channels import MessageUnreadable, load_channels
from b24app.renewal.failure_words import CORE, Failure, FailureWords, describe, explain
from b24app.text.messages import N_


class NobodyToReach(AppError):
    """No channel that is on has anybody to reach: nothing is sent, and that is shown."""

    public = N_("Nothing was sent: there is nobody to reach.")


class ChannelOff(AppError):
    """A message waits for a channel that has been switched off since: nothing is sent."""

    public = N_("Nothing was sent: this way of reminding was switched off.")


class PersonDismissed(AppError):
    """A message waited for a person who does not work in the portal any more."""

    public = N_("Nothing was sent: this person was dismissed from the portal.")


OF_SENDING = (
    FailureWords("NobodyToReach", NobodyToReach),
    FailureWords("ChannelOff", ChannelOff),
    FailureWords("PersonDismissed", PersonDismissed),
    FailureWords("LetterUnreadable", MessageUnreadable),
)


@cache
def known_failures() -> tuple[FailureWords, ...]:
    """Every failure that a delivery may keep: the application's, those of sending, and those of each channel."""
    of_channels = (one for channel in load_channels().values() for one in channel.failures)
    return (*CORE, *OF_SENDING, *of_channels)


def describe_failure(error: Exception) -> str:
    """What a delivery keeps of an error: its code and its own words, without secrets."""
    return describe(error, known_failures())


def explain_failure(kept: str) -> Failure | None:
    """The failure that a delivery has kept, in words for people; None when nothing failed."""
    return explain(kept, known_failures())
