"""The rules of the renewal: both versions side by side, the stricter drives, a person's correction comes before all."""

import tomllib
from datetime import date

import pytest

from b24app.database import db, portal_scope
from b24app.pages.money.sources_view import RULE_TITLES
from b24app.sources import DATA
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from b24app.web.filters import NOTES
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

OWN = {"rule": "cloud:grace_days", "value": "5", "reason": "договор № 12"}


@pytest.fixture
def story(north: Actor) -> None:
    with portal_scope(north.portal_id):
        for kind in ("plan", "marketplace"):
            set_paid_term(kind, date(2026, 12, 23), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()


def test_both_versions_stand_side_by_side_and_the_stricter_drives(story: None, north_admin: Opened) -> None:
    text = north_admin.get("/money/rules").text
    grace = text.split("Льготных дней после окончания", 1)[1].split("<li>", 1)[0]
    assert "<b>15</b> · действует · работает всё" in grace
    assert "30 · только просмотр, интеграции отключены" in grace
    assert "Статья интегратора" in grace
    assert "расходятся" in grace


def test_an_own_rule_drives_every_date_until_it_is_withdrawn(story: None, north_admin: Opened) -> None:
    text = north_admin.post("/money/rules", **OWN).text
    assert "договор № 12" in text
    assert (
        "28 декабря"
        in north_admin.get("/renewal").text.replace("\u00a0", " ").split("Льготные дни — до ")[1][:12]
    )
    assert "договор № 12" not in north_admin.post("/money/rules/1/withdraw").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule": "moon:grace_days"},
        {"rule": "cloud:fly"},
        {"rule": ""},
        {"value": "много"},
        {"value": "-1"},
        {"value": "2.5"},
        {"value": "400"},
        {"reason": " "},
    ],
)
def test_a_wrong_rule_comes_back(story: None, north_admin: Opened, wrong: dict[str, str]) -> None:
    answer = north_admin.post("/money/rules", **OWN | wrong)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_another_portal_keeps_its_rules(north_admin: Opened, south_admin: Opened) -> None:
    north_admin.post("/money/rules", **OWN)
    assert "договор № 12" not in south_admin.get("/money/rules").text
    assert south_admin.post("/money/rules/1/withdraw").status_code == 404


def test_an_employee_may_not(north_employee: Opened) -> None:
    assert north_employee.get("/money/rules").status_code == 403
    assert north_employee.post("/money/rules", **OWN).status_code == 403


def test_no_note_of_a_shown_rule_is_left_without_words() -> None:
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in DATA.rglob("policy.toml")]
    shown = [
        claim.get("note", "")
        for raw in files
        for rules in raw["rules"].values()
        for code, fact in rules.items()
        if code in RULE_TITLES
        for claim in fact["claims"]
    ]
    assert {note for note in shown if note} <= set(NOTES)


def test_sources_are_named_in_the_readers_language(north: Actor) -> None:
    assert "Справка Битрикс24" in north.opens(lang="ru").get("/money/rules").text
    english = north.opens(lang="en").get("/money/rules").text
    assert "Bitrix24 Helpdesk: grace period" in english
    assert "Справка" not in english


def test_every_source_has_a_name_in_english() -> None:
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in DATA.rglob("*.toml")]
    named = [source["en"] for raw in files for source in raw.get("sources", {}).values()]
    assert named
    assert all(named)
