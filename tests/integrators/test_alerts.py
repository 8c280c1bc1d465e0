"""Alerts of clients: each cause once until it was green, one message a look and person, kept in quiet hours, escalated once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from b24app.backup.proofs.model import MassLoss
from b24app.checklist.engine.check import load_checks
from b24app.database import db, portal_scope
from b24app.integrators.alerts import kept_alerts
from b24app.integrators.alerts.alert_causes import SHOP_CHECKS, AlertCause
from b24app.integrators.alerts.alert_looks import look_at_all, look_at_clients_of
from b24app.integrators.alerts.red_causes import RedCause, Watch, causes_of
from b24app.integrators.alerts.wishes import Wishes, keep_wishes
from b24app.integrators.board import ClientRow
from b24app.integrators.members import end_declaration, remove_member
from b24app.integrators.outside.api_tokens import make_token
from b24app.integrators.outside.group_feeds import make_feed
from b24app.integrators.rights import MemberRole, Right
from b24app.portals.people import note_employment
from b24app.services import services
from b24app.terms.term import Author
from tests.at_once import at_once
from tests.backup.dying_worker import Killed, dying
from tests.integrators.boards import add_client, consent
from tests.integrators.telling import Telling, change, ends, ends_on, journal

OVER = date(2026, 11, 25)
RED = {"blockers": 1, "blocking": ["pay_systems_still_on"]}
ALERTS = "client_alerts"


def wants(telling: Telling, user_id: int, **wishes: object) -> None:
    with portal_scope(telling.own.portal_id):
        keep_wishes(user_id, Wishes(**wishes))
        db.session.commit()


def test_the_checks_of_each_cause_are_there() -> None:
    assert {code for codes in SHOP_CHECKS.values() for code in codes} <= set(load_checks())


@pytest.mark.parametrize(
    ("seen", "cause", "words"),
    [
        (RED, AlertCause.PAYMENT, "не работает оплата"),
        ({"blockers": 1, "blocking": ["delivery_active"]}, AlertCause.DELIVERY, "не работает доставка"),
        ({"blockers": 1, "blocking": ["cash_registers_work"]}, AlertCause.CASH, "не работает касса"),
        ({"access": "refused"}, AlertCause.DARK, "портал не отвечает"),
        ({"access": "lost"}, AlertCause.DARK, "портал не отвечает"),
        ({"ends_on": OVER, "pay_by": OVER}, AlertCause.UNPAID, "срок прошёл, оплаты нет"),
        (
            {"answered_at": datetime(2026, 11, 27, tzinfo=UTC)},
            AlertCause.SWEEP,
            "больше двух суток без проверки",
        ),
    ],
)
def test_each_cause_is_told_at_once(
    app: Flask, telling: Telling, seen: dict[str, object], cause: AlertCause, words: str
) -> None:
    client = add_client(app, 1, telling.own.portal_id, **seen)
    telling.looks()
    assert telling.open == [(client, cause)]
    (note,) = telling.notes()
    assert f"Клиент 1: {words}" in note


def test_a_mass_loss_is_told_until_people_have_decided(app: Flask, telling: Telling) -> None:
    client = add_client(app, 1, telling.own.portal_id)
    with portal_scope(client):
        now = services().clock.now()
        db.session.add(MassLoss(kind="items", entity="deal", lost=90, before=100, since=now, found_at=now))
        db.session.commit()
    telling.looks()
    assert "пропало сразу много записей" in telling.notes()[0]
    with portal_scope(client):
        db.session.query(MassLoss).one().closed_at = services().clock.now()
        db.session.commit()
    telling.looks(1)
    assert telling.open == []


def test_a_silence_is_told_when_it_stays(app: Flask, telling: Telling) -> None:
    client = add_client(app, 1, telling.own.portal_id, access="silent", access_since=services().clock.now())
    telling.looks()
    assert telling.open == []
    telling.looks(31)
    assert telling.open == [(client, AlertCause.DARK)]


def test_a_look_tells_each_person_in_one_message(app: Flask, telling: Telling) -> None:
    for number in range(5):
        add_client(app, number, telling.own.portal_id, access="refused", **RED)
    telling.looks()
    (note,) = telling.notes()
    assert note.startswith("[B]Клиенты, у которых что-то случилось: 5[/B]")
    assert note.count("портал не отвечает") == 5
    assert len(telling.alerts) == 10


def test_nothing_is_told_twice_until_it_was_green(app: Flask, telling: Telling) -> None:
    client = add_client(app, 1, telling.own.portal_id, access="refused")
    for _ in range(3):
        telling.looks(5)
    assert len(telling.notes()) == 1
    change(client, access="")
    telling.looks(5)
    assert telling.open == [(client, AlertCause.DARK)]
    change(client, access="refused")
    telling.looks(5)
    assert len(telling.notes()) == 1
    change(client, access="alive", answered_at=services().clock.now())
    telling.looks(5)
    change(client, access="refused")
    telling.looks(5)
    assert (len(telling.alerts), len(telling.notes())) == (2, 2)


def test_a_client_that_cannot_be_read_keeps_no_other_from_its_alerts(app: Flask, telling: Telling) -> None:
    broken, other = (add_client(app, n, telling.own.portal_id, access="refused") for n in (1, 2))
    telling.looks()
    assert telling.open == [(broken, AlertCause.DARK), (other, AlertCause.DARK)]

    def causes(row: ClientRow, watch: Watch) -> Iterator[RedCause]:
        if row.client_id == broken:
            raise RuntimeError("unreadable")
        yield from causes_of(row, watch)

    change(other, access="alive")
    third = add_client(app, 3, telling.own.portal_id, access="refused")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept_alerts, "causes_of", causes)
        telling.looks(5)
    assert telling.open == [(broken, AlertCause.DARK), (third, AlertCause.DARK)]
    telling.looks(5)
    assert telling.open == [(broken, AlertCause.DARK), (third, AlertCause.DARK)]


def test_what_could_not_be_checked_is_not_green(app: Flask, telling: Telling) -> None:
    client = add_client(app, 1, telling.own.portal_id, **RED)
    telling.looks()
    change(client, blockers=None, blocking=[])
    telling.looks(5)
    assert telling.open == [(client, AlertCause.PAYMENT)]


def test_who_looks_after_a_client_is_told_and_nobody_else(app: Flask, telling: Telling) -> None:
    first, second = (add_client(app, n, telling.own.portal_id, access="refused") for n in (1, 2))
    telling.joins(MemberRole.MANAGER)
    telling.cares(first)
    telling.looks()
    assert ["Клиент 1" in one for one in telling.notes(telling.manager)] == [True]
    assert ["Клиент 2" in one for one in telling.notes()] == [True]
    assert "Клиент 2" not in telling.notes(telling.manager)[0]
    assert journal(first) == [("/clients/alerts", telling.manager.id)]
    assert journal(second) == [("/clients/alerts", telling.owner.id)]


def test_an_accountant_is_told_of_money_alone(app: Flask, telling: Telling) -> None:
    client = add_client(app, 1, telling.own.portal_id, access="refused", ends_on=OVER, pay_by=OVER)
    telling.joins(MemberRole.ACCOUNTANT)
    telling.cares(client)
    telling.looks()
    assert ["оплаты нет" in one for one in telling.notes(telling.manager)] == [True]
    assert "не отвечает" not in telling.notes(telling.manager)[0]
    assert "не отвечает" in telling.notes()[0]


def test_what_a_client_has_not_given_is_not_told(app: Flask, telling: Telling) -> None:
    terms = frozenset({Right.TERMS})
    add_client(app, 1, telling.own.portal_id, terms, **RED)
    checks = frozenset({Right.CHECKS})
    add_client(app, 2, telling.own.portal_id, checks, ends_on=OVER, pay_by=OVER)
    telling.looks()
    assert (telling.open, telling.notes()) == ([], [])


class TestQuietHours:
    """Kept until the morning; what has healed by then is not told."""

    def at_night(self, telling: Telling) -> None:
        telling.at(datetime(2026, 11, 30, 20, 0, tzinfo=UTC))  # 23:00 in Moscow

    def test_a_night_is_told_in_one_message_in_the_morning(self, app: Flask, telling: Telling) -> None:
        self.at_night(telling)
        for number in (1, 2):
            add_client(app, number, telling.own.portal_id, access="refused")
            telling.looks(5)
        assert (len(telling.open), telling.notes()) == (2, [])
        telling.at(datetime(2026, 12, 1, 6, 1, tzinfo=UTC))
        telling.looks()
        (note,) = telling.notes()
        assert note.count("портал не отвечает") == 2

    def test_what_healed_in_the_night_is_never_told(self, app: Flask, telling: Telling) -> None:
        self.at_night(telling)
        client = add_client(app, 1, telling.own.portal_id, access="refused")
        telling.looks()
        telling.at(datetime(2026, 12, 1, 6, 1, tzinfo=UTC))
        change(client, access="alive", answered_at=services().clock.now())
        telling.looks()
        assert (telling.open, telling.notes()) == ([], [])

    def test_a_message_that_could_not_leave_rests_too(self, app: Flask, telling: Telling) -> None:
        add_client(app, 1, telling.own.portal_id, access="refused")
        look_at_clients_of(telling.own.portal_id)
        self.at_night(telling)
        telling.sends()
        assert (telling.notes(), telling.states(ALERTS)) == ([], ["waiting"])
        telling.at(datetime(2026, 12, 1, 6, 30, tzinfo=UTC))
        telling.sends()
        assert len(telling.notes()) == 1


class TestBeforeItLeaves:
    """What a message says is judged when it leaves."""

    @pytest.fixture
    def kept(self, app: Flask, telling: Telling) -> int:
        """The client of a message that is kept and not sent."""
        client = add_client(app, 1, telling.own.portal_id, access="refused")
        look_at_clients_of(telling.own.portal_id)
        db.session.commit()
        assert telling.states(ALERTS) == ["waiting"]
        return client

    def over(self, telling: Telling) -> bool:
        telling.sends()
        return (telling.notes(), telling.states(ALERTS)) == ([], ["replaced"])

    def test_a_consent_that_ended_takes_its_client_out(self, telling: Telling, kept: int) -> None:
        ends(kept)
        assert self.over(telling)
        assert journal(kept) == []

    def test_what_is_green_again_is_not_sent(self, telling: Telling, kept: int) -> None:
        change(kept, access="alive")
        with portal_scope(telling.own.portal_id):
            look_at_clients_of(telling.own.portal_id)
        assert self.over(telling)

    def test_a_person_who_was_removed_gets_nothing(self, telling: Telling, kept: int) -> None:
        telling.joins(MemberRole.OWNER)
        with portal_scope(telling.own.portal_id):
            remove_member(telling.owner.id, at=services().clock.now())
            db.session.commit()
        assert self.over(telling)
        assert kept

    def test_a_person_who_was_dismissed_gets_nothing(self, telling: Telling, kept: int) -> None:
        with portal_scope(telling.own.portal_id):
            note_employment(telling.owner.id, active=False, at=services().clock.now())
            db.session.commit()
        telling.sends()
        assert telling.notes() == []
        assert kept

    def test_a_narrowed_role_is_narrow_at_once(self, telling: Telling, kept: int) -> None:
        telling.joins(MemberRole.OWNER)
        telling.joins(MemberRole.MANAGER, telling.owner)
        assert self.over(telling)
        assert kept

    def test_no_name_lies_in_the_outbox(self, telling: Telling, kept: int) -> None:
        from b24app.reminders.model import Delivery

        with portal_scope(telling.own.portal_id):
            (message,) = db.session.scalars(db.select(Delivery.message)).all()
        assert "Клиент" not in str(message).replace("Клиенты", "")
        assert kept

    def test_one_of_several_is_left_out_alone(self, app: Flask, telling: Telling) -> None:
        first, _ = (add_client(app, n, telling.own.portal_id, access="refused") for n in (1, 2))
        look_at_clients_of(telling.own.portal_id)
        ends(first)
        telling.sends()
        (note,) = telling.notes()
        assert ("Клиент 1" in note, "Клиент 2" in note) == (False, True)


class TestUnread:
    """After hours without an opening the owners are told, once."""

    @pytest.fixture
    def client(self, app: Flask, telling: Telling) -> int:
        client = add_client(app, 1, telling.own.portal_id, access="refused")
        telling.joins(MemberRole.MANAGER)
        telling.cares(client)
        telling.looks()
        assert (len(telling.notes(telling.manager)), telling.notes()) == (1, [])
        return client

    def test_it_goes_to_the_owners_once(self, telling: Telling, client: int) -> None:
        telling.looks(239)
        assert telling.notes() == []
        for _ in range(3):
            telling.looks(2)
        (note,) = telling.notes()
        assert "никто не открыл" in note
        assert len(telling.notes(telling.manager)) == 1
        assert [one.escalated for one in telling.tellings] == [False, True]
        assert client

    def test_who_has_opened_the_list_has_seen_it(self, telling: Telling, client: int) -> None:
        page = telling.own.opens(user=telling.manager).get("/clients/alerts")
        assert "Клиент 1" in page.text
        telling.looks(300)
        assert telling.notes() == []
        assert client

    def test_who_has_opened_the_client_has_seen_it(self, telling: Telling, client: int) -> None:
        from b24app.integrators.consents import list_consents

        with portal_scope(client):
            code = list_consents()[0].code
        telling.world.clock.advance(minutes=1)
        assert telling.own.opens(user=telling.manager).get(f"/clients/{code}/open").status_code == 200
        telling.looks(300)
        assert telling.notes() == []
        assert telling.tellings[0].seen_at is not None

    def test_a_program_with_the_key_of_a_person_is_not_the_person(
        self, app: Flask, telling: Telling, client: int
    ) -> None:
        by, now = Author(telling.manager.id, "1С"), services().clock.now()
        with portal_scope(telling.own.portal_id):
            key, _ = make_token("1С", ["portals:read", "findings:read"], 90, by=by, at=now)
            feed, _ = make_feed(None, 90, by=by, at=now)
            db.session.commit()
        telling.world.clock.advance(minutes=1)
        program, headers = app.test_client(), {"Authorization": f"Bearer {key}"}
        for path in ("/api/v1/portals", "/api/v1/findings", f"/feeds/{feed}.csv"):
            assert program.get(path, headers=headers).status_code == 200
        assert len(journal(client)) == 4
        telling.looks(300)
        assert len(telling.notes()) == 1

    def test_when_the_person_is_gone_the_owners_are_told_at_once(self, telling: Telling, client: int) -> None:
        with portal_scope(telling.own.portal_id):
            remove_member(telling.manager.id, at=services().clock.now())
            db.session.commit()
        telling.looks(1)
        assert len(telling.notes()) == 1
        assert client

    def test_a_clock_that_ran_ahead_holds_nothing_for_ever(self, telling: Telling, client: int) -> None:
        telling.world.clock.advance(days=-3)
        telling.at(services().clock.now().replace(hour=9))
        telling.looks()
        assert [one.escalated for one in telling.tellings] == [False, True]
        assert client


class TestOnce:
    """Killed or done by two at once: one alert, one message."""

    @pytest.mark.cases
    def test_killed_at_any_commit_it_is_told_once(self, app: Flask, telling: Telling) -> None:
        number, died = 0, True
        while died:
            number += 1
            add_client(app, number, telling.own.portal_id, access="refused")
            try:
                with dying(app, telling.world, "commit", number) as countdown:
                    look_at_clients_of(telling.own.portal_id)
            except Killed:
                db.session.remove()
            died = countdown.died
            for _ in range(2):
                telling.looks(1)
            assert sum(f"Клиент {number}:" in one for one in telling.notes()) == 1, number
        assert number > 2

    def test_two_workers_at_once_tell_once(self, app: Flask, telling: Telling) -> None:
        add_client(app, 1, telling.own.portal_id, access="refused")
        own_id = telling.own.portal_id
        at_once(app, *[lambda: look_at_clients_of(own_id)] * 2)
        telling.looks(1)
        assert (len(telling.alerts), len(telling.notes())) == (1, 1)


def test_a_consent_that_ended_closes_what_was_red(app: Flask, telling: Telling) -> None:
    client = add_client(app, 1, telling.own.portal_id, access="refused")
    telling.looks()
    ends(client)
    assert "Клиент 1" not in telling.own.opens().get("/clients/alerts").text
    telling.looks(1)
    assert [one.end for one in telling.alerts] == ["hidden"]
    assert "Клиент 1" not in telling.own.opens().get("/clients/alerts").text


def test_a_consent_that_ends_soon_is_told_to_who_looks_after_the_client(app: Flask, telling: Telling) -> None:
    client = add_client(app, 1, telling.own.portal_id)
    telling.joins(MemberRole.MANAGER)
    telling.cares(client)
    ends_on(client, services().clock.now() + timedelta(days=13))
    telling.looks()
    assert ["доступ заканчивается" in one for one in telling.notes(telling.manager)] == [True]
    assert telling.notes() == []


def test_who_wants_no_alerts_leaves_them_to_the_owners(app: Flask, telling: Telling) -> None:
    client = add_client(app, 1, telling.own.portal_id, access="refused")
    telling.joins(MemberRole.MANAGER)
    telling.cares(client)
    wants(telling, telling.manager.id, alerts_on=False)
    telling.looks()
    assert (telling.notes(telling.manager), len(telling.notes())) == ([], 1)


def test_two_integrators_of_one_client_have_alerts_of_their_own(
    app: Flask, telling: Telling, north, world
) -> None:
    from tests.integrators.boards import declare

    client = add_client(app, 1, telling.own.portal_id, access="refused")
    declare(north)
    consent(client, north.portal_id, frozenset({Right.TERMS}))
    assert look_at_all() == 2
    telling.run_jobs()
    assert len(telling.alerts) == 1
    other = Telling(world, north, telling.run_jobs)
    assert len(other.alerts) == 1
    assert (len(telling.notes()), len(other.notes())) == (1, 1)


def test_a_portal_that_is_no_integrators_any_more_is_told_nothing(app: Flask, telling: Telling) -> None:
    add_client(app, 1, telling.own.portal_id, access="refused")
    look_at_clients_of(telling.own.portal_id)
    with portal_scope(telling.own.portal_id):
        end_declaration(services().clock.now())
        db.session.commit()
    telling.sends()
    look_at_clients_of(telling.own.portal_id)  # to end what was open
    telling.sends()
    assert telling.notes() == []
    assert look_at_all() == 0


def test_more_clients_take_no_more_statements(app: Flask, telling: Telling) -> None:
    from tests.statements import statements

    for number in range(30):
        add_client(app, number, telling.own.portal_id)
    with statements() as few:
        look_at_clients_of(telling.own.portal_id)
    for number in range(30, 60):
        add_client(app, number, telling.own.portal_id)
    with statements() as many:
        look_at_clients_of(telling.own.portal_id)
    assert len(many) <= len(few) + 1
