"""The employee's card and what an employee tells: works, bad input, another portal, not allowed."""

import re
from collections.abc import Callable
from datetime import date

import pytest

from b24app.checklist.test_writes.write_runs import turn_switch
from b24app.database import db, portal_scope
from b24app.services import services
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

pytestmark = pytest.mark.usefixtures("first_checks")


@pytest.fixture
def story(north: Actor) -> None:
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 12, 23), by=Author(1, "Marina"), at=DAY_OF_THE_STORY, price=83880)
        db.session.commit()


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_an_employee_gets_the_card_from_every_place(story: None, north: Actor) -> None:
    for place in ("DEFAULT", "CRM_DEAL_LIST_TOOLBAR", "REST_APP_URI"):
        opened = north.opens(place, user=north.portal.employee)
        assert "23 декабря" in plain(opened.text)


def test_money_is_not_on_the_card(story: None, north_employee: Opened) -> None:
    assert "83 880" not in plain(north_employee.text)
    assert "₽" not in north_employee.text


def test_without_a_date_the_card_is_calm(north_employee: Opened) -> None:
    assert north_employee.status == 200


@pytest.mark.parametrize("days", [10, 23, 30, 40])
def test_the_card_speaks_in_every_state(story: None, north: Actor, north_employee: Opened, days: int) -> None:
    north.portal.world.clock.advance(days=days)
    assert north.opens(user=north.portal.employee).status == 200


def test_in_the_grace_no_day_that_has_passed_is_announced(story: None, north: Actor) -> None:
    north.portal.world.clock.advance(days=26)
    text = plain(north.opens(user=north.portal.employee).text)
    assert "После продления" in text
    assert "23 декабря" not in text


def test_a_trial_deal_is_named_only_where_it_is_allowed_and_by_no_code(story: None, north: Actor) -> None:
    assert "пробная сделка" not in north.opens(user=north.portal.employee).text
    with portal_scope(north.portal_id):
        turn_switch(on=True, by=Author(1, "Marina"), at=services().clock.now())
        db.session.commit()
    text = north.opens(user=north.portal.employee).text
    assert "пробная сделка" in plain(text)
    assert "B24-CHECK" not in text


def visible(text: str) -> list[str]:
    """The words of the card that a person sees before the form is opened."""
    main = (
        text.split('id="main">', 1)[1]
        .split("</main>", maxsplit=1)[0]
        .split('<form class="card"', maxsplit=1)[0]
    )
    bare = re.sub(
        r'<span class="(?:sr|avatar)[^>]*>.*?</span>|<svg.*?</svg>|<[^>]*>', " ", main, flags=re.DOTALL
    )
    return [word for word in plain(bare).split() if re.search(r"\w", word)]


@pytest.mark.parametrize("days", [0, 23, 30, 40])
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_the_card_is_light_and_holds_no_word_of_an_administrator(
    story: None, north: Actor, lang: str, days: int
) -> None:
    north.portal.world.clock.advance(days=days)
    words = visible(north.opens(user=north.portal.employee, lang=lang).text)
    assert len(words) <= 60, " ".join(words)
    told = " ".join(words).lower()
    assert not re.search(r"провер|checks?\b|b24|маркетплейс|\bкод", told)


def test_what_an_employee_tells_reaches_the_administrator(
    story: None, north: Actor, north_employee: Opened, run_jobs: Callable[[], int]
) -> None:
    assert north_employee.post("/widget/report", reason="orders", text="since morning").status_code == 200
    run_jobs()
    (notice,) = [row for row in north.portal.tables["notification"].all() if "since morning" in str(row)]
    assert str(north.portal.admin.id) in str(notice.values())
    assert "since morning" in north.opens().text


def test_a_settled_report_leaves_the_overview(story: None, north: Actor, north_employee: Opened) -> None:
    north_employee.post("/widget/report", reason="orders", text="since morning")
    assert "since morning" not in north.opens().post("/widget/report/1/settle").text


@pytest.mark.parametrize(
    "wrong",
    [{"reason": "weather"}, {"reason": "other", "text": " "}, {"reason": "login", "text": "x" * 1001}],
)
def test_a_report_without_sense_comes_back(north_employee: Opened, wrong: dict[str, str]) -> None:
    answer = north_employee.post("/widget/report", **wrong)
    assert answer.status_code == 422
    assert "<form" in answer.text


@pytest.mark.parametrize(
    ("wrong", "field"), [({}, "field-reason-note"), ({"reason": "other", "text": ""}, "field-text-note")]
)
def test_what_is_wrong_is_said_at_its_field(
    north_employee: Opened, wrong: dict[str, str], field: str
) -> None:
    assert f'id="{field}"' in north_employee.post("/widget/report", **wrong).text


def test_nobody_floods_the_administrator(north_employee: Opened) -> None:
    codes = [north_employee.post("/widget/report", reason="login").status_code for _ in range(21)]
    assert codes == [200] * 20 + [422]


def test_another_portals_report_is_not_found(north_employee: Opened, south_admin: Opened) -> None:
    north_employee.post("/widget/report", reason="login")
    assert south_admin.post("/widget/report/1/settle").status_code == 404


def test_an_employee_cannot_settle(north_employee: Opened) -> None:
    north_employee.post("/widget/report", reason="login")
    assert north_employee.post("/widget/report/1/settle").status_code == 403
