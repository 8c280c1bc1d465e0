"""The days of a renewal: the ribbon, what follows when the money leaves later, changed conditions, another portal, no rights."""

import re
from datetime import date

import pytest
from sqlalchemy import delete

from b24app.database import db, portal_scope
from b24app.portals.model import AvailabilityRecord
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY


@pytest.fixture
def paid_till_23_december(north: Actor) -> None:
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 12, 23), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()


def test_without_a_date_it_asks_for_it(north_admin: Opened) -> None:
    assert "/money/terms" in north_admin.get("/renewal").text


def test_the_story_is_counted(paid_till_23_december: None, north_admin: Opened) -> None:
    text = north_admin.get("/renewal").text.replace("\u00a0", " ")
    assert "15 декабря" in text
    assert "18 декабря" in text
    assert "25 декабря" in text


def test_changed_conditions_are_kept_and_counted_anew(
    paid_till_23_december: None, north_admin: Opened
) -> None:
    form = {"route": "partner", "method": "transfer", "approval": "5", "bank": "3"}
    assert "11 декабря" in north_admin.post("/renewal/days", **form).text.replace("\u00a0", " ")
    assert "11 декабря" in north_admin.get("/renewal").text.replace("\u00a0", " ")


@pytest.mark.parametrize("wrong", [{"approval": "many"}, {"bank": "-1"}, {"route": "pigeon"}, {"method": ""}])
def test_conditions_that_make_no_sense_are_refused(
    paid_till_23_december: None, north_admin: Opened, wrong: dict[str, str]
) -> None:
    form = {"route": "partner", "method": "transfer", "approval": "5", "bank": "3"} | wrong
    assert north_admin.post("/renewal/days", **form).status_code == 422


def test_another_portal_sees_nothing_of_it(paid_till_23_december: None, south_admin: Opened) -> None:
    assert "декабря" not in south_admin.get("/renewal").text


def test_an_employee_may_not(north_employee: Opened) -> None:
    assert north_employee.get("/renewal").status_code == 403
    assert north_employee.post("/renewal/days").status_code == 403


def card_after(north: Actor, days: int, *, facts: bool = False) -> str:
    """The card so many days after 30 November; of the facts only the marks that lie ahead or have just passed."""
    north.portal.world.clock.advance(days=days)
    text = north.opens().get("/renewal").text.replace("\u00a0", " ")
    card = text[text.index('id="days"') :]
    return card[: card.index("</dl>")] if facts else card


@pytest.mark.parametrize("days", [19, 24])  # before the end and in the grace
def test_when_the_day_to_pay_has_passed_only_days_ahead_are_offered(
    paid_till_23_december: None, north: Actor, days: int
) -> None:
    text = card_after(north, days)
    facts = text[: text.index("</dl>")]
    assert not [day for day in (14, 15, 18) if f"{day} декабря" in facts]
    assert "24 декабря" in facts
    assert "6 января" in facts
    table = text[text.index("<tbody>") : text.index("</tbody>")]
    assert (
        table.index("Картой на портале")
        < table.index("Через партнёра")
        < table.index("Переводом до 24 декабря")
    )
    assert "Не знаем" in table


def test_the_ribbon_marks_the_last_day_of_a_transfer(paid_till_23_december: None, north: Actor) -> None:
    facts = card_after(north, 24, facts=True)
    assert "Запасной день для перевода" in facts
    assert "в льготные дни" in facts


def test_after_the_last_chance_only_the_card_is_left(paid_till_23_december: None, north: Actor) -> None:
    text = card_after(north, 30)
    assert "Картой на портале" in text
    assert "Переводом до" not in text
    assert "6 января" in text
    assert "откроются банки" in text


def test_after_the_day_of_the_invoice_the_card_comes_first(paid_till_23_december: None, north: Actor) -> None:
    text = card_after(north, 17)
    assert "Что ещё успеет" in text
    assert "18 декабря" in text
    assert "Счёт до" not in text


