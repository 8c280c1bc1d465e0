"""Report files are made by a worker: a page waits and then takes them, the same result is made once, and nobody else gets it."""

import re
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text
from werkzeug.test import TestResponse

from b24app.database import db, every_portal, portal_scope
from b24app.jobs.model import JobRow
from b24app.jobs.upkeep import ask_unfinished
from b24app.portals.uninstall import erase
from b24app.reports import report_making
from b24app.reports.model import FileState, ReportFile
from b24app.reports.report_making import TOO_LARGE, fail_report, make_report, prune_reports
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY
from tests.portals.rows import do, row
from tests.report_taking import take_report

RunJobs = Callable[[], int]
FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')


def files() -> list[ReportFile]:
    db.session.expire_all()
    with every_portal():
        return list(db.session.scalars(select(ReportFile).order_by(ReportFile.id)))


def fields_of(page: str) -> dict[str, str]:
    """The hidden fields of the form that the page sends by itself."""
    return dict(FIELD.findall(page[page.index("data-send-after") :]))


@pytest.fixture
def admin(first_checks: Actor, north_admin: Opened) -> Opened:
    return north_admin


FETCHED = {"X-Download": "yes"}


def fetch(opened: Opened, **form: str) -> TestResponse:
    """As the script of the button asks."""
    headers = {"X-Frame-Token": opened.token, "HX-Request": "true", **FETCHED}
    return opened.client.post("/shop/report.pdf", data=form, headers=headers)


def test_the_button_asks_again_for_the_very_file_and_then_gets_it(admin: Opened, run_jobs: RunJobs):
    first = fetch(admin, language="en")
    assert (first.status_code, first.json["text"]) == (202, "Ждём очереди")
    assert fetch(admin, language="en", file=first.json["file"]).status_code == 202
    assert len(files()) == 1
    run_jobs()
    ready = fetch(admin, language="en", file=first.json["file"])
    assert ready.data.startswith(b"%PDF")
    assert ready.headers["Content-Disposition"].startswith("attachment; filename=")


def test_the_button_is_told_that_there_will_be_no_file_and_the_next_press_begins_anew(admin: Opened):
    number = fetch(admin).json["file"]
    fail_report(TOO_LARGE, files()[0].portal_id, int(number))
    db.session.commit()
    refused = fetch(admin, file=number)
    assert refused.status_code == 409
    assert "велик" in refused.json["text"]
    assert fetch(admin).json["file"] != number


def test_the_button_of_another_portal_does_not_get_the_file(
    admin: Opened, south_admin: Opened, run_jobs: RunJobs
):
    number = fetch(admin).json["file"]
    run_jobs()
    assert fetch(south_admin, file=number).status_code == 202


def test_an_employee_fetches_nothing(north_employee: Opened):
    assert fetch(north_employee).status_code == 403


def test_a_page_waits_and_then_takes_the_file(admin: Opened, run_jobs: RunJobs):
    first = admin.download("/shop/report.pdf")
    assert (first.status_code, "%PDF" in first.text) == (202, False)
    assert 'role="progressbar"' in first.text
    assert "Ждём очереди" in first.text
    fields = fields_of(first.text)
    again = admin.client.post("/shop/report.pdf", data=fields)
    assert again.status_code == 202
    run_jobs()
    ready = admin.client.post("/shop/report.pdf", data=fields)
    assert (ready.status_code, ready.mimetype) == (200, "text/html")
    assert "Отчёт готов" in ready.text
    file = admin.client.post("/shop/report.pdf", data=fields_of(ready.text))
    assert file.data.startswith(b"%PDF")
    assert file.headers["Content-Disposition"].startswith("attachment; filename=")


def test_the_same_result_is_made_once(admin: Opened, run_jobs: RunJobs):
    run_jobs()
    for _ in range(3):
        assert admin.download("/shop/report.xlsx").status_code == 202
    assert len(files()) == 1
    one = take_report(admin, "xlsx").data
    assert take_report(admin, "xlsx").data == one
    assert len(files()) == 1
    take_report(admin, "xlsx", language="en")
    take_report(admin, "json")
    assert [(row.kind, row.language) for row in files()] == [("xlsx", "ru"), ("xlsx", "en"), ("json", "ru")]


def test_another_result_is_another_file(north: Actor, admin: Opened, run_jobs: RunJobs):
    run_jobs()
    before = take_report(admin, "json").data
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2027, 1, 23), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    after = take_report(admin, "json").data
    assert before != after
    assert b"2027-01-23" in after


def test_a_worker_that_was_lost_is_followed_by_another(
    admin: Opened, north: Actor, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
):
    run_jobs()
    admin.download("/shop/report.json")
    row = files()[0]

    def killed(_report: object) -> str:
        raise SystemExit

    with monkeypatch.context() as during:
        during.setitem(report_making.WRITERS, "json", killed)
        with pytest.raises(SystemExit):
            make_report(north.portal_id, row.id)
    db.session.rollback()
    assert files()[0].state == FileState.DRAWING
    do(make_report, north.portal_id, row.id)
    assert files()[0].state == FileState.DONE
    assert admin.download("/shop/report.json").status_code == 200


