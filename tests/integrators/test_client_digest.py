"""The digest of Monday: one for each person and week of his own zone, never after that Monday, about what he may see when it leaves."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import LargeBinary, bindparam, delete, select, text

from b24app.database import db, portal_scope
from b24app.integrators.alerts.digest_lines import digest_lines
from b24app.integrators.alerts.model import ClientAlert
from b24app.integrators.alerts.week_messages import is_monday, span_of, write_digests
from b24app.integrators.alerts.wishes import Wishes, keep_wishes
from b24app.integrators.audit import list_lines
from b24app.integrators.members import MemberSeat, find_seat, remove_member
from b24app.integrators.outside.model import SignInAddress
from b24app.integrators.outside.sign_in_links import forget_address
from b24app.integrators.rights import MemberRole, Right
from b24app.jobs.model import JobRow
from b24app.portals.model import Person, Portal
from b24app.portals.people import note_employment
from b24app.reminders.channels import NothingLeft, Recipient
from b24app.reminders.channels.telegram.links import make_code, use_code
from b24app.reminders.late_writing import write_late
from b24app.reminders.model import Delivery, Reminder
from b24app.reminders.packed_messages import unpack
from b24app.services import services
from b24app.text.translation import Translator
from tests.actors import Actor
from tests.at_once import at_once
from tests.backup.dying_worker import Killed, dying
from tests.integrators.boards import add_client, declare
from tests.integrators.telling import Telling, change, ends, ends_on, journal, plain

TODAY = date(2026, 11, 30)
WEDNESDAY = datetime(2026, 12, 2, 7, 0, tzinfo=UTC)
NEXT_MONDAY = datetime(2026, 12, 7, 6, 5, tzinfo=UTC)
WEEK = "client_digest"


def seat_of(telling: Telling, user_id: int) -> MemberSeat:
    found = find_seat(telling.own.portal_id, user_id)
    assert found is not None
    return found


def lines(telling: Telling, user_id: int | None = None) -> dict[str, str]:
    """The lines of a person, by their code, in Russian."""
    seat, say = seat_of(telling, user_id or telling.owner.id), Translator("ru").say
    with portal_scope(telling.own.portal_id):
        return {one.code: plain(say(one.text)) for one in digest_lines(seat, services().clock.now())}


def wants(telling: Telling, **wishes: object) -> None:
    with portal_scope(telling.own.portal_id):
        keep_wishes(telling.owner.id, Wishes(**wishes))
        db.session.commit()


def lives_in(telling: Telling, zone: str, user_id: int | None = None) -> None:
    with portal_scope(telling.own.portal_id):
        number = user_id or telling.owner.id
        row = db.session.scalar(select(Person).where(Person.user_id == number))
        row = row or Person(user_id=number, name="Анна", seen_at=services().clock.now())
        row.time_zone = zone
        db.session.add(row)
        db.session.commit()


def rights_told(client_id: int) -> set[str]:
    """The rights that a client's journal names."""
    db.session.expire_all()
    with portal_scope(client_id):
        return {one.right for one in list_lines(only=("looked",))}


class TestMoment:
    """When it may leave."""

    @pytest.mark.parametrize(
        "zone", ["Europe/Moscow", "Asia/Vladivostok", "America/New_York", "Pacific/Kiritimati"]
    )
    def test_nine_o_clock_of_the_persons_own_zone_opens_it_and_midnight_closes_it(self, zone: str) -> None:
        there = ZoneInfo(zone)
        nine = datetime(2026, 12, 7, 9, tzinfo=there)
        moments = (
            nine - timedelta(seconds=1),
            nine,
            nine + timedelta(hours=14, minutes=59),
            nine + timedelta(hours=15),
        )
        assert [is_monday(one, there) for one in moments] == [False, True, True, False]

    @pytest.mark.parametrize("day", [date(2026, 3, 30), date(2026, 10, 26)])
    def test_summer_time_that_began_or_ended_the_day_before_moves_nothing(self, day: date) -> None:
        berlin = ZoneInfo("Europe/Berlin")
        begins, over = span_of(day, berlin)
        assert (begins.hour, begins.date(), over.date()) == (9, day, day + timedelta(days=1))
        assert is_monday(datetime.combine(day, begins.timetz()).astimezone(UTC), berlin)