def test_an_invoice_that_was_asked_for_in_time_keeps_its_day_to_pay(
    paid_till_23_december: None, north: Actor, north_admin: Opened
) -> None:
    north_admin.post("/renewal/mark/mark_invoice_requested")
    text = card_after(north, 17)
    assert "Оплата до 18 декабря" in text
    assert "Что ещё успеет" not in text
    assert "Счёт до" not in text


def test_the_day_in_reserve_of_a_card_is_called_so(paid_till_23_december: None, north: Actor) -> None:
    north.opens().post("/renewal/days", route="portal", method="card", approval="0", bank="1")
    text = north.opens().get("/renewal/days/counted").text.replace("\u00a0", " ")
    assert re.search(r"в запас\w*,? 1 рабочий день", text)
    assert "банк, 1 рабочий день" not in text
    assert "Последний день для карты" in card_after(north, 23, facts=True).replace("последний", "Последний")


def test_a_paid_renewal_is_not_asked_for_again(
    paid_till_23_december: None, north: Actor, north_admin: Opened
) -> None:
    north_admin.post("/renewal/mark/mark_paid", way="transfer")
    text = north_admin.get("/renewal").text.replace("\u00a0", " ")
    assert "Дни до активации" in text
    assert "Если деньги не придут" in text
    assert "Оплачено: переводом" in text
    assert "Счёт до" not in text
    north_admin.post("/renewal/renewed", ends_on="2027-12-23")
    assert 'id="days"' not in north.opens().get("/renewal").text  # the comparison comes first


def test_days_that_lie_farther_away_than_the_ribbon_goes_are_listed(
    north: Actor, north_admin: Opened
) -> None:
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2027, 12, 23), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    text = north_admin.get("/renewal").text.replace("\u00a0", " ")
    assert "Оплата до 20 декабря 2027 г." in text
    assert '<li class="d-' not in text


