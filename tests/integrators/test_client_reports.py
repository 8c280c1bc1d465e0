"""A report to a client: made once, read as it will go, approved, sent by the mail server, opened by people, gone with the access."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import text, update

from b24app.database import db, every_portal, portal_scope
from b24app.integrators.client_reports import signed_report
from b24app.integrators.client_reports.model import ClientReport, ReportState
from b24app.integrators.client_reports.report_mails import send_reports
from b24app.integrators.model import ClientSummary
from b24app.integrators.rights import MemberRole, Right
from b24app.integrators.summaries import remake_changed
from b24app.reminders.channels.email import MailServer
from b24app.settings import Settings
from sandbox.world import World
from tests.actors import Actor
from tests.integrators.looking import journal_of
from tests.integrators.reporting import GOES, READER, Reporting, plain, reports_to
from tests.renewal.postman import Postman, post_offices, postman

__all__ = ["post_offices", "postman"]
pytestmark = pytest.mark.dialect
Jobs = Callable[[], int]


@pytest.fixture
def settings(settings: Settings, postman: tuple[Postman, MailServer]) -> Settings:
    """The application's settings with a mail server."""
    url = SecretStr(f"smtp://127.0.0.1:{postman[1].port}")
    return settings.model_copy(update={"smtp_url": url, "mail_from": "renewal@renewal.example"})


@pytest.fixture
def mail(postman: tuple[Postman, MailServer]) -> Postman:
    return postman[0]


@pytest.fixture
def reporting(world: World, south: Actor, first_checks: Actor, run_jobs: Jobs) -> Reporting:
    """An integrator whose client gives everything and has been checked."""
    return reports_to(world, south, first_checks, run_jobs)


def reports_in(mail: Postman) -> list[object]:
    return [
        one for one in mail.taken if "отчёт" in str(one["Subject"]) and "хочет" not in str(one["Subject"])
    ]


def test_a_draft_for_chosen_clients_waits_in_the_queue(reporting: Reporting) -> None:
    report_id = reporting.asks_draft()
    queue = reporting.own.get("/clients/reports")
    assert queue.status_code == 200
    assert "1 черновик" in plain(queue.text)
    page = reporting.own.get(f"/clients/reports/{report_id}")
    assert page.status_code == 200
    text = plain(page.text)
    assert all(part in text for part in ("Что хорошо", "Что сделано", "Сроки и деньги", "Что решить вам"))
    assert "ООО «Верный шаг»" in text
    assert "/reports" in [line.detail for line in journal_of(reporting.looking.client)]


def test_an_approved_report_leaves_as_it_stood_and_once(reporting: Reporting, mail: Postman) -> None:
    row = reporting.sent()
    assert (row.state, row.reader, row.attempt) == (ReportState.SENT, READER, 1)
    (letter,) = reports_in(mail)
    assert str(letter["From"]).startswith("ООО «Верный шаг»")  # type: ignore[index]
    assert "south" not in str(letter["Subject"])  # type: ignore[index]
    reporting.works()
    send_reports()
    assert len(reports_in(mail)) == 1
    assert "/reports/send" in [line.detail for line in journal_of(reporting.looking.client)]


def test_nothing_leaves_before_its_hour_and_may_be_taken_back(reporting: Reporting, mail: Postman) -> None:
    row = reporting.approved()
    assert row.send_at is not None
    assert row.send_at > reporting.world.clock.now()
    reporting.works()
    assert reporting.own.post(f"/clients/reports/{row.id}/take-back").status_code == 200
    reporting.moves(row.send_at + timedelta(hours=1))
    reporting.works()
    assert reports_in(mail) == []
    assert reporting.row().state == ReportState.DRAFT
    assert reporting.own.post(f"/clients/reports/{row.id}/take-back").status_code == 422


def test_the_signed_page_shows_what_was_approved_whatever_has_changed_since(reporting: Reporting) -> None:
    before = reporting.approved()
    content = before.content
    reporting.own.post(f"/clients/reports/{before.id}/foreword", foreword="Поздно")
    reporting.moves(before.send_at)  # type: ignore[arg-type]
    reporting.works()
    page = reporting.opens_page()
    assert page.status_code == 200
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Поздно" not in page.text
    assert reporting.row().content == content
    assert "Продление без простоя" not in page.text
    assert "<script" not in page.text


