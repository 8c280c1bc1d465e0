"""Were the settings of a delivery service changed?"""

from b24app.checklist.engine.changed_settings import judge_settings
from b24app.checklist.engine.check import Area, Baseline, CheckTime, check, no_baseline
from b24app.checklist.engine.verdict import Verdict
from b24app.checklist.facts.delivery.deliveries import Deliveries
from b24app.checklist.facts.delivery.delivery_configs import DeliveryConfigs
from b24app.text.messages import N_


@check(
    title=N_("Settings of delivery are as in the snapshot"),
    why=N_("A changed contract number or key shows only in the cart: the price is wrong or missing."),
    remedy=N_("Ask who changed the settings and calculate delivery in a test cart."),
    area=Area.DELIVERY,
    stage=CheckTime.AFTER,
    place=N_("CRM → Settings → Delivery services"),
)
def delivery_settings_same(
    deliveries: Deliveries, delivery_configs: DeliveryConfigs, baseline: Baseline
) -> Verdict:
    """Judge by fingerprints that configurations are those of the baseline; of a service that was off or is off it is a remark."""
    before = baseline.of(DeliveryConfigs)
    if before is None:
        return no_baseline()
    was = baseline.of(Deliveries)
    both = {service.id for service in (was or deliveries).active()}
    at_work = {service.id for service in deliveries.active() if service.id in both}
    return judge_settings(
        before.services,
        delivery_configs.services,
        deliveries.by_id(),
        at_work,
        N_("Settings of delivery have not changed; services compared: %(count)s"),
    )
