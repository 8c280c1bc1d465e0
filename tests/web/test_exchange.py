"""Import and export of terms: there and back, wrong rows shown, nothing lost."""

import io
import re
from datetime import date
from decimal import Decimal

import pytest

from b24app.database import db, portal_scope
from b24app.terms.paid_terms import list_paid_terms
from tests.actors import Actor, Opened

TABLE = "kind;title;ends_on;price;autopay\nplan;;23.12.2026;83 880;no\napplication;SIP;2027-01-16;;\n"


def terms(actor: Actor) -> dict[str, str]:
    db.session.rollback()
    with portal_scope(actor.portal_id):
        return {term.title or term.kind: str(term.ends_on) for term in list_paid_terms()}


def plain(text: str) -> str:
    """The text of a page with plain spaces."""
    return text.replace("\xa0", " ")


def send(opened: Opened, content: bytes):
    return opened.post("/money/terms/exchange", file=(io.BytesIO(content), "terms.csv"))


def test_a_table_is_shown_before_it_is_kept(north: Actor, north_admin: Opened):
    assert "/money/terms/exchange/apply" in north_admin.post("/money/terms/exchange", table=TABLE).text
    assert terms(north) == {}
    north_admin.post("/money/terms/exchange/apply", table=TABLE)
    assert terms(north) == {"plan": "2026-12-23", "SIP": "2027-01-16"}


def test_what_goes_out_comes_back_the_same(north_admin: Opened):
    north_admin.post("/money/terms/exchange/apply", table=TABLE)
    out = north_admin.download("/money/terms/exchange.csv")
    assert out.headers["Content-Disposition"].startswith("attachment")
    opened = north_admin.post("/money/terms/exchange", table=out.text)
    assert 'id="preview"' in opened.text
    assert 'class="btn btn-filled' in opened.text
    assert "badge  v-fail" not in opened.text
    assert opened.text.count("badge  v-unknown") == 2


def test_wrong_rows_are_named_and_stay_to_be_mended(north: Actor, north_admin: Opened):
    table = TABLE + "plan;;soon;;\npigeon;;2026-01-01;;\nsite;;2027-03-04;many;\nplan;;2026-12-24;;\n"
    shown = north_admin.post("/money/terms/exchange", table=table).text
    assert shown.count('class="badge  v-fail"') == 4
    after = north_admin.post("/money/terms/exchange/apply", table=table).text
    assert "pigeon" in after
    assert terms(north) == {"plan": "2026-12-23", "SIP": "2027-01-16"}