def test_each_person_gets_one_in_a_week(app: Flask, telling: Telling) -> None:
    add_client(app, 1, telling.own.portal_id, act_on=TODAY)
    telling.joins(MemberRole.VIEWER)
    assert telling.digests() == 2
    for minutes in (5, 60, 300):
        telling.world.clock.advance(minutes=minutes)
        assert telling.digests() == 0
    assert (len(telling.notes()), len(telling.notes(telling.manager))) == (1, 1)
    telling.at(NEXT_MONDAY)
    telling.own.opens()
    assert telling.digests() == 2


def test_a_zone_that_changes_on_monday_brings_no_second_one(app: Flask, telling: Telling) -> None:
    add_client(app, 1, telling.own.portal_id, act_on=TODAY)
    lives_in(telling, "Asia/Vladivostok")
    assert telling.digests() == 1
    lives_in(telling, "Europe/Kaliningrad")
    telling.world.clock.advance(hours=2)
    assert telling.digests() == 0
    assert len(telling.notes()) == 1


def test_one_that_was_kept_waits_for_nine_where_its_reader_is_now(app: Flask, telling: Telling) -> None:
    add_client(app, 1, telling.own.portal_id, act_on=TODAY)
    lives_in(telling, "Asia/Vladivostok")
    write_digests()
    lives_in(telling, "Atlantic/Azores")
    telling.sends()
    assert (telling.notes(), telling.states(WEEK)) == ([], ["waiting"])
    telling.at(datetime(2026, 11, 30, 10, 30, tzinfo=UTC))
    telling.sends()
    assert len(telling.notes()) == 1


def test_on_wednesday_nothing_is_sent_as_if_it_were_monday(app: Flask, telling: Telling) -> None:
    add_client(app, 1, telling.own.portal_id, act_on=TODAY)
    write_digests()
    assert telling.states(WEEK) == ["waiting"]
    telling.at(WEDNESDAY)
    telling.sends()
    assert (telling.notes(), telling.states(WEEK)) == ([], ["replaced"])
    assert telling.digests() == 0


def test_a_worker_that_was_away_all_monday_sends_none(app: Flask, telling: Telling) -> None:
    add_client(app, 1, telling.own.portal_id, act_on=TODAY)
    telling.at(WEDNESDAY)
    assert (telling.digests(), telling.notes()) == (0, [])


def test_a_clock_that_jumps_a_week_and_back_sends_each_week_once(app: Flask, telling: Telling) -> None:
    add_client(app, 1, telling.own.portal_id, act_on=TODAY)
    now = services().clock.now()
    telling.at(NEXT_MONDAY)
    write_digests()
    telling.at(now)
    assert telling.digests() == 1
    assert len(telling.notes()) == 1
    assert sorted(telling.states(WEEK)) == ["sent", "waiting"]
    telling.at(NEXT_MONDAY)
    telling.own.opens()
    telling.world.clock.advance(hours=4)
    assert telling.digests() == 0
    telling.sends()
    assert telling.states(WEEK).count("sent") == 2


@pytest.mark.cases
@pytest.mark.parametrize("moment", ["commit", "before", "after"])
def test_killed_at_any_moment_there_is_one(app: Flask, telling: Telling, moment: str) -> None:
    add_client(app, 1, telling.own.portal_id, act_on=TODAY)
    number, died = 0, True
    while died:
        number += 1
        try:
            with dying(app, telling.world, moment, number) as countdown:
                write_digests()
                db.session.commit()
                telling.run_jobs()
        except Killed:
            db.session.remove()
            db.session.execute(
                delete(JobRow)
            )  # of a dead worker: what waits is found by the job of every minute
            db.session.commit()
        died = countdown.died
        for _ in range(8):
            telling.world.clock.advance(minutes=2)
            telling.digests()
            telling.sends()
        assert len(telling.notes()) == 1, number
        with portal_scope(telling.own.portal_id):
            assert db.session.query(Reminder).filter_by(code=WEEK).count() == 1
            db.session.query(Reminder).filter_by(code=WEEK).delete()
            db.session.commit()
        for row in telling.own.portal.tables["notification"].all():
            telling.own.portal.tables["notification"].delete(row["ID"])
        telling.at(datetime(2026, 11, 30, 6, 40, tzinfo=UTC) + timedelta(minutes=20 * number))


