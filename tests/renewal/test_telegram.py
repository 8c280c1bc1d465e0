"""Telegram: a chat linked by a start code, what is said there, whose errors end it, and one poller at a time."""

import re
import socket
import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from b24app.database import db, every_portal, portal_scope
from b24app.portals.model import InstallStatus, Portal
from b24app.portals.people import note_employment
from b24app.reminders import model
from b24app.reminders.channels import Message, PersonDismissed, Recipient, explain_failure, hand_over_freely
from b24app.reminders.channels.telegram import polling
from b24app.reminders.channels.telegram.bot_api import (
    Bot,
    BotAway,
    BotBusy,
    BotRefused,
    BotUnanswered,
    ChatClosed,
    MessageRefused,
    PollTaken,
    call,
    operator_bot,
    refusal,
)
from b24app.reminders.channels.telegram.links import find_link, list_links, make_code, set_quiet
from b24app.reminders.channels.telegram.polling import bot_state, poll_bot
from b24app.reminders.channels.telegram.texts import wakes_at
from b24app.reminders.dispatch import open_dispatcher, sender_for
from b24app.reminders.outbox import list_deliveries
from b24app.reminders.outside_addresses import reach_outside
from b24app.reminders.recipients import recipients
from b24app.reminders.reminder_jobs import remind_portal
from b24app.reminders.reminder_settings import get_channel
from b24app.renewal.renewal_stages import Role
from b24app.renewal.situation_reading import set_role
from b24app.services import services
from b24app.settings import Settings
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.profile import change_profile
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY
from tests.renewal.bot_server import (
    BAD_TOKEN,
    BLOCKED,
    CONFLICT,
    NO_CHAT,
    TOKEN,
    BotServer,
    bot_servers,
    telegram,
)
from tests.terms.conftest import AT, MARINA

__all__ = ["bot_servers", "telegram"]

CODE = re.compile(r"https://t\.me/renewal_test_bot\?start=([\w-]+)")
PANEL = "/settings/reminders/telegram"
CHAT = "77"


@pytest.fixture
def settings(settings: Settings, telegram: BotServer) -> Settings:
    bot = {"telegram_token": SecretStr(TOKEN), "telegram_api": telegram.url, "allow_local_portals": True}
    return settings.model_copy(update=bot)


@pytest.fixture
def shop(north: Actor) -> Actor:
    """A plan that ends on 23 December, with names that must not be said."""
    with portal_scope(north.portal_id):
        change_profile(by=MARINA, at=AT, portal_name="Тёплая сторона")
        set_paid_term("plan", date(2026, 12, 23), by=MARINA, at=AT)
        set_role(Role.RESPONSIBLE, user_id=1, name="Марина Ковалёва", email="marina@north.example")
        db.session.commit()
    return north


def poll(rounds: int = 2) -> None:
    """A worker asks so many times; its clock moves a second with every look at it."""
    seconds = iter(range(1000))
    poll_bot(rounds + 0.5, lambda: next(seconds))


def code_for(actor: Actor, user_id: int = 1, name: str = "Марина Ковалёва") -> str:
    with portal_scope(actor.portal_id):
        code = make_code(user_id, name, services().clock.now())
        db.session.commit()
    return code


def link(actor: Actor, telegram: BotServer, chat: int = 77, user_id: int = 1) -> None:
    telegram.writes(f"/start {code_for(actor, user_id)}", chat)
    poll()


def linked(actor: Actor, user_id: int = 1) -> bool:
    db.session.rollback()
    with portal_scope(actor.portal_id):
        found = find_link(user_id)
    return found is not None and found.linked


def send(actor: Actor, code: str = "days_left", user_id: int = 1) -> None:
    letter = Message(
        "north:key", "1:term", "Осталось 14 дней: Тёплая сторона", ("Оплатите 83 880 ₽.", "Ответственная Марина."),
        link=f"https://{actor.host}/marketplace/", link_text="Открыть", outside="https://renewal.example/status/x",
        outside_text="Если портал не открывается", code=code,
    )  # fmt: skip
    with portal_scope(actor.portal_id):
        dispatcher = open_dispatcher(db.session.get_one(Portal, actor.portal_id))
        sender_for(dispatcher)("telegram", letter, Recipient(str(user_id), "Марина"), hand_over_freely)