@pytest.mark.parametrize("begun", [False, True])
def test_work_that_was_lost_for_good_is_told_and_can_be_asked_for_again(
    north: Actor, world: World, admin: Opened, run_jobs: RunJobs, begun: bool
):
    run_jobs()
    fields = fields_of(admin.download("/shop/report.json").text)
    with portal_scope(north.portal_id):
        row = files()[0]
        row.state, row.begun_at = (
            (FileState.DRAWING, world.clock.now()) if begun else (FileState.WAITING, None)
        )
        db.session.commit()
    assert admin.client.post("/shop/report.json", data=fields).status_code == 202
    world.clock.advance(minutes=4 if begun else 16)
    told = admin.client.post("/shop/report.json", data=fields)
    assert told.status_code == 200
    assert "Отчёт не удалось сделать" in told.text
    assert admin.client.post("/shop/report.json", data=fields | {"again": "1"}).status_code == 202
    assert len(files()) == 2


def test_the_queue_gives_up_in_words(north: Actor, admin: Opened):
    fields = fields_of(admin.download("/shop/report.json").text)
    fail_report(TOO_LARGE, north.portal_id, files()[0].id)
    db.session.commit()
    told = admin.client.post("/shop/report.json", data=fields).text
    assert "не удалось" in told
    assert "слишком велик" in told


def test_a_file_too_large_is_not_kept(admin: Opened, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch):
    run_jobs()
    monkeypatch.setattr(report_making, "MOST_BYTES", 10)
    fields = fields_of(admin.download("/shop/report.json").text)
    run_jobs()
    assert "слишком велик" in admin.client.post("/shop/report.json", data=fields).text
    assert db.session.execute(text("select content from report_file")).scalars().all() == [None]


def test_files_are_sealed_few_and_forgotten_after_a_day(
    admin: Opened, run_jobs: RunJobs, world: World, monkeypatch: pytest.MonkeyPatch
):
    run_jobs()
    monkeypatch.setattr(report_making, "MOST_KEPT", 2)
    for kind, language in (("json", "ru"), ("json", "en"), ("xlsx", "ru")):
        assert take_report(admin, kind, language=language).status_code == 200
    assert len(files()) == 2
    raw = db.session.execute(text("select content from report_file")).scalars().all()
    assert all(b"renewal-report" not in bytes(one) and b"PK\x03\x04" not in bytes(one) for one in raw)
    world.clock.advance(hours=25)
    do(prune_reports)
    assert files() == []


def test_a_day_old_file_is_not_given_even_before_it_is_forgotten(
    north: Actor, admin: Opened, run_jobs: RunJobs
):
    run_jobs()
    take_report(admin, "json")
    with portal_scope(north.portal_id):
        files()[0].made_at = DAY_OF_THE_STORY - timedelta(days=2)
        db.session.commit()
    assert admin.download("/shop/report.json").status_code == 202


def test_nobody_else_gets_it(admin: Opened, north_employee: Opened, south_admin: Opened, run_jobs: RunJobs):
    run_jobs()
    take_report(admin, "json")
    number = files()[0].id
    assert north_employee.download("/shop/report.json", file=str(number)).status_code == 403
    assert south_admin.download("/shop/report.json", file=str(number)).status_code == 202
    assert files()[-1].portal_id != files()[0].portal_id


def test_an_address_outside_gives_no_file_from_inside(admin: Opened, visitor: FlaskClient, run_jobs: RunJobs):
    run_jobs()
    take_report(admin, "pdf")
    page = admin.post("/shop/report/links", days="7").text
    path = page.split("https://renewal.example", 1)[1].split("<", 1)[0].split('"', 1)[0]
    waiting = visitor.get(f"{path}.pdf", query_string={"file": files()[0].id})
    assert waiting.status_code == 202
    assert files()[-1].outside
    fields = fields_of(waiting.text)
    assert "frame_token" not in fields
    run_jobs()
    ready = visitor.get(f"{path}.pdf", query_string=fields)
    assert ready.mimetype == "text/html"
    assert ready.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert visitor.get(f"{path}.pdf", query_string=fields_of(ready.text)).data.startswith(b"%PDF")


@pytest.mark.parametrize("number", ["0", "99999999999999999999", "x", "-1", "²"])
def test_a_number_that_is_no_file_asks_for_the_present_one(admin: Opened, number: str):
    assert admin.download("/shop/report.json", file=number).status_code == 202


def test_a_file_whose_job_was_lost_is_asked_for_again(admin: Opened, run_jobs: RunJobs):
    run_jobs()
    admin.download("/shop/report.json")
    db.session.execute(delete(JobRow).where(JobRow.name == "make_report"))
    db.session.commit()
    assert ask_unfinished() >= 1
    run_jobs()
    assert admin.download("/shop/report.json").status_code == 200


def test_a_removed_portal_leaves_no_file(north: Actor, admin: Opened, run_jobs: RunJobs):
    run_jobs()
    take_report(admin, "json")
    erase(row(north))
    db.session.commit()
    assert db.session.scalar(text("select count(*) from report_file")) == 0


def test_without_pango_the_page_says_what_is_missing_and_the_workbook_is_made(
    admin: Opened, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    run_jobs()
    # what the library does at its import on a machine without Pango
    (tmp_path / "weasyprint.py").write_text("raise OSError(\"cannot load library 'libpango-1.0-0'\")\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    fields = fields_of(admin.download("/shop/report.pdf").text)
    run_jobs()
    assert "библиотека Pango" in admin.client.post("/shop/report.pdf", data=fields).text
    assert take_report(admin, "xlsx").status_code == 200
