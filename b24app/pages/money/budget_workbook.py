"""The year's budget as a spreadsheet for accounting: months, sums, prices with their sources."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from flask import Blueprint, Response, request
from flask_babel import gettext
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.plans.plan_catalogue import PRICES, VAT
from b24app.plans.prices import LAYERS, BudgetMonth, YearOfMoney
from b24app.renewal.plan_money import Money, count_money
from b24app.services import services
from b24app.terms.timeline import term_name
from b24app.text.formats import currency_sign, day_long, month_year
from b24app.text.messages import N_
from b24app.web import framed
from b24app.web.filters import today, words
from b24app.web.form_fields import read_year
from b24app.web.money_words import claim_sum, estimate_of, plan_name, source_of, vat_text

blueprint = Blueprint("budget_workbook", __name__)

PLAIN = "#,##0.00"
TYPED = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
"""What people typed stays text, whatever it begins with."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.post("/money/plan/budget.xlsx")
@framed(admin=True, right=Right.PAPERS)
def download_budget(frame: Frame) -> Response:  # noqa: ARG001 - the frame is the permission
    """Give the budget of the asked year as a file."""
    money = count_money(services().clock.now(), today(), read_year(request.form, "year"))
    if money.year is None:
        raise BadInput(N_("Write down a price first: there is nothing to count from."), "value")
    name = f"budget-{money.year.year}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(write_workbook(money, money.year), mimetype=XLSX, headers=headers)


@dataclass(frozen=True, slots=True)
class SumFormats:
    """How a sum looks in its cell: plain, or with the mark «estimate» after the number, which stays a number."""

    year: YearOfMoney
    plain: Format
    estimate: Format

    def of(self, *layers: str, month: BudgetMonth | None = None) -> Format:
        """The look of a sum of these layers of the year, or of a month of it."""
        return self.estimate if self.year.is_estimate(*layers, month=month) else self.plain


def write_workbook(money: Money, year: YearOfMoney) -> bytes:
    """Two sheets: the budget with formulas, and where the prices come from."""
    out = BytesIO()
    sign = currency_sign(money.table.currency)
    plain = f'{PLAIN} "{sign}"' if sign else PLAIN
    with Workbook(out, TYPED) as book:
        bold = book.add_format({"bold": True})
        look = book.add_format({"num_format": plain})
        estimate = book.add_format({"num_format": f'{plain} "{gettext("estimate")}"'})
        _write_months(book.add_worksheet(gettext("Budget")), money, bold, SumFormats(year, look, estimate))
        _write_sources(book.add_worksheet(gettext("Sources")), money, bold)
    return out.getvalue()


def _write_months(sheet: Worksheet, money: Money, bold: Format, sums: SumFormats) -> None:
    year, months = sums.year, sums.year.budget.months
    names = {
        "base": gettext("Plan"),
        "others": gettext("Other terms"),
        "step": gettext("Move up"),
        "reserve": gettext("Reserve"),
    }
    titles = (gettext("Month"), *names.values(), gettext("Total"))
    sheet.write_row(0, 0, titles, bold)
    for row, part in enumerate(months, 1):
        sheet.write(row, 0, month_year(part.first_day))
        for column, name in enumerate(LAYERS, 1):
            sheet.write_number(row, column, float(getattr(part, name)), sums.of(name, month=part))
        total = f"=ROUND(SUM(B{row + 1}:E{row + 1}),2)"
        sheet.write_formula(row, len(LAYERS) + 1, total, sums.of(month=part), float(part.total))
    last = len(months) + 1
    sheet.write(last, 0, gettext("Total"), bold)
    for column, name in enumerate((*LAYERS, "total"), 1):
        letter, look = "ABCDEF"[column], sums.of() if name == "total" else sums.of(name)
        value = float(getattr(year.budget, name))
        sheet.write_formula(last, column, f"=ROUND(SUM({letter}2:{letter}{last}),2)", look, value)
    for row, line in enumerate(_notes(money, year), last + 2):
        sheet.write_string(row, 0, line)
    sheet.set_column(0, 5, 24)


def _notes(money: Money, year: YearOfMoney) -> Iterator[str]:
    """What the sums are of: plans, year, currency, VAT, and that they are an estimate or no offer."""
    plans = " → ".join(plan_name(plan) for plan in (year.plan, year.next_plan) if plan is not None)
    yield gettext("%(plan)s, budget for %(year)s", plan=plans, year=year.year)
    yield gettext("Currency: %(currency)s", currency=money.table.currency or gettext("not known"))
    yield vat_text(year)
    for term in money.unpriced:
        yield gettext("%(term)s is not in it: no price.", term=words(term_name(term)))
    if year.is_estimate():
        yield gettext("“Estimate”: the price was confirmed by nobody. Write down the one of your invoice.")
    yield gettext("This is not an offer: the exact sum is named in the invoice.")


def _write_sources(sheet: Worksheet, money: Money, bold: Format) -> None:
    titles = (
        gettext("Plan"),
        gettext("What"),
        gettext("Price in the sum"),
        gettext("VAT"),
        gettext("Source"),
    )
    sheet.write_row(0, 0, titles, bold)
    names, sources = (
        {"price": gettext("A month"), "price_year": gettext("12 months at once")},
        money.table.sources,
    )
    row = 0
    for plan in money.priced:
        for code in PRICES:
            claim = plan.fact(code).used
            if claim is None:
                continue
            row += 1
            mark = f" ({gettext('estimate')})" if estimate_of(claim, sources) else ""
            price = claim_sum(claim, money.table.currency) + mark
            vat = gettext(VAT[plan.vat]) if plan.vat else gettext("not said")
            sheet.write_row(row, 0, (plan_name(plan), names[code], price, vat, source_of(claim, sources)))
    sheet.write(row + 2, 0, day_long(today()))
    sheet.set_column(0, 3, 26)
    sheet.set_column(4, 4, 90)
