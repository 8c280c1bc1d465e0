"""Until a person has written a price in, no sum is counted from it; where a price of a source is shown, it says «estimate» beside itself."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from b24app.database import db, portal_scope
from b24app.sources import Claim
from b24app.terms.corrections import correct_fact
from b24app.terms.profile import change_profile, note_license
from b24app.terms.term import Author
from b24app.terms.usage_records import record_usage
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

MARINA = Author(1, "Marina")
MARK = 'class="estimate"'


@pytest.fixture
def shop(north: Actor) -> Actor:
    with portal_scope(north.portal_id):
        note_license("ru_std", DAY_OF_THE_STORY)
        change_profile(by=MARINA, at=DAY_OF_THE_STORY, average_order=4000, portal_share_percent=60)
        db.session.commit()
    return north


def write_price(shop: Actor, *plans: str) -> None:
    with portal_scope(shop.portal_id):
        for plan in plans:
            correct_fact(plan, "price", "5000", reason="счёт 7", by=MARINA, at=DAY_OF_THE_STORY)
        db.session.commit()


def card(text: str, name: str) -> str:
    return text.split(f'id="{name}"')[1].split("</section>", maxsplit=1)[0]


def periods(text: str) -> str:
    return text.split('id="periods"')[1].split('id="saving"', maxsplit=1)[0]


@pytest.mark.parametrize(
    ("grade", "guess"), [("A", True), ("U", True), ("P", True), ("X", True), ("H", False), ("V", True)]
)
def test_only_a_person_here_confirms_a_price(grade: str, guess: bool) -> None:
    assert Claim(1, "x", None, grade).is_estimate is guess


def test_every_sum_of_the_page_is_marked_beside_itself(shop: Actor, north_admin: Opened) -> None:
    text = north_admin.get("/money/plan").text
    assert 'id="budget"' not in text
    for part in (periods(text), card(north_admin.get("/money/rules").text, "prices")):
        assert 0 < part.count("₽") <= part.count(MARK)
    for plan in text.split('class="plan-price"')[1:]:
        head = plan.split("</p>")[0]
        assert (MARK in head) is ("₽" in head)
    assert "нет даты" in text or "без даты" in text


def test_a_price_that_a_person_wrote_is_not_marked(shop: Actor, north_admin: Opened) -> None:
    write_price(shop, "basic", "std", "pro100", "ent250")
    text = north_admin.get("/money/plan").text
    assert MARK not in card(text, "budget")
    assert MARK not in periods(text)


def test_the_step_to_a_plan_whose_price_nobody_confirmed_is_marked_and_so_is_the_total(
    shop: Actor, north_admin: Opened
) -> None:
    with portal_scope(shop.portal_id):
        record_usage("users", 43, on=DAY_OF_THE_STORY.date(), at=DAY_OF_THE_STORY)
        change_profile(by=MARINA, at=DAY_OF_THE_STORY, growth_per_month=1)
        db.session.commit()
    write_price(shop, "std")
    part = card(north_admin.get("/money").text, "budget")
    assert "с оценкой" in part
    assert "dashed-fill" in part
    assert "— оценка." in part
    write_price(shop, "pro100")
    part = card(north_admin.get("/money").text, "budget")
    assert "с оценкой" not in part
    assert "dashed-fill" not in part


def test_the_workbook_marks_its_numbers_and_keeps_them_numbers(shop: Actor, north_admin: Opened) -> None:
    def book() -> tuple[str, str]:
        answer = north_admin.download("/money/plan/budget.xlsx", year="2027")
        with ZipFile(BytesIO(answer.data)) as packed:
            return packed.read("xl/styles.xml").decode(), packed.read("xl/sharedStrings.xml").decode()

    with portal_scope(shop.portal_id):
        record_usage("users", 43, on=DAY_OF_THE_STORY.date(), at=DAY_OF_THE_STORY)
        change_profile(by=MARINA, at=DAY_OF_THE_STORY, growth_per_month=1)
        db.session.commit()
    write_price(shop, "std")
    styles, strings = book()
    assert "оценка" in styles
    assert "(оценка)" in strings
    write_price(shop, "basic", "pro100", "ent250")
    assert "(оценка)" not in book()[1].replace("«Оценка»", "")


@pytest.mark.parametrize("path", ["/renewal", "/shop/report", "/settings/reminders", "/renewal/case"])
def test_no_other_page_names_a_sum_that_nobody_wrote(shop: Actor, north_admin: Opened, path: str) -> None:
    assert "₽" not in north_admin.get(path).text