def test_openings_of_people_count_and_no_others(reporting: Reporting) -> None:
    reporting.sent()
    address = reporting.address()
    reporting.visitor.head(address, headers=GOES)
    reporting.visitor.get(address, headers={"User-Agent": "MailScanner"})
    reporting.visitor.get(address, headers=GOES | {"Sec-Purpose": "prefetch"})
    reporting.visitor.get(address, headers=GOES | {"Sec-Fetch-Dest": "iframe"})
    assert reporting.row().opened == 0
    for _ in range(2):
        assert reporting.opens_page().status_code == 200
    assert reporting.row().opened == 1
    reporting.world.clock.advance(minutes=11)
    reporting.opens_page()
    assert reporting.row().opened == 2
    assert "Открыт 2 раза" in plain(reporting.home.opens().get("/clients/reports").text)


def test_with_the_access_everything_of_it_is_gone_within_a_second(reporting: Reporting) -> None:
    row = reporting.sent()
    draft = reporting.asks_draft()
    address = reporting.address()
    assert reporting.opens_page().status_code == 200
    lines = len(journal_of(reporting.looking.client))
    reporting.looking.ends()
    assert reporting.visitor.get(address, headers=GOES).status_code == 410
    queue = reporting.own.get("/clients/reports")
    assert "Пока нет ни одного отчёта" in plain(queue.text)
    for report_id in (row.id, draft):
        assert reporting.own.get(f"/clients/reports/{report_id}").status_code == 404
        assert reporting.own.post(f"/clients/reports/{report_id}/approve").status_code == 404
        assert reporting.own.post(f"/clients/reports/{report_id}/again").status_code == 404
    assert len(journal_of(reporting.looking.client)) == lines + 1


def test_an_approved_report_does_not_leave_once_the_access_has_ended(
    reporting: Reporting, mail: Postman
) -> None:
    row = reporting.approved()
    reporting.looking.ends()
    reporting.moves(row.send_at)  # type: ignore[arg-type]
    reporting.works()
    assert reports_in(mail) == []


def test_a_letter_that_waits_for_the_mail_server_is_judged_again_as_it_leaves(
    reporting: Reporting, mail: Postman
) -> None:
    row = reporting.approved()
    mail.answer = "451 later"
    reporting.moves(row.send_at)  # type: ignore[arg-type]
    reporting.works(1)
    assert [one.state for one in reporting.letters()] == ["waiting"]
    reporting.looking.ends()
    mail.answer, mail.taken = "250 OK", []
    reporting.world.clock.advance(minutes=20)
    reporting.works()
    assert reports_in(mail) == []
    assert [one.state for one in reporting.letters()] == ["failed"]


def test_a_narrowed_access_sends_nothing_that_it_does_not_give(reporting: Reporting, mail: Postman) -> None:
    row = reporting.approved()
    reporting.looking.given(Right.TERMS)
    reporting.moves(row.send_at)  # type: ignore[arg-type]
    reporting.works()
    assert reports_in(mail) == []
    assert (reporting.row().state, reporting.row().error) == (ReportState.DRAFT, "changed")
    assert "сузил доступ" in plain(reporting.own.post(f"/clients/reports/{row.id}/approve").text)
    assert reporting.own.post(f"/clients/reports/{row.id}/remake").status_code == 200
    text = plain(reporting.own.get(f"/clients/reports/{row.id}").text)
    assert "Проверки нам не показаны" in text
    assert reporting.own.post(f"/clients/reports/{row.id}/approve").status_code == 200


def test_the_signed_page_leaves_out_what_was_taken_back(reporting: Reporting) -> None:
    reporting.sent()
    assert "Как магазин отвечал" in plain(reporting.opens_page().text)
    reporting.looking.given(Right.TERMS)
    text = plain(reporting.opens_page().text)
    assert "Проверки нам не показаны" in text
    assert "Суммы нам не показаны" in text
    reporting.looking.given(Right.CHECKS)
    assert "Сроки нам не показаны" in plain(reporting.opens_page().text)


def test_a_letter_that_was_refused_says_why_and_is_sent_again(reporting: Reporting, mail: Postman) -> None:
    row = reporting.approved()
    mail.answer = "rcpt 550 no such user"
    reporting.moves(row.send_at)  # type: ignore[arg-type]
    reporting.works()
    assert reporting.row().state == ReportState.FAILED
    assert "Такого ящика нет" in plain(reporting.own.get("/clients/reports").text)
    mail.answer = "250 OK"
    assert reporting.own.post(f"/clients/reports/{row.id}/again").status_code == 200
    reporting.works()
    assert (reporting.row().state, reporting.row().attempt) == (ReportState.SENT, 2)
    assert len(reports_in(mail)) == 1