def answer_once(server: socket.socket, answer: bytes) -> None:
    """A Bot API that answers whoever asks first, with these headers and body, and hangs up."""
    asking, _address = server.accept()
    with asking:
        asking.recv(65536)
        asking.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + answer)


class TestLinking:
    def test_a_start_code_links_the_chat_of_the_person_who_asked_for_it(
        self, shop: Actor, telegram: BotServer
    ) -> None:
        link(shop, telegram)
        assert linked(shop)
        assert telegram.said[0][0] == CHAT
        assert "Готово" in telegram.said[0][1]

    def test_a_code_is_used_once(self, shop: Actor, telegram: BotServer) -> None:
        code = code_for(shop)
        telegram.writes(f"/start {code}", 77)
        telegram.writes(f"/start {code}", 88)
        poll()
        with portal_scope(shop.portal_id):
            assert [one.chat for one in list_links()] == [CHAT]
        assert "Код не подходит" in telegram.said[1][1]

    def test_a_wrong_code_links_nothing(self, shop: Actor, telegram: BotServer) -> None:
        code_for(shop)
        telegram.writes("/start nobody-made-this")
        telegram.writes("/start", 78)
        poll()
        assert not linked(shop)
        assert "Код не подходит" in telegram.said[0][1]
        assert "откройте приложение" in telegram.said[1][1]

    def test_a_code_ends_in_an_hour(self, shop: Actor, telegram: BotServer) -> None:
        code = code_for(shop)
        shop.portal.world.clock.advance(seconds=3601)
        telegram.writes(f"/start {code}")
        poll()
        assert not linked(shop)
        assert "Код не подходит" in telegram.said[0][1]

    def test_a_newer_code_ends_the_one_before(self, shop: Actor, telegram: BotServer) -> None:
        old, _ = code_for(shop), code_for(shop)
        telegram.writes(f"/start {old}")
        poll()
        assert not linked(shop)

    def test_groups_are_passed_over(self, shop: Actor, telegram: BotServer) -> None:
        telegram.writes(f"/start {code_for(shop)}", -5, "group")
        poll()
        assert not linked(shop)
        assert telegram.said == []

    def test_a_code_of_one_portal_says_nothing_in_another(
        self, shop: Actor, south: Actor, telegram: BotServer
    ) -> None:
        link(shop, telegram)
        assert linked(shop)
        assert not linked(south)
        with portal_scope(south.portal_id):
            assert list_links() == ()

    def test_neither_code_nor_chat_lies_open_in_the_database(self, shop: Actor, telegram: BotServer) -> None:
        code = code_for(shop)
        with every_portal():
            row = db.session.scalars(select(model.TelegramLink)).one()
            assert code not in (row.code, row.mark)
        link(shop, telegram)
        stored = db.session.execute(db.text("select chat, mark from telegram_link")).one()
        assert CHAT.encode() not in bytes(stored[0])
        assert CHAT not in stored[1][:3]


