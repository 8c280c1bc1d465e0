"""The page of reminders: the schedule, ways to remind and their tests, addresses outside, the notice, the log."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from b24app.database import db, portal_scope
from b24app.reminders.model import ScheduleSetting
from b24app.reminders.outbox import list_deliveries
from b24app.reminders.reminder_settings import (
    get_digest,
    get_schedule,
    list_channels,
    note_test,
    signing_secret,
)
from b24app.renewal.signed_links import list_links
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

SCHEDULE = {
    "days_before": "40, 20 5;0",
    "daily_in_grace": "no",
    "quiet_from": "21",
    "quiet_to": "8",
    "digest_on": "yes",
    "digest_weekday": "4",
}
HOOK = "https://bot.shop.example/hook"


def stored(actor: Actor, read: Callable):
    db.session.rollback()
    with portal_scope(actor.portal_id):
        return read()


@pytest.fixture
def story(north: Actor) -> None:
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 12, 23), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()


def test_without_dates_it_says_so(north_admin: Opened) -> None:
    text = north_admin.get("/settings/reminders").text
    assert 'id="planned"' in text
    assert "/money/terms?add=plan" in text


def test_the_next_reminders_are_listed(story: None, north_admin: Opened) -> None:
    assert north_admin.get("/settings/reminders").text.count('class="when"') > 5


def test_the_schedule_is_kept(north: Actor, north_admin: Opened) -> None:
    assert "40, 20, 5, 0" in north_admin.post("/settings/reminders/schedule", **SCHEDULE).text
    schedule, digest = stored(north, lambda: (get_schedule(), get_digest()))
    assert (schedule.days_before, schedule.daily_in_grace, schedule.quiet_from) == ((40, 20, 5, 0), False, 21)
    assert (digest.on, digest.weekday) == (True, 4)


@contextmanager
def another_worker_saves_first(portal_id: int) -> Iterator[None]:
    """Just before this schedule is written, a connection of another worker's writes one and commits."""

    saved: list[int] = []

    def save(session: Session, *_more: object) -> None:
        if not saved and any(isinstance(row, ScheduleSetting) for row in session.new):
            saved.append(portal_id)
            usual = {
                "daily_in_grace": True,
                "quiet_from": 20,
                "quiet_to": 9,
                "digest_weekday": 0,
                "digest_on": True,
            }
            with db.engine.begin() as other:
                other.execute(
                    insert(ScheduleSetting.__table__).values(portal_id=portal_id, rungs=[9], **usual)
                )

    event.listen(Session, "before_flush", save, insert=True)
    try:
        yield
    finally:
        event.remove(Session, "before_flush", save)
    assert saved


def test_two_who_save_the_first_schedule_at_once_are_told(north: Actor, north_admin: Opened) -> None:
    with another_worker_saves_first(north.portal_id):
        answer = north_admin.post("/settings/reminders/schedule", **SCHEDULE)
    assert answer.status_code == 409
    assert "одновременно с вами" in answer.text
    assert stored(north, get_schedule).days_before == (9,)
    assert "40, 20, 5, 0" in north_admin.post("/settings/reminders/schedule", **SCHEDULE).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"days_before": "soon"},
        {"days_before": ""},
        {"days_before": "500"},
        {"quiet_from": "25"},
        {"quiet_to": "-1"},
        {"digest_weekday": "9"},
    ],
)
def test_a_wrong_schedule_comes_back_as_typed(north_admin: Opened, wrong: dict[str, str]) -> None:
    answer = north_admin.post("/settings/reminders/schedule", **SCHEDULE | wrong)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_channel_is_switched_off(north: Actor, north_admin: Opened) -> None:
    assert north_admin.post("/settings/reminders/channels/notification", enabled="no").status_code == 200
    assert not next(c for c in stored(north, list_channels) if c.code == "notification").enabled


def test_a_webhook_gets_a_key_that_can_be_shown_and_renewed(north: Actor, north_admin: Opened) -> None:
    answer = north_admin.post("/settings/reminders/channels/webhook", enabled="yes", address=HOOK)
    secret = stored(north, lambda: signing_secret("webhook"))
    assert secret
    assert secret not in answer.text
    assert secret in north_admin.post("/settings/reminders/channels/webhook/secret").text
    assert secret not in north_admin.post("/settings/reminders/channels/webhook/secret", renew="1").text


