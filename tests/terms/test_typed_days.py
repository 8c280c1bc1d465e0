"""Days that people type: which are doubted, what a field says of them, and how they are asked back without loss."""

from datetime import date, timedelta

import pytest

from b24app.database import db, portal_scope
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from b24app.terms.term import Author
from b24app.terms.typed_days import DayUse, KnownOfDay, doubts_about, repaired_day
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

TODAY = date(2026, 11, 30)
END = date(2026, 12, 23)
MARINA = Author(1, "Marina")


def doubted(day: date, use: DayUse, before: date | None = None, *, answers: bool = False) -> bool:
    return bool(doubts_about(day, use, KnownOfDay(TODAY, before, answers)))


@pytest.mark.parametrize(
    ("day", "use", "before", "expected"),
    [
        (END, DayUse.MAIN, None, False),
        (date(2025, 12, 23), DayUse.MAIN, None, True),
        (date(2027, 12, 23), DayUse.MAIN, None, True),
        (date(2027, 11, 30), DayUse.MAIN, None, False),
        (date(2027, 12, 23), DayUse.MAIN, END, False),
        (date(2028, 12, 23), DayUse.MAIN, END, True),
        (date(2025, 1, 1), DayUse.MAIN, date(2025, 1, 1), False),
        (date(2027, 12, 23), DayUse.NEXT, END, False),
        (date(2027, 1, 23), DayUse.NEXT, END, False),
        (date(2028, 12, 23), DayUse.NEXT, END, True),
        (date(2026, 12, 30), DayUse.NEXT, END, True),
        (date(2026, 11, 29), DayUse.SUBSCRIPTION, None, True),
        (date(2028, 6, 1), DayUse.OTHER, None, False),
        (date(2030, 6, 1), DayUse.OTHER, None, True),
        (TODAY, DayUse.COPY, None, False),
        (date(2027, 11, 28), DayUse.COPY, None, True),
        (date(2025, 11, 28), DayUse.COPY, None, True),
        (date(2026, 11, 1), DayUse.DONE, None, False),
        (date(2025, 11, 27), DayUse.DONE, None, True),
    ],
)
def test_an_unlikely_day_is_doubted(day, use, before, expected):
    assert doubted(day, use, before) is expected


def test_a_past_end_of_a_portal_that_answers_is_told_so():
    (doubt,) = doubts_about(TODAY - timedelta(days=40), DayUse.MAIN, KnownOfDay(TODAY, answers=True))
    assert "the portal answers as a paid one" in doubt.message


def written(north: Actor, kind: str = "plan") -> date | None:
    with portal_scope(north.portal_id):
        term = find_paid_term(kind)
        return term.ends_on if term else None


@pytest.mark.parametrize(
    ("day", "use", "repaired"),
    [
        (date(2025, 12, 23), DayUse.MAIN, date(2026, 12, 23)),
        (date(2025, 1, 28), DayUse.SUBSCRIPTION, date(2027, 1, 28)),
        (date(2028, 2, 29), DayUse.MAIN, None),
        (date(2027, 11, 27), DayUse.COPY, date(2026, 11, 27)),
    ],
)
def test_a_slip_of_the_year_is_repaired(day: date, use: DayUse, repaired: date | None):
    assert repaired_day(day, use, KnownOfDay(TODAY)) == repaired


def test_the_field_says_weekday_and_distance(north_admin: Opened):
    text = north_admin.get("/typed-day", use="main", field="ends_on", ends_on="2026-12-23").text.replace(
        "\u00a0", " "
    )
    assert "среда, 23 декабря 2026 г.: через 23 дня" in " ".join(text.split())
    assert "doubt" not in text
    assert "doubt" in north_admin.get("/typed-day", use="main", field="ends_on", ends_on="2025-12-23").text
    copied = north_admin.get("/typed-day", use="copy", field="value", value="2027-11-28").text
    assert "doubt" in copied
    assert 'data-day="2026-11-28" data-sure="sure_value"' in copied


@pytest.mark.parametrize("value", ["", "2026-13-45", "завтра", "99999-01-01"])
def test_of_what_is_no_day_the_field_says_nothing(north_admin: Opened, value: str):
    assert north_admin.get("/typed-day", use="main", field="ends_on", ends_on=value).text.strip() == ""


def test_a_field_that_nobody_knows_is_answered_by_nothing(north_admin: Opened):
    assert north_admin.get("/typed-day", use="pigeon").text.strip() == ""


def test_a_term_is_judged_by_its_kind(north_admin: Opened):
    asked = {"field": "ends_on", "ends_on": "2028-11-01"}
    assert "doubt" in north_admin.get("/typed-day", use="term", kind="marketplace", **asked).text
    assert "doubt" not in north_admin.get("/typed-day", use="term", kind="site", **asked).text


def test_an_employee_is_not_answered(north_employee: Opened):
    assert (
        north_employee.get("/typed-day", use="main", field="ends_on", ends_on="2026-12-23").status_code == 403
    )


def test_an_unlikely_end_is_asked_back_and_nothing_typed_is_lost(north: Actor, north_admin: Opened):
    form = {
        "kind": "plan",
        "ends_on": "2025-12-23",
        "price": "13990",
        "note": "счёт у Ольги",
        "currency": "RUB",
    }
    answer = north_admin.post("/money/terms", **form)
    assert answer.status_code == 422
    assert 'name="repair" value="2026-12-23"' in answer.text
    assert 'name="sure_ends_on" value="2025-12-23"' in answer.text
    assert "счёт у Ольги" in answer.text
    assert written(north) is None
    assert north_admin.post("/money/terms", **form, sure_ends_on="2025-12-23").status_code == 200
    assert written(north) == date(2025, 12, 23)


