"""Are the currency and VAT as before?"""

from b24app.checklist.engine.check import Area, Baseline, check
from b24app.checklist.engine.verdict import Verdict, failed, passed, seen, warned
from b24app.checklist.facts.catalogue.currencies import Currencies
from b24app.checklist.facts.catalogue.vat_rates import VatRates
from b24app.text.messages import N_


@check(
    title=N_("Currency and VAT are as before"),
    why=N_("Another base currency recalculates every sum, another VAT spoils receipts and invoices."),
    remedy=N_("Set the former base currency and rates, then check a receipt."),
    area=Area.CATALOGUE,
    place=N_("CRM → Settings → Currencies; VAT rates"),
)
def money_settings_same(currencies: Currencies, vat_rates: VatRates, baseline: Baseline) -> Verdict:
    """Judge the base currency and the VAT rates against the baseline."""
    old_currencies, old_rates = baseline.of(Currencies), baseline.of(VatRates)
    if old_currencies is not None and old_currencies.base != currencies.base:
        return failed(
            N_("The base currency changed: %(was)s → %(value)s"),
            was=old_currencies.base,
            value=currencies.base,
        )
    rates = {row.id: f"{row.name} {row.rate}".strip() for row in vat_rates.rows}
    was = {row.id: f"{row.name} {row.rate}".strip() for row in old_rates.rows} if old_rates else rates
    if was != rates:
        return warned(N_("VAT rates were changed"), None, (seen(N_("Now"), value=tuple(rates.values())),))
    return passed(
        N_("Base currency %(currency)s, VAT rates: %(count)s"), currency=currencies.base, count=len(rates)
    )
