"""Documents: kept sealed, judged by content, given as files, packed for accounting."""

import io
import zipfile
from datetime import date

import pytest
from sqlalchemy import text

from b24app.database import db, portal_scope
from b24app.errors import BadInput
from b24app.input_limits import MOST_BYTES, media_of
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.profile import change_profile
from b24app.terms.term import Author
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

PDF = b"%PDF-1.7\n1 0 obj\nInvoice 1184\n"
MARINA = Author(1, "Marina")


@pytest.fixture
def story(north: Actor) -> None:
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 12, 23), by=MARINA, at=DAY_OF_THE_STORY)
        db.session.commit()


def book(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        for name in names:
            pack.writestr(name, "x")
    return out.getvalue()


def needs(opened: Opened) -> str:
    text = opened.get("/money/documents").text
    return text.split('id="needs"', 1)[1].split("</ul>", 1)[0]


def send(opened: Opened, content: bytes = PDF, name: str = "Счёт 1184.pdf", kind: str = "invoice"):
    return opened.post("/money/documents", kind=kind, file=(io.BytesIO(content), name))


def test_nothing_is_here_at_first(north_admin: Opened):
    assert "/money/documents/pack.zip" not in north_admin.get("/money/documents").text


def test_a_paper_is_kept_listed_and_given_back(story: None, north_admin: Opened):
    assert "Счёт 1184.pdf" in send(north_admin).text
    answer = north_admin.download("/money/documents/1/file")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_its_content_lies_sealed(story: None, north_admin: Opened):
    send(north_admin)
    stored = bytes(db.session.execute(text("select content from paper")).scalar())
    assert b"Invoice" not in stored


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (book("[Content_Types].xml", "xl/workbook.xml"), "act.xlsx"),
        (book("[Content_Types].xml", "word/document.xml"), "act.docx"),
        (b"\x89PNG\r\n\x1a\n....", "act.png"),
        (b"\xff\xd8\xff\xe0....", "act.jpg"),
    ],
)
def test_other_kinds_are_known_by_their_content(north_admin: Opened, content: bytes, name: str):
    assert name in send(north_admin, content, "../../act.exe", "closing").text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00program",
        b"<html><script>",
        book("readme.txt"),
        book("[Content_Types].xml", "other.xml"),
        book("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"),
        b"PK\x03\x04broken",
    ],
    ids=["empty", "program", "page", "archive", "unknown", "macros", "broken"],
)
def test_what_is_no_paper_is_refused_whatever_its_name(north_admin: Opened, content: bytes):
    answer = send(north_admin, content)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_large_file_is_refused():
    with pytest.raises(BadInput, match="10 MB"):
        media_of(b"%PDF-" + b"0" * MOST_BYTES)


def test_a_request_without_a_file_or_kind_comes_back(north_admin: Opened):
    assert north_admin.post("/money/documents", kind="invoice").status_code == 422
    assert send(north_admin, kind="poem").status_code == 422


def test_the_same_file_is_not_kept_twice(story: None, north_admin: Opened):
    send(north_admin)
    assert send(north_admin).status_code == 422


def test_a_paper_is_erased(story: None, north_admin: Opened):
    send(north_admin)
    assert "Счёт 1184.pdf" not in north_admin.post("/money/documents/1/delete").text
    assert north_admin.download("/money/documents/1/file").status_code == 404
    assert north_admin.post("/money/documents/1/delete").status_code == 404


def test_accounting_needs_a_contract_only_from_a_partner(story: None, north: Actor):
    north_admin = north.opens(lang="en")
    assert "Contract" not in needs(north_admin)
    with portal_scope(north.portal_id):
        change_profile(by=MARINA, at=DAY_OF_THE_STORY, route="partner")
        db.session.commit()
    assert "Contract" in needs(north_admin)


def test_the_pack_holds_papers_history_and_terms(story: None, north_admin: Opened):
    send(north_admin)
    north_admin.post("/renewal/mark/mark_invoice_requested")
    north_admin.post(
        "/renewal/stage/invoice/order",
        route="portal",
        method="transfer",
        amount="64 900,50",
        invoice_number="1184",
    )
    answer = north_admin.download("/money/documents/pack.zip", case_id="1")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as pack:
        assert set(pack.namelist()) == {"01-invoice-Счёт 1184.pdf", "choice.csv", "history.csv", "terms.csv"}
        assert ";1184;64900,50;RUB" in pack.read("choice.csv").decode()
        assert "23.12.2026" in pack.read("terms.csv").decode()
        assert "30.11.2026" in pack.read("history.csv").decode()


def test_another_portal_cannot_reach_a_paper(story: None, north_admin: Opened, south_admin: Opened):
    send(north_admin)
    assert south_admin.download("/money/documents/1/file").status_code == 404
    assert south_admin.post("/money/documents/1/delete").status_code == 404
    assert south_admin.download("/money/documents/pack.zip", case_id="1").status_code == 404
    assert "Счёт 1184.pdf" not in south_admin.get("/money/documents").text


def test_an_employee_may_not(story: None, north_admin: Opened, north_employee: Opened):
    send(north_admin)
    assert north_employee.get("/money/documents").status_code == 403
    assert north_employee.download("/money/documents/1/file").status_code == 403
    assert send(north_employee).status_code == 403
