"""The working-day calculator: a usual renewal, changed conditions, another portal, no rights."""

import re
from datetime import date

import pytest
from sqlalchemy import delete

from b24app.database import db, portal_scope
from b24app.portals.availability import note_answer
from b24app.portals.model import AvailabilityRecord
from b24app.renewal.situation_reading import set_role
from b24app.terms.paid_terms import list_paid_terms, set_paid_term
from b24app.terms.term import Author
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY


@pytest.fixture
def paid_till_23_december(north: Actor) -> None:
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 12, 23), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()


def test_without_a_date_it_asks_for_it(north_admin: Opened) -> None:
    assert "/terms" in north_admin.get("/calendar").text


def test_the_story_is_counted(paid_till_23_december: None, north_admin: Opened) -> None:
    text = north_admin.get("/calendar").text.replace("\u00a0", " ")
    assert "15 декабря" in text
    assert "18 декабря" in text
    assert "25 декабря" in text


def test_changed_conditions_are_kept_and_counted_anew(
    paid_till_23_december: None, north_admin: Opened
) -> None:
    form = {"route": "partner", "method": "transfer", "approval": "5", "bank": "3"}
    assert "11 декабря" in north_admin.post("/calendar", **form).text.replace("\u00a0", " ")
    assert "11 декабря" in north_admin.get("/calendar").text.replace("\u00a0", " ")


@pytest.mark.parametrize("wrong", [{"approval": "many"}, {"bank": "-1"}, {"route": "pigeon"}, {"method": ""}])
def test_conditions_that_make_no_sense_are_refused(
    paid_till_23_december: None, north_admin: Opened, wrong: dict[str, str]
) -> None:
    form = {"route": "partner", "method": "transfer", "approval": "5", "bank": "3"} | wrong
    assert north_admin.post("/calendar", **form).status_code == 422


def test_another_portal_sees_nothing_of_it(paid_till_23_december: None, south_admin: Opened) -> None:
    assert "декабря" not in south_admin.get("/calendar").text


def test_an_employee_may_not(north_employee: Opened) -> None:
    assert north_employee.get("/calendar").status_code == 403
    assert north_employee.post("/calendar").status_code == 403


def test_a_term_that_is_not_ours_falls_back_to_the_plan(
    paid_till_23_december: None, north: Actor, north_admin: Opened
) -> None:
    with portal_scope(north.portal_id):
        known = list_paid_terms()[0].id
    assert north_admin.get("/calendar", term=known + 100).status_code == 200


def test_each_tile_names_who_acts(paid_till_23_december: None, north: Actor, north_admin: Opened) -> None:
    people = {"responsible": "Марина Ковалёва", "payer": "Олег Дроздов", "activator": "Игорь Лапин"}
    with portal_scope(north.portal_id):
        for number, (role, name) in enumerate(people.items(), 1):
            set_role(role, user_id=number, name=name)
        db.session.commit()
    text = north_admin.get("/calendar").text
    assert all(text.count(name) == times for name, times in zip(people.values(), (2, 1, 1), strict=True))


def test_where_nobody_was_named_the_tiles_name_nobody(
    paid_till_23_december: None, north_admin: Opened
) -> None:
    assert "None" not in north_admin.get("/calendar").text


