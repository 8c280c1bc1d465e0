"""The page of plan and money: advice, corrections, sums, the spreadsheet, and the rule of the two editions."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from b24app.checklist.engine.plan_usage import read_disk_use
from b24app.checklist.model import DiskCount
from b24app.database import db, portal_scope
from b24app.renewal.plan_money import count_money
from b24app.services import services
from b24app.settings import Settings
from b24app.terms.corrections import correct_fact
from b24app.terms.paid_terms import set_paid_term
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
    text = plain(north_admin.get("/plan").text)
    assert "43 из 50" in text
    assert "47 880" in text  # 12 × 3 990, the article's price


def test_the_month_in_which_seats_run_out_ends_its_sentence_once(story: None, north_admin: Opened) -> None:
    text = plain(north_admin.post("/plan/sums", growth_per_month="1").text)
    assert "июнь 2027." in text
    assert "г.." not in text


def test_an_on_premise_licence_is_sent_to_no_plan_of_the_cloud(story: None, north: Actor) -> None:
    with portal_scope(north.portal_id):
        change_profile(by=Author(1, "Marina"), at=DAY_OF_THE_STORY, edition="on_premise")
        db.session.commit()
    text = north.opens().get("/plan").text
    assert "Продлите лицензию коробочной версии" in text
    assert ">Рекомендуем<" not in text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ru_std", "Впишите свою цену"),
        ("kz_std", "В источниках нет цен для вашей страны"),
        ("nfr", "В лицензии не указана страна"),
    ],
)
def test_a_price_is_asked_where_no_source_names_it(story: None, north: Actor, code: str, words: str) -> None:
    north.portal.plan = code
    text = plain(north.opens().get("/plan").text)
    assert words in text
    assert ("₽" in text) is (code == "ru_std")


def test_a_portal_that_knows_nothing_still_has_a_page(north_admin: Opened) -> None:
    assert north_admin.get("/plan").status_code == 200


def test_an_own_price_replaces_the_articles(story: None, north_admin: Opened) -> None:
    form = {"subject": "std", "code": "price", "value": "6 990", "reason": "invoice 1184"}
    assert "83 880" in plain(north_admin.post("/plan/correct", **form).text)
    assert "47 880" in plain(north_admin.post("/plan/corrections/1/withdraw").text)


@pytest.mark.parametrize(
    "wrong", [{"value": "much"}, {"reason": ""}, {"code": "colour"}, {"subject": "pigeon"}]
)
def test_a_correction_without_sense_comes_back(
    story: None, north_admin: Opened, wrong: dict[str, str]
) -> None:
    form = {"subject": "std", "code": "price", "value": "6990", "reason": "invoice"} | wrong
    assert north_admin.post("/plan/correct", **form).status_code == 422


def test_downtime_is_counted_from_what_people_say(story: None, north_admin: Opened) -> None:
    text = plain(north_admin.post("/plan/sums", average_order="4350", portal_share_percent="60").text)
    assert "640 ÷ 30 × 4 350 ₽ × 60 % = 55 680 ₽" in text


@pytest.mark.parametrize("wrong", [{"average_order": "much"}, {"reserve_percent": "500"}])
def test_sums_without_sense_come_back(story: None, north_admin: Opened, wrong: dict[str, str]) -> None:
    assert north_admin.post("/plan/sums", **wrong).status_code == 422


def test_a_measure_is_written_down_by_a_person(story: None, north_admin: Opened) -> None:
    assert "91,5 из 100" in plain(north_admin.post("/plan/measure", code="disk_gb", value="91,5").text)


@pytest.mark.parametrize("wrong", [{"value": "much"}, {"value": "-1"}, {"code": "colour", "value": "1"}])
def test_a_measure_without_sense_comes_back(north_admin: Opened, wrong: dict[str, str]) -> None:
    assert north_admin.post("/plan/measure", **{"code": "disk_gb"} | wrong).status_code == 422


def test_a_move_down_says_who_is_locked_out(story: None, north_admin: Opened) -> None:
    assert "38" in north_admin.get("/plan", to="basic").text
    assert north_admin.get("/plan", to="pro100").status_code == 200


def test_the_budget_is_a_spreadsheet(story: None, north_admin: Opened) -> None:
    answer = north_admin.download("/plan/budget.xlsx", year="2027")
    sheet = load_workbook(BytesIO(answer.data), data_only=True).worksheets[0]
    assert sheet["E14"].value == pytest.approx(47880 * 1.1)


def test_there_is_no_spreadsheet_without_a_price(north: Actor, north_admin: Opened) -> None:
    with portal_scope(north.portal_id):
        note_license("ru_project", DAY_OF_THE_STORY)
        db.session.commit()
    assert north_admin.download("/plan/budget.xlsx").status_code == 422


def test_only_the_periods_that_are_sold_are_offered(story: None, north: Actor) -> None:
    periods = north.opens().get("/plan").text.split('id="periods"')[1].split("</section>")[0]
    assert re.findall(r"<td><b>(\d+)", periods) == ["1", "12"]
    with portal_scope(north.portal_id):
        change_profile(by=Author(1, "Marina"), at=DAY_OF_THE_STORY, edition="on_premise")
        correct_fact(
            "selfhosted", "price_year", "99000", reason="счёт", by=Author(1, "Marina"), at=DAY_OF_THE_STORY
        )
        db.session.commit()
    periods = north.opens().get("/plan").text.split('id="periods"')[1].split("</section>")[0]
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
    text = plain(north.opens().get("/plan").text)
    assert "67 104,60 ₽" in text
    assert "Марина, 30 ноября 2026 г." in text
    assert 'class="estimate"' not in text.split('id="budget"')[1].split("</section>")[0]


def test_vat_is_asked_until_a_person_says_it(story: None, north_admin: Opened) -> None:
    assert "в источнике не сказано" in north_admin.get("/plan").text
    form = {"subject": "std", "code": "price", "value": "6990", "reason": "счёт 1184"}
    assert "НДС: не указан" in north_admin.post("/plan/correct", **form).text
    text = north_admin.post("/plan/correct", **form, vat="included").text
    assert "НДС: включён" in text.split('id="budget"')[1].split("</section>")[0]


def test_a_price_may_name_its_own_currency(story: None, north: Actor) -> None:
    north.portal.plan = "kz_std"
    opened = north.opens()
    form = {"subject": "std", "code": "price", "value": "45000", "reason": "счёт", "currency": "kzt"}
    assert "540 000" in plain(opened.post("/plan/correct", **form).text)
    assert "₽" not in opened.get("/plan").text
    assert opened.post("/plan/correct", **form | {"currency": "тенге"}).status_code == 422


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize(
    ("orders", "average", "words", "pays"),
    [
        (640, "4350", "Простой дороже продления", "предотвратить 20,6 часа простоя"),
        (60, "665", "Сколько стоит простой", "предотвратить 60 дней простоя"),
        (1, "4350", "Сколько стоит простой", "целый год простоя стоит меньше года тарифа"),
        (10_000, "4350", "Простой дороже продления", "предотвратить 1,3 часа простоя"),
    ],
)
def test_the_heading_of_downtime_follows_the_numbers(
    north: Actor, orders: int, average: str, words: str, pays: str
) -> None:
    with portal_scope(north.portal_id):
        record_usage("orders", orders, on=TODAY, at=DAY_OF_THE_STORY)
        db.session.commit()
    text = plain(north.opens().post("/plan/sums", average_order=average, portal_share_percent="60").text)
    card = text.split('id="downtime"')[1].split("</section>")[0]
    assert words in card
    assert pays in card


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


def test_by_quarter_too(story: None, north_admin: Opened) -> None:
    assert north_admin.get("/plan", by="quarter", year="2027").status_code == 200


def test_the_marketplace_edition_shows_no_savings(story: None, north_admin: Opened) -> None:
    assert "43 092" not in plain(north_admin.get("/plan").text)


class TestTheLocalEdition:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"edition": "local"})

    @pytest.mark.usefixtures("story")
    def test_shows_the_articles_savings(self, north_admin: Opened) -> None:
        assert services().settings.edition == "local"
        assert "43 092" in plain(north_admin.get("/plan").text)  # a year less the ten per cent of the article

    @pytest.mark.usefixtures("story")
    def test_marks_every_sum_of_a_period_as_an_estimate(self, north_admin: Opened) -> None:
        periods = north_admin.get("/plan").text.split('id="periods"')[1]
        rows = periods.split("<tbody>")[1].split("</tbody>")[0]
        assert "−" in rows
        assert rows.count("₽") == rows.count('class="estimate"')
        assert "со скидкой из статьи" in rows.split("−")[1].split("</td>")[0]


def test_another_portal_sees_its_own(story: None, south_admin: Opened, north_admin: Opened) -> None:
    assert "43 из 50" not in plain(south_admin.get("/plan").text)
    north_admin.post("/plan/correct", subject="std", code="price", value="6990", reason="invoice")
    assert south_admin.post("/plan/corrections/1/withdraw").status_code == 404


def test_an_employee_may_not(north_employee: Opened) -> None:
    assert north_employee.get("/plan").status_code == 403
    assert north_employee.download("/plan/budget.xlsx").status_code == 403
