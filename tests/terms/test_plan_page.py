"""The page of plan and money: advice, corrections, sums, the spreadsheet, and the rule of the two editions."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from b24app.database import db, portal_scope
from b24app.services import services
from b24app.settings import Settings
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


def test_an_on_premise_licence_is_sent_to_no_plan_of_the_cloud(story: None, north: Actor) -> None:
    with portal_scope(north.portal_id):
        change_profile(by=Author(1, "Marina"), at=DAY_OF_THE_STORY, edition="on_premise")
        db.session.commit()
    text = north.opens().get("/plan").text
    assert "Продлите лицензию коробочной версии" in text
    assert "Рекомендуем" not in text


@pytest.mark.parametrize(("code", "told"), [("ru_std", False), ("zz_std", True)])
def test_prices_in_roubles_are_said_to_be_those_of_russia(
    story: None, north: Actor, code: str, told: bool
) -> None:
    north.portal.plan = code
    assert ("только цены России, в рублях" in plain(north.opens().get("/plan").text)) is told


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
    assert "54 810" in text


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


def test_by_quarter_too(story: None, north_admin: Opened) -> None:
    assert north_admin.get("/plan", by="quarter", year="2027").status_code == 200


def test_the_marketplace_edition_shows_no_savings(story: None, north_admin: Opened) -> None:
    assert "14 364" not in plain(north_admin.get("/plan").text)


class TestTheLocalEdition:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"edition": "local"})

    @pytest.mark.usefixtures("story")
    def test_shows_the_articles_savings(self, north_admin: Opened) -> None:
        assert services().settings.edition == "local"
        assert "14 364" in plain(north_admin.get("/plan").text)


def test_another_portal_sees_its_own(story: None, south_admin: Opened, north_admin: Opened) -> None:
    assert "43 из 50" not in plain(south_admin.get("/plan").text)
    north_admin.post("/plan/correct", subject="std", code="price", value="6990", reason="invoice")
    assert south_admin.post("/plan/corrections/1/withdraw").status_code == 404


def test_an_employee_may_not(north_employee: Opened) -> None:
    assert north_employee.get("/plan").status_code == 403
    assert north_employee.download("/plan/budget.xlsx").status_code == 403
