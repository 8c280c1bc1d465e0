"""The report: one result as page, PDF, spreadsheet and JSON, in two languages, and by an address outside the portal."""

import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient

from b24app.bitrix24.masking import clean_secrets
from b24app.checklist.engine.check import load_checks
from b24app.checklist.engine.mutes_and_owners import mute
from b24app.checklist.questions.answers import answer_question
from b24app.checklist.questions.question import load_questions
from b24app.comparison.resource import load_resources
from b24app.database import db, portal_scope
from b24app.errors import BadInput
from b24app.renewal.signed_links import list_links, make_link
from b24app.renewal.situation_reading import set_role
from b24app.reports.report_files import break_long_words, refuse_fetching
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY
from tests.report_taking import take_outside, take_report

RunJobs = Callable[[], int]
MARINA = Author(1, "Марина Ковалёва")


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.fixture
def checked(first_checks: Actor, north_admin: Opened) -> Opened:
    """A portal with a term, a run, and an answer of a person."""
    with portal_scope(first_checks.portal_id):
        set_paid_term("plan", date(2026, 12, 23), by=MARINA, at=DAY_OF_THE_STORY)
        set_role("responsible", user_id=1, name="Марина Ковалёва")
        answer_question(
            next(iter(load_questions())),
            "yes",
            by=Author(1, "Олег Дроздов"),
            at=DAY_OF_THE_STORY,
            value="=1+1",
        )
        db.session.commit()
    return north_admin


@pytest.fixture
def lost(loss: Opened, checked: Opened) -> Opened:
    """The same portal after a pay system was switched off and a stage is gone."""
    return checked


def read_json(opened: Opened, **form: str) -> dict[str, Any]:
    return json.loads(take_report(opened, "json", **form).data)


def read_pdf(data: bytes, pages: slice = slice(None)) -> str:
    return plain("\n".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(data)).pages[pages]))


def test_before_a_run_there_is_nothing_to_report(north_admin: Opened) -> None:
    text = north_admin.get("/shop/report").text
    assert "/shop" in text
    assert "/shop/report.pdf" not in text


def test_the_page_answers_and_shows_its_sum(checked: Opened) -> None:
    found = read_json(checked)
    text = plain(checked.get("/shop/report").text)
    assert "18 декабря" in text
    assert plain(str(found["sum"])) in text
    assert "Олег Дроздов" in text


def test_the_page_may_speak_another_language_than_the_report(checked: Opened) -> None:
    text = plain(checked.get("/shop/report", language="en").text)
    assert "report on readiness" in text
    assert "Сроки и деньги" in text


def test_the_pdf_has_everything_the_page_has(lost: Opened) -> None:
    text = read_pdf(take_report(lost, "pdf").data)
    for words in (
        "Оплатить до",
        "Марина Ковалёва",
        "Олег Дроздов",
        "Выключено: 1",
        "стр. 1 из",
        "Не является",
    ):
        assert words in text


def test_the_pdf_speaks_english_when_asked(checked: Opened) -> None:
    answer = take_report(checked, "pdf", language="en")
    assert answer.mimetype == "application/pdf"
    assert "page 1 of" in read_pdf(answer.data, slice(1))


def test_a_long_word_may_end_a_line_anywhere_and_a_tag_stays_whole() -> None:
    markup = f'<p title="{"x" * 200}">{"y" * 200} &amp;</p>'
    broken = break_long_words(markup)
    assert "x" * 200 in broken
    assert "y" * 61 not in broken
    assert broken.replace("\u200b", "") == markup


def test_the_spreadsheet_holds_every_check_and_no_formula(lost: Opened) -> None:
    book = openpyxl.load_workbook(io.BytesIO(take_report(lost, "xlsx").data))
    assert {"Сводка", "Проверки", "Сроки", "Ответы"} <= set(book.sheetnames)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert "=1+1" in {cell.value for cell in cells}


def test_the_json_has_days_that_programs_read(lost: Opened) -> None:
    found = read_json(lost, language="en")
    assert found["format"] == "renewal-report"
    assert found["terms"][0]["ends_on"] == "2026-12-23"
    assert {group["level"] for group in found["groups"]} >= {"fail", "ask"}
    assert [group["code"] for group in found["comparison"]["differences"]] == ["lost", "off"]


