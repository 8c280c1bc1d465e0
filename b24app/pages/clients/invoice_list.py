"""The list for invoices as a spreadsheet and as CSV: client, INN, plan, end, sum, last day to pay; only what the clients show."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO

from flask import Blueprint, Response
from flask_babel import gettext
from xlsxwriter import Workbook

from b24app.database import portal_scope
from b24app.frames.page_token import Frame
from b24app.integrators.acting_persons import person_of
from b24app.integrators.audit import Deed, write_line
from b24app.integrators.board import ClientRow
from b24app.integrators.bulk_plan import INVOICES
from b24app.integrators.rights import Right
from b24app.pages.clients.board_page import board_at
from b24app.pages.clients.bulk_page import draw_again, read_plan
from b24app.pages.money.budget_workbook import PLAIN, TYPED, XLSX
from b24app.text.formats import currency_sign
from b24app.text.messages import N_
from b24app.text.table_writing import Cell
from b24app.web import framed
from b24app.web.filters import today
from b24app.web.form_fields import as_file
from b24app.web.tables import as_table, table_look

blueprint = Blueprint("clients_invoices", __name__)
HEADS = (
    N_("Client"), N_("INN"), N_("Portal"), N_("Plan"), N_("Last paid day"), N_("Sum"), N_("Currency"), N_("Estimate"),
    N_("Pay by"), N_("Invoice by"),
)  # fmt: skip
SUM, TAKEN = 5, "/clients/invoices"
CENT = Decimal("0.01")
DAYS = {"%d.%m.%Y": "dd.mm.yyyy", "%Y-%m-%d": "yyyy-mm-dd"}
"""A day as CSV and workbook show it."""


@blueprint.post("/clients/invoices.xlsx")
@framed(own=True, redraw=draw_again)
def download_workbook(frame: Frame) -> Response:
    """The list as a workbook: days are days, sums are numbers, an unknown sum is an empty cell."""
    return as_file(_write_workbook(_taken(frame)), XLSX, _name("xlsx"))


@blueprint.post("/clients/invoices.csv")
@framed(own=True, redraw=draw_again)
def download_table(frame: Frame) -> Response:
    """The same as CSV, which accounting opens in a spreadsheet."""
    return as_table(HEADS, _cells(_taken(frame)), _name("csv"))


def _taken(frame: Frame) -> tuple[ClientRow, ...]:
    """The clients of the list; the journal of each records that its sum is taken before the file is given."""
    at = board_at(frame)
    rows = read_plan(at, INVOICES).wanted
    for row in rows:
        with portal_scope(row.client_id):
            write_line(row.code, person_of(at.seat), Deed.LOOKED, at.now, right=Right.PAPERS, detail=TAKEN)
    return rows


def _name(kind: str) -> str:
    return f"invoices-{today().isoformat()}.{kind}"


def _cells(rows: tuple[ClientRow, ...]) -> Iterator[tuple[Cell, ...]]:
    for row in rows:
        yield (
            row.name,
            row.inn,
            row.domain,
            gettext(row.plan_name) if row.plan_name else "",
            row.ends_on,
            row.amount.quantize(CENT) if row.amount is not None else None,
            row.currency or "",
            gettext("estimate") if row.estimate and row.amount is not None else "",
            row.pay_by,
            row.term_act_on if row.stage == "invoice" else None,
        )


def _write_workbook(rows: tuple[ClientRow, ...]) -> bytes:
    out = BytesIO()
    with Workbook(out, TYPED) as book:
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": DAYS[table_look().day], "align": "left"})
        sheet = book.add_worksheet(gettext("Invoices"))
        sheet.write_row(0, 0, [gettext(head) for head in HEADS], bold)
        for number, (row, cells) in enumerate(zip(rows, _cells(rows), strict=True), 1):
            looks = book.add_format({"num_format": f'{PLAIN} "{currency_sign(row.currency or "")}"'})
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(number, column, cell, day)
                elif cell is not None:
                    sheet.write(number, column, cell, looks if column == SUM else None)
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, len(HEADS) - 1, 16)
        sheet.freeze_panes(1, 0)
    return out.getvalue()
