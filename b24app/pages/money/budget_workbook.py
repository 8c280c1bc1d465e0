"""The year's budget as a spreadsheet for accounting: months, sums, prices with their sources."""

from dataclasses import dataclass
from io import BytesIO

from flask import Blueprint, Response, request
from flask_babel import gettext
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.pages.money.plan_page import Money, claim_sum, count_money, estimate_of, plan_name, source_of
from b24app.plans.prices import LAYERS, BudgetMonth, YearOfMoney
from b24app.text.formats import day_long, month_year
from b24app.text.messages import N_
from b24app.web import framed
from b24app.web.filters import today
from b24app.web.form_fields import read_year

blueprint = Blueprint("budget_workbook", __name__)

PLAIN = "# ##0.00"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.post("/plan/budget.xlsx")
@framed(admin=True)
def download_budget(frame: Frame) -> Response:  # noqa: ARG001 - the frame is the permission
    """Give the budget of the asked year as a file."""
    money = count_money(read_year(request.form, "year"))
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
    with Workbook(out, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        plain = book.add_format({"num_format": PLAIN})
        estimate = book.add_format({"num_format": f'{PLAIN} "{gettext("estimate")}"'})
        _write_months(book.add_worksheet(gettext("Budget")), year, bold, SumFormats(year, plain, estimate))
        _write_sources(book.add_worksheet(gettext("Sources")), money, bold)
    return out.getvalue()


def _write_months(sheet: Worksheet, year: YearOfMoney, bold: Format, sums: SumFormats) -> None:
    titles = (gettext("Month"), gettext("Plan"), gettext("Move up"), gettext("Reserve"), gettext("Total"))
    sheet.write_row(0, 0, titles, bold)
    months = year.budget.months
    for row, part in enumerate(months, 1):
        sheet.write(row, 0, month_year(part.first_day))
        for column, name in enumerate(LAYERS, 1):
            sheet.write_number(row, column, float(getattr(part, name)), sums.of(name, month=part))
        total = f"=SUM(B{row + 1}:D{row + 1})"
        sheet.write_formula(row, 4, total, sums.of(month=part), float(part.total))
    last = len(months) + 1
    sheet.write(last, 0, gettext("Total"), bold)
    for column, name in enumerate((*LAYERS, "total"), 1):
        letter, look = "ABCDE"[column], sums.of() if name == "total" else sums.of(name)
        value = float(sum(getattr(part, name) for part in months))
        sheet.write_formula(last, column, f"=SUM({letter}2:{letter}{last})", look, value)
    sheet.write(last + 2, 0, gettext("This is not an offer: the exact sum is named in the invoice."))
    if year.is_estimate():
        text = gettext("“Estimate”: the price was confirmed by nobody. Write down the one of your invoice.")
        sheet.write(last + 3, 0, text)
    sheet.set_column(0, 4, 22)


def _write_sources(sheet: Worksheet, money: Money, bold: Format) -> None:
    sheet.write_row(0, 0, (gettext("Plan"), gettext("Price in the sum"), gettext("Source")), bold)
    for row, item in enumerate(money.advice, 1):
        claim, sources = item.plan.fact("price").used, money.table.sources
        mark = f" ({gettext('estimate')})" if estimate_of(claim, sources) else ""
        source = source_of(claim, sources) if claim else ""
        sheet.write_row(row, 0, (plan_name(item.plan), claim_sum(claim, money.table.currency) + mark, source))
    sheet.write(len(money.advice) + 2, 0, day_long(today()))
    sheet.set_column(0, 1, 26)
    sheet.set_column(2, 2, 90)