class TestThePage:
    def test_a_chat_may_be_linked_from_the_page(self, north_admin: Opened) -> None:
        assert 'hx-post="/settings/reminders/telegram/code"' in north_admin.get("/settings/reminders").text

    def test_a_link_is_made_followed_and_seen(self, north_admin: Opened, telegram: BotServer) -> None:
        poll(1)
        text = north_admin.post(f"{PANEL}/code").text
        found = CODE.search(text)
        assert found is not None
        assert "hx-trigger" in text
        telegram.writes(f"/start {found[1]}")
        poll()
        text = north_admin.get(PANEL).text
        assert CODE.search(text) is None
        assert f'hx-post="{PANEL}/' in text

    def test_a_bot_that_was_never_asked_is_said(self, north_admin: Opened) -> None:
        text = north_admin.post(f"{PANEL}/code").text
        assert CODE.search(text) is None
        assert "ещё не ответил" in text

    def test_an_administrator_ends_a_link_and_another_portal_cannot(
        self, shop: Actor, north_admin: Opened, south_admin: Opened, telegram: BotServer
    ) -> None:
        link(shop, telegram)
        with portal_scope(shop.portal_id):
            number = list_links()[0].id
        assert south_admin.post(f"{PANEL}/{number}/unlink").status_code == 404
        assert linked(shop)
        assert north_admin.post(f"{PANEL}/{number}/unlink").status_code == 200
        assert not linked(shop)

    def test_quiet_hours_are_kept_and_wrong_ones_come_back(
        self, shop: Actor, north_admin: Opened, south_admin: Opened, telegram: BotServer
    ) -> None:
        link(shop, telegram)
        with portal_scope(shop.portal_id):
            number = list_links()[0].id
        hours = {"chat_quiet_from": "23", "chat_quiet_to": "7"}
        assert north_admin.post(f"{PANEL}/{number}/quiet", **hours).status_code == 200
        assert south_admin.post(f"{PANEL}/{number}/quiet", **hours).status_code == 404
        wrong = north_admin.post(f"{PANEL}/{number}/quiet", **hours | {"chat_quiet_from": "25"})
        assert wrong.status_code == 422
        assert 'role="alert"' in wrong.text
        db.session.rollback()
        with portal_scope(shop.portal_id):
            assert (list_links()[0].quiet_from, list_links()[0].quiet_to) == (23, 7)

    def test_an_employee_may_not(self, north_employee: Opened) -> None:
        assert north_employee.get(PANEL).status_code == 403
        assert north_employee.post(f"{PANEL}/code").status_code == 403
        assert north_employee.post(f"{PANEL}/1/unlink").status_code == 403
        assert north_employee.post(f"{PANEL}/1/quiet").status_code == 403

    def test_a_test_message_goes_to_whoever_pressed(
        self, shop: Actor, north_admin: Opened, telegram: BotServer, run_jobs: Callable[[], int]
    ) -> None:
        link(shop, telegram)
        link(shop, telegram, 88, user_id=2)
        telegram.said.clear()
        north_admin.post("/settings/reminders/channels/telegram/test")
        run_jobs()
        assert [chat for chat, _ in telegram.said] == [CHAT]
        with portal_scope(shop.portal_id):
            assert get_channel("telegram").test_error == ""


class TestWhatIsSaid:
    def test_reminders_come_without_names_sums_and_addresses(self, shop: Actor, telegram: BotServer) -> None:
        link(shop, telegram)
        telegram.said.clear()
        for code in ("days_left", "pay_last_day", "access_lost", "worse", "weekly", "of another release"):
            send(shop, code)
        texts = " ".join(text for _, text in telegram.said)
        assert len(telegram.said) == 6
        assert "Осталось 23 дня" in texts
        for word in ("Тёплая", "Марина", "83", "₽", "http", "bitrix24", "renewal.example", "тариф «"):
            assert word not in texts

    def test_a_reminder_that_falls_due_goes_to_everybody_who_has_linked(
        self, shop: Actor, telegram: BotServer, run_jobs: Callable[[], int]
    ) -> None:
        run_jobs()
        link(shop, telegram)
        telegram.said.clear()
        remind_portal(shop.portal_id)
        assert {chat for chat, _ in telegram.said} == {CHAT}
        db.session.rollback()
        with portal_scope(shop.portal_id):
            found = [one for one in list_deliveries() if one.channel == "telegram"]
        assert {one.state for one in found} == {"sent"}
        assert CHAT not in found[0].recipient

    def test_how_long_is_left_is_answered_from_what_is_stored(self, shop: Actor, telegram: BotServer) -> None:
        link(shop, telegram)
        telegram.said.clear()
        telegram.writes("сколько осталось")
        poll()
        ((chat, text),) = telegram.said
        text = text.replace("\xa0", " ")
        assert chat == CHAT
        assert "23 декабря" in text
        assert "18 декабря" in text

    def test_several_portals_are_numbered(self, shop: Actor, south: Actor, telegram: BotServer) -> None:
        link(shop, telegram)
        link(south, telegram)
        telegram.said.clear()
        telegram.writes("?")
        poll()
        ((_, text),) = telegram.said
        assert "Портал 1: Осталось" in text
        assert "Портал 2: Конец тарифа" in text

    def test_stop_ends_it(self, shop: Actor, telegram: BotServer) -> None:
        link(shop, telegram)
        telegram.writes("/stop")
        poll()
        assert not linked(shop)
        assert "больше" in telegram.said[-1][1]

    def test_it_is_never_the_only_way_outside(
        self, shop: Actor, north_admin: Opened, telegram: BotServer
    ) -> None:
        link(shop, telegram)
        send(shop)
        with portal_scope(shop.portal_id):
            assert not reach_outside().anybody
        assert "красная строка" in north_admin.get("/settings/reminders").text