@pytest.mark.parametrize(
    ("code", "address"),
    [("webhook", "http://bot.shop.example"), ("webhook", ""), ("email", "marina at shop")],
)
def test_a_wrong_address_comes_back(north_admin: Opened, code: str, address: str) -> None:
    answer = north_admin.post(f"/settings/reminders/channels/{code}", enabled="yes", address=address)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert f'value="{address}"' in answer.text


def test_a_key_needs_a_webhook(north_admin: Opened) -> None:
    assert north_admin.post("/settings/reminders/channels/webhook/secret", renew="1").status_code == 422


def test_a_test_is_awaited_and_its_result_shown(
    north: Actor, north_admin: Opened, run_jobs: Callable[[], int]
) -> None:
    text = north_admin.post("/settings/reminders/channels/notification/test").text
    assert 'hx-trigger="every 2s"' in text
    since = str(DAY_OF_THE_STORY.timestamp())
    assert "every 2s" in north_admin.get("/settings/reminders/channels/notification", since=since).text
    run_jobs()
    assert "every 2s" not in north_admin.get("/settings/reminders/channels/notification", since=since).text
    assert next(c for c in stored(north, list_channels) if c.code == "notification").tested_at


def test_a_test_that_nobody_sends_is_not_awaited_for_ever(north_admin: Opened) -> None:
    since = str(DAY_OF_THE_STORY.timestamp())
    assert (
        "every 2s" not in north_admin.get("/settings/reminders/channels/task", since=since, tries="20").text
    )


def test_addresses_outside_are_made_replaced_and_closed(north: Actor, north_admin: Opened) -> None:
    north_admin.post("/settings/reminders/links/status")
    (first,) = stored(north, list_links)
    assert first.url in north_admin.get("/settings/links").text
    north_admin.post("/settings/reminders/links/status")
    (second,) = stored(north, list_links)
    assert second.url != first.url
    assert second.url not in north_admin.post(f"/settings/reminders/links/{second.id}/revoke").text


def test_employees_are_told_once_a_day(
    story: None, north: Actor, north_admin: Opened, run_jobs: Callable[[], int]
) -> None:
    assert north_admin.post("/settings/reminders/notice", sure="yes").status_code == 200
    run_jobs()
    assert [line.state for line in stored(north, list_deliveries)] == ["sent"]
    assert north_admin.post("/settings/reminders/notice", sure="yes").status_code == 422


def test_without_a_date_employees_are_not_told(north_admin: Opened) -> None:
    assert north_admin.post("/settings/reminders/notice", sure="yes").status_code == 422


def test_one_press_alone_tells_nobody(
    story: None, north: Actor, north_admin: Opened, run_jobs: Callable[[], int]
) -> None:
    page = north_admin.get("/settings/employees").text
    assert 'id="send-notice" data-panel hidden' in page
    answer = north_admin.post("/settings/reminders/notice")
    assert answer.status_code == 422
    assert 'id="send-notice" data-panel hidden' not in answer.text
    run_jobs()
    assert stored(north, list_deliveries) == ()


def test_the_page_asks_until_the_notice_has_arrived(
    story: None, north: Actor, north_admin: Opened, run_jobs: Callable[[], int]
) -> None:
    poll = re.compile(r'hx-get="(/settings/employees\?since=\d+)"')
    asks = poll.search(north_admin.post("/settings/reminders/notice", sure="yes").text)
    assert asks is not None
    waiting = north_admin.get(asks[1]).text
    assert poll.search(waiting)
    assert "send-notice" not in waiting
    run_jobs()
    arrived = north_admin.get(asks[1]).text
    assert not poll.search(arrived)
    assert "отправлено" in arrived


