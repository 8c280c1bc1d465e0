"""Must buyers fill in more than before?"""

from b24app.checklist.engine.check import Area, Baseline, check, gone
from b24app.checklist.engine.verdict import Verdict, not_used, passed, seen, warned
from b24app.checklist.facts.delivery.checkout_fields import CheckoutFields
from b24app.text.messages import N_


@check(
    title=N_("The checkout asks for the same fields"),
    why=N_("A new required field that the site does not show stops every order."),
    remedy=N_("Make the field optional or show it on the site."),
    area=Area.DELIVERY,
    place=N_("CRM → Settings → Order properties"),
)
def checkout_fields_same(checkout_fields: CheckoutFields, baseline: Baseline) -> Verdict:
    """Judge that no field became required since the baseline, and that none that was required was deleted."""
    asked, known = checkout_fields.asked(), {row.id for row in checkout_fields.rows if row.active}
    before = baseline.of(CheckoutFields)
    was = before.asked() if before else {}
    new = gone(asked, was) if before else ()
    if new:
        return warned(N_("Became required: %(names)s"), names=new)
    lost = gone(was, known)
    if lost:
        return warned(
            N_("The checkout does not ask for it any more: %(names)s"),
            N_("In the snapshot buyers had to fill it in"),
            names=lost,
        )
    if not asked:
        return not_used(N_("No field of the checkout is required"))
    return passed(
        N_("Required fields: %(count)s"),
        None,
        (seen(N_("Required"), value=tuple(asked.values())),),
        count=len(asked),
    )
