"""Which channels will carry each planned reminder, for pages that announce it."""

from collections.abc import Iterable, Mapping

from b24app.reminders.dispatch import working_channels
from b24app.reminders.recipients import people_of, recipients
from b24app.reminders.schedule import Planned
from b24app.renewal.renewal_state import list_roles
from b24app.renewal.signed_links import list_links
from b24app.text.messages import N_

SHORT = {
    "notification": N_("portal"),
    "task": N_("task"),
    "feed": N_("feed"),
    "email": N_("mail"),
    "webhook": N_("webhook"),
    "calendar": N_("calendar"),
}
DAYS_OF_CALENDAR = ("window_open", "invoice_last", "pay_last", "last_day")


def channels_reaching(planned: Iterable[Planned]) -> Mapping[str, tuple[str, ...]]:
    """The short names of the ways of each reminder, by its key."""
    channels, roles = working_channels(), list_roles()
    subscribed = any(link.purpose == "calendar" for link in list_links())
    found: dict[str, tuple[str, ...]] = {}
    for item in planned:
        people = people_of(item.roles, roles)
        codes = [channel.code for channel in channels if recipients(channel, item.code, people)]
        if subscribed and item.code in DAYS_OF_CALENDAR:
            codes.append("calendar")
        found[item.key] = tuple(SHORT[code] for code in codes)
    return found
