"""Plans, prices and sums in the visitor's language: names, sources, the mark «estimate», VAT; for pages and reports."""

from collections.abc import Mapping
from decimal import Decimal

from flask_babel import gettext

from b24app.plans.plan_catalogue import PRICES, VAT, Plan
from b24app.plans.prices import YearOfMoney
from b24app.sources import Claim, Source
from b24app.terms.corrections import Correction
from b24app.text.formats import day_long, number
from b24app.text.formats import money as sum_text
from b24app.text.messages import N_
from b24app.web.filters import source_name


def plan_name(plan: Plan) -> str:
    """«Enterprise 500»: the plans above the usual sizes are named with their seats."""
    seats, title = plan.limit("users"), gettext(plan.title)
    return f"{title} {number(seats)}" if plan.oversize and seats else title


def claim_sum(claim: Claim | None, currency: str) -> str:
    """The price that a claim names."""
    if claim is None or claim.value is None:
        return gettext("unknown")
    return sum_text(Decimal(str(claim.value)), currency)


def source_of(claim: Claim, sources: Mapping[str, Source]) -> str:
    """The source of a claim and when it was checked; for a person's own, who wrote it, from where and when."""
    source = sources.get(claim.source)
    title = claim.note if claim.grade == "H" else source_name(source) if source else claim.source
    if claim.checked is None:
        return gettext("%(source)s, no date", source=title)
    return f"{title}, {day_long(claim.checked)}"


def source_title(code: str, sources: Mapping[str, Source]) -> str:
    """The name of a source."""
    return source_name(sources[code])


def vat_text(year: YearOfMoney, *, base: bool = False) -> str:
    """Whether VAT is in the sums of a year, or of its plan alone (`base`): as a person wrote it, or that it must be asked."""
    said = year.plan.vat if base and not year.claim.is_estimate else year.vat
    if said:
        mixed = year.is_estimate() and not base
        text = N_("VAT: %(what)s; the source of the estimate does not say") if mixed else N_("VAT: %(what)s")
        return gettext(text, what=gettext(VAT[said]))
    if year.claim.is_estimate:
        return gettext("VAT: the source does not say whether it is included")
    return gettext("VAT: not said, look at the invoice and write it down with the price")


def corrected_value(item: Correction) -> str:
    """The value of a correction as people read it: a sum with its currency, words for VAT, a number."""
    if item.code in PRICES:
        return claim_sum(item.claim, item.currency)
    return gettext(VAT[item.value]) if item.code == "vat" and item.value in VAT else item.value


def estimate_of(claim: Claim | None, sources: Mapping[str, Source]) -> str:
    """The source of a number marked «estimate»; empty for a number that a person here has written in."""
    return source_of(claim, sources) if claim is not None and claim.is_estimate else ""