def test_terms_that_the_table_does_not_name_stay(north: Actor, north_admin: Opened):
    north_admin.post("/money/terms/exchange/apply", table=TABLE)
    north_admin.post("/money/terms/exchange/apply", table="kind,ends_on\nplan,2027-12-23\n")
    assert terms(north) == {"plan": "2027-12-23", "SIP": "2027-01-16"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_files_of_spreadsheets_are_read(north_admin: Opened, encoding: str):
    assert (
        "Телефония"
        in send(north_admin, "kind;title;ends_on\nother;Телефония;2027-01-01".encode(encoding)).text
    )


@pytest.mark.parametrize(
    "table",
    [b"", b"hello", b"kind;ends_on\n" + b"plan;2026-12-23\n" * 300, b'kind;ends_on\n"plan', b"\x98\xff" * 9],
)
def test_what_is_no_table_comes_back(north_admin: Opened, table: bytes):
    answer = send(north_admin, table)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_broken_table_is_not_applied(north: Actor, north_admin: Opened):
    assert north_admin.post("/money/terms/exchange/apply", table="hello").status_code == 422
    assert terms(north) == {}


def test_formulas_do_not_run_in_spreadsheets(north: Actor, north_admin: Opened):
    north_admin.post("/money/terms/exchange/apply", table="kind;title;ends_on\nother;=1+1;2027-01-01\n")
    assert "'=1+1" in north_admin.download("/money/terms/exchange.csv").text
    assert terms(north) == {"=1+1": "2027-01-01"}


def test_another_portal_is_untouched(north_admin: Opened, south: Actor, south_admin: Opened):
    north_admin.post("/money/terms/exchange/apply", table=TABLE)
    assert terms(south) == {}
    assert "SIP" not in south_admin.download("/money/terms/exchange.csv").text


def test_an_employee_may_not(north_employee: Opened):
    assert north_employee.get("/money/terms/exchange").status_code == 403
    assert north_employee.post("/money/terms/exchange/apply", table=TABLE).status_code == 403
    assert north_employee.download("/money/terms/exchange.csv").status_code == 403
    assert north_employee.download("/money/terms/sample.csv").status_code == 403


RUSSIAN = "За что платите;Оплачено до;Автоплатёж\nТариф;23.12.2026;Нет\nподписка bitrixgpt + маркетплейс;28.01.2027;\n"


@pytest.mark.parametrize(
    "table", [RUSSIAN, "What is paid for,Paid until\nPlan,2026-12-23\nBitrixGPT + Marketplace,2027-01-28\n"]
)
def test_a_table_is_read_in_the_words_of_people(north: Actor, north_admin: Opened, table: str):
    north_admin.post("/money/terms/exchange/apply", table=table)
    assert terms(north) == {"plan": "2026-12-23", "marketplace": "2027-01-28"}


@pytest.mark.parametrize(
    ("language", "head"),
    [("ru", "За что платите;Оплачено до;Название"), ("en", "What is paid for;Paid until;Name")],
)
def test_the_sample_is_in_the_visitors_words_and_can_be_sent_at_once(north: Actor, language: str, head: str):
    opened = north.opens(lang=language)
    sample = opened.download("/money/terms/sample.csv").text
    assert sample.lstrip("\ufeff").startswith(head)
    assert "kind" not in sample
    assert 'class="badge  v-fail"' not in opened.post("/money/terms/exchange", table=sample).text


def test_the_page_names_no_inner_words(north_admin: Opened):
    text = north_admin.get("/money/terms/exchange").text
    assert "ends_on" not in text
    assert "kind;" not in text


EXCEL = (
    "ЗА ЧТО платите ;Название;Оплачено\u00a0ДО:;Цена за период;Валюта;Период, месяцев;АВТОПРОДЛЕНИЕ;Примечание\r\n"
    'Тариф;;23.12.2026 0:00:00;"83 880,50 ₽";;12;ИСТИНА;"первая строка\r\nвторая; с точкой"\r\n'
    "Приложение;SIP;4 декабря 2027 г.;1\u00a0000,00 руб.;rub;1;нет;\r\n"
    "Другой срок;Домен;46360;;;;0;\r\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_what_a_russian_excel_writes_is_read_whole(north: Actor, north_admin: Opened, encoding: str):
    text = EXCEL.replace("₽", "руб.") if encoding == "cp1251" else EXCEL
    shown = send(north_admin, text.encode(encoding)).text
    assert 'class="badge  v-fail"' not in shown
    north_admin.post("/money/terms/exchange/apply", table=text)
    db.session.rollback()
    with portal_scope(north.portal_id):
        kept = {term.title or term.kind: term for term in list_paid_terms()}
    plan, sip, domain = kept["plan"], kept["SIP"], kept["Домен"]
    assert (plan.ends_on, plan.price, plan.currency) == (date(2026, 12, 23), Decimal("83880.50"), "RUB")
    assert (plan.period_months, plan.autopay) == (12, True)
    assert plan.note.splitlines() == ["первая строка", "вторая; с точкой"]
    assert (sip.ends_on, sip.price, sip.autopay) == (date(2027, 12, 4), Decimal(1000), False)
    assert (domain.ends_on, domain.autopay) == (date(2026, 12, 4), False)


def test_what_went_out_as_a_file_comes_back_as_a_file(north_admin: Opened):
    north_admin.post("/money/terms/exchange/apply", table=EXCEL)
    out = north_admin.download("/money/terms/exchange.csv")
    assert out.data.startswith(b"\xef\xbb\xbf")
    assert ";23.12.2026;" in out.text
    assert ";83880,50;" in out.text
    opened = send(north_admin, out.data)
    assert opened.text.count("badge  v-unknown") == 3
    assert 'class="badge  v-fail"' not in opened.text


def test_an_error_names_its_line_and_its_cause(north_admin: Opened):
    table = "За что платите;Название;Оплачено до;Цена за период;Валюта\n"
    table += "\nДругой срок;А;31.02.2027;;\nДругой срок;Б;1.2.27;100 $;RUB\nДругой срок;В;1.2.27;;;лишнее\n"
    text = plain(send(north_admin, table.encode()).text)
    for number, cause in ((3, "Такого дня нет"), (4, "в другой валюте"), (5, "Ячеек больше, чем названий")):
        line = re.search(rf"<td[^>]*>{number}</td>(.*?)</tr>", text, re.DOTALL)
        assert line is not None
        assert cause in line[1]


def test_an_open_quotation_mark_is_named_by_its_line(north_admin: Opened):
    answer = send(north_admin, b'kind;ends_on\nplan;1.2.27\n"plan;1.3.27\n')
    assert answer.status_code == 422
    assert "Строка 3" in plain(answer.text)


def test_a_workbook_is_told_how_to_be_saved(north_admin: Opened):
    answer = send(north_admin, b"PK\x03\x04" + b"\0" * 40)
    assert answer.status_code == 422
    assert "CSV UTF-8" in answer.text


def test_columns_that_are_not_read_are_told(north_admin: Opened):
    text = send(north_admin, "За что платите;Оплачено до;Менеджер\nТариф;1.2.27;Анна\n".encode()).text
    assert ": Менеджер" in plain(text)


@pytest.mark.parametrize(("language", "state"), [("ru", "v-pass"), ("en", "v-fail")])
def test_a_day_with_two_readings_is_asked_back(north: Actor, language: str, state: str):
    opened = north.opens(lang=language)
    text = opened.post("/money/terms/exchange", table="kind;ends_on\nplan;04/02/2027\n").text
    assert f'class="badge  {state}"' in text
