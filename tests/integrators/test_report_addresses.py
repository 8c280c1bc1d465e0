"""Whose address is written to and stands in the letters: nothing goes anywhere before its reader agrees, and no server inside is reached."""

import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from b24app.database import db, every_portal, portal_scope
from b24app.guard import Guard
from b24app.integrators.client_reports.model import ReportLook, ReportReader, ReportState
from b24app.integrators.client_reports.own_colour import ENOUGH, contrast_with_white, read_colour, tint
from b24app.reminders.channels import Message
from b24app.reminders.channels.email import MailServer, send
from b24app.reminders.channels.email.smtp import OWN_SERVERS, MailNotAccepted, MailUnavailable
from b24app.reminders.letterheads import Letterhead
from b24app.reminders.model import Delivery, OwnMailServer, ServerRest
from b24app.reminders.own_mail_server import get_own_mail
from b24app.settings import Settings
from sandbox.world import World
from tests.actors import Actor
from tests.integrators.reporting import READER, Reporting, plain, reports_to
from tests.renewal.postman import Postman, post_offices, postman

__all__ = ["post_offices", "postman"]
pytestmark = pytest.mark.dialect
Jobs = Callable[[], int]
AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
SENDER = "reports@verny-shag.example"
LETTER = Message(
    "key", "tag", "Отчёт", ("Строка",), sender="Верный шаг", letterhead=Letterhead(SENDER, own_server=True)
)
SERVER = {
    "server_email": SENDER,
    "host": "smtp.verny-shag.example",
    "port": "465",
    "user": SENDER,
    "password": "s3cret-word",
}


@pytest.fixture
def settings(settings: Settings, postman: tuple[Postman, MailServer]) -> Settings:
    url = SecretStr(f"smtp://127.0.0.1:{postman[1].port}")
    return settings.model_copy(update={"smtp_url": url, "mail_from": "renewal@renewal.example"})


@pytest.fixture
def mail(postman: tuple[Postman, MailServer]) -> Postman:
    return postman[0]


@pytest.fixture
def reporting(world: World, south: Actor, first_checks: Actor, run_jobs: Jobs) -> Reporting:
    return reports_to(world, south, first_checks, run_jobs)


def code_of_reader() -> str:
    db.session.rollback()
    with every_portal():
        return db.session.scalars(select(ReportReader.code)).one()


def test_an_address_gets_one_letter_and_no_report_before_its_reader_agrees(
    reporting: Reporting, mail: Postman
) -> None:
    report_id = reporting.asks_draft()
    path = f"/clients/reports/{report_id}"
    assert reporting.own.post(f"{path}/reader", email="nobody").status_code == 422
    assert reporting.own.post(f"{path}/reader", email="").status_code == 422
    assert reporting.own.post(f"{path}/reader", email=READER).status_code == 200
    assert reporting.own.post(f"{path}/reader", email="other@north.example").status_code == 422
    reporting.run_jobs()
    assert [str(one["To"]) for one in mail.taken] == [READER]
    assert reporting.own.post(f"{path}/approve").status_code == 422
    page = reporting.visitor.get(f"/client-reports/reader/{code_of_reader()}")
    assert page.status_code == 200
    assert "ООО «Верный шаг»" in page.text
    assert reporting.own.post(f"{path}/approve").status_code == 422
    reporting.visitor.post(f"/client-reports/reader/{code_of_reader()}", data={"answer": "yes"})
    assert reporting.own.post(f"{path}/approve").status_code == 200


def test_a_reader_stops_the_reports_on_any_day(reporting: Reporting, mail: Postman) -> None:
    row = reporting.approved()
    answer = reporting.visitor.post(f"/client-reports/reader/{code_of_reader()}", data={"answer": "no"})
    assert "Больше ничего не придёт" in plain(answer.text)
    reporting.run_jobs()
    mail.taken = []
    reporting.moves(row.send_at)  # type: ignore[arg-type]
    reporting.works()
    assert mail.taken == []
    assert (reporting.row().state, reporting.row().error) == (ReportState.DRAFT, "no_reader")