def test_an_accepted_difference_names_who_and_when(lost: Opened) -> None:
    line = lost.get("/shop/compare").text.split('id="line-')[1].split('"')[0]
    lost.post(f"/shop/compare/accept/{line}", reason="on_purpose", note="we closed it")
    accepted = read_json(lost)["comparison"]["differences"][0]["lines"][0]["accepted"]
    assert "2026" in accepted
    assert "we closed it" in accepted


def test_what_is_silenced_is_still_named(north: Actor, checked: Opened) -> None:
    with portal_scope(north.portal_id):
        mute(
            "area:site", reason="no site", until=date(2027, 1, 1), by=Author(1, "Марина"), at=DAY_OF_THE_STORY
        )
        db.session.commit()
    silenced = read_json(checked)["silenced"]
    assert all("no site" in one["note"] for one in silenced)
    assert silenced


def test_calls_are_named_inside_and_not_outside(checked: Opened, visitor: FlaskClient) -> None:
    numbers = [call["number"] for call in read_json(checked)["calls"]]
    assert numbers == sorted(numbers) != []
    assert read_json(checked)["requests"] > 0
    assert "HTTP" not in visitor.get(address(checked)).text.split("<main")[1]


def address(opened: Opened, days: str = "7") -> str:
    text = opened.post("/shop/report/links", days=days).text
    return text.split("https://renewal.example", 1)[1].split("<", 1)[0].split('"', 1)[0]


def test_an_address_outside_shows_the_report(checked: Opened, visitor: FlaskClient) -> None:
    path = address(checked)
    page, file = visitor.get(path + "?lang=en"), take_outside(visitor, path)
    assert "report on readiness" in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert file.mimetype == "application/pdf"
    assert page.headers["X-Robots-Tag"] == file.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_secrets_that_people_typed_are_not_on_it(north: Actor, checked: Opened, visitor: FlaskClient) -> None:
    note = "oleg@shop.example, https://north.bitrix24.example/rest/1/abcdef0123456789/, password=hunter22"
    with portal_scope(north.portal_id):
        answer_question(
            list(load_questions())[1], "no", by=Author(1, "Олег Дроздов"), at=DAY_OF_THE_STORY, note=note
        )
        db.session.commit()
    path, inside = address(checked), json.dumps(read_json(checked))
    for text in (visitor.get(path).text, read_pdf(take_outside(visitor, path).data)):
        assert "/rest/1/***" in text
        assert typed_secrets(text) == []
    assert typed_secrets(inside) == ["oleg@shop.example"]


def test_no_text_of_people_brings_a_secret_into_any_file(
    north: Actor, lost: Opened, visitor: FlaskClient
) -> None:
    secret = "password=hunter22 https://north.bitrix24.example/rest/1/abcdef0123456789/"
    line = lost.get("/shop/compare").text.split('id="line-')[1].split('"')[0]
    lost.post(f"/shop/compare/accept/{line}", reason="on_purpose", note=secret)
    lost.post("/shop/mute/area:site", reason=secret, until="2027-01-01")
    lost.post("/money/terms/1", kind="plan", title=secret, ends_on="2026-12-23", note=secret)
    book = openpyxl.load_workbook(io.BytesIO(take_report(lost, "xlsx").data))
    cells = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    for text in (cells, json.dumps(read_json(lost)), visitor.get(address(lost)).text):
        assert typed_secrets(text) == []
        assert "***" in text


def test_words_of_ours_are_not_taken_for_secrets(lost: Opened) -> None:
    found = read_json(lost)
    assert "выключено: 1" in found["comparison"]["summary"]
    assert "***" not in json.dumps(found)


def test_no_text_of_a_check_or_a_question_looks_like_a_secret() -> None:
    ours = [*load_checks().values(), *load_questions().values(), *load_resources().values()]
    fields = ("title", "why", "remedy", "place", "how", "meaning", "yes", "no")
    assert all(clean_secrets(text) == text for one in ours for text in (getattr(one, f, "") for f in fields))


def typed_secrets(text: str) -> list[str]:
    return [one for one in ("oleg@shop.example", "abcdef0123456789", "hunter22") if one in text]


