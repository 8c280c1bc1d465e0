"""Plan and money: whether the plan fits, the price of the invoice, sums, the spreadsheet, and the rule of the two editions."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from b24app.checklist.engine.plan_usage import read_disk_use
from b24app.checklist.model import DiskCount
from b24app.database import db, portal_scope
from b24app.renewal.case_changes import activate_case, change_case, list_cases, open_case
from b24app.renewal.plan_money import count_money
from b24app.services import services
from b24app.settings import Settings
from b24app.terms.corrections import correct_fact
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from b24app.terms.profile import change_profile, note_license
from b24app.terms.term import Author
from b24app.terms.usage_records import record_usage
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

TODAY = DAY_OF_THE_STORY.date()


@pytest.fixture
def story(north: Actor) -> None:
    """A portal on Standard with 43 people, 78 GB and 640 orders a month."""
    with portal_scope(north.portal_id):
        note_license("ru_std", DAY_OF_THE_STORY)
        for code, value in (("users", 43), ("disk_gb", 78), ("orders", 640), ("pipelines", 4)):
            record_usage(code, value, on=TODAY, at=DAY_OF_THE_STORY)
        db.session.commit()


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_the_present_plan_is_advised(story: None, north_admin: Opened) -> None:
    text = plain(north_admin.get("/money/plan").text)
    assert "43 из 50" in text
    assert "47 880" in text  # 12 × 3 990, the article's price


def test_the_seats_say_until_which_month_they_last(story: None, end: None, north_admin: Opened) -> None:
    text = plain(north_admin.post("/money/plan/sums", growth_per_month="1").text)
    assert "Мест хватит <b>до июня</b>: занято 43 из 50, каждый месяц плюс 1." in text
    assert "Тарифа хватит до июня." in text
    seats = text.split('class="seats"')[1].split("</div>")[0]
    assert [seats.count(f"seat-{kind}") for kind in ("taken", "idle", "free", "last")] == [43, 0, 6, 1]
    assert re.findall(r'seat-(?:free|last)">([^<]+)', seats) == [
        "дек",
        "янв",
        "фев",
        "мар",
        "апр",
        "май",
        "июн",
    ]


@pytest.mark.parametrize(
    ("users", "words"),
    [(50, "Свободных мест нет"), (53, "Не хватает мест: <b>3</b>"), (0, "Мест <b>хватает</b>")],
)
def test_the_seats_are_said_however_many_are_taken(story: None, north: Actor, users: int, words: str) -> None:
    with portal_scope(north.portal_id):
        record_usage("users", users, on=TODAY, at=DAY_OF_THE_STORY)
        record_usage("idle_users", min(users, 2), on=TODAY, at=DAY_OF_THE_STORY)
        db.session.commit()
    text = plain(north.opens().get("/money").text)
    assert words in text
    assert ("давно не заходили: 2" in text) is (users > 0)


def test_with_many_seats_the_picture_is_a_bar(story: None, north: Actor) -> None:
    with portal_scope(north.portal_id):
        note_license("ru_ent250", DAY_OF_THE_STORY)
        record_usage("users", 143, on=TODAY, at=DAY_OF_THE_STORY)
        db.session.commit()
    north.portal.plan = "ru_ent250"
    text = north.opens().get("/money").text
    assert "занято 143 из 250" in plain(text)
    assert 'class="seats"' not in text


def test_what_has_no_limit_is_named_and_not_drawn(story: None, north_admin: Opened) -> None:
    text = plain(north_admin.get("/money").text)
    assert "Диск: 78 из 100 ГБ" in text
    assert "Не сравниваем, предела нет в источниках: Воронки сделок" in text


def test_an_on_premise_licence_is_sent_to_no_plan_of_the_cloud(story: None, north: Actor) -> None:
    with portal_scope(north.portal_id):
        change_profile(by=Author(1, "Marina"), at=DAY_OF_THE_STORY, edition="on_premise")
        db.session.commit()
    text = north.opens().get("/money/plan").text
    assert "Ниже — облачные тарифы, только для сравнения" in text or "только для сравнения" in text
    assert ">Рекомендуем<" not in text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ru_std", "Цены"),
        ("kz_std", "В источниках нет цен для вашей страны"),
        ("nfr", "В лицензии не указана страна"),
    ],
)
def test_a_price_is_asked_where_no_source_names_it(story: None, north: Actor, code: str, words: str) -> None:
    north.portal.plan = code
    text = plain(north.opens().get("/money/rules").text)
    assert words in text
    assert ("₽" in text) is (code == "ru_std")


def test_a_portal_that_knows_nothing_still_has_a_page(north_admin: Opened) -> None:
    assert north_admin.get("/money/plan").status_code == 200


def test_an_own_price_replaces_the_articles(story: None, north_admin: Opened) -> None:
    form = {"subject": "std", "code": "price", "value": "6 990", "reason": "invoice 1184"}
    assert "83 880" in plain(north_admin.post("/money/plan/correct", **form).text)
    assert "83 880" not in plain(north_admin.post("/money/plan/corrections/1/withdraw").text)


@pytest.mark.parametrize(
    "wrong", [{"value": "much"}, {"reason": ""}, {"code": "colour"}, {"subject": "pigeon"}]
)
def test_a_correction_without_sense_comes_back(
    story: None, north_admin: Opened, wrong: dict[str, str]
) -> None:
    form = {"subject": "std", "code": "price", "value": "6990", "reason": "invoice"} | wrong
    assert north_admin.post("/money/plan/correct", **form).status_code == 422


def test_downtime_is_counted_from_what_people_say(story: None, north_admin: Opened) -> None:
    text = plain(north_admin.post("/money/plan/sums", average_order="4350", portal_share_percent="60").text)
    assert "640 ÷ 30 × 4 350 ₽ × 60 % = 55 680 ₽" in text


@pytest.mark.parametrize("wrong", [{"average_order": "much"}, {"reserve_percent": "500"}])
def test_sums_without_sense_come_back(story: None, north_admin: Opened, wrong: dict[str, str]) -> None:
    assert north_admin.post("/money/plan/sums", **wrong).status_code == 422


def test_a_measure_is_written_down_by_a_person(story: None, north_admin: Opened) -> None:
    assert "91,5 из 100" in plain(north_admin.post("/money/plan/measure", code="disk_gb", value="91,5").text)


@pytest.mark.parametrize("wrong", [{"value": "much"}, {"value": "-1"}, {"code": "colour", "value": "1"}])
def test_a_measure_without_sense_comes_back(north_admin: Opened, wrong: dict[str, str]) -> None:
    assert north_admin.post("/money/plan/measure", **{"code": "disk_gb"} | wrong).status_code == 422


def test_a_move_down_says_who_is_locked_out(story: None, north_admin: Opened) -> None:
    assert "38" in north_admin.get("/money/plan", to="basic").text
    assert north_admin.get("/money/plan", to="pro100").status_code == 200


def test_the_budget_is_a_spreadsheet(story: None, north_admin: Opened) -> None:
    north_admin.post("/money/price", **PRICE)
    answer = north_admin.download("/money/plan/budget.xlsx", year="2027")
    sheet = load_workbook(BytesIO(answer.data), data_only=True).worksheets[0]
    assert sheet["F14"].value == pytest.approx(83880 * 1.1)


def test_without_an_invoice_there_is_no_budget_and_no_spreadsheet(story: None, north_admin: Opened) -> None:
    text = plain(north_admin.get("/money").text)
    assert "Впишите цену из счёта" in text
    assert 'id="budget"' not in text
    assert "47 880" not in text
    assert north_admin.download("/money/plan/budget.xlsx").status_code == 422


PRICE = {"amount": "83 880", "months": "12", "invoice_number": "1362"}


@pytest.fixture
def end(north: Actor) -> None:
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 12, 23), by=Author(1, "Марина"), at=DAY_OF_THE_STORY)
        db.session.commit()


def test_the_price_of_the_invoice_is_what_the_page_says_to_pay(
    story: None, end: None, north: Actor, north_admin: Opened
) -> None:
    assert 'Оплатите тариф <span class="t-num">до 18 декабря</span>' in plain(north_admin.get("/money").text)
    text = plain(north_admin.post("/money/price", **PRICE).text)
    assert 'Оплатите <span class="t-num">83 880 ₽</span> до 18 декабря' in text
    assert "счёт № 1362" in text
    assert "Бюджет на 2027 год" in text
    with portal_scope(north.portal_id):
        (case,) = list_cases()
        assert (case.amount, case.period_months, case.invoice_number, case.currency) == (
            83880,
            12,
            "1362",
            "RUB",
        )


def test_the_sum_that_stands_with_the_renewal_is_the_price_here_too(
    story: None, end: None, north: Actor
) -> None:
    with portal_scope(north.portal_id):
        case = open_case(find_paid_term("plan"), DAY_OF_THE_STORY)
        change_case(case.id, amount=Decimal(90000), currency="RUB", period_months=12, invoice_number="7")
        db.session.commit()
    text = plain(north.opens().get("/money").text)
    assert "90 000 ₽" in text
    assert "счёт № 7" in text


def test_last_years_price_is_an_estimate_and_counts_nowhere(
    story: None, end: None, north: Actor, north_admin: Opened
) -> None:
    north_admin.post("/money/price", **PRICE)
    with portal_scope(north.portal_id):
        activate_case(
            list_cases()[0].id, date(2027, 12, 23), by=Author(1, "Марина"), at=DAY_OF_THE_STORY, on=TODAY
        )
        db.session.commit()
    assert (
        'id="budget"' in north.opens().get("/money").text
    )  # the invoice that was just paid is the price of the year
    north.portal.world.clock.advance(days=350)
    opened = north.opens()
    text = plain(opened.get("/money").text)
    assert "≈ 83 880 ₽" in text
    assert 'class="estimate"' in text.split("≈ 83 880 ₽")[1][:80]
    assert 'id="budget"' not in text
    assert opened.download("/money/plan/budget.xlsx").status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "much"},
        {"amount": "0"},
        {"months": "7"},
        {"months": "year"},
        {"vat": "some"},
        {"invoice_number": "9" * 61},
    ],
)
def test_a_price_without_sense_comes_back(
    story: None, end: None, north: Actor, north_admin: Opened, wrong: dict[str, str]
) -> None:
    answer = north_admin.post("/money/price", **PRICE | wrong)
    assert answer.status_code == 422
    assert 'id="budget"' not in answer.text
    with portal_scope(north.portal_id):
        assert not [case for case in list_cases() if case.amount]


def test_another_portal_and_an_employee_keep_out_of_the_price(
    story: None, end: None, north_admin: Opened, north_employee: Opened, south_admin: Opened
) -> None:
    assert north_employee.post("/money/price", **PRICE).status_code == 403
    north_admin.post("/money/price", **PRICE)
    assert "83 880" not in plain(south_admin.get("/money").text)


def test_the_price_of_another_term_enters_the_budget_and_a_missing_one_is_named(
    story: None, end: None, north: Actor, north_admin: Opened
) -> None:
    with portal_scope(north.portal_id):
        term = set_paid_term("marketplace", date(2027, 1, 28), by=Author(1, "Марина"), at=DAY_OF_THE_STORY)
        db.session.commit()
    text = plain(north_admin.post("/money/price", **PRICE).text)
    assert "Не вошли, цен нет:" in text
    form = {"ends_on": "2027-01-28", "price": "12 000", "period_months": "12"}
    text = plain(north_admin.post(f"/money/terms/{term.id}", **form).text)
    assert "Не вошли" not in text
    assert "105 468 ₽" in text  # 83 880 + 12 000 and ten per cent of both


def test_only_the_periods_that_are_sold_are_offered(story: None, north: Actor) -> None:
    periods = north.opens().get("/money/plan").text.split('id="periods"')[1].split('id="saving"')[0]
    assert re.findall(r"<td><b>(\d+)", periods) == ["1", "12"]
    with portal_scope(north.portal_id):
        change_profile(by=Author(1, "Marina"), at=DAY_OF_THE_STORY, edition="on_premise")
        correct_fact(
            "selfhosted", "price_year", "99000", reason="счёт", by=Author(1, "Marina"), at=DAY_OF_THE_STORY
        )
        db.session.commit()
    periods = north.opens().get("/money/plan").text.split('id="periods"')[1].split('id="saving"')[0]
    assert re.findall(r"<td><b>(\d+)", periods) == ["12"]
    assert "99 000" in plain(periods)


def test_a_price_of_the_terms_counts_here_with_who_wrote_it(story: None, north: Actor) -> None:
    with portal_scope(north.portal_id):
        set_paid_term(
            "plan",
            date(2026, 12, 23),
            by=Author(1, "Марина"),
            at=DAY_OF_THE_STORY,
            price=Decimal("67104.60"),
            period_months=12,
        )
        db.session.commit()
    text = plain(north.opens().get("/money").text)
    assert "67 104,60 ₽" in text
    assert "Марина, 30 ноября 2026 г." in text
    assert 'class="estimate"' not in text.split('id="budget"')[1].split("</section>")[0]


def test_vat_is_asked_until_a_person_says_it(story: None, north_admin: Opened) -> None:
    form = {"subject": "std", "code": "price", "value": "6990", "reason": "счёт 1184"}
    assert "НДС: не указан" in north_admin.post("/money/plan/correct", **form).text
    text = north_admin.post("/money/plan/correct", **form, vat="included").text
    assert "НДС: включён" in text.split('id="budget"')[1].split("</section>")[0]


def test_a_price_may_name_its_own_currency(story: None, north: Actor) -> None:
    north.portal.plan = "kz_std"
    opened = north.opens()
    form = {"amount": "45000", "months": "1", "currency": "kzt"}
    assert "540 000" in plain(opened.post("/money/price", **form).text)
    assert "₽" not in opened.get("/money/plan").text
    assert opened.post("/money/price", **form | {"currency": "тенге"}).status_code == 422
    form = {"subject": "std", "code": "price", "value": "45000", "reason": "счёт", "currency": "тенге"}
    assert opened.post("/money/plan/correct", **form).status_code == 422


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize(
    ("orders", "average", "words"),
    [
        (640, "4350", "Год тарифа — как полтора дня простоя"),
        (60, "665", "Год тарифа — как 105,1 дня простоя"),
        (30, "4660", "Год тарифа — как 30 дней простоя"),
        (29, "4350", "Сколько стоит день простоя"),
        (1200, "4350", "Год тарифа — как 19,3 часа простоя"),
    ],
)
def test_the_heading_of_downtime_follows_the_numbers(
    north: Actor, north_admin: Opened, orders: int, average: str, words: str
) -> None:
    north_admin.post("/money/price", **PRICE)
    with portal_scope(north.portal_id):
        record_usage("orders", orders, on=TODAY, at=DAY_OF_THE_STORY)
        db.session.commit()
    text = plain(
        north.opens().post("/money/plan/sums", average_order=average, portal_share_percent="60").text
    )
    card = text.split('id="downtime"')[1].split("</section>")[0]
    assert words in card
    assert ("Три дня простоя" in card) is (orders >= 30)


def test_page_and_check_count_orders_and_disk_alike(story: None, north: Actor) -> None:
    """The busiest month and the disk are one number on the page and in the checks."""
    with portal_scope(north.portal_id):
        record_usage("orders", 708, on=date(2026, 8, 1), at=DAY_OF_THE_STORY)
        db.session.add(
            DiskCount(counted_at=DAY_OF_THE_STORY, size=95 * 1024**3, files=9, folders=1, whole=True)
        )
        db.session.commit()
        money = count_money(DAY_OF_THE_STORY, TODAY)
        assert money.need["orders"] == 708
        assert money.need["disk_gb"] == read_disk_use("ru_std").in_use(DAY_OF_THE_STORY) == 95


def test_the_marketplace_edition_shows_no_savings(story: None, north_admin: Opened) -> None:
    assert "43 092" not in plain(north_admin.get("/money/plan").text)


class TestTheLocalEdition:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"edition": "local"})

    @pytest.mark.usefixtures("story")
    def test_shows_the_articles_savings(self, north_admin: Opened) -> None:
        assert services().settings.edition == "local"
        assert "43 092" in plain(
            north_admin.get("/money/plan").text
        )  # a year less the ten per cent of the article

    @pytest.mark.usefixtures("story")
    def test_marks_every_sum_of_a_period_as_an_estimate(self, north_admin: Opened) -> None:
        periods = north_admin.get("/money/plan").text.split('id="periods"')[1]
        rows = periods.split("<tbody>")[1].split("</tbody>")[0]
        assert "−" in rows
        assert rows.count("₽") == rows.count('class="estimate"')
        assert "со скидкой из статьи" in rows.split("−")[1].split("</td>")[0]


def test_another_portal_sees_its_own(story: None, south_admin: Opened, north_admin: Opened) -> None:
    assert "43 из 50" not in plain(south_admin.get("/money/plan").text)
    north_admin.post("/money/plan/correct", subject="std", code="price", value="6990", reason="invoice")
    assert south_admin.post("/money/plan/corrections/1/withdraw").status_code == 404


def test_an_employee_may_not(north_employee: Opened) -> None:
    assert north_employee.get("/money/plan").status_code == 403
    assert north_employee.download("/money/plan/budget.xlsx").status_code == 403