def test_a_letter_about_an_ended_access_asks_nothing(reporting: Reporting) -> None:
    report_id = reporting.asks_draft()
    reporting.own.post(f"/clients/reports/{report_id}/reader", email=READER)
    code = code_of_reader()
    reporting.looking.ends()
    assert reporting.visitor.get(f"/client-reports/reader/{code}").status_code == 403
    assert reporting.visitor.post(f"/client-reports/reader/{code}", data={"answer": "yes"}).status_code == 403
    assert reporting.visitor.get("/client-reports/reader/none").status_code == 403


def test_an_old_letter_asks_nothing(reporting: Reporting) -> None:
    report_id = reporting.asks_draft()
    reporting.own.post(f"/clients/reports/{report_id}/reader", email=READER)
    reporting.world.clock.advance(days=15)
    assert (
        reporting.visitor.post(
            f"/client-reports/reader/{code_of_reader()}", data={"answer": "yes"}
        ).status_code
        == 403
    )


def code_of_sender() -> str:
    db.session.rollback()
    with every_portal():
        return db.session.scalars(select(ReportLook.sender_code)).one() or ""


def test_answers_go_to_an_address_once_it_is_confirmed(reporting: Reporting, mail: Postman) -> None:
    look = "/clients/reports/look"
    assert reporting.own.post(f"{look}/sender", email="wrong").status_code == 422
    assert reporting.own.post(f"{look}/sender", email=SENDER).status_code == 200
    row = reporting.approved()
    reporting.run_jobs()
    assert [str(one["To"]) for one in mail.taken if SENDER in str(one["To"])] == [SENDER]
    assert reporting.visitor.get(f"/client-reports/sender/{code_of_sender()}").status_code == 200
    assert reporting.visitor.post(f"/client-reports/sender/{code_of_sender()}").status_code == 200
    assert reporting.visitor.post("/client-reports/sender/none").status_code == 403
    mail.taken = []
    reporting.moves(row.send_at)  # type: ignore[arg-type]
    reporting.works()
    (letter,) = mail.taken
    assert str(letter["Reply-To"]) == SENDER
    assert "renewal@renewal.example" in str(letter["From"])
    reporting.own.post(f"{look}/sender/forget")
    with every_portal():
        assert db.session.scalars(select(ReportLook)).one().sender == ""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.5", "169.254.169.254", "", "a b"])
def test_a_server_that_is_not_of_the_open_internet_is_refused(reporting: Reporting, host: str) -> None:
    answer = reporting.own.post("/clients/reports/look/server", **(SERVER | {"host": host}))
    reporting.run_jobs()
    with portal_scope(reporting.home.portal_id):
        kept = get_own_mail()
    if answer.status_code == 200:  # a name is judged when it is dialled
        with every_portal():
            last = db.session.scalars(select(Delivery).order_by(Delivery.id.desc())).first()
        assert last is not None
        assert last.state != "sent"
        assert kept is not None
    else:
        assert (answer.status_code, kept) == (422, None)


def test_a_port_that_is_none_of_mail_and_a_missing_password_are_refused(reporting: Reporting) -> None:
    look = "/clients/reports/look/server"
    assert reporting.own.post(look, **(SERVER | {"port": "22"})).status_code == 422
    assert reporting.own.post(look, **(SERVER | {"port": "x"})).status_code == 422
    assert reporting.own.post(look, **(SERVER | {"password": ""})).status_code == 422
    assert reporting.own.post(look, **(SERVER | {"server_email": ""})).status_code == 422


def test_the_password_is_sealed_and_never_shown_and_no_other_host_gets_it(reporting: Reporting) -> None:
    assert reporting.own.post("/clients/reports/look/server", **SERVER).status_code == 200
    page = reporting.own.get("/clients/reports/look")
    assert SERVER["password"] not in page.text
    raw = db.session.connection().exec_driver_sql("SELECT url FROM own_mail_server").scalar()
    assert SERVER["password"] not in str(raw)
    reporting.world.clock.advance(minutes=3)
    other = SERVER | {"password": "", "host": "smtp.other.example"}
    assert reporting.own.post("/clients/reports/look/server", **other).status_code == 422
    assert (
        reporting.own.post("/clients/reports/look/server", **(SERVER | {"password": ""})).status_code == 200
    )
    with every_portal():
        assert SERVER["password"] in db.session.scalars(select(OwnMailServer)).one().url