class TestPeople:
    def test_a_dismissed_person_gets_nothing_any_more(self, shop: Actor, telegram: BotServer) -> None:
        link(shop, telegram, user_id=2)
        with portal_scope(shop.portal_id):
            note_employment(2, active=False, at=services().clock.now())
            db.session.commit()
        telegram.said.clear()
        with portal_scope(shop.portal_id):
            assert recipients(get_channel("telegram"), "days_left", ()) == ()
        with pytest.raises(PersonDismissed):
            send(shop, user_id=2)
        assert telegram.said == []

    def test_a_dismissed_person_who_asks_is_told_nothing(self, shop: Actor, telegram: BotServer) -> None:
        link(shop, telegram)
        with portal_scope(shop.portal_id):
            note_employment(1, active=False, at=services().clock.now())
            db.session.commit()
        telegram.said.clear()
        telegram.writes("сколько осталось")
        poll()
        assert "декабря" not in telegram.said[0][1]

    def test_with_an_erased_portal_its_links_go(self, shop: Actor, telegram: BotServer) -> None:
        link(shop, telegram)
        with portal_scope(shop.portal_id):
            db.session.get_one(Portal, shop.portal_id).status = InstallStatus.DELETED
            db.session.commit()
        telegram.said.clear()
        telegram.writes("сколько осталось")
        poll()
        assert "откройте приложение" in telegram.said[0][1]


class TestQuietHours:
    @pytest.mark.parametrize(
        ("ends", "hour", "wakes"),
        [
            (date(2026, 12, 23), 23, 8),
            (date(2026, 12, 23), 7, 8),
            (date(2026, 12, 23), 12, None),
            (date(2026, 11, 30), 23, None),
            (date(2026, 11, 20), 23, None),
        ],
    )
    def test_messages_wait_for_the_morning_but_on_the_last_day(
        self, north: Actor, ends: date, hour: int, wakes: int | None
    ) -> None:
        with portal_scope(north.portal_id):
            set_paid_term("plan", ends, by=MARINA, at=AT)
            portal = db.session.get_one(Portal, north.portal_id)
            portal.time_zone = "Europe/Moscow"
            at = DAY_OF_THE_STORY.replace(hour=(hour - 3) % 24, minute=10)
            found = wakes_at(portal, (22, 8), at)
        assert (found == at) is (wakes is None)
        if wakes is not None:
            assert found.hour == wakes

    def test_a_delivery_waits_without_an_attempt(
        self, shop: Actor, telegram: BotServer, run_jobs: Callable[[], int]
    ) -> None:
        run_jobs()
        link(shop, telegram)
        with portal_scope(shop.portal_id):
            now = services().clock.now()
            set_quiet(list_links()[0].id, (now.hour + 2) % 24, (now.hour + 6) % 24)
            db.session.commit()
        telegram.said.clear()
        remind_portal(shop.portal_id)
        db.session.rollback()
        with portal_scope(shop.portal_id):
            found = next(one for one in list_deliveries() if one.channel == "telegram")
        assert telegram.said == []
        assert (found.state, found.attempts) == ("waiting", 0)
        assert found.next_at is not None
        assert found.next_at > services().clock.now()


