"""The recogniser as a page: inside and outside the portal, also when the portal is dead."""

import pytest
from flask.testing import FlaskClient

from b24app.database import db, portal_scope
from b24app.errors import PlanLapsed
from b24app.portals.availability import note_refusal
from b24app.renewal.guides import read_symptoms
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

WORDS = "ACCESS_DENIED: REST is available only by subscription"


def test_a_pasted_error_is_explained(north_employee: Opened):
    text = north_employee.post("/settings/errors", text=WORDS).text
    assert 'id="found-webhook_subscription"' in text
    assert "https://north.bitrix24.example/settings/license_all.php" in text


@pytest.mark.parametrize("text", ["", "   ", "it rains", "<script>alert(1)</script>", "x" * 50_000])
def test_unknown_words_are_no_failure(north_admin: Opened, text: str):
    answer = north_admin.post("/settings/errors", text=text)
    assert answer.status_code == 200
    assert "found-" not in answer.text
    assert "<script>alert" not in answer.text


def test_all_that_is_known_is_listed(north_admin: Opened):
    assert north_admin.get("/settings/errors").text.count('data-verdict="known"') == len(read_symptoms())


@pytest.mark.parametrize(("language", "words"), [("ru", "Продлите тариф"), ("en", "Renew the plan")])
def test_it_opens_outside_of_any_portal(visitor: FlaskClient, language: str, words: str):
    answer = visitor.post(f"/help/errors?lang={language}", data={"text": WORDS})
    assert words in answer.text.replace("\u00a0", " ")
    assert visitor.head("/help/errors").status_code == 200


def test_it_works_when_the_portal_is_dead(north: Actor, north_admin: Opened):
    with portal_scope(north.portal_id):
        note_refusal(PlanLapsed("ACCESS_DENIED", WORDS), DAY_OF_THE_STORY)
        db.session.commit()
    assert "found-" in north_admin.post("/settings/errors", text=WORDS).text


def test_a_visitor_without_a_frame_sees_the_public_one_only(visitor: FlaskClient):
    assert visitor.get("/settings/errors").status_code == 401