def test_two_workers_at_once_keep_one(app: Flask, telling: Telling) -> None:
    add_client(app, 1, telling.own.portal_id, act_on=TODAY)
    at_once(app, *[write_digests] * 2)
    telling.sends()
    assert (len(telling.states(WEEK)), len(telling.notes())) == (1, 1)


class TestLines:
    """What the lines say, by the board's own views."""

    def test_a_week_in_seven_lines(self, app: Flask, telling: Telling) -> None:
        own = telling.own.portal_id
        add_client(app, 1, own, act_on=TODAY, act_reason="pay")
        paid = {"money": "paid", "amount": Decimal(83880), "amount_from": "invoice", "act_on": None}
        add_client(app, 2, own, **paid)
        broken = add_client(app, 3, own, blockers=1, broke_count=1, broke=[], act_on=None)
        add_client(app, 4, own, date_state="unknown", act_on=None)
        last = add_client(app, 5, own, act_on=None)
        ends_on(last, services().clock.now() + timedelta(days=5))
        add_client(app, 6, own, access="refused", act_on=None)
        with portal_scope(own):
            now = services().clock.now()
            healed = ClientAlert(client_id=broken, cause="dark", opened_at=now, ended_at=now, end="green")
            db.session.add(healed)
            db.session.commit()
        found = lines(telling)
        assert list(found) == ["act", "money", "broke", "no_date", "consents", "dark", "healed"]
        assert found["act"] == (
            "Действовать на этой неделе: 2 клиента. Клиент 3 до 30 ноября 2026 г. (сломалось), "
            "Клиент 1 до 30 ноября 2026 г. (оплатить)."
        )
        assert found["money"].endswith("1 клиент. Клиент 2. Всего 83 880 ₽.")
        assert found["broke"] == "Сломалось за неделю: 1 клиент. Клиент 3."
        assert found["consents"].endswith("1 клиент. Клиент 5 (5 декабря 2026 г.).")
        assert found["dark"] == "Портал не отвечает: 1 клиент. Клиент 6."
        assert found["healed"] == "Починили за неделю: 1 клиент."

    def test_no_total_is_told_while_one_sum_is_unknown(self, app: Flask, telling: Telling) -> None:
        own = telling.own.portal_id
        add_client(app, 1, own, money="paid", amount=Decimal(100))
        add_client(app, 2, own, money="paid", amount=None)
        assert "Всего" not in lines(telling)["money"]

    def test_many_clients_are_named_in_part(self, app: Flask, telling: Telling) -> None:
        for number in range(9):
            add_client(app, number, telling.own.portal_id, date_state="unknown", act_on=None)
        assert lines(telling)["no_date"].endswith("и ещё 2.")

    def test_a_manager_reads_of_his_own_clients(self, app: Flask, telling: Telling) -> None:
        mine, _ = (add_client(app, n, telling.own.portal_id, act_on=TODAY) for n in (1, 2))
        telling.joins(MemberRole.MANAGER)
        telling.cares(mine)
        found = lines(telling, telling.manager.id)
        assert ("Клиент 1" in found["act"], "Клиент 2" in found["act"]) == (True, False)

    def test_an_accountant_reads_of_money_alone(self, app: Flask, telling: Telling) -> None:
        own = telling.own.portal_id
        add_client(app, 1, own, act_on=TODAY, money="invoice", access="refused", amount=Decimal(100))
        telling.joins(MemberRole.ACCOUNTANT)
        assert list(lines(telling, telling.manager.id)) == ["invoice"]

    def test_what_was_not_given_stands_in_no_line(self, app: Flask, telling: Telling) -> None:
        add_client(
            app, 1, telling.own.portal_id, frozenset({Right.CHECKS}), act_on=TODAY, date_state="unknown"
        )
        assert lines(telling) == {}


