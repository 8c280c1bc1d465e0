"""The message that nothing is sent to a webhook of an integrator any more: it answered so itself, or has failed for days."""

from b24app.reminders.kinds import MessageDraft, ReminderKind, Screen
from b24app.text.messages import N_, sentence

CODE = "webhook_off"
KINDS = (ReminderKind(CODE, N_("A webhook was switched off")),)
GONE = N_("It answered 410: it wants nothing any more.")
SILENT = N_("It has not taken anything for five days.")


def draft_webhook_off(address: str, *, gone: bool) -> MessageDraft:
    """The message to the integrator's owners."""
    subject = sentence(N_("Nothing is sent to %(address)s any more"), address=address)
    lines = (
        sentence(GONE if gone else SILENT),
        sentence(
            N_(
                "When it works again, switch it on under “Clients → Keys of the API → Webhooks” and send again what has not arrived."
            )
        ),
    )
    return MessageDraft(subject, lines, screen=Screen.CLIENTS)