def test_a_repeat_goes_although_the_access_is_narrower_now(reporting: Reporting, mail: Postman) -> None:
    row = reporting.sent()
    reporting.looking.given(Right.TERMS)
    assert reporting.own.post(f"/clients/reports/{row.id}/again").status_code == 200
    reporting.works()
    assert (reporting.row().state, len(reports_in(mail))) == (ReportState.SENT, 2)
    assert "Проверки нам не показаны" in plain(reporting.opens_page().text)


def test_a_repeat_that_is_taken_back_leaves_the_page_that_was_sent(
    reporting: Reporting, mail: Postman
) -> None:
    row = reporting.sent()
    assert reporting.own.post(f"/clients/reports/{row.id}/again").status_code == 200
    assert reporting.own.post(f"/clients/reports/{row.id}/take-back").status_code == 200
    reporting.works()
    assert len(reports_in(mail)) == 1
    assert (reporting.row().state, reporting.row().head) == (ReportState.SENT, row.head)
    assert reporting.own.post(f"/clients/reports/{row.id}/remake").status_code == 422
    assert reporting.opens_page().status_code == 200


def test_a_report_that_cannot_be_read_keeps_no_other_from_leaving(
    reporting: Reporting, mail: Postman
) -> None:
    row = reporting.approved()
    broken = reporting.asks_draft()
    with every_portal():
        dead = {"state": ReportState.APPROVED, "send_at": row.send_at, "approved_by_id": row.approved_by_id}
        db.session.execute(update(ClientReport).where(ClientReport.id == broken).values(dead))
    sealed = text("UPDATE client_report SET content = :content WHERE id = :id")
    db.session.execute(sealed, {"content": b"of a key that is lost", "id": broken})
    db.session.commit()
    reporting.moves(row.send_at)  # type: ignore[arg-type]
    reporting.works()
    assert len(reports_in(mail)) == 1


def test_a_draft_whose_facts_have_changed_says_so_and_is_made_anew(reporting: Reporting) -> None:
    report_id = reporting.asks_draft()
    remake_changed()
    with portal_scope(reporting.looking.client.portal_id):
        db.session.execute(update(ClientSummary).values(blockers=99))
        db.session.commit()
    assert "сделайте его заново" in plain(reporting.own.get("/clients/reports").text)
    basis = reporting.row().basis
    assert reporting.own.post(f"/clients/reports/{report_id}/remake").status_code == 200
    assert reporting.row().basis == basis


def test_a_draft_of_another_release_is_not_shown_and_not_sent(reporting: Reporting) -> None:
    report_id = reporting.asks_draft()
    reporting.reader_agrees(report_id)
    with every_portal():
        db.session.execute(update(ClientReport).values(content='{"unknown": 1}'))
        db.session.commit()
    page = reporting.own.get(f"/clients/reports/{report_id}")
    assert page.status_code == 200
    assert "другая версия" in plain(page.text)
    assert reporting.own.post(f"/clients/reports/{report_id}/approve").status_code == 422
    assert reporting.own.post(f"/clients/reports/{report_id}/remake").status_code == 200
    assert reporting.own.post(f"/clients/reports/{report_id}/approve").status_code == 200


def test_a_forged_address_opens_nothing(reporting: Reporting) -> None:
    reporting.sent()
    assert reporting.visitor.get(f"{reporting.address()}x").status_code == 403
    assert (
        reporting.visitor.get(
            f"/client-reports/{signed_report.report_address('none').split('/')[-1]}"
        ).status_code
        == 410
    )


def test_approve_all_leaves_to_a_person_what_is_bad_news(reporting: Reporting) -> None:
    report_id = reporting.asks_draft()
    reporting.reader_agrees(report_id)
    row = reporting.row()
    answer = reporting.own.post("/clients/reports/approve", newest=str(row.id))
    assert answer.status_code == 200
    assert "Прочтите сами" in plain(answer.text)
    assert reporting.row().state == ReportState.DRAFT
    assert reporting.own.post("/clients/reports/approve", newest="x").status_code == 422


def test_who_approved_it_has_to_see_the_client_still(
    reporting: Reporting, mail: Postman, south: Actor
) -> None:
    from b24app.integrators.members import set_member
    from b24app.terms.term import Author

    row = reporting.approved()
    nina, now = Author(1, "Нина"), datetime.now(UTC)
    with portal_scope(south.portal_id):
        set_member(9_001, "Хозяин", MemberRole.OWNER, by=nina, at=now)
        set_member(south.portal.admin.id, "Нина", MemberRole.MANAGER, by=nina, at=now)
        db.session.commit()
    reporting.moves(row.send_at)  # type: ignore[arg-type]
    reporting.works()
    assert reports_in(mail) == []
    assert reporting.row().error == "no_person"
