"""A file as evidence: sent with an answer, judged by content, sealed, given as a download, named on the report."""

import io
import json
from collections.abc import Callable

import openpyxl
import pytest
from sqlalchemy import text

from b24app.checklist.model import AnswerFile
from b24app.checklist.questions.answers import MOST_FILES, judge_file
from b24app.database import db, portal_scope
from b24app.errors import BadInput
from b24app.services import services
from b24app.terms.term import Author
from tests.actors import Actor, Opened
from tests.report_taking import take_report

pytestmark = pytest.mark.usefixtures("first_checks")
RunJobs = Callable[[], int]
PNG = b"\x89PNG\r\n\x1a\n the receipt of the test order"
QUESTION = "/shop/question/ask_test_payment"


def answer(opened: Opened, content: bytes = PNG, name: str = "../чек 1184.exe", **form: str):
    values = {"outcome": "yes", "value": "1184", "note": "", **form}
    return opened.post(QUESTION, **values, file=(io.BytesIO(content), name))


@pytest.fixture
def answered(north_admin: Opened) -> Opened:
    assert answer(north_admin).status_code == 200
    return north_admin


def test_it_is_given_back_as_a_download_with_the_name_of_its_content(answered: Opened) -> None:
    found = answered.download("/shop/answers/1/file")
    assert found.data == PNG
    assert found.mimetype == "image/png"
    assert found.headers["Content-Disposition"].startswith("attachment")
    assert ".exe" not in found.headers["Content-Disposition"]
    assert found.headers["X-Content-Type-Options"] == "nosniff"


def test_its_content_lies_sealed(answered: Opened) -> None:
    stored = bytes(db.session.execute(text("select content from answer_file")).scalar())
    assert b"receipt" not in stored


def test_the_open_question_tells_who_answered_what_before_and_with_what(answered: Opened) -> None:
    answered.post(QUESTION, outcome="no", value="1190", note="declined")
    shown = answered.get(QUESTION).text
    earlier = shown.split('class="fold earlier"')[1]
    assert "1190; declined" in earlier
    assert "1184" in earlier
    assert "чек 1184.png" in earlier
    form = earlier.split("/shop/answers/1/file")[1].split("</form>")[0]
    assert "data-download" in form  # saved in place: no blank tab


@pytest.mark.parametrize("content", [b"MZ\x90\x00program", b"<html><script>", b""])
def test_what_is_not_taken_comes_back_and_no_answer_is_kept(north_admin: Opened, content: bytes) -> None:
    refused = answer(north_admin, content)
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert "1184" in refused.text
    assert 'class="fold earlier"' not in north_admin.get(QUESTION).text


def test_an_answer_needs_no_file(north_admin: Opened) -> None:
    assert north_admin.post(QUESTION, outcome="yes", value="1184", file=(io.BytesIO(), "")).status_code == 200
    assert north_admin.download("/shop/answers/1/file").status_code == 404


def test_there_are_never_too_many(answered: Opened, north: Actor) -> None:
    with portal_scope(north.portal_id):
        for number in range(2, MOST_FILES + 1):
            row = AnswerFile(name="a.png", media="image/png", size=1, digest="", content=b"x")
            db.session.add(_answer_of(number, row))
        db.session.flush()
        with pytest.raises(BadInput):
            judge_file("b.png", PNG)
        db.session.rollback()


def _answer_of(number: int, row: AnswerFile) -> AnswerFile:
    from b24app.checklist.questions.answers import answer_question

    row.answer_id = answer_question(
        "ask_backup", "yes", by=Author(1, str(number)), at=services().clock.now()
    ).id
    return row


def test_the_report_names_it_with_who_and_when(answered: Opened, run_jobs: RunJobs) -> None:
    run_jobs()
    assert "чек 1184.png" in answered.get("/shop/report").text
    found = json.loads(take_report(answered, "json").data)["answers"][0]
    assert (found["file"], len(found["digest"])) == ("чек 1184.png", 64)
    assert found["who"]
    assert found["when"]
    book = openpyxl.load_workbook(io.BytesIO(take_report(answered, "xlsx").data))
    assert "чек 1184.png" in {cell.value for row in book["Ответы"].iter_rows() for cell in row}


def test_another_portal_and_an_employee_get_nothing(
    answered: Opened, south_admin: Opened, north_employee: Opened
) -> None:
    assert south_admin.download("/shop/answers/1/file").status_code == 404
    assert north_employee.download("/shop/answers/1/file").status_code == 403
    assert answered.download("/shop/answers/999/file").status_code == 404


def test_it_goes_with_the_portals_data(answered: Opened, north: Actor) -> None:
    db.session.execute(text("delete from portal where id = :id"), {"id": north.portal_id})
    assert db.session.execute(text("select count(*) from answer_file")).scalar() == 0
    db.session.rollback()
