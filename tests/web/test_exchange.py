"""Import and export of terms: there and back, wrong rows shown, nothing lost."""

import io

import pytest

from b24app.database import db, portal_scope
from b24app.terms.paid_terms import list_paid_terms
from tests.actors import Actor, Opened

TABLE = "kind;title;ends_on;price;autopay\nplan;;23.12.2026;83 880;no\napplication;SIP;2027-01-16;;\n"


def terms(actor: Actor) -> dict[str, str]:
    db.session.rollback()
    with portal_scope(actor.portal_id):
        return {term.title or term.kind: str(term.ends_on) for term in list_paid_terms()}


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
