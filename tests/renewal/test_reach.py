"""Whether anybody is reached outside the portal: an address typed, asked, confirmed, and what takes it away again."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import SecretStr

from b24app.clock import SetClock
from b24app.database import db, portal_scope
from b24app.reminders import model
from b24app.reminders.channels.email import MailServer
from b24app.reminders.outside_addresses import MOST_A_DAY, Reach, list_addresses, reach_outside
from b24app.reminders.reminder_settings import list_channels, note_test, set_channel
from b24app.settings import Settings
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY
from tests.renewal.postman import Postman, post_offices, postman

__all__ = ["post_offices", "postman"]

ADDRESS = "marina@mail.example"
NOBODY = "предупредить вас будет некому"
LINK = re.compile(r"https?://[^\s/]+(/confirm/\S+)")
PAGES = ("/renewal", "/settings/reminders", "/settings")
Jobs = Callable[[], int]
Post = tuple[Postman, MailServer]


@pytest.fixture
def settings(settings: Settings, postman: Post) -> Settings:
    url = SecretStr(f"smtp://127.0.0.1:{postman[1].port}")
    return settings.model_copy(update={"smtp_url": url, "mail_from": "renewal@renewal.example"})


@pytest.fixture
def asked(north_admin: Opened, run_jobs: Jobs, postman: Post) -> str:
    """The path of the link in a letter that has just come."""
    north_admin.post("/settings/reminders/outside", outside=ADDRESS)
    run_jobs()
    return link_in(postman)


def link_in(postman: Post) -> str:
    text = postman[0].taken[-1].get_body(("plain",)).get_content()
    found = LINK.search(text)
    assert found is not None
    return found.group(1)


def reach_of(actor: Actor) -> Reach:
    with portal_scope(actor.portal_id):
        return reach_outside()


def listed(actor: Actor) -> str:
    with portal_scope(actor.portal_id):
        return next(item.address for item in list_channels() if item.code == "email")


def test_a_red_line_stands_on_every_page_until_somebody_is_reached(
    asked: str, north: Actor, north_admin: Opened
) -> None:
    assert all(NOBODY in north_admin.get(page).text for page in PAGES)
    north.client.post(asked)
    assert not any(NOBODY in north_admin.get(page).text for page in PAGES)
    assert ADDRESS in north_admin.get("/settings/reminders").text


def test_only_the_letter_that_asks_is_sent_before_the_address_is_confirmed(
    asked: str, north: Actor, north_admin: Opened, run_jobs: Jobs, postman: Post
) -> None:
    north_admin.post("/settings/reminders/channels/email/test")
    run_jobs()
    assert [message["To"] for message in postman[0].taken] == [ADDRESS]
    assert listed(north) == ""
    assert (
        "адрес пока никто не подтвердил" in north_admin.get("/settings/reminders").text
    )  # not green above a red line
    letter = postman[0].taken[0]
    text = letter.get_body(("plain",)).get_content()
    assert "/status/" not in text
    assert letter["From"].startswith(
        '"Продление без простоя · north'
    )  # not for spam: what it is and of which portal
    assert "портале north" in letter["Subject"]
    assert "в приложении «Продление без простоя»" in text


def test_opening_the_link_confirms_nothing_and_the_button_does(asked: str, north: Actor) -> None:
    page = north.client.get(asked)
    assert page.status_code == 200
    assert ADDRESS in page.text
    assert north.portal.admin.name in page.text
    assert not reach_of(north).anybody
    assert "Адрес подтверждён" in north.client.post(asked).text
    assert reach_of(north).mails == (ADDRESS,)
    assert listed(north) == ADDRESS
    assert north.client.post(asked).status_code == 200


def test_a_forged_or_replaced_link_confirms_nothing(
    asked: str, north: Actor, north_admin: Opened, clock: SetClock, run_jobs: Jobs
) -> None:
    assert north.client.post("/confirm/forged").status_code == 403
    assert north.client.get(asked + "x").status_code == 403
    north.portal.world.clock.advance(minutes=3)
    north_admin.post("/settings/reminders/outside", outside=ADDRESS)
    assert north.client.post(asked).status_code == 403
    assert not reach_of(north).anybody


def test_a_link_lives_two_weeks(asked: str, north: Actor) -> None:
    north.portal.world.clock.advance(days=15)
    assert north.client.post(asked).status_code == 403


@pytest.mark.parametrize(
    "wrong", ["", "marina", "marina@mail.example\nBcc: x@y.example", "a" * 250 + "@mail.example"]
)
def test_what_is_no_address_comes_back(north: Actor, north_admin: Opened, wrong: str) -> None:
    answer = north_admin.post("/settings/reminders/outside", outside=wrong)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert not _addresses(north)


def _addresses(actor: Actor) -> tuple[object, ...]:
    with portal_scope(actor.portal_id):
        return list_addresses()


def test_nobody_uses_us_to_write_to_strangers(asked: str, north: Actor, north_admin: Opened) -> None:
    assert north_admin.post("/settings/reminders/outside", outside=ADDRESS).status_code == 422
    answers = [
        north_admin.post("/settings/reminders/outside", outside=f"someone{n}@mail.example").status_code
        for n in range(MOST_A_DAY + 2)
    ]
    assert answers.count(200) == MOST_A_DAY - 1
    assert answers[-1] == 422


def test_an_employee_may_not_and_another_portal_is_untouched(
    asked: str, north_employee: Opened, south: Actor, north: Actor
) -> None:
    assert north_employee.post("/settings/reminders/outside", outside=ADDRESS).status_code == 403
    assert north_employee.get("/settings/reminders/outside").status_code == 403
    north.client.post(asked)
    assert not reach_of(south).anybody


def test_a_letter_refused_for_good_takes_the_confirmed_address_away(
    asked: str, north: Actor, north_admin: Opened, run_jobs: Jobs, postman: Post
) -> None:
    north.client.post(asked)
    postman[0].answer = "rcpt 550 no such user"
    north_admin.post("/settings/reminders/channels/email/test")
    run_jobs()
    assert reach_of(north).problem == "failed"
    assert "не дошло" in north_admin.get("/renewal").text
    postman[0].answer = "250 OK"
    north.portal.world.clock.advance(minutes=3)
    north_admin.post("/settings/reminders/channels/email/test")
    run_jobs()
    assert reach_of(north).anybody


def test_a_busy_mail_server_is_no_reason_and_the_letter_is_tried_again(
    north: Actor, north_admin: Opened, run_jobs: Jobs, postman: Post
) -> None:
    postman[0].answer = "451 try later"
    north_admin.post("/settings/reminders/outside", outside=ADDRESS)
    run_jobs()
    assert "попробуем снова" in north_admin.get("/settings/reminders/outside").text
    postman[0].answer, postman[0].taken = "250 OK", []
    north.portal.world.clock.advance(minutes=10)
    north_admin.post("/settings/reminders/outside", outside="other@mail.example")
    run_jobs()
    assert {message["To"] for message in postman[0].taken} == {ADDRESS, "other@mail.example"}


def test_what_is_on_the_page_already_is_not_sent_again(asked: str, north_admin: Opened) -> None:
    now = int(DAY_OF_THE_STORY.timestamp())
    assert (
        north_admin.get("/settings/reminders/outside", seen="not_confirmed-sent", since=now).status_code
        == 204
    )
    assert north_admin.get("/settings/reminders/outside", seen="no_address-", since=now).status_code == 200
    assert (
        "hx-trigger"
        not in north_admin.get("/settings/reminders/outside", seen="not_confirmed-sent", since=1).text
    )


def test_a_switched_off_channel_or_a_removed_address_reaches_nobody(
    asked: str, north: Actor, north_admin: Opened
) -> None:
    north.client.post(asked)
    north_admin.post("/settings/reminders/channels/email", enabled="no", address=ADDRESS)
    assert reach_of(north).problem == "off"
    north_admin.post("/settings/reminders/channels/email", enabled="yes", address="")
    assert not reach_of(north).anybody


def test_a_webhook_counts_after_it_answered_and_not_for_another_address(north: Actor) -> None:
    with portal_scope(north.portal_id):
        set_channel("webhook", enabled=True, address="https://bot.shop.example/hook")
        assert "webhook" not in reach_outside().codes
        note_test("webhook", DAY_OF_THE_STORY)
        assert "webhook" in reach_outside().codes
        note_test("webhook", DAY_OF_THE_STORY + timedelta(hours=1), "WebhookRefused: 404")
        assert "webhook" not in reach_outside().codes
        note_test("webhook", DAY_OF_THE_STORY + timedelta(hours=2))
        set_channel("webhook", enabled=True, address="https://other.shop.example/hook")
        assert "webhook" not in reach_outside().codes
        db.session.rollback()


def test_the_wizard_asks_one_address_and_keeps_the_rest_as_typed(
    north: Actor, north_admin: Opened, run_jobs: Jobs, postman: Post
) -> None:
    wrong = north_admin.post("/install/date", ends_on="2026-12-23", outside="marina")
    assert wrong.status_code == 422
    assert 'value="marina"' in wrong.text
    assert 'value="2026-12-23"' in wrong.text
    assert "Письмо" in north_admin.post("/install/address", outside=ADDRESS).text
    assert "Пришло?" not in north_admin.get("/install/address").text
    done = north_admin.post("/install/date", ends_on="2026-12-23", outside=ADDRESS)
    assert done.status_code == 200
    assert NOBODY in north_admin.get("/renewal").text
    run_jobs()
    assert len(postman[0].taken) == 1
    north.client.post(link_in(postman))
    assert NOBODY not in north_admin.get("/renewal").text


def test_only_the_link_confirms_whatever_is_said_of_the_letter(
    north: Actor, north_admin: Opened, run_jobs: Jobs, postman: Post
) -> None:
    north_admin.post("/install/address", outside=ADDRESS)
    run_jobs()
    assert "Пришло?" in north_admin.get("/install/address").text
    assert "нажмите «Подтвердить адрес»" in north_admin.get("/install/address", answer="yes").text
    assert not reach_of(north).anybody
    helped = north_admin.get("/install/address", answer="no").text
    assert "«Спам»" in helped
    assert "Отправить ещё раз" in helped
    north.client.post(link_in(postman))
    assert "предупредим по почте" in north_admin.get("/install/address", answer="yes").text


def test_a_wrong_address_in_the_wizard_is_said_below_its_field(
    north_admin: Opened, north_employee: Opened
) -> None:
    answer = north_admin.post("/install/address", outside="marina")
    assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
    assert north_employee.post("/install/address", outside=ADDRESS).status_code == 403


def test_an_address_saved_with_the_date_is_asked_too(
    north: Actor, north_admin: Opened, run_jobs: Jobs, postman: Post
) -> None:
    north_admin.post("/install/date", ends_on="2026-12-23", outside=ADDRESS)
    run_jobs()
    assert postman[0].taken[-1]["To"] == ADDRESS
    with portal_scope(north.portal_id):
        assert db.session.query(model.Delivery).count() == 1


def test_a_confirmed_address_in_capital_letters_is_not_asked_again(
    north: Actor, north_admin: Opened, clock: SetClock, run_jobs: Jobs, postman: Post
) -> None:
    north_admin.post("/settings/reminders/outside", outside="Marina@mail.example")
    run_jobs()
    north.client.post(link_in(postman))
    north.portal.world.clock.advance(minutes=3)
    north_admin.post("/settings/reminders/outside", outside="Marina@mail.example")
    run_jobs()
    assert reach_of(north).mails == ("Marina@mail.example",)
    assert len(postman[0].taken) == 1


def test_an_address_that_reminders_go_to_already_is_promised_nothing_else(
    north: Actor, north_admin: Opened, run_jobs: Jobs, postman: Post
) -> None:
    north_admin.post("/settings/reminders/channels/email", enabled="yes", address=ADDRESS)
    line = north_admin.get("/renewal").text
    assert NOBODY not in line
    assert "никто не подтвердил, что его там читают" in line
    north_admin.post("/settings/reminders/outside", outside=ADDRESS)
    run_jobs()
    letter = postman[0].taken[-1].get_body(("plain",)).get_content()
    page = north.client.get(link_in(postman)).text
    for text in (letter, page):
        assert "уже приходят" in text
        assert "до этого других писем" not in text.lower()
        assert "не придёт" not in text