@pytest.mark.parametrize(("ends_on", "told"), [(date(2026, 12, 19), True), (date(2026, 12, 23), False)])
def test_a_closed_last_day_is_said_with_the_day_that_is_in_time(
    north: Actor, ends_on: date, told: bool
) -> None:
    with portal_scope(north.portal_id):
        set_paid_term("plan", ends_on, by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    text = north.opens().get("/renewal/days/counted").text.replace("\u00a0", " ")
    assert ("В последний оплаченный день банки закрыты: деньги могут прийти до 18 декабря" in text) is told
    assert ("Оплата до 15 декабря" in text) is told


def test_another_way_to_pay_takes_its_own_days(paid_till_23_december: None, north_admin: Opened) -> None:
    form = {"route": "portal", "approval": "3"}
    north_admin.post("/renewal/days", **form, method="transfer", bank="5")
    text = north_admin.post("/renewal/days", **form, method="card", bank="5").text
    assert 'value="1"' in text.split('name="bank"')[1][:80]
    text = north_admin.post("/renewal/days", **form, method="transfer", bank="1").text
    assert 'value="3"' in text.split('name="bank"')[1][:80]


def test_another_country_and_other_days_of_grace_are_kept(
    paid_till_23_december: None, north_admin: Opened
) -> None:
    form = {"method": "transfer", "approval": "3", "bank": "3"}
    text = north_admin.post("/renewal/days", **form, country="kz", grace="10").text.replace("\u00a0", " ")
    assert "производственный календарь, Казахстан" in text
    assert "2 января" in text
    assert re.search(r'id="counted"\s+open>', text)
    again = north_admin.get("/renewal/days/counted").text.replace("\u00a0", " ")
    assert "Marina" not in again
    assert "записано рядом с днями" in again
    assert north_admin.post("/renewal/days", **form, country="xx").status_code == 422
    assert north_admin.post("/renewal/days", **form, grace="61").status_code == 422


@pytest.mark.parametrize("answered", [True, False])
def test_while_the_end_is_in_doubt_no_day_is_named(
    paid_till_23_december: None, north: Actor, answered: bool
) -> None:
    north.portal.world.clock.advance(days=50)
    opened = north.opens()  # which is an answer itself
    if not answered:
        forget_answers(north)
    text = opened.get("/renewal").text
    assert 'id="days"' not in text
    assert text.index("Продлили? Впишите новую дату") < text.index("Не продлили? Оплатите картой")


def forget_answers(north: Actor) -> None:
    """The portal of a shop that restored its data from a copy: no answer is known."""
    with portal_scope(north.portal_id):
        db.session.execute(delete(AvailabilityRecord))
        db.session.commit()


def test_in_the_grace_both_last_days_are_named(paid_till_23_december: None, north: Actor) -> None:
    text = card_after(north, 26)
    assert "Битрикс24 называет 7 января, считаем строже" in text[: text.index("</dl>")]
    assert "Льготные дни" not in text[: text.index("</h2>")]  # the ways are weighed first


def test_the_address_of_the_calendar_is_made_once(
    paid_till_23_december: None, north: Actor, north_admin: Opened
) -> None:
    first, second = (
        re.search(r"webcal://[^\"]+\.ics", north_admin.post("/renewal/days/feed").text) for _ in range(2)
    )
    assert first
    assert second
    assert first[0] == second[0]
    found = north_admin.client.get(first[0].removeprefix("webcal://renewal.example"))
    assert "BEGIN:VCALENDAR" in found.text


def test_the_feed_is_for_administrators(north_employee: Opened, south_admin: Opened) -> None:
    assert north_employee.post("/renewal/days/feed").status_code == 403


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("days", [0, 10, 14, 19, 24, 30])
def test_every_mark_is_told_as_a_list_too(
    paid_till_23_december: None, north: Actor, days: int, lang: str
) -> None:
    north.portal.world.clock.advance(days=days)
    text = north.opens(lang=lang).get("/renewal").text
    marks, facts = text.count("d-mark d-"), text.count('<div class="fact-')
    assert marks == facts > 0
    assert text.count('<line class="lead-') == marks


@pytest.fixture
def paid_till_a_saturday(north: Actor) -> None:
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 12, 19), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()


def test_the_fold_names_the_last_day_that_still_helps(paid_till_a_saturday: None, north: Actor) -> None:
    text = north.opens().get("/renewal").text.replace("\u00a0", " ")
    summary = text[text.index('id="later"') :].split("</summary>")[0]
    assert "до 24 декабря" in summary
    table = text[text.index('id="later"') :].split("</tbody>")[0]
    assert table.index("24 декабря") < table.index("25 декабря") < table.index("Поздно")


def test_a_term_that_ends_on_a_closed_day_says_where_its_sum_begins(
    paid_till_a_saturday: None, north: Actor
) -> None:
    text = north.opens().get("/renewal").text.replace("\u00a0", " ")
    assert "последний банковский день до конца срока" in text
    assert "деньги придут в последний день" not in text
    assert "19 декабря банки закрыты, последний банковский день — 18 декабря." in text


def test_a_term_that_ends_on_a_bank_day_says_no_such_thing(paid_till_23_december: None, north: Actor) -> None:
    text = north.opens().get("/renewal").text.replace("\u00a0", " ")
    assert "деньги придут в последний день" in text
    assert "банки закрыты, последний" not in text


def test_what_stops_is_told_in_the_order_of_its_days(paid_till_a_saturday: None, north: Actor) -> None:
    text = north.opens().get("/renewal").text.replace("\u00a0", " ")
    losses = text[text.index('id="losses"') :].split("</ul>")[0]
    days = re.findall(r">(\d+) (декабря|января)<", losses)
    assert days == sorted(days, key=lambda one: (one[1] == "января", int(one[0])))
    assert "приложения" in losses
    assert "Сканер" not in losses
