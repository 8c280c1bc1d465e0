"""Do the portal's clock and ours agree?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.verdict import Verdict, passed, warned
from b24app.checklist.facts.apps.server_time import ServerTime
from b24app.text.messages import N_

MOST_MINUTES = 30
"""Terms and months are counted by days: a smaller difference does not change a day in practice."""


@check(
    title=N_("Clocks agree"),
    why=N_("Months of orders and terms are counted by the portal's time."),
    remedy=N_("Set the time on your own server; in the cloud write to support."),
    area=Area.APPS,
    severity=Severity.NOTE,
)
def clocks_agree(server_time: ServerTime, now: datetime) -> Verdict:
    """Judge that the difference is small enough for days and months."""
    minutes = round(abs((server_time.now - now).total_seconds()) / 60)
    if minutes > MOST_MINUTES:
        return warned(N_("The clocks differ, minutes: %(minutes)s"), minutes=minutes)
    if minutes:
        return passed(N_("The clocks differ by %(minutes)s min; that changes nothing"), minutes=minutes)
    return passed(N_("The clocks of the portal and the application agree"))
