"""A dismissed responsible person counts as nobody: said on the first page, and reminders go to an administrator."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import update

from b24app.bitrix24.responses import Answer
from b24app.checklist.engine.mutes_and_owners import name_owner, owners
from b24app.database import db, portal_scope
from b24app.errors import PlanLapsed
from b24app.jobs.renewal import ask_people
from b24app.portals.model import Person
from b24app.portals.people import dismissed_ids, find_administrator, note_employment, read_accounts
from b24app.reminders import model
from b24app.reminders.outbox import list_deliveries
from b24app.reminders.recipients import people_of
from b24app.reminders.reminder_jobs import remind_portal as remind
from b24app.reminders.reminder_settings import Digest, set_channel, set_schedule
from b24app.renewal.renewal_stages import Role
from b24app.renewal.situation_reading import list_roles, set_role
from b24app.services import services
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.profile import note_license
from b24app.terms.term import Author
from sandbox.user import User
from tests.actors import Actor
from tests.portals.rows import do
from tests.terms.conftest import AT, MARINA


@pytest.fixture
def oleg(north: Actor) -> User:
    return next(user for user in north.portal.users if not user.admin and user.active)


@pytest.fixture
def shop(north: Actor, oleg: User) -> Iterator[Actor]:
    """A plan near its end; an employee is responsible for it, another one pays."""
    with portal_scope(north.portal_id):
        note_license("ru_std", AT)
        set_paid_term("plan", date(2026, 12, 23), by=MARINA, at=AT)
        set_role(Role.RESPONSIBLE, user_id=oleg.id, name="Олег Дроздов", email="oleg@north.example")
        set_schedule((30, 14, 7, 3, 1, 0), digest=Digest(on=False))
        db.session.commit()
        yield north


def told(actor: Actor) -> set[int]:
    return {row["USER_ID"] for row in actor.portal.tables["notification"].all()}


def test_nothing_is_said_of_people_before_the_portal_was_asked(shop, oleg):
    shop.portal.dismiss(oleg)
    assert "Олег Дроздов больше не работает" not in shop.opens().text
    assert list_roles()[Role.RESPONSIBLE].user_id == oleg.id


def test_a_dismissed_responsible_is_said_on_the_first_page_and_reminders_go_to_an_administrator(shop, oleg):
    shop.portal.dismiss(oleg)
    remind(shop.portal_id)
    page = shop.opens().text
    admin = shop.portal.admin
    assert told(shop) == {admin.id}
    assert "Олег Дроздов больше не работает на портале" in page
    assert f"Напоминания получает администратор: {admin.full_name}" in page
    assert "Назначить другого" in page
    assert list_roles() == {}


def test_whoever_works_is_told_and_nothing_stands_on_the_page(shop, oleg):
    remind(shop.portal_id)
    assert told(shop) == {oleg.id}
    assert "больше не работает" not in shop.opens().text


def test_a_dismissed_payer_is_replaced_by_the_responsible(shop, oleg):
    payer = next(user for user in shop.portal.users if not user.admin and user.active and user is not oleg)
    set_role(Role.PAYER, user_id=payer.id, name="Анна Седова")
    shop.portal.dismiss(payer)
    do(ask_people, shop.portal_id)
    assert [one.user_id for one in people_of((Role.PAYER,), list_roles())] == [oleg.id]
    assert "Вместо него — ответственный: Олег Дроздов" in shop.opens().text


def test_an_administrator_stands_in_beside_the_others_when_the_responsible_is_gone(shop, oleg):
    set_role(Role.PAYER, user_id=4711, name="Анна Седова")
    note_employment(oleg.id, active=False, at=AT)
    found = people_of((Role.RESPONSIBLE, Role.PAYER), list_roles())
    assert {one.user_id for one in found} == {shop.portal.admin.id, 4711}


def test_a_person_taken_back_counts_again(shop, oleg, world):
    shop.portal.dismiss(oleg)
    do(ask_people, shop.portal_id)
    assert list_roles() == {}
    oleg.active = True
    world.clock.advance(hours=7)
    do(ask_people, shop.portal_id)
    assert list_roles()[Role.RESPONSIBLE].user_id == oleg.id


def test_the_portal_is_asked_once_in_six_hours(shop, world):
    do(ask_people, shop.portal_id)
    first = world.traffic.hits
    world.clock.advance(hours=5)
    do(ask_people, shop.portal_id)
    assert world.traffic.hits == first
    world.clock.advance(hours=2)
    do(ask_people, shop.portal_id)
    assert world.traffic.hits > first


def test_a_portal_that_refuses_tells_nothing_and_reminders_go_on(shop, oleg):
    shop.portal.refuse_next("INTERNAL_SERVER_ERROR", method="batch", status=500, times=50)
    do(ask_people, shop.portal_id)
    assert dismissed_ids() == frozenset()
    shop.portal.faults.clear()
    remind(shop.portal_id)
    assert told(shop) == {oleg.id}


def test_letters_that_wait_for_a_dismissed_person_go_to_an_administrator_once(shop, oleg):
    set_channel("task", enabled=True)
    db.session.commit()
    shop.portal.refuse_next("INTERNAL_SERVER_ERROR", method="im.notify.system.add", status=500, times=50)
    remind(shop.portal_id)
    assert {line.recipient for line in list_deliveries() if line.state == "waiting"} == {str(oleg.id)}
    shop.portal.faults.clear()
    shop.portal.dismiss(oleg)
    shop.portal.world.clock.advance(hours=7)
    db.session.execute(update(model.Delivery).values(next_at=AT))
    db.session.commit()
    shop.portal.world.clock.advance(hours=18)
    remind(shop.portal_id)
    assert told(shop) == {shop.portal.admin.id}


def test_a_dismissed_administrator_does_not_stand_in(shop, oleg):
    note_employment(oleg.id, active=False, at=AT)
    note_employment(shop.portal.admin.id, active=False, at=AT)
    assert find_administrator() is None
    assert people_of((Role.RESPONSIBLE,), list_roles()) == ()


def test_who_was_an_administrator_once_does_not_stand_in(shop, oleg):
    note_employment(oleg.id, active=False, at=AT)
    db.session.execute(update(Person).values(is_admin=False))
    assert find_administrator() is None


def test_a_dismissed_owner_of_a_check_is_nobody(shop, oleg):
    name_owner(
        "pay_system_for_orders", "Олег Дроздов", oleg.id, by=Author(1, "Марина"), at=services().clock.now()
    )
    assert "pay_system_for_orders" in owners()
    shop.portal.dismiss(oleg)
    do(ask_people, shop.portal_id)
    assert owners() == {}


def test_the_settings_show_who_was_dismissed(shop, oleg):
    shop.portal.dismiss(oleg)
    do(ask_people, shop.portal_id)
    page = shop.opens().get("/settings").text
    assert "уволен на портале" in page
    assert "Олег Дроздов" in page


def test_naming_people_asks_the_portal_about_them(shop, oleg, run_jobs):
    shop.portal.dismiss(oleg)
    page = shop.opens()
    answer = page.post("/settings/people", responsible_name="Олег Дроздов", responsible_user_id=str(oleg.id))
    assert answer.status_code == 200
    run_jobs()
    assert oleg.id in dismissed_ids()


def test_dismissals_of_another_portal_are_not_ours(shop, south, oleg):
    with portal_scope(south.portal_id):
        note_employment(oleg.id, active=False, at=AT)
        db.session.commit()
    with portal_scope(shop.portal_id):
        assert dismissed_ids() == frozenset()


@pytest.mark.parametrize(
    ("result", "found"),
    [
        ([{"ID": "7", "ACTIVE": True}], True),
        ([{"ID": "7", "ACTIVE": False}], False),
        ([{"ID": 7, "ACTIVE": "N"}], False),
        ([{"ID": "8", "ACTIVE": False}], None),
        ([{"ID": "7"}], None),
        ([{"ID": "7", "ACTIVE": None}], None),
        ([{"ID": "7", "ACTIVE": []}], None),
        ([], None),
        ({}, None),
        (["7"], None),
        ("7", None),
        (None, None),
    ],
)
def test_only_the_plain_word_of_the_portal_is_a_dismissal(result, found):
    assert read_accounts(Answer(result)).get(7) is found
    assert read_accounts(PlanLapsed("x", "y")) == {}


def test_many_of_whom_a_portal_tells_nothing_do_not_hide_a_dismissed_one(shop: Actor, oleg: User):
    for number in range(oleg.id + 1000, oleg.id + 1060):  # integrators: user.get does not return them
        person = Person(user_id=number, name="Интегратор", is_admin=True, language="ru", theme="auto")
        person.time_zone, person.seen_at = "", AT
        db.session.add(person)
    set_role(Role.RESPONSIBLE, user_id=oleg.id, name="Олег Дроздов")
    set_role(Role.PAYER, user_id=oleg.id + 5000, name="Новый человек")
    shop.portal.users.append(User(oleg.id + 5000, "Новый", "Человек", active=False))
    db.session.commit()
    do(ask_people, shop.portal_id)
    assert oleg.id + 5000 in dismissed_ids()