def test_one_press_corrects_the_year(north: Actor, north_admin: Opened):
    form = {"kind": "plan", "ends_on": "2025-12-23", "repair": "2026-12-23"}
    assert north_admin.post("/money/terms", **form).status_code == 200
    assert written(north) == date(2026, 12, 23)


def test_a_row_says_back_what_is_typed_and_offers_the_repair(north: Actor, north_admin: Opened):
    with portal_scope(north.portal_id):
        term = set_paid_term("marketplace", date(2027, 1, 28), by=MARINA, at=DAY_OF_THE_STORY)
        db.session.commit()
    asked = {"field": "ends_on", "row": term.id}
    text = north_admin.get("/typed-day", **asked, ends_on="2026-01-28").text.replace("\u00a0", " ")
    assert "среда, 306 дней назад" in text
    assert 'name="repair" value="2027-01-28"' in text
    assert 'name="sure_ends_on" value="2026-01-28"' in text
    text = north_admin.get("/typed-day", **asked, ends_on="2027-01-29").text
    assert "repair" not in text
    assert "пятница" in text
    assert (
        north_admin.get("/typed-day", field="ends_on", row="x" * 20, ends_on="2027-01-29").status_code == 200
    )


def test_a_day_that_was_kept_as_typed_bears_a_triangle(north: Actor, north_admin: Opened):
    form = {"kind": "marketplace", "ends_on": "2025-12-23", "sure_ends_on": "2025-12-23"}
    text = north_admin.post("/money/terms", **form).text.split('id="terms"')[1].split("</table>")[0]
    assert "этот день уже прошёл" in text.lower()


def test_the_answer_counts_for_that_very_day(north: Actor, north_admin: Opened):
    form = {"kind": "plan", "ends_on": "2024-12-23", "sure_ends_on": "2025-12-23"}
    assert north_admin.post("/money/terms", **form).status_code == 422
    assert written(north) is None


def test_the_new_end_of_a_renewal_is_asked_back_when_its_year_is_off(north: Actor, north_admin: Opened):
    with portal_scope(north.portal_id):
        set_paid_term("plan", END, by=MARINA, at=DAY_OF_THE_STORY)
        db.session.commit()
    answer = north_admin.post("/renewal/renewed", ends_on="2028-12-23")
    assert answer.status_code == 422
    assert 'value="2028-12-23"' in answer.text
    assert written(north) == END
    assert north_admin.post("/renewal/renewed", ends_on="2027-12-23").status_code == 200
    assert written(north) == date(2027, 12, 23)


def test_the_wizard_asks_back_and_keeps_what_was_typed(north: Actor, north_admin: Opened):
    answer = north_admin.post("/install/date", ends_on="2025-12-23", pays_by="partner")
    assert answer.status_code == 422
    assert 'value="2025-12-23"' in answer.text
    assert written(north) is None
    form = {"ends_on": "2025-12-23", "pays_by": "partner", "sure_ends_on": "2025-12-23"}
    assert north_admin.post("/install/date", **form).status_code == 200
    assert written(north) == date(2025, 12, 23)


def test_a_copy_of_next_year_is_asked_back(north: Actor, north_admin: Opened):
    path, form = "/shop/question/ask_backup", {"outcome": "yes", "value": "2027-11-28"}
    assert north_admin.post(path, **form).status_code == 422
    assert north_admin.post(path, outcome="yes", value="2026-11-28").status_code == 200


def test_the_answered_end_of_the_subscription_becomes_its_term(north: Actor, north_admin: Opened):
    path = "/shop/question/ask_marketplace"
    assert north_admin.post(path, outcome="yes", value="01.06.2027").status_code == 200
    assert written(north, "marketplace") == date(2027, 6, 1)
    assert north_admin.post(path, outcome="yes", value="когда-нибудь").status_code == 422


def test_an_end_of_the_plan_that_differs_cannot_be_answered_as_agreeing(north: Actor, north_admin: Opened):
    with portal_scope(north.portal_id):
        set_paid_term("plan", END, by=MARINA, at=DAY_OF_THE_STORY)
        db.session.commit()
    path = "/shop/question/ask_plan_end"
    assert north_admin.post(path, outcome="yes", value="2026-12-25").status_code == 422
    assert north_admin.post(path, outcome="no", value="2026-12-25").status_code == 200
    assert north_admin.post(path, outcome="yes", value="2026-12-23").status_code == 200


def test_a_step_of_last_year_is_asked_back(north: Actor, north_admin: Opened):
    with portal_scope(north.portal_id):
        set_paid_term("plan", END, by=MARINA, at=DAY_OF_THE_STORY)
        db.session.commit()
    form = {"stage": "paid", "on": "2025-11-27", "note": "платёжка № 77"}
    answer = north_admin.post("/renewal/mark/mark_paid?open=payment", **form)
    assert answer.status_code == 422
    assert "платёжка № 77" in answer.text
    assert (
        north_admin.post("/renewal/mark/mark_paid?open=payment", **form, sure_on="2025-11-27").status_code
        == 200
    )


def test_a_webhook_that_ended_last_year_is_asked_back(north_admin: Opened):
    form = {"kind": "incoming_webhook", "name": "1С", "expires_on": "2025-12-01"}
    assert north_admin.post("/shop/register", **form).status_code == 422
    assert north_admin.post("/shop/register", **form, sure_expires_on="2025-12-01").status_code == 200


def test_the_preview_of_a_table_doubts_an_unlikely_day(north_admin: Opened):
    table = "kind;title;ends_on\nplan;;2025-12-23\nmarketplace;;2026-12-23\n"
    assert north_admin.post("/money/terms/exchange", table=table).text.count('class="doubt"') == 1
