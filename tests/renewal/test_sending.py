"""Sending outside the portal: e-mail to the people of the roles, also when REST is refused; the digest; tests of channels."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from b24app.database import db, portal_scope
from b24app.errors import BadInput
from b24app.reminders import model
from b24app.reminders.channels import Message, Recipient, feed
from b24app.reminders.channels.email import MailServer
from b24app.reminders.dispatch import try_channel
from b24app.reminders.outbox import list_deliveries
from b24app.reminders.recipients import people_of, recipients
from b24app.reminders.reminder_jobs import remind_portal
from b24app.reminders.reminder_settings import Digest, list_channels, set_channel, set_schedule
from b24app.renewal.renewal_stages import Holder, Role
from b24app.renewal.situation_reading import set_role
from b24app.settings import Settings
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.profile import note_license
from tests.actors import Actor
from tests.renewal.postman import Postman, post_offices, postman
from tests.terms.conftest import AT, MARINA

pytestmark = pytest.mark.dialect

__all__ = ["post_offices", "postman"]

END = date(2026, 12, 23)


@pytest.fixture
def settings(settings: Settings, postman: tuple[Postman, MailServer]) -> Settings:
    """The application's settings with a mail server."""
    url = SecretStr(f"smtp://127.0.0.1:{postman[1].port}")
    return settings.model_copy(update={"smtp_url": url, "mail_from": "renewal@renewal.example"})


@pytest.fixture
def shop(north: Actor) -> Iterator[Actor]:
    """A plan near its end and people with addresses; the weekly letter is off until a test asks for it."""
    with portal_scope(north.portal_id):
        note_license("ru_std", AT)
        set_paid_term("plan", END, by=MARINA, at=AT)
        set_role(Role.RESPONSIBLE, user_id=1, name="Марина Ковалёва", email="marina@north.example")
        set_role(Role.PAYER, user_id=2, name="Олег Дроздов", email="oleg@north.example")
        set_schedule((30, 14, 7, 3, 1, 0), digest=Digest(on=False))
        db.session.commit()
        yield north


def subjects(keeper: Postman) -> list[str]:
    return [message["Subject"] for message in keeper.taken]


def test_mail_reaches_the_responsible_with_both_addresses(shop, postman):
    remind_portal(shop.portal_id)
    letter = postman[0].taken[0].get_body(("plain",)).get_content()
    assert postman[0].taken[0]["To"] == "Марина Ковалёва <marina@north.example>"
    assert "https://north.bitrix24.example/marketplace/view/" in letter
    assert "https://renewal.example/status/" in letter


def test_eight_workers_at_once_send_one_letter(shop, app, postman):
    set_channel("notification", enabled=False)
    db.session.commit()
    portal_id = shop.portal_id

    def work(_number: int) -> None:
        with app.app_context():
            remind_portal(portal_id)
            db.session.remove()

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(work, range(8)))
    with portal_scope(portal_id):
        assert [line.state for line in list_deliveries()] == ["sent"]
    assert len(postman[0].taken) == 1


def test_mail_goes_on_when_the_portal_refuses_everything(shop, postman, world):
    shop.portal.lapse_to_free()
    world.clock.advance(days=27)
    remind_portal(shop.portal_id)
    states = {(line.channel, line.code, line.state) for line in list_deliveries()}
    assert ("email", "grace", "sent") in states
    assert ("notification", "grace", "failed") in states
    assert {to for message in postman[0].taken for to in [message["To"]]} >= {
        "Олег Дроздов <oleg@north.example>"
    }


def test_more_addresses_get_a_copy_and_nobody_gets_two(shop, postman):
    set_channel("email", enabled=True, address="office@north.example, MARINA@north.example")
    remind_portal(shop.portal_id)
    assert len(postman[0].taken) == 2


def test_the_weekly_letter_comes_once_a_week_and_says_that_reminders_work(shop, postman, world):
    set_schedule((30, 14, 7, 3, 1, 0), digest=Digest(on=True, weekday=0))
    for _ in range(8):
        remind_portal(shop.portal_id)
        world.clock.advance(days=1)
    digests = [
        m for m in postman[0].taken if m["Subject"] == "Продление: коротко за неделю · north.bitrix24.example"
    ]
    assert len(digests) == 2
    text = digests[0].get_body(("plain",)).get_content().replace("\u00a0", " ")
    assert "До конца тарифа 23 дня" in text
    assert "Напоминания работают" in text


