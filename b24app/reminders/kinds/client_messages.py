"""Messages to an integrator's people about their clients: alerts at once, the week on Monday. Written when they leave."""

from b24app.reminders.kinds import ReminderKind
from b24app.text.messages import N_

ALERTS, WEEK = "client_alerts", "client_digest"
KINDS = (
    ReminderKind(ALERTS, N_("Clients: something happened"), written_late=True),
    ReminderKind(WEEK, N_("Clients: the week"), written_late=True),
)
