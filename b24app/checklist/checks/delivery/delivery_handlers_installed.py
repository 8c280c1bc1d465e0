"""Are the applications behind delivery still there?"""

from b24app.checklist.engine.check import Area, Baseline, check, gone
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed
from b24app.checklist.facts.delivery.delivery_handlers import DeliveryHandlers
from b24app.text.messages import N_


@check(
    title=N_("Applications behind delivery are installed"),
    why=N_("A carrier connected by an application stops when the application is removed."),
    remedy=N_("Install the carrier's application again or renew its subscription."),
    area=Area.DELIVERY,
    place=N_("Market → Installed"),
)
def delivery_handlers_installed(delivery_handlers: DeliveryHandlers, baseline: Baseline) -> Verdict:
    """Judge that handlers of the baseline are registered still."""
    before = baseline.of(DeliveryHandlers)
    was = {row.code: row.name for row in before.rows} if before else {}
    here = {row.code: row.name for row in delivery_handlers.rows}
    lost = gone(was, here)
    new = {name for code, name in here.items() if code not in was}
    if lost and all(name in new for name in lost):
        return failed(
            N_("Another application stands in the place of the carrier's: %(names)s"),
            N_("Services made by the former one calculate nothing: add them again"),
            names=lost,
        )
    if lost:
        return failed(N_("A delivery application is gone: %(names)s"), names=lost)
    if not delivery_handlers.rows:
        return not_used(N_("No delivery is connected by an application"))
    return passed(N_("Handlers of applications: %(count)s"), count=len(delivery_handlers.rows))
