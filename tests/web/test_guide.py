"""Guides: every one opens in both languages, names its sources, and leads into the portal."""

import re

import pytest
from flask import Flask

from b24app.database import db, portal_scope
from b24app.renewal.guides import read_guides
from b24app.terms.profile import change_profile
from b24app.terms.term import Author
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

CODES = (
    "portal", "partner", "site", "payment", "autopay", "growth", "downgrade", "backup", "support", "safety"
)  # fmt: skip


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_guide_opens(north: Actor, code: str, language: str):
    guide = read_guides()[code]
    text = north.opens(lang=language).get(f"/renewal/guide/{code}").text
    assert text.count('class="number"') == len(guide.steps)
    assert guide.steps[-1].source[language] in text


def test_every_step_has_both_languages_and_a_source():
    steps = [step for guide in read_guides().values() for step in guide.steps]
    assert all(
        step.title[lang] and step.text[lang] and step.source[lang] for step in steps for lang in ("ru", "en")
    )
    assert all(step.checked and step.grade for step in steps)


def test_every_step_that_stays_in_the_application_leads_to_a_page_of_it(app: Flask):
    router = app.url_map.bind("renewal.example")
    own = {step.path for guide in read_guides().values() for step in guide.steps if step.own}
    assert own
    assert all(router.match(path, method="GET") for path in own)


def test_no_step_states_a_sum_or_a_size_of_a_discount():
    for guide in read_guides().values():
        for step in guide.steps:
            assert not re.search(r"\d\s*(₽|руб|%)|roubles", step.text["ru"] + step.text["en"]), step.title[
                "en"
            ]


def test_what_no_source_describes_is_graded_as_not_confirmed():
    steps = [step for guide in read_guides().values() for step in guide.steps]
    own = [step for step in steps if step.source["ru"].startswith(("Наш порядок", "Наше правило"))]
    assert own
    assert {step.grade for step in own} == {"U"}


def test_links_lead_into_the_portal(north_admin: Opened):
    text = north_admin.get("/renewal/guide/portal").text
    assert 'href="https://north.bitrix24.example/settings/license.php"' in text
    assert 'data-portal-path="/settings/order/"' in text


def test_the_usual_guide_is_that_of_the_route(north: Actor, north_admin: Opened):
    with portal_scope(north.portal_id):
        change_profile(by=Author(1, "Marina"), at=DAY_OF_THE_STORY, route="partner")
        db.session.commit()
    assert read_guides()["partner"].lead["ru"] in north_admin.get("/renewal/guide").text


def test_an_unknown_guide_is_not_found(north_admin: Opened):
    assert north_admin.get("/renewal/guide/pigeon").status_code == 404


def test_an_employee_may_not(north_employee: Opened):
    assert north_employee.get("/renewal/guide/portal").status_code == 403


def test_an_on_premise_portal_is_told_that_the_steps_are_those_of_the_cloud(north: Actor):
    assert "Это шаги для облака" not in north.opens().get("/renewal/guide").text
    with portal_scope(north.portal_id):
        change_profile(by=Author(1, "Marina"), at=DAY_OF_THE_STORY, edition="on_premise")
        db.session.commit()
    assert "Это шаги для облака" in north.opens().get("/renewal/guide").text


def test_what_the_application_does_is_cited_as_our_own_word():
    steps = [step for guide in read_guides().values() for step in guide.steps]
    ours = [
        s
        for s in steps
        if re.search(r"Приложение \w+т\b|делает приложение|Напоминания приложения", s.text["ru"])
    ]
    assert ours
    assert all("Наш" in step.source["ru"] or "от нас" in step.source["ru"] for step in ours)


def test_a_way_to_pay_that_is_dead_is_no_step(north_admin: Opened):
    text = north_admin.get("/renewal/guide/payment").text
    assert "QIWI" not in text
    assert "автопродление" in text
