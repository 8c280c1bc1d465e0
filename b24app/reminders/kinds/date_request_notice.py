"""The message to a client's people that their integrator asks them to confirm the end of the plan. No offer of anything."""

from datetime import date

from b24app.reminders.kinds import MessageDraft, ReminderKind, Screen
from b24app.text.messages import N_, sentence

CODE = "date_request"
KINDS = (ReminderKind(CODE, N_("An integrator asks for the end of the plan"), quiet=True),)


def draft_date_request(integrator: str, person: str, ends_on: date | None) -> MessageDraft:
    """What is asked, the date stored now, and where it is answered."""
    subject = sentence(
        N_("The integrator %(integrator)s asks you to confirm the end of the plan"), integrator=integrator
    )
    known = (
        sentence(N_("Written down now: %(day)s."), day=ends_on)
        if ends_on
        else sentence(N_("No date is written down yet."))
    )
    lines = (
        known,
        sentence(N_("Asked by %(person)s."), person=person),
        sentence(N_("Open “Renewal”: the date is confirmed or corrected there with one press.")),
    )
    return MessageDraft(subject, lines, screen=Screen.OVERVIEW)
