"""Letters to international addresses: the host as mail servers know it, other letters before the @ only where the server takes them."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from pydantic import SecretStr
from sqlalchemy import select, update

from b24app.database import db, portal_scope
from b24app.errors import BadInput
from b24app.integrators.model import ClientSummary
from b24app.integrators.outside.sign_in_links import email_digest
from b24app.integrators.summaries import remake
from b24app.portals.addresses import plain_host
from b24app.portals.model import Portal
from b24app.reminders import model
from b24app.reminders.channels import describe_failure, explain_failure
from b24app.reminders.channels.email import MailRefused, MailServer, send, write
from b24app.reminders.channels.webhook import check_address
from b24app.reminders.outside_addresses import is_written_to, list_addresses
from b24app.reminders.own_mail_server import TypedServer, get_own_mail, keep_own_mail, shown_server
from b24app.reminders.reminder_settings import set_channel
from b24app.settings import Settings
from b24app.text.host_names import to_ascii
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY
from tests.renewal.postman import Postman, post_offices, postman
from tests.renewal.test_mail import LETTER
from tests.terms.conftest import AT

__all__ = ["post_offices", "postman"]
IN_ASCII = "xn--e1afmkfd.xn--p1ai"
Jobs = Callable[[], int]


@pytest.fixture
def settings(settings: Settings, postman: tuple[Postman, MailServer]) -> Settings:
    url = SecretStr(f"smtp://127.0.0.1:{postman[1].port}")
    return settings.model_copy(update={"smtp_url": url, "mail_from": "renewal@renewal.example"})


@pytest.fixture
def latin_office(socket_enabled: None) -> Iterator[tuple[Postman, MailServer]]:
    """A mail server that does not offer SMTPUTF8."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    office = Controller(Postman(), hostname="127.0.0.1", port=port, enable_SMTPUTF8=False)
    office.start()
    yield office.handler, MailServer("127.0.0.1", port, sender="renewal@renewal.example")
    office.stop()


def test_the_host_leaves_as_mail_servers_know_it(latin_office: tuple[Postman, MailServer]) -> None:
    keeper, server = latin_office
    send(server, LETTER, "info@пример.рф", "Марина", AT)
    assert keeper.taken[0]["To"] == f"Марина <info@{IN_ASCII}>"


def test_letters_before_the_sign_go_to_a_server_that_takes_them(postman: tuple[Postman, MailServer]) -> None:
    keeper, server = postman
    send(server, LETTER, "почта@пример.рф", "Марина", AT)
    assert f"почта@{IN_ASCII}" in str(keeper.taken[0]["To"])


def test_letters_before_the_sign_are_refused_in_words_by_a_server_that_takes_none(
    latin_office: tuple[Postman, MailServer],
) -> None:
    keeper, server = latin_office
    with pytest.raises(MailRefused) as refused:
        send(server, LETTER, "почта@пример.рф", "Марина", AT)
    assert keeper.taken == []
    assert "beyond Latin" in explain_failure(describe_failure(refused.value)).message


def test_an_international_sender_stands_in_one_form() -> None:
    mail = write(LETTER, "info@пример.рф", "marina@north.example", "", AT)
    assert str(mail["From"]) == f"info@{IN_ASCII}"
    assert mail["Message-ID"].endswith(f"@{IN_ASCII}>")
    mail.as_bytes().decode("ascii")


def test_an_address_outside_is_asked_and_shown_in_letters(
    north: Actor, north_admin: Opened, run_jobs: Jobs, postman: tuple[Postman, MailServer]
) -> None:
    north_admin.post("/settings/reminders/outside", outside=f"info@{IN_ASCII}")
    run_jobs()
    assert postman[0].taken[-1]["To"] == f"info@{IN_ASCII}"
    with portal_scope(north.portal_id):
        assert [one.email for one in list_addresses()] == ["info@пример.рф"]
    assert "info@пример.рф" in north_admin.get("/settings/reminders").text


def test_an_address_of_the_last_release_is_the_same_one(north: Actor, north_admin: Opened) -> None:
    with portal_scope(north.portal_id):
        row = model.OutsideAddress(email=f"Info@{IN_ASCII}", code="x" * 24, asked_by="Марина")
        row.asked_at = row.confirmed_at = DAY_OF_THE_STORY
        db.session.add(row)
        set_channel("email", enabled=True, address=f"info@{IN_ASCII}")
        db.session.commit()
        assert is_written_to("info@пример.рф")
    north_admin.post("/settings/reminders/outside", outside="info@пример.рф")
    db.session.rollback()
    with portal_scope(north.portal_id):
        assert len(db.session.scalars(select(model.OutsideAddress)).all()) == 1


def test_an_address_at_a_mixed_name_is_refused_on_the_page(north_admin: Opened) -> None:
    answer = north_admin.post("/settings/reminders/outside", outside="info@exаmple.com")
    assert answer.status_code == 422
    assert "двух похожих алфавитов" in answer.text


def test_a_hook_is_kept_by_the_name_system(north: Actor) -> None:
    assert check_address("https://пример.рф/хук") == f"https://{IN_ASCII}/хук"


SERVER = TypedServer("Почта.пример.рф", 465, "info@пример.рф", "s3cret")


def test_an_own_mail_server_is_kept_by_the_name_system_and_shown_in_letters(north: Actor) -> None:
    with portal_scope(north.portal_id):
        keep_own_mail(SERVER, "info@пример.рф", DAY_OF_THE_STORY)
        own, shown = get_own_mail(), shown_server()
        assert own is not None
        assert shown is not None
        assert own.url.isascii()
        assert (shown.host, shown.user) == ("почта.пример.рф", f"info@{IN_ASCII}")
        same = TypedServer(f"{to_ascii('почта.пример.рф')}", 465, f"info@{IN_ASCII}", "")
        keep_own_mail(same, "info@пример.рф", DAY_OF_THE_STORY)  # the same mailbox: its password is known
        assert get_own_mail() == own
        db.session.rollback()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (replace(SERVER, host="пoчта.пример.рф"), "host"),
        (replace(SERVER, user="почта@пример.рф"), "user"),
        (replace(SERVER, password="пароль"), "user"),
    ],
)
def test_what_a_mail_server_cannot_be_told_is_refused_by_its_field(
    north: Actor, typed: TypedServer, field: str
) -> None:
    with portal_scope(north.portal_id), pytest.raises(BadInput) as wrong:
        keep_own_mail(typed, "info@пример.рф", DAY_OF_THE_STORY)
    assert wrong.value.field == field


def test_a_link_to_sign_in_finds_an_address_in_either_form(north: Actor) -> None:
    assert (
        email_digest("Info@пример.рф")
        == email_digest(f"info@{IN_ASCII}")
        != email_digest("info@shop.example")
    )


def test_a_portal_is_known_by_one_form_of_its_host(north: Actor) -> None:
    assert plain_host("Портал.рф:443") == plain_host(to_ascii("портал.рф")) == to_ascii("портал.рф")
    assert plain_host("пopтал.рф") == ""


def test_a_client_is_found_by_its_host_in_letters(north: Actor) -> None:
    db.session.execute(
        update(Portal).where(Portal.id == north.portal_id).values(domain=to_ascii("портал.рф"))
    )
    remake(north.portal_id)
    with portal_scope(north.portal_id):
        row = db.session.scalars(select(ClientSummary)).one()
        assert {"портал.рф", to_ascii("портал.рф")} <= set(row.search.split())
        assert row.name == "портал.рф"
    db.session.rollback()