class TestErrors:
    @pytest.mark.parametrize(("answer", "words"), [(BLOCKED, "заблокировал"), (NO_CHAT, "больше не знает")])
    def test_a_chat_that_is_closed_ends_the_link(
        self, shop: Actor, telegram: BotServer, answer: tuple[int, str], words: str, north_admin: Opened
    ) -> None:
        link(shop, telegram)
        telegram.refuse("sendMessage", answer)
        with pytest.raises(ChatClosed):
            send(shop)
        assert not linked(shop)
        assert words in north_admin.get("/settings/reminders").text

    def test_a_bad_token_waits_and_is_named(self, shop: Actor, telegram: BotServer) -> None:
        link(shop, telegram)
        telegram.refuse("sendMessage", BAD_TOKEN)
        with pytest.raises(BotRefused) as caught:
            send(shop)
        assert caught.value.retryable
        assert linked(shop)
        telegram.refuse("getUpdates", BAD_TOKEN)
        poll()
        state = bot_state(operator_bot())
        assert explain_failure(state.error).message.startswith("Telegram does not know")

    def test_a_busy_telegram_says_how_long_to_wait(self, shop: Actor, telegram: BotServer) -> None:
        link(shop, telegram)
        telegram.refuse("sendMessage", (429, "Too Many Requests: retry after 34"))
        with pytest.raises(BotBusy) as caught:
            send(shop)
        assert caught.value.wait == timedelta(seconds=34)

    @pytest.mark.parametrize(
        ("code", "words", "kind"),
        [
            (400, "Bad Request: message text is empty", MessageRefused),
            (404, "Not Found", BotRefused),
            (409, CONFLICT[1], PollTaken),
            (502, "Bad Gateway", BotBusy),
        ],
    )
    def test_every_number_has_its_error(self, code: int, words: str, kind: type[Exception]) -> None:
        assert type(refusal({"ok": False, "error_code": code, "description": words}, code)) is kind

    @pytest.mark.parametrize(
        "answer",
        [
            b"Content-Length: 5000\r\n\r\n{",
            b"Transfer-Encoding: chunked\r\n\r\nZZZ\r\nabc",
            b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
            b"Content-Length: 200000\r\n\r\n" + b"[" * 200000,
        ],
        ids=["short", "chunk", "gzip", "deep"],
    )
    @pytest.mark.usefixtures("app", "socket_enabled")
    def test_an_answer_that_breaks_off_is_no_certain_one(self, answer: bytes) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            threading.Thread(target=answer_once, args=(server, answer), daemon=True).start()
            with pytest.raises(BotUnanswered) as caught:
                call(Bot(f"http://127.0.0.1:{server.getsockname()[1]}", TOKEN), "getMe", {})
        assert TOKEN not in repr(caught.value)

    @pytest.mark.usefixtures("app")
    def test_an_address_behind_nothing_is_away_and_holds_no_token(self) -> None:
        with pytest.raises(BotAway) as caught:
            call(Bot("http://127.0.0.1:9", TOKEN), "getMe", {})
        assert TOKEN not in str(caught.value)
        assert TOKEN not in repr(Bot("x", TOKEN))


class Killed(BaseException):
    """The process is gone."""