class TestAtTheMomentOfSending:
    def test_a_consent_that_ended_meanwhile_is_not_in_it(self, app: Flask, telling: Telling) -> None:
        gone, stays = (add_client(app, n, telling.own.portal_id, act_on=TODAY) for n in (1, 2))
        write_digests()
        ends(gone)
        telling.sends()
        (note,) = telling.notes()
        assert ("Клиент 1" in note, "Клиент 2" in note, "1 клиент" in note) == (False, True, True)
        assert journal(gone) == []
        assert journal(stays) == [("/clients/digest", telling.owner.id)]

    def test_each_journal_names_the_rights_by_which_it_was_told_and_no_others(
        self, app: Flask, telling: Telling
    ) -> None:
        checks, every = frozenset({Right.CHECKS}), frozenset(Right)
        seen = {"broke_count": 1, "access": "refused", "money": "invoice", "date_state": "unknown"}
        narrow, whole = (
            add_client(app, number, telling.own.portal_id, rights, **seen)
            for number, rights in enumerate((checks, every))
        )
        write_digests()
        telling.sends()
        assert rights_told(narrow) == {"", "see_checks"}
        assert rights_told(whole) == {"", "see_checks", "see_terms"}

    @pytest.mark.parametrize("end", ["removed", "dismissed", "switched off"])
    def test_a_person_who_is_none_any_more_gets_none(self, app: Flask, telling: Telling, end: str) -> None:
        add_client(app, 1, telling.own.portal_id, act_on=TODAY)
        user = telling.joins(MemberRole.VIEWER)
        write_digests()
        with portal_scope(telling.own.portal_id):
            if end == "removed":
                remove_member(user.id, at=services().clock.now())
            elif end == "dismissed":
                note_employment(user.id, active=False, at=services().clock.now())
            else:
                keep_wishes(user.id, Wishes(digest_on=False))
            db.session.commit()
        telling.sends()
        assert (telling.notes(user), len(telling.notes())) == ([], 1)

    def test_what_happened_meanwhile_stands_in_it(self, app: Flask, telling: Telling) -> None:
        client = add_client(app, 1, telling.own.portal_id, act_on=None)
        write_digests()
        change(client, access="refused")
        telling.sends()
        assert "Портал не отвечает: 1 клиент" in telling.notes()[0]

    def test_a_quiet_week_says_so_in_one_line(self, app: Flask, telling: Telling) -> None:
        add_client(app, 1, telling.own.portal_id, act_on=None)
        telling.digests()
        (note,) = telling.notes()
        assert "На этой неделе делать ничего не нужно" in note

    def test_a_quiet_week_may_be_left_out(self, app: Flask, telling: Telling) -> None:
        add_client(app, 1, telling.own.portal_id, act_on=None)
        wants(telling, empty_on=False)
        telling.digests()
        assert (telling.notes(), telling.states(WEEK)) == ([], ["replaced"])

    def test_without_a_client_nothing_is_claimed(self, telling: Telling) -> None:
        telling.digests()
        assert "Клиентов пока нет" in telling.notes()[0]

    def test_quiet_hours_hold_it_until_they_end(self, app: Flask, telling: Telling) -> None:
        add_client(app, 1, telling.own.portal_id, act_on=TODAY)
        wants(telling, quiet_from=8, quiet_to=12)
        telling.digests()
        assert telling.notes() == []
        telling.at(datetime(2026, 11, 30, 9, 30, tzinfo=UTC))
        telling.sends()
        assert len(telling.notes()) == 1

    def test_a_message_that_nobody_can_write_is_not_sent_without_words(
        self, app: Flask, telling: Telling
    ) -> None:
        from b24app.reminders import late_writing
        from b24app.reminders.channels import MessageUnreadable

        add_client(app, 1, telling.own.portal_id, act_on=TODAY)
        write_digests()
        with portal_scope(telling.own.portal_id):
            message = unpack("notification", db.session.scalars(select(Delivery.message)).one())
        known = dict(late_writing._WRITERS)
        late_writing._WRITERS.clear()
        try:
            with pytest.raises(MessageUnreadable):
                write_late(message, Recipient("1"), "notification")
        finally:
            late_writing._WRITERS.update(known)