@pytest.mark.parametrize("since", ["", "x", "9" * 40])
def test_a_wrong_moment_is_no_moment(north_admin: Opened, since: str) -> None:
    assert north_admin.get(f"/settings/employees?since={since}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/settings/reminders/channels/pigeon",
        "/settings/reminders/channels/pigeon/test",
        "/settings/reminders/links/gift",
        "/settings/reminders/links/9/revoke",
    ],
)
def test_what_does_not_exist_is_not_found(north_admin: Opened, path: str) -> None:
    assert north_admin.post(path).status_code == 404


def test_another_portal_cannot_close_an_address(
    north: Actor, north_admin: Opened, south_admin: Opened
) -> None:
    north_admin.post("/settings/reminders/links/calendar")
    (link,) = stored(north, list_links)
    assert south_admin.post(f"/settings/reminders/links/{link.id}/revoke").status_code == 404
    assert link.url not in south_admin.get("/settings/links").text


def test_an_employee_may_not(north_employee: Opened) -> None:
    assert north_employee.get("/settings/reminders").status_code == 403
    assert north_employee.post("/settings/reminders/schedule", **SCHEDULE).status_code == 403
    assert north_employee.post("/settings/reminders/notice").status_code == 403
    assert north_employee.post("/settings/reminders/links/status").status_code == 403


def test_of_a_webhook_only_its_host_is_shown(north: Actor, north_admin: Opened) -> None:
    secret = "https://hooks.shop.example/services/T1/B2/metka?key=metka"
    answer = north_admin.post("/settings/reminders/channels/webhook", enabled="yes", address=secret)
    assert 'value="https://hooks.shop.example/***"' in answer.text
    assert "metka" not in answer.text + north_admin.get("/settings/reminders").text
    shown = "https://hooks.shop.example/***"
    assert (
        north_admin.post("/settings/reminders/channels/webhook", enabled="no", address=shown).status_code
        == 200
    )
    assert stored(north, webhook_address) == secret
    north_admin.post("/settings/reminders/channels/webhook", enabled="yes", address=HOOK)
    assert stored(north, webhook_address) == HOOK


def webhook_address() -> str:
    return next(channel.address for channel in list_channels() if channel.code == "webhook")


def row_of(text: str, code: str) -> str:
    return text.split(f'id="channel-{code}"', 1)[1].split("</li>", 1)[0]


def test_a_channel_that_cannot_work_is_red_with_its_cure(north_admin: Opened) -> None:
    text = north_admin.get("/settings/reminders").text
    assert "v-fail" in row_of(text, "email")
    assert "почтовый сервер указывает тот" in row_of(text, "email")
    assert "v-fail" not in row_of(text, "telegram")
    assert "не включил Telegram" in row_of(text, "telegram")
    assert "ещё не проверяли" in row_of(text, "notification")


def test_a_row_says_whether_the_last_message_arrived(
    north: Actor, north_admin: Opened, run_jobs: Callable[[], int]
) -> None:
    north_admin.post("/settings/reminders/channels/notification/test")
    run_jobs()
    assert "доходит, последний раз" in row_of(north_admin.get("/settings/reminders").text, "notification")
    with portal_scope(north.portal_id):
        note_test("notification", DAY_OF_THE_STORY, "NotificationNotTaken: false")
        db.session.commit()
    row = row_of(north_admin.get("/settings/reminders").text, "notification")
    assert "не доходит" in row
    assert "Портал не принял уведомление" in row


def test_one_sentence_says_whom_we_remind_next_and_by_what(story: None, north_admin: Opened) -> None:
    sentence = north_admin.get("/settings/reminders").text.split('id="summary">', 1)[1].split("</p>", 1)[0]
    assert "Ближайшее напоминание" in sentence
    assert "(портал)" in sentence
    north_admin.post("/settings/reminders/channels/notification", enabled="no")
    assert "никому не придёт" in north_admin.get("/settings/reminders").text


def test_a_role_that_nobody_holds_names_who_stands_in(story: None, north: Actor, north_admin: Opened) -> None:
    planned = north_admin.get("/settings/reminders").text.split('id="planned"', 1)[1].split("</section>")[0]
    assert north.portal.admin.full_name in planned
    assert "Отвечает за продление" not in planned