def test_another_term_is_named_and_takes_nothing_else_down(north: Actor, north_admin: Opened) -> None:
    with portal_scope(north.portal_id):
        set_paid_term("telephony", date(2026, 12, 23), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    text = north_admin.get("/calendar").text
    assert '<b class="t-sm">Телефония</b>' in text
    assert "бесплатный тариф" not in text


def tiles_after(north: Actor, days: int) -> str:
    """The answer of the calculator so many days after 30 November."""
    north.portal.world.clock.advance(days=days)
    text = north.opens().get("/calendar").text.replace("\u00a0", " ")
    return text[text.index('id="pay-by"') : text.index('id="conditions"')]


@pytest.mark.parametrize("days", [19, 24])  # before the end and in the grace
def test_when_the_day_to_pay_has_passed_only_days_ahead_are_offered(
    paid_till_23_december: None, north: Actor, days: int
) -> None:
    text = tiles_after(north, days)
    assert not [day for day in (14, 15, 18) if f"{day} декабря" in text]
    assert "24 декабря, чт" in text
    assert "6 января, ср" in text


def test_the_ribbon_marks_the_last_day_of_a_transfer(paid_till_23_december: None, north: Actor) -> None:
    north.portal.world.clock.advance(days=24)
    text = north.opens().get("/calendar").text.replace("\u00a0", " ")
    assert "Отправить до 24 декабря" in text
    assert "деньги придут в льготные дни" in text


def test_after_the_last_chance_only_the_card_is_left(paid_till_23_december: None, north: Actor) -> None:
    text = tiles_after(north, 30)
    assert "сразу после оплаты" in text
    assert "Отправить до" not in text
    assert "6 января, ср" in text


def test_after_the_day_of_the_invoice_the_card_comes_first(paid_till_23_december: None, north: Actor) -> None:
    text = tiles_after(north, 17)
    assert "Оплатите картой сегодня" in text
    assert "18 декабря" in text
    assert "Запросите счёт" not in text


def test_an_invoice_that_was_asked_for_in_time_keeps_its_day_to_pay(
    paid_till_23_december: None, north: Actor, north_admin: Opened
) -> None:
    north_admin.post("/overview/mark/mark_invoice_requested")
    text = tiles_after(north, 17)
    assert "Оплатить до 18 декабря" in text
    assert "Оплатите картой" not in text


def test_the_day_in_reserve_of_a_card_is_called_so(paid_till_23_december: None, north: Actor) -> None:
    north.opens().post("/calendar", route="portal", method="card", approval="0", bank="1")
    text = tiles_after(north, 0)
    assert re.search(r"в запас\w*,? 1 рабочий день", text)
    assert "банк, 1 рабочий день" not in text
    last = tiles_after(north, 23)
    assert "Оплатите картой сегодня" in last
    assert "запас" in last


def test_a_paid_renewal_is_not_asked_for_again(
    paid_till_23_december: None, north: Actor, north_admin: Opened
) -> None:
    north_admin.post("/overview/mark/mark_paid")
    text = north_admin.get("/calendar").text
    assert "Оплачено, ждём активации" in text
    assert "Запросите счёт до" not in text
    north_admin.post("/overview/renewed", ends_on="2027-12-23")
    text = north.opens().get("/calendar").text.replace("\u00a0", " ")
    assert "Оплачено: до активации" not in text
    assert "оплатите до 20 декабря 2027 г." in text
    assert text.count('class="axis num-') < 90


@pytest.mark.parametrize(("ends_on", "told"), [(date(2026, 12, 19), True), (date(2026, 12, 23), False)])
def test_a_closed_last_day_is_said_with_the_day_that_is_in_time(
    north: Actor, ends_on: date, told: bool
) -> None:
    with portal_scope(north.portal_id):
        set_paid_term("plan", ends_on, by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    text = north.opens().get("/calendar").text.replace("\u00a0", " ")
    assert ("В последний оплаченный день банки закрыты: деньги могут прийти до 18 декабря" in text) is told
    assert ("оплатите до 15 декабря" in text) is told


def test_another_way_to_pay_takes_its_own_days(paid_till_23_december: None, north_admin: Opened) -> None:
    form = {"route": "portal", "approval": "3"}
    north_admin.post("/calendar", **form, method="transfer", bank="5")
    text = north_admin.post("/calendar", **form, method="card", bank="5").text
    assert 'value="1"' in text.split('name="bank"')[1][:80]
    text = north_admin.post("/calendar", **form, method="transfer", bank="1").text
    assert 'value="3"' in text.split('name="bank"')[1][:80]


def test_an_end_that_the_portal_belies_asks_for_the_new_date_and_not_for_money(
    paid_till_23_december: None, north: Actor
) -> None:
    north.portal.world.clock.advance(days=50)
    with portal_scope(north.portal_id):
        note_answer(north.portal.world.clock.now())
        db.session.commit()
    text = north.opens().get("/calendar").text.replace("\u00a0", " ")
    assert "Дата под вопросом" in text
    assert "Вписать новую дату" in text
    assert "Оплатите картой" not in text


@pytest.mark.parametrize("answered", [True, False])
def test_paying_comes_second_when_it_may_have_been_renewed_elsewhere(
    paid_till_23_december: None, north: Actor, answered: bool
) -> None:
    north.portal.world.clock.advance(days=50)
    opened = north.opens()  # which is an answer itself
    if not answered:
        forget_answers(north)
    text = opened.get("/calendar").text
    answer = text[text.index('id="pay-by"') : text.index('id="conditions"')]
    assert answer.index("Вписать новую дату") < answer.index("Не продлили: оплатить")
    assert "Дата под вопросом" in answer
    assert "Оплатите картой" not in answer


def forget_answers(north: Actor) -> None:
    """The portal of a shop that restored its data from a copy: no answer is known."""
    with portal_scope(north.portal_id):
        db.session.execute(delete(AvailabilityRecord))
        db.session.commit()


def test_the_activation_has_the_same_day_as_on_the_overview(north: Actor) -> None:
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 12, 19), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    opened = north.opens()
    tile = re.search(r"Активация до.{0,400}", opened.get("/calendar").text.replace("\u00a0", " "), re.DOTALL)
    assert tile
    assert "19 декабря" in tile[0]
    steps = opened.get("/overview").text.replace("\u00a0", " ")
    assert "до 19 декабря" in steps[steps.index(">Активация") :][:300]


@pytest.mark.parametrize("days", [0, 10, 24])
def test_the_label_of_the_end_of_the_grace_stays_inside_of_the_ribbon(
    paid_till_23_december: None, north: Actor, days: int
) -> None:
    north.portal.world.clock.advance(days=days)
    text = north.opens().get("/calendar").text
    label = re.search(r"<text[^>]*>[^<]*закончатся льготные дни", text)
    assert label
    assert 'text-anchor="end"' in label[0]
    assert 'y="218"' in label[0]
    assert '<svg height="252"' in text
    beside = [tag for tag in re.findall(r'<text class="axis-strong"[^>]*>', text) if 'y="218"' in tag]
    assert [tag for tag in beside if tag in label[0]]
    starts = [float(tag.split(' x="')[1].split("%")[0]) for tag in beside if tag not in label[0]]
    assert all(start <= 22 for start in starts)  # the invoice, far from it
