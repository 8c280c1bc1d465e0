"""The answer of «Terms and money» in every state of the renewal, in a browser's words."""

from datetime import date, timedelta

import pytest

from b24app.database import db, portal_scope
from b24app.renewal.case_changes import activate_case, give_up_case, mark_stage, open_case
from b24app.terms.paid_terms import find_paid_term, mark_pending, set_paid_term
from b24app.terms.profile import change_profile
from b24app.terms.term import Author
from tests.actors import Actor
from tests.conftest import DAY_OF_THE_STORY

MARINA, TODAY, END = Author(1, "Марина"), DAY_OF_THE_STORY.date(), date(2026, 12, 23)


def head(north: Actor) -> str:
    """The answer, without markup."""
    text = north.opens().get("/money").text.replace("\u00a0", " ")
    part = text.split('id="answer"')[1].split("</section>")[0]
    return " ".join(part.replace('<span class="t-num">', "").replace("</span>", "").split())


def write_end(north: Actor, end: date = END, **values: object) -> None:
    with portal_scope(north.portal_id):
        set_paid_term("plan", end, by=MARINA, at=DAY_OF_THE_STORY, **values)
        db.session.commit()


def test_without_a_date_it_is_asked_for(north: Actor) -> None:
    assert "До какого дня оплачен тариф?" in head(north)


@pytest.mark.parametrize(
    ("left", "words"),
    [(23, "Оплатите тариф до 18 декабря"), (2, "Оплатите тариф картой до 2 декабря"), (0, "Оплатите тариф")],
)
def test_before_the_end_it_says_by_when_to_pay(north: Actor, left: int, words: str) -> None:
    write_end(north, TODAY + timedelta(days=left))
    assert words in head(north)


def test_with_autopay_the_card_is_to_be_checked(north: Actor) -> None:
    write_end(north, autopay=True)
    assert "Деньги спишутся с карты до 23 декабря" in head(north)


def test_in_grace_and_after_it(north: Actor) -> None:
    write_end(north, TODAY - timedelta(days=3))
    assert "льготные дни — до" in head(north)
    with portal_scope(north.portal_id):
        set_paid_term("plan", TODAY - timedelta(days=40), by=MARINA, at=DAY_OF_THE_STORY)
        db.session.commit()
    assert "Впишите новую дату" in head(north)  # the portal answers as a paid one


def test_paid_is_not_asked_to_pay_again(north: Actor) -> None:
    write_end(north)
    with portal_scope(north.portal_id):
        case = open_case(find_paid_term("plan"), DAY_OF_THE_STORY)
        mark_stage(case.id, "paid", by=MARINA, at=DAY_OF_THE_STORY, on=TODAY)
        db.session.commit()
    text = head(north)
    assert "Продление оплачено" in text
    assert "Оплатите" not in text
    assert "Цену впишите" not in text


def test_bought_ahead_asks_for_the_new_end_when_the_old_one_is_over(north: Actor) -> None:
    write_end(north, TODAY - timedelta(days=1))
    with portal_scope(north.portal_id):
        mark_pending(find_paid_term("plan").id, TODAY, by=MARINA, at=DAY_OF_THE_STORY)
        db.session.commit()
    assert "До какого дня оплачено теперь?" in head(north)


def test_renewed_and_given_up_say_so(north: Actor) -> None:
    write_end(north)
    with portal_scope(north.portal_id):
        case = open_case(find_paid_term("plan"), DAY_OF_THE_STORY)
        give_up_case(case.id, "закрываемся", by=MARINA, at=DAY_OF_THE_STORY)
        db.session.commit()
    assert "Решили не продлевать" in head(north)
    with portal_scope(north.portal_id):
        activate_case(case.id, date(2027, 12, 23), by=MARINA, at=DAY_OF_THE_STORY, on=TODAY)
        db.session.commit()
    assert "Продлено до 23 декабря 2027" in head(north)


def test_a_licence_is_called_a_licence(north: Actor) -> None:
    with portal_scope(north.portal_id):
        change_profile(by=MARINA, at=DAY_OF_THE_STORY, edition="on_premise")
        set_paid_term("on_premise", END, by=MARINA, at=DAY_OF_THE_STORY)
        db.session.commit()
    assert "Оплатите лицензию до" in head(north)
