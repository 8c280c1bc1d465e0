"""Are the currencies and VAT as before?"""

from b24app.checklist.engine.check import Area, Baseline, check, gone
from b24app.checklist.engine.verdict import Evidence, Verdict, failed, passed, seen, warned
from b24app.checklist.facts.catalogue.currencies import Currencies, is_slip
from b24app.checklist.facts.catalogue.vat_rates import VatRates
from b24app.text.messages import N_


@check(
    title=N_("Currency and VAT are as before"),
    why=N_("Another base currency recalculates every sum, another VAT spoils receipts and invoices."),
    remedy=N_("Set the former currencies and rates, then check a receipt."),
    area=Area.CATALOGUE,
    place=N_("CRM → Settings → Currencies; VAT rates"),
)
def money_settings_same(currencies: Currencies, vat_rates: VatRates, baseline: Baseline) -> Verdict:
    """Judge the base currency, the other currencies and the VAT rates against the baseline; what was added is fine."""
    before = baseline.of(Currencies)
    if before is not None and before.base != currencies.base:
        return failed(
            N_("The base currency changed: %(was)s → %(value)s"),
            was=before.base or "—",
            value=currencies.base or "—",
        )
    lost = gone(
        {row.currency: row.currency for row in before.rows} if before else None,
        {row.currency for row in currencies.rows},
    )
    if lost:
        return warned(
            N_("Currencies are gone: %(names)s"), N_("Prices and deals in them cannot be counted"), names=lost
        )
    evidence = _changed(baseline.of(VatRates), vat_rates)
    if evidence:
        return warned(N_("VAT rates were changed"), None, evidence)
    if slips := _slips(before, currencies):
        return warned(N_("A rate moved more than rates do: look whether it was mistyped"), None, slips)
    return passed(
        N_("Base currency %(currency)s, VAT rates: %(count)s"),
        currency=currencies.base,
        count=len(vat_rates.rows),
    )


def _slips(before: Currencies | None, now: Currencies) -> tuple[Evidence, ...]:
    """The currencies whose rate moved further than rates do."""
    rates = {row.currency: row.rate for row in before.rows} if before else {}
    return tuple(
        seen(row.currency, N_("%(was)s → %(count)s"), was=rates[row.currency], count=row.rate)
        for row in now.rows
        if row.currency in rates and is_slip(rates[row.currency], row.rate)
    )


def _changed(before: VatRates | None, now: VatRates) -> tuple[Evidence, ...]:
    """The rates of the baseline that were deleted, switched off or have another per cent."""
    rates = {row.id: row for row in now.rows}
    found = []
    for row in before.rows if before else ():
        today = rates.get(row.id)
        if today is None or (row.active and not today.active):
            found.append(seen(row.name, N_("not there any more")))
        elif row.rate != today.rate:
            found.append(
                seen(row.name, N_("%(was)s → %(count)s"), was=row.rate or "—", count=today.rate or "—")
            )
    return tuple(found)
