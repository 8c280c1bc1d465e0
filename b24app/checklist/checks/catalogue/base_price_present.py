"""Is there a base price?"""

from b24app.checklist.engine.check import Area, Baseline, Severity, check, gone
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed
from b24app.checklist.facts.catalogue.price_types import PriceTypes
from b24app.text.messages import N_


@check(
    title=N_("The base price type is in place"),
    why=N_("The shop sells by the base price; without it goods have no price at all."),
    remedy=N_("Mark one price type as the base one and load its prices."),
    area=Area.CATALOGUE,
    severity=Severity.ORDERS,
    place=N_("CRM → Settings → Price types"),
)
def base_price_present(price_types: PriceTypes, baseline: Baseline) -> Verdict:
    """Judge that a base type exists, that it is the one of the baseline, and that no type of the baseline is lost."""
    before = baseline.of(PriceTypes)
    lost = gone(
        {row.id: row.name for row in before.rows} if before else None,
        {row.id: row for row in price_types.rows},
    )
    if lost:
        return failed(N_("Price types are gone: %(names)s"), names=lost)
    if not price_types.rows:
        return not_used(N_("There are no price types"))
    base = price_types.base()
    if base is None:
        return failed(N_("No price type is the base one"))
    was = before.base() if before else None
    if was is not None and was.id != base.id:
        return failed(
            N_("The base price type was %(was)s, now it is %(name)s"),
            N_("The site shows buyers the prices of the base type"),
            was=was.name,
            name=base.name,
        )
    return passed(N_("Base price type: %(name)s"), name=base.name)