def channels_of_the_digest() -> set[str]:
    return {line.channel for line in list_deliveries() if line.code == "digest"}


def test_the_weekly_letter_goes_by_every_channel_that_carries_it(shop, postman, world):
    for code in ("task", "feed"):
        set_channel(code, enabled=True)
    set_channel("webhook", enabled=True, address="https://bot.shop.example/hook")
    set_schedule((30, 14, 7, 3, 1, 0), digest=Digest(on=True, weekday=0))
    db.session.commit()
    remind_portal(shop.portal_id)
    assert channels_of_the_digest() == {"notification", "email", "webhook"}


def test_without_mail_the_weekly_letter_comes_in_the_portal(shop, postman):
    set_channel("email", enabled=False)
    set_schedule((30, 14, 7, 3, 1, 0), digest=Digest(on=True, weekday=0))
    db.session.commit()
    remind_portal(shop.portal_id)
    assert channels_of_the_digest() == {"notification"}


def test_the_weekly_letter_asks_for_the_date_when_there_is_none(north, postman):
    with portal_scope(north.portal_id):
        set_role(Role.RESPONSIBLE, user_id=1, name="", email="")
        set_channel("email", enabled=True, address="office@north.example")
        db.session.commit()
    remind_portal(north.portal_id)
    assert "Ни один срок пока не записан" in postman[0].taken[0].get_body(("plain",)).get_content()


def test_the_button_sends_a_test_letter_to_the_one_who_pressed_it(shop, postman):
    try_channel(shop.portal_id, "email", 2)
    assert [message["To"] for message in postman[0].taken] == ["Олег Дроздов <oleg@north.example>"]
    assert subjects(postman[0]) == ["Проверка напоминаний · north.bitrix24.example"]


def keep_webhook(address: str) -> None:
    """A webhook as the last release could save it, before addresses were judged at the form."""
    set_channel("webhook", enabled=True, address="https://hooks.example/renewal")
    db.session.execute(
        update(model.ChannelSetting).where(model.ChannelSetting.code == "webhook").values(address=address)
    )
    db.session.commit()


def test_a_failed_test_says_why(shop):
    keep_webhook("https://127.0.0.1/hook")
    try_channel(shop.portal_id, "webhook", 1)
    assert {item.code: item.test_error for item in list_channels()}["webhook"].startswith("WebhookRefused")


def test_a_channel_that_does_not_exist_is_not_kept(shop):
    with pytest.raises(BadInput):
        try_channel(shop.portal_id, "pigeon", 1)


def test_a_test_without_an_address_asks_for_one(shop):
    try_channel(shop.portal_id, "email", 4711)
    assert {item.code: item.test_error for item in list_channels()}["email"].startswith("BadInput")


def test_a_webhook_inside_the_network_fails_and_is_kept_in_the_log(shop):
    keep_webhook("https://127.0.0.1/hook")
    remind_portal(shop.portal_id)
    ends = {line.channel: (line.state, line.error) for line in list_deliveries()}
    assert ends["webhook"] == ("failed", "WebhookRefused: address")


def test_a_letter_for_some_never_goes_to_the_feed(shop):
    with pytest.raises(feed.NotForEverybody):
        feed.send(None, Message("k", "t", "Тема", ("Строка",)))


def test_one_person_in_several_roles_is_told_once():
    marina = Holder(Role.RESPONSIBLE, 1, "Марина Ковалёва")
    assert people_of((Role.RESPONSIBLE, Role.DECIDER), {Role.RESPONSIBLE: marina}) == (marina,)


def test_tasks_are_for_steps_and_not_for_every_day(portal):
    people = (Holder(Role.RESPONSIBLE, 1, "Марина Ковалёва"), Holder(Role.PAYER, 2, "Олег Дроздов"))
    channel = next(item for item in list_channels() if item.code == "task")
    assert recipients(channel, "pay_last", people) == (Recipient("1", "Марина Ковалёва"),)
    assert recipients(channel, "grace", people) == ()


def test_without_a_mail_server_no_letter_is_promised(shop, app, postman):
    here = app.extensions["services"]
    app.extensions["services"] = replace(here, settings=here.settings.model_copy(update={"smtp_url": None}))
    remind_portal(shop.portal_id)
    assert {line.channel for line in list_deliveries()} == {"notification"}
    try_channel(shop.portal_id, "email", 1)
    assert "SettingsWrong" in {item.code: item.test_error for item in list_channels()}["email"]