class TestWays:
    """By mail to a confirmed address alone, by Telegram without a name."""

    @pytest.fixture(autouse=True)
    def posted(self, app: Flask) -> Iterator[None]:
        here = app.extensions["services"]
        post = {
            "smtp_url": SecretStr("smtp://127.0.0.1:9"),
            "mail_from": "renewal@renewal.example",
            "telegram_token": SecretStr("123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"),
        }
        app.extensions["services"] = replace(here, settings=here.settings.model_copy(update=post))
        yield
        app.extensions["services"] = here

    def address(self, telling: Telling, *, confirmed: bool) -> None:
        now = services().clock.now()
        with portal_scope(telling.own.portal_id):
            row = SignInAddress(
                user_id=telling.owner.id, email="anna@step.example", email_digest="d", code="c", asked_at=now
            )
            row.confirmed_at = now if confirmed else None
            db.session.add(row)
            db.session.commit()

    def kept(self, telling: Telling) -> dict[str, str]:
        db.session.expire_all()
        with portal_scope(telling.own.portal_id):
            rows = db.session.execute(
                select(Delivery.channel, Delivery.recipient)
                .join(Reminder, Reminder.id == Delivery.reminder_id)
                .where(Reminder.code == WEEK)
            )
            return {row.channel: row.recipient for row in rows}

    @pytest.mark.parametrize("confirmed", [True, False])
    def test_a_letter_goes_to_a_confirmed_address_alone(
        self, app: Flask, telling: Telling, confirmed: bool
    ) -> None:
        add_client(app, 1, telling.own.portal_id, act_on=TODAY)
        self.address(telling, confirmed=confirmed)
        write_digests()
        assert self.kept(telling).get("email") == ("anna@step.example" if confirmed else None)

    def test_an_address_that_was_forgotten_meanwhile_gets_nothing(self, app: Flask, telling: Telling) -> None:
        add_client(app, 1, telling.own.portal_id, act_on=TODAY)
        self.address(telling, confirmed=True)
        write_digests()
        with portal_scope(telling.own.portal_id):
            row = db.session.scalars(select(Delivery).where(Delivery.channel == "email")).one()
            message, to = unpack("email", row.message), Recipient(row.recipient)
            assert write_late(message, to, "email").lines
            forget_address(telling.owner.id)
            with pytest.raises(NothingLeft):
                write_late(message, to, "email")

    def test_a_way_that_is_not_wanted_is_not_used(self, app: Flask, telling: Telling) -> None:
        add_client(app, 1, telling.own.portal_id, act_on=TODAY)
        self.address(telling, confirmed=True)
        wants(telling, by_portal=False)
        write_digests()
        assert set(self.kept(telling)) == {"email"}

    def test_a_way_that_was_switched_off_meanwhile_is_not_used(self, app: Flask, telling: Telling) -> None:
        add_client(app, 1, telling.own.portal_id, act_on=TODAY)
        self.links_telegram(telling)
        write_digests()
        wants(telling, by_telegram=False)
        with portal_scope(telling.own.portal_id):
            rows = {row.channel: row for row in db.session.scalars(select(Delivery))}
            assert rows["telegram"].recipient == rows["notification"].recipient
            for code, row in rows.items():
                message, to = unpack(code, row.message), Recipient(row.recipient)
                if code == "notification":
                    assert write_late(message, to, code).lines
                else:
                    with pytest.raises(NothingLeft):
                        write_late(message, to, code)

    def links_telegram(self, telling: Telling) -> None:
        with portal_scope(telling.own.portal_id):
            now = services().clock.now()
            use_code(make_code(telling.owner.id, "Анна", now), "77", now)
            db.session.commit()

    def test_telegram_is_told_counts_and_no_name(self, app: Flask, telling: Telling) -> None:
        add_client(app, 1, telling.own.portal_id, act_on=TODAY)
        self.links_telegram(telling)
        write_digests()
        assert self.kept(telling)["telegram"] == str(telling.owner.id)
        with portal_scope(telling.own.portal_id):
            row = db.session.scalars(select(Delivery).where(Delivery.channel == "telegram")).one()
            message = write_late(unpack("telegram", row.message), Recipient(row.recipient), "telegram")
        assert "Клиент 1" in " ".join(message.lines)
        assert "Клиент 1" not in message.brief
        assert "В приложении и в письме: 1 строка" in plain(message.brief)
        assert telling.own.host not in message.brief


def test_the_language_is_that_of_the_portal(app: Flask, telling: Telling) -> None:
    add_client(app, 1, telling.own.portal_id, act_on=TODAY)
    db.session.get_one(Portal, telling.own.portal_id).language = "en"
    db.session.commit()
    telling.digests()
    assert "Act this week: 1 client" in telling.notes()[0]


def test_an_integrator_whose_row_cannot_be_read_keeps_no_other_from_its_digest(
    app: Flask, telling: Telling, north: Actor
) -> None:
    add_client(app, 1, telling.own.portal_id, act_on=TODAY)
    declare(north)
    junk = text("UPDATE portal SET application_token = :junk WHERE id = :id")
    db.session.execute(junk.bindparams(bindparam("junk", b"junk", LargeBinary)), {"id": north.portal_id})
    db.session.commit()
    db.session.expire_all()
    assert write_digests() == 1