class TestPolling:
    def test_an_update_is_taken_once_and_confirmed(self, shop: Actor, telegram: BotServer) -> None:
        link(shop, telegram)
        assert telegram.updates == []
        poll()
        assert len(telegram.said) == 1

    def test_a_message_that_cannot_be_dealt_with_keeps_nobody_else_waiting(
        self, shop: Actor, telegram: BotServer
    ) -> None:
        telegram.writes("привет", "\ud800")  # no chat of Telegram: half of a letter
        telegram.writes(f"/start {code_for(shop)}")
        poll()
        assert linked(shop)
        assert telegram.updates == []

    @pytest.mark.usefixtures("shop")
    def test_a_second_worker_leaves_the_bot_alone(
        self, telegram: BotServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        telegram.writes("/start")
        seen: list[int] = []
        usual = polling._take_updates

        def meanwhile(*values: object) -> None:
            before = len(telegram.asked)
            poll()
            seen.append(len(telegram.asked) - before)
            usual(*values)

        monkeypatch.setattr(polling, "_take_updates", meanwhile)
        poll(1)
        assert set(seen) == {0}
        assert len(telegram.said) == 1

    def test_a_worker_killed_before_the_commit_leaves_the_update_to_the_next(
        self, shop: Actor, telegram: BotServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        telegram.writes(f"/start {code_for(shop)}")
        usual = polling._answers

        def die(one: object) -> object:
            list(usual(one))
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(polling, "_answers", die)
            with pytest.raises(Killed):
                poll()
        db.session.rollback()
        assert not linked(shop)
        shop.portal.world.clock.advance(seconds=120)
        poll()
        assert linked(shop)

    def test_a_worker_that_lost_the_lease_takes_nothing(
        self, shop: Actor, telegram: BotServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        telegram.writes(f"/start {code_for(shop)}")
        usual = polling._answers

        def robbed(one: object) -> object:
            found = list(usual(one))
            with every_portal():
                db.session.execute(db.update(model.TelegramBot).values(owner="another"))
            return found

        monkeypatch.setattr(polling, "_answers", robbed)
        poll(1)
        assert telegram.said == []
        assert not linked(shop)

    def test_after_a_quiet_week_numbers_begin_anew(self, shop: Actor, telegram: BotServer) -> None:
        link(shop, telegram)
        shop.portal.world.clock.advance(days=8)
        telegram.next_id = 5
        telegram.writes("сколько осталось")
        poll()
        assert len(telegram.said) == 2

    def test_a_conflict_is_written_down(self, telegram: BotServer, north_admin: Opened) -> None:
        telegram.refuse("getUpdates", CONFLICT)
        poll()
        assert bot_state(operator_bot()).error.startswith("TelegramPolled")
        assert "другой программе" in north_admin.get("/settings/reminders").text

    @pytest.mark.parametrize(
        ("first", "then", "said"),
        [("привет", "/start {code}", "Готово"), ("сколько", "/stop", "больше ничего не приходит")],
    )
    def test_a_chat_that_wrote_twice_is_answered_as_its_last_message_asks(
        self, shop: Actor, telegram: BotServer, first: str, then: str, said: str
    ) -> None:
        code = code_for(shop)
        if "code" not in then:
            telegram.writes(f"/start {code}")
            poll()
        telegram.said.clear()
        telegram.writes(first)
        telegram.writes(then.format(code=code))
        poll()
        ((_chat, words),) = telegram.said
        assert said in words

    @pytest.mark.usefixtures("shop")
    @pytest.mark.parametrize("number", [2**70, -5, True])
    def test_a_number_of_an_update_that_fits_nowhere_is_passed_over(
        self, telegram: BotServer, number: int
    ) -> None:
        message = {"chat": {"id": 5, "type": "private"}, "text": "привет"}
        telegram.updates.append({"update_id": number, "message": message})
        poll()
        assert telegram.said == []
        assert bot_state(operator_bot()).error == ""


class TestOff:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"telegram_token": None})

    def test_without_a_token_nothing_is_asked_and_the_operator_is_named(
        self, shop: Actor, north_admin: Opened, telegram: BotServer
    ) -> None:
        poll()
        remind_portal(shop.portal_id)
        assert telegram.asked == []
        text = north_admin.get("/settings/reminders").text
        assert "не включил Telegram" in text
        assert "/telegram/code" not in text
        assert north_admin.post(f"{PANEL}/code").status_code == 404
