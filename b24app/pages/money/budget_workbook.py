"""The year's budget as a spreadsheet for accounting: months, sums, prices with their sources."""

from dataclasses import dataclass
from io import BytesIO

from flask import Blueprint, Response, request
from flask_babel import gettext
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.pages.money.plan_page import Money, claim_sum, count_money, estimate_of, plan_name, source_of
from b24app.plans.prices import LAYERS, BudgetMonth
from b24app.text.messages import N_
from b24app.web import framed
from b24app.web.form_fields import read_year
from b24app.web.formats import day_long, month_year, today

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
    return Response(write_book(money), mimetype=XLSX, headers=headers)


def write_book(money: Money) -> bytes:
    """Two sheets: the budget with formulas, and where the prices come from."""
    out = BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        sums = Sums(
            book.add_format({"num_format": PLAIN}), book.add_format({"num_format": _estimate_format()})
        )
        _write_months(book.add_worksheet(gettext("Budget")), money, bold, sums)
        _write_sources(book.add_worksheet(gettext("Sources")), money, bold)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Sums:
    """How a sum looks in its cell: plain, or with the mark «estimate» right after the number, which stays a number."""

    plain: object
    estimate: object

    def of(self, money: Money, *layers: str, month: BudgetMonth | None = None) -> object:
        """The look of a sum of these layers of the year, or of a month of it."""
        marked = money.year and money.year.is_estimate(*layers, month=month)
        return self.estimate if marked else self.plain


def _estimate_format() -> str:
    return f'{PLAIN} "{gettext("estimate")}"'


def _write_months(sheet: Worksheet, money: Money, bold: object, sums: Sums) -> None:
    titles = (gettext("Month"), gettext("Plan"), gettext("Move up"), gettext("Reserve"), gettext("Total"))
    sheet.write_row(0, 0, titles, bold)
    months = money.year.budget.months if money.year else ()
    for row, part in enumerate(months, 1):
        sheet.write(row, 0, month_year(part.first_day))
        for column, name in enumerate(LAYERS, 1):
            sheet.write_number(row, column, float(getattr(part, name)), sums.of(money, name, month=part))
        sheet.write_formula(
            row, 4, f"=SUM(B{row + 1}:D{row + 1})", sums.of(money, month=part), float(part.total)
        )
    last = len(months) + 1
    _write_total(sheet, money, bold, sums, last)
    sheet.write(last + 2, 0, gettext("This is not an offer: the exact sum is named in the invoice."))
    if money.year and money.year.is_estimate():
        text = gettext("“Estimate”: the price was confirmed by nobody. Write down the one of your invoice.")
        sheet.write(last + 3, 0, text)
    sheet.set_column(0, 4, 22)


def _write_total(sheet: Worksheet, money: Money, bold: object, sums: Sums, last: int) -> None:
    months = money.year.budget.months if money.year else ()
    sheet.write(last, 0, gettext("Total"), bold)
    for column, name in enumerate((*LAYERS, "total"), 1):
        letter, value = "ABCDE"[column], sum(getattr(part, name) for part in months)
        look = sums.of(money) if name == "total" else sums.of(money, name)
        sheet.write_formula(last, column, f"=SUM({letter}2:{letter}{last})", look, float(value))


def _write_sources(sheet: Worksheet, money: Money, bold: object) -> None:
    sheet.write_row(0, 0, (gettext("Plan"), gettext("Price in the sum"), gettext("Source")), bold)
    for row, item in enumerate(money.advice, 1):
        claim, sources = item.plan.fact("price").used, money.table.sources
        mark = f" ({gettext('estimate')})" if estimate_of(claim, sources) else ""
        source = source_of(claim, sources) if claim else ""
        sheet.write_row(row, 0, (plan_name(item.plan), claim_sum(claim) + mark, source))
    sheet.write(len(money.advice) + 2, 0, day_long(today()))
    sheet.set_column(0, 1, 26)
    sheet.set_column(2, 2, 90)