def test_an_own_server_that_is_away_is_told_and_keeps_nobody_elses_letters(
    reporting: Reporting, mail: Postman
) -> None:
    reporting.own.post("/clients/reports/look/server", **SERVER)
    report_id = reporting.asks_draft()
    reporting.own.post(f"/clients/reports/{report_id}/reader", email=READER)
    reporting.run_jobs()
    assert [str(one["To"]) for one in mail.taken] == [READER]
    assert "Письмо не ушло" in plain(reporting.own.get("/clients/reports/look").text)
    with every_portal():
        assert [row.failures for row in db.session.scalars(select(ServerRest)) if row.failures] == []


def own_server(postman: tuple[Postman, MailServer], **values: object) -> MailServer:
    """A server of the open internet, as the guard sees it, that really is the postman."""

    def dial(_address: str, _port: int, timeout: float | None) -> socket.socket:
        return socket.create_connection(("127.0.0.1", postman[1].port), timeout)

    guard = Guard(OWN_SERVERS, resolve=lambda _host, _port: ["93.184.216.34"], dial=dial)
    return replace(MailServer("smtp.verny-shag.example", 587, sender=SENDER, guard=guard), **values)  # type: ignore[arg-type]


def test_a_letter_leaves_by_the_own_server_in_its_own_name(postman: tuple[Postman, MailServer]) -> None:
    send(own_server(postman), LETTER, READER, "", AT)
    (letter,) = postman[0].taken
    assert str(letter["From"]) == f"Верный шаг <{SENDER}>"
    assert str(letter["Message-ID"]).endswith("@verny-shag.example>")


def test_a_password_is_not_sent_without_encryption(postman: tuple[Postman, MailServer]) -> None:
    with pytest.raises(MailNotAccepted, match="no_tls"):
        send(own_server(postman, user="marina", password="p@ss"), LETTER, READER, "", AT)
    assert postman[0].taken == []


def test_a_name_that_leads_inside_is_not_dialled(postman: tuple[Postman, MailServer]) -> None:
    guard = Guard(OWN_SERVERS, resolve=lambda _host, _port: ["127.0.0.1"])
    with pytest.raises(MailUnavailable, match="place"):
        send(own_server(postman, guard=guard), LETTER, READER, "", AT)


@pytest.mark.parametrize("colour", ["#0b5d57", "ffff00", "#FFFFFF", "#00ff00", "#777777", "#000000"])
def test_every_colour_can_be_read_on_white(colour: str) -> None:
    kept = read_colour(colour)
    assert contrast_with_white(kept) >= ENOUGH
    assert contrast_with_white(tint(kept)) < 1.4


def test_a_colour_that_is_none_is_refused_and_a_dark_one_stays(reporting: Reporting) -> None:
    look = {"motto": "", "site": "verny-shag.example", "monthly": "yes"}
    assert reporting.own.post("/clients/reports/look", colour="red", **look).status_code == 422
    assert (
        reporting.own.post("/clients/reports/look", colour="#0b5d57", **(look | {"site": "a b"})).status_code
        == 422
    )
    assert "Цвет сделан темнее" not in plain(
        reporting.own.post("/clients/reports/look", colour="#0b5d57", **look).text
    )
    assert "Цвет сделан темнее" in plain(
        reporting.own.post("/clients/reports/look", colour="#ffff00", **look).text
    )
    sheet = reporting.visitor.get("/client-reports/colour/ffff00.css")
    assert (sheet.status_code, sheet.mimetype) == (200, "text/css")
    assert "#ffff00" not in sheet.text
    assert reporting.visitor.get("/client-reports/colour/zzzzzz.css").status_code == 404
