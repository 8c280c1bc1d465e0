"""The year's budget as a spreadsheet for accounting: months, sums, prices with their sources."""

from io import BytesIO

from flask import Response, request
from flask_babel import gettext
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from b24app.errors import BadInput
from b24app.license.views import blueprint
from b24app.license.views.plan import Money, count_money
from b24app.license.views.plan_drawing import draw_prices
from b24app.portals.frames import Frame
from b24app.texts import N_
from b24app.web import framed
from b24app.web.fields import read_year
from b24app.web.wording import day_long, month_year, today

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
        rub = book.add_format({"num_format": "# ##0.00"})
        _write_months(book.add_worksheet(gettext("Budget")), money, bold, rub)
        _write_sources(book.add_worksheet(gettext("Sources")), money, bold)
    return out.getvalue()


def _write_months(sheet: Worksheet, money: Money, bold: object, rub: object) -> None:
    titles = (gettext("Month"), gettext("Plan"), gettext("Move up"), gettext("Reserve"), gettext("Total"))
    sheet.write_row(0, 0, titles, bold)
    months = money.year.budget.months if money.year else ()
    for row, part in enumerate(months, 1):
        sheet.write(row, 0, month_year(part.first_day))
        for column, value in enumerate((part.base, part.step, part.reserve), 1):
            sheet.write_number(row, column, float(value), rub)
        sheet.write_formula(row, 4, f"=SUM(B{row + 1}:D{row + 1})", rub, float(part.total))
    last = len(months) + 1
    sheet.write(last, 0, gettext("Total"), bold)
    sums = (sum(getattr(part, name) for part in months) for name in ("base", "step", "reserve", "total"))
    for column, value in enumerate(sums, 1):
        letter = "ABCDE"[column]
        sheet.write_formula(last, column, f"=SUM({letter}2:{letter}{last})", rub, float(value))
    sheet.write(last + 2, 0, gettext("This is not an offer: the exact sum is named in the invoice."))
    sheet.set_column(0, 4, 18)


def _write_sources(sheet: Worksheet, money: Money, bold: object) -> None:
    sheet.write_row(0, 0, (gettext("Plan"), gettext("Price in the sum"), gettext("Source")), bold)
    for row, price in enumerate(draw_prices(money, today()), 1):
        sheet.write_row(row, 0, (price["name"], price["used"], price["used_source"]))
    sheet.write(len(money.advice) + 2, 0, day_long(today()))
    sheet.set_column(0, 1, 20)
    sheet.set_column(2, 2, 90)
