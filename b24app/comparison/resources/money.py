"""Resources of money: currencies and VAT rates, and the payer types that decide about invoices."""

from b24app.checklist.engine.check import Area, Severity
from b24app.checklist.engine.verdict import Level
from b24app.checklist.facts.catalogue.currencies import Currencies, is_slip
from b24app.checklist.facts.catalogue.vat_rates import VatRates
from b24app.checklist.facts.payments.person_types import PersonTypes
from b24app.comparison.resource import Alteration, Found, Resource, flag, resource
from b24app.text.messages import N_


def _other_money(was: Resource, now: Resource) -> tuple[Alteration, ...]:
    if was.fields["base"] != now.fields["base"]:
        return (Alteration("base", was.fields["base"], now.fields["base"], Level.FAIL),)
    then, today = was.fields.get("rate", ""), now.fields.get("rate", "")
    return (Alteration("rate", then, today, Level.WARN),) if is_slip(then, today) else ()


@resource(
    N_("Currency"),
    area=Area.CATALOGUE,
    severity=Severity.ORDERS,
    meaning=N_("Prices and deals in this currency cannot be counted."),
    remedy=N_(
        "Add the currency again, set the former base currency and rate, then look at the sum of one deal."
    ),
    place=N_("CRM → Settings → Currencies; VAT rates"),
    link="/crm/configs/currency/",
    fields={"base": N_("base currency"), "rate": N_("rate")},
    field_advice={
        "base": N_(
            "Set the former base currency before anybody enters a sum, then look at the sums of new deals."
        ),
        "rate": N_("Set the rate right: it moved more than rates do in a month."),
    },
    rule=_other_money,
)
def currency(currencies: Currencies) -> Found:
    """Currencies by code, with the base one and rates."""
    for row in currencies.rows:
        fields = {"base": flag(row.base)} | ({"rate": row.rate} if row.rate else {})
        yield row.currency, Resource(row.currency, "", fields)


@resource(
    N_("VAT rate"),
    area=Area.CATALOGUE,
    severity=Severity.NOTE,  # a remark, as in the check `money_settings_same`: orders go on
    meaning=N_("Receipts and invoices count another VAT."),
    remedy=N_("Set the former rate unless the law changed it, then check a receipt."),
    place=N_("CRM → Settings → Currencies; VAT rates"),
    link="/shop/settings/cat_vat_admin/",
    fields={"name": N_("name"), "rate": N_("per cent")},
    field_advice={"rate": N_("Set the former rate unless the law changed it, then check a receipt.")},
)
def vat(vat_rates: VatRates) -> Found:
    """VAT rates by id."""
    for row in vat_rates.rows:
        yield row.id, Resource(row.name, "", {"name": row.name, "rate": row.rate}, row.active)


@resource(
    N_("Payer type"),
    area=Area.PAYMENTS,
    severity=Severity.ORDERS,
    meaning=N_("Buyers of this type cannot place an order, and its pay systems serve nobody."),
    remedy=N_("Create the payer type again and choose it in pay systems and fields of the checkout."),
    place=N_("CRM → Settings → Payer types"),
    link="/shop/settings/sale_person_type/",
    fields={"name": N_("name")},
)
def person_type(person_types: PersonTypes) -> Found:
    """Payer types by id."""
    for row in person_types.rows:
        yield str(row.id or row.code), Resource(row.name, "", {"name": row.name}, row.active)
