"""Letters over a real mail server, and what its refusals mean."""

from dataclasses import replace
from datetime import datetime

import pytest

from b24app.reminders.channels import Message, describe_failure, explain_failure
from b24app.reminders.channels.email import (
    MailNotAccepted,
    MailRefused,
    MailServer,
    MailUnavailable,
    mail_server,
    send,
    write,
)
from tests.renewal.postman import post_offices, postman
from tests.terms.conftest import AT

__all__ = ["post_offices", "postman"]

LETTER = Message(
    "north:key",
    "tag",
    "Осталось 14 дней: тариф «Стандартный»",
    ("Оплатите до 18 декабря.", "<b>не разметка</b>"),
    link="https://north.bitrix24.example/marketplace/view/code/?params%5Bscreen%5D=overview",
    link_text="Открыть продление",
    outside="https://renewal.example/status/token",
    outside_text="Если портал не открывается",
)


def test_a_letter_arrives_as_text_and_as_html(postman):
    keeper, server = postman
    send(server, LETTER, "marina@north.example", "Марина Ковалёва", AT)
    found = keeper.taken[0]
    assert found["Subject"] == LETTER.subject
    assert found["To"] == "Марина Ковалёва <marina@north.example>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert (
        "Если портал не открывается: https://renewal.example/status/token"
        in found.get_body(("plain",)).get_content()
    )
    assert "&lt;b&gt;не разметка" in found.get_body(("html",)).get_content()


def test_a_letter_names_the_application_as_its_sender(postman):
    keeper, server = postman
    named = replace(LETTER, sender="Продление без простоя")
    send(server, named, "marina@north.example", "", AT)
    assert keeper.taken[0]["From"] == f"Продление без простоя <{server.sender}>"


def test_a_repeated_attempt_carries_the_same_message_id(postman):
    keeper, server = postman
    for _ in range(2):
        send(server, LETTER, "marina@north.example", "", AT)
    send(server, LETTER, "oleg@north.example", "", AT)
    ids = [message["Message-ID"] for message in keeper.taken]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("550 no such user", MailRefused),
        ("451 try later", MailUnavailable),
        ("rcpt 550 no such user", MailRefused),
        ("rcpt 450 greylisted", MailUnavailable),
        ("rcpt 421 closing", MailUnavailable),
        ("rcpt 530 sign in first", MailNotAccepted),
    ],
)
def test_a_refusal_is_final_or_passing_by_its_code(postman, answer, error):
    keeper, server = postman
    keeper.answer = answer
    with pytest.raises(error):
        send(server, LETTER, "marina@north.example", "", AT)


def test_signs_in_when_told_to(postman):
    keeper, server = postman
    url = f"smtp://marina:p%40ss@127.0.0.1:{server.port}"
    send(mail_server(url, "renewal@renewal.example"), LETTER, "marina@north.example", "", AT)
    assert len(keeper.taken) == 1
    with pytest.raises(MailNotAccepted, match="535"):
        send(mail_server(url.replace("p%40ss", "no"), "a@b.example"), LETTER, "marina@north.example", "", AT)


def test_a_server_that_does_not_accept_us_is_tried_again_when_the_operator_has_mended_it():
    assert MailNotAccepted.retryable
    kept = describe_failure(MailNotAccepted("535", server_away=True))
    assert explain_failure(kept).message == "The mail server did not accept our name and password."
    assert explain_failure("MailRefused: 535").message == explain_failure(kept).message


def test_a_server_that_is_away_will_be_tried_again(postman):
    with pytest.raises(MailUnavailable):
        send(MailServer("127.0.0.1", 1, sender="a@b.example"), LETTER, "marina@north.example", "", AT)
    assert MailUnavailable.retryable


def test_reads_the_address_of_a_mail_server():
    assert mail_server("smtps://u:p@mail.example", "a@b.example") == MailServer(
        "mail.example", 465, "u", "p", tls=True, sender="a@b.example"
    )
    assert mail_server("smtp://mail.example", "").port == 25


def test_a_subject_never_becomes_a_header():
    letter = Message("k", "t", "Тема\r\nBcc: everyone@north.example", ("Строка",))
    message = write(letter, "a@b.example", "marina@north.example", "", AT)
    assert message["Bcc"] is None
    assert message["Date"].datetime == datetime.fromisoformat("2026-11-30T06:40:00+00:00")
