"""States of webhooks: of an address, and of one sending to it. Pure."""

from enum import StrEnum


class WebhookState(StrEnum):
    """Whether anything is sent to an address; the value is stored. `off`: by a person, the last two by its own answers."""

    WORKS = "works"
    OFF = "off"
    GONE = "gone"
    SILENT = "silent"


class SendingState(StrEnum):
    """How far an event is; the value is stored. `dropped`: nothing was sent, for the client gives it no more or it is not there."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"