def test_an_address_ends(checked: Opened, visitor: FlaskClient, world: World) -> None:
    path = address(checked, days="1")
    world.clock.advance(seconds=3 * 86400)
    assert visitor.get(path).status_code == visitor.get(path + ".pdf").status_code == 403


def test_an_address_is_closed_in_one_press(north: Actor, checked: Opened, visitor: FlaskClient) -> None:
    path = address(checked)
    with portal_scope(north.portal_id):
        number = list_links()[0].id
    checked.post(f"/shop/report/links/{number}/revoke")
    assert visitor.get(path).status_code == 403
    assert path not in checked.get("/shop/report").text


def test_an_address_without_a_last_day_is_not_made(north: Actor, checked: Opened) -> None:
    assert checked.post("/shop/report/links", days="1000").status_code == 422
    with portal_scope(north.portal_id), pytest.raises(BadInput):
        make_link("report", by=MARINA, at=DAY_OF_THE_STORY)


def test_a_report_fetches_nothing(app: Flask) -> None:
    with pytest.raises(ValueError, match="does not fetch"):
        refuse_fetching("https://shop.example/logo.png")


def test_there_is_no_other_kind_of_file(checked: Opened) -> None:
    assert checked.download("/shop/report.docx").status_code == 404


def test_a_forged_address_is_refused(checked: Opened, visitor: FlaskClient) -> None:
    assert visitor.get("/report/forged").status_code == 403


def test_another_portal_has_its_own_report(checked: Opened, south_admin: Opened) -> None:
    assert "/shop/report.pdf" not in south_admin.get("/shop/report").text
    assert south_admin.post("/shop/report/links/1/revoke").status_code == 404


def test_an_employee_may_not(checked: Opened, north_employee: Opened) -> None:
    assert north_employee.get("/shop/report").status_code == 403
    assert north_employee.download("/shop/report.pdf").status_code == 403


def test_it_tells_who_confirmed_and_accepted_what(lost: Opened) -> None:
    line = lost.get("/shop/compare").text.split('id="line-')[1].split('"')[0]
    lost.post(f"/shop/compare/accept/{line}", reason="on_purpose", note="we closed it")
    lost.post("/renewal/confirm")
    lost.post("/renewal/mark/mark_invoice_requested")
    hows = " ".join(f"{one['what']} {one['how']}" for one in read_json(lost)["confirmed"])
    assert "we closed it" in hows
    assert "Счёт заказан" in hows
    assert "действует до" in plain(hows)
    assert "Кто что подтвердил и принял" in lost.get("/shop/report").text
    assert "Кто что подтвердил" in read_pdf(take_report(lost, "pdf").data)
    assert "Подтверждено" in openpyxl.load_workbook(io.BytesIO(take_report(lost, "xlsx").data)).sheetnames


def test_it_names_the_stretch_of_the_log(checked: Opened) -> None:
    found = read_json(checked)
    assert str(found["calls_span"]).startswith("№ ")
    assert found["calls_span"] in checked.get("/shop/report").text


def test_entries_of_the_log_that_are_not_of_the_run_are_told_apart(checked: Opened) -> None:
    found = read_json(checked)
    calls, own = found["calls"], found["requests"]
    assert len(calls) > own
    assert f"{own} обращения этой проверки, других записей за те же секунды: {len(calls) - own}" in plain(
        str(found["calls_span"])
    )
    text = plain(checked.get("/shop/report").text)
    assert f"{own} обращения к порталу" in text
    assert "пакет запросов" in text
    assert ">batch<" not in text


def test_the_gravest_stands_first(lost: Opened) -> None:
    groups = read_json(lost)["groups"]
    order = ["влияет на заказы", "влияет на работу", "полезно знать"]
    for group in groups:
        places = [order.index(one["severity"]) for one in group["findings"]]
        assert places == sorted(places)


def test_the_report_offers_no_day_to_act_that_has_passed(checked: Opened, north: Actor) -> None:
    assert ["Оплатить до", "18\u00a0декабря"] in read_json(checked)["tiles"]
    north.portal.world.clock.advance(days=26)
    late = read_json(north.opens())
    dates = plain(" ".join(value for tile in late["tiles"] for value in tile))
    assert plain(late["terms"][0]["pay_by"]) == "18 декабря, уже прошло"
    assert "Оплатить до" not in dates
    assert "23 декабря" in dates
