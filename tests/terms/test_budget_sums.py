"""The year adds up to the hundredth wherever it is shown: page, workbook with its formulas, report in all its forms."""

import io
import json
import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from b24app.database import db, portal_scope
from b24app.pages.money.budget_workbook import write_workbook
from b24app.plans.plan_catalogue import Plan, PlanTable
from b24app.plans.prices import LAYERS, plan_year
from b24app.renewal.plan_money import Money
from b24app.sources import Claim, DatedFact, Source
from b24app.terms.corrections import correct_fact
from b24app.terms.profile import RenewalProfile
from b24app.terms.term import Author
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY
from tests.report_taking import take_report

RANGE = re.compile(r"=ROUND\(SUM\(([A-F])(\d+):([A-F])(\d+)\),2\)")
PRICES = st.decimals(Decimal("0.01"), Decimal(10**6), places=2)
MARINA = Author(1, "Марина")


def plan(code: str, rank: int, facts: dict[str, Decimal]) -> Plan:
    claims = {
        name: DatedFact((Claim(value, "person", date(2026, 11, 30), "H"),)) for name, value in facts.items()
    }
    return Plan(code, "Standard", rank, claims)


def money_of(price: Decimal, further: Decimal, share: Decimal, month: int) -> Money:
    std, pro = plan("std", 2, {"price": price}), plan("pro100", 3, {"price_year": further})
    table = PlanTable({"std": std, "pro100": pro}, {"person": Source("")}, "RUB")
    full, others = date(2027, month, 1), further / 2
    year = plan_year(2027, std, table, full_on=full, reserve_percent=share, others=others)
    return Money(RenewalProfile(), table, None, {}, (), year, None, None, (std, pro))


def counted(sheet: Worksheet, cell: str) -> Decimal:
    """What a spreadsheet shows in a cell: its number, or what its formula gives."""
    value = sheet[cell].value
    if not isinstance(value, str):
        return Decimal(str(value))
    column, row, last_column, last_row = RANGE.fullmatch(value).groups()
    cells = sheet[f"{column}{row}:{last_column}{last_row}"]
    found = sum(counted(sheet, one.coordinate) for line in cells for one in line)
    return round(found, 2)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    price=PRICES,
    further=PRICES,
    share=st.decimals(Decimal(0), Decimal(100), places=2),
    month=st.integers(1, 12),
)
def test_the_workbooks_formulas_give_the_sums_of_the_page(
    app: Flask, price: Decimal, further: Decimal, share: Decimal, month: int
) -> None:
    money = money_of(price, further, share, month)
    with app.test_request_context(), force_locale("ru"):
        content = write_workbook(money, money.year)
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    shown = load_workbook(BytesIO(content), data_only=True).worksheets[0]
    budget = money.year.budget
    for column, layer in zip("BCDEF", (*LAYERS, "total"), strict=True):
        assert counted(sheet, f"{column}14") == getattr(budget, layer)
        assert Decimal(str(shown[f"{column}14"].value)) == getattr(budget, layer)
    for row, part in enumerate(budget.months, 2):
        assert counted(sheet, f"F{row}") == part.total == Decimal(str(shown[f"F{row}"].value))
    assert budget.base + budget.others + budget.step + budget.reserve == budget.total


@pytest.fixture
def written(first_checks: Actor, north_admin: Opened) -> Opened:
    """A portal in which a person wrote a price with hundredths, and that VAT is in it."""
    with portal_scope(first_checks.portal_id):
        for code, value in (("price_year", "67104,63"), ("vat", "included")):
            correct_fact("std", code, value, reason="счёт 1184", by=MARINA, at=DAY_OF_THE_STORY)
        db.session.commit()
    return north_admin


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def test_page_workbook_and_report_name_the_same_total(written: Opened) -> None:
    sheet = load_workbook(
        BytesIO(written.download("/money/plan/budget.xlsx", year="2027").data), data_only=True
    ).worksheets[0]
    found = json.loads(take_report(written, "json").data)["money"]
    total = Decimal(str(sheet["F14"].value))
    assert total == Decimal("73815.09")  # 67 104.63 and ten per cent of it
    assert [one["amount"] for one in found["sums"] if one["code"] == "total"] == [str(total)]
    assert sum(Decimal(one["amount"]) for one in found["months"]) == total
    assert (found["currency"], found["year"], found["vat"]) == ("RUB", 2027, "НДС: включён")
    pdf = "\n".join(
        one.extract_text() for one in pypdf.PdfReader(io.BytesIO(take_report(written, "pdf").data)).pages
    )
    for text in (written.get("/money/plan").text, written.get("/shop/report").text, pdf):
        assert "73 815,09 ₽" in plain(text)
    book = load_workbook(BytesIO(take_report(written, "xlsx").data))
    assert float(total) in [cell for row in book["Деньги"].iter_rows(values_only=True) for cell in row]
    notes = [row[0] for row in sheet.iter_rows(min_row=16, values_only=True)]
    assert {"Валюта: RUB", "НДС: включён"} <= set(notes)


def test_what_people_typed_is_no_formula(written: Opened) -> None:
    form = {"subject": "pro100", "code": "price", "value": "9000", "reason": "=1+1"}
    assert written.post("/money/plan/correct", **form).status_code == 200
    book = load_workbook(BytesIO(written.download("/money/plan/budget.xlsx", year="2027").data))
    cells = [cell for row in book.worksheets[1].iter_rows() for cell in row]
    assert any("=1+1" in str(cell.value) for cell in cells)
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]


def test_a_report_holds_no_sum_until_a_person_wrote_the_price_in(
    first_checks: Actor, north_admin: Opened
) -> None:
    assert json.loads(take_report(north_admin, "json").data)["money"] is None
    assert "бюджет на 2027 год" not in north_admin.get("/shop/report").text


def test_a_report_outside_the_portal_names_no_sum(written: Opened, visitor: FlaskClient) -> None:
    links = written.post("/shop/report/links", days="7").text
    path = links.split("https://renewal.example", 1)[1].split("<", 1)[0].split('"', 1)[0]
    assert "бюджет на 2027 год" in written.get("/shop/report").text
    outside = visitor.get(path)
    assert outside.status_code == 200
    assert "бюджет на 2027 год" not in outside.text
