"""The page «Shop» does not claim what it does not know, and «Undo» brings back what stood before, not nothing."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from b24app.checklist.engine.check_numbers import CountedPlace
from b24app.checklist.engine.checklist_view import checklist_view
from b24app.checklist.engine.mutes_and_owners import mutes_in_force, named_owners
from b24app.checklist.engine.runs import facts_of_run, latest_run
from b24app.checklist.engine.verdict import Level
from b24app.comparison.after_activation import schedule_after_activation
from b24app.database import db, portal_scope
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

RunJobs = Callable[[], int]
LATER = (DAY_OF_THE_STORY.date() + timedelta(days=9)).isoformat()


def refuse(north: Actor, how: str) -> None:
    if how == "html":
        north.portal.answer_next("html", times=None)
    else:
        north.portal.refuse_next(how, times=None)


def undo_in(text: str) -> str:
    found = re.findall(r'hx-post="([^"]+)"', text[text.rindex("beforeend:#toasts") :])
    return html.unescape(found[-1])


def next_url(text: str, start: str) -> str:
    return next(part.split('"')[0] for part in text.split('hx-get="') if part.startswith(start)).replace(
        "&amp;", "&"
    )


@pytest.fixture
def broken(first_checks: Actor, north: Actor, north_admin: Opened, run_jobs: RunJobs) -> str:
    """The code of a blocker: a pay system of the snapshot is off."""
    row = next(row for row in north.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y")
    north.portal.switch_off("pay_system", row["ID"])
    north_admin.post("/shop/run")
    run_jobs()
    with portal_scope(north.portal_id):
        assert "pay_systems_still_on" in [one.code for one in checklist_view().of(CountedPlace.BLOCKING)]
    return "pay_systems_still_on"


@pytest.fixture(
    params=["access_denied", "insufficient_scope", "internal_server_error", "html", "payment_required"]
)
def deaf(request: pytest.FixtureRequest, broken: str, north: Actor) -> str:
    """How the portal will answer from now on, and the code of what is broken."""
    return str(request.param)


def test_a_check_done_again_that_the_portal_does_not_answer_keeps_its_verdict(
    broken: str, deaf: str, north: Actor, world: World, run_jobs: RunJobs
) -> None:
    north_admin = north.opens()
    with portal_scope(north.portal_id):
        run = latest_run(finished=True)
        assert run is not None
        before = facts_of_run(run.id).values
    world.clock.advance(minutes=1)
    url = next_url(north_admin.post(f"/shop/check/{broken}/again").text, f"/shop/check/{broken}?since")
    refuse(north, deaf)
    run_jobs()
    with portal_scope(north.portal_id):
        row, facts = checklist_view().check(broken), facts_of_run(run.id)
    assert row is not None
    assert row.level is Level.FAIL
    assert facts.values.keys() == before.keys()
    said = north_admin.get(url).text
    assert "Портал не ответил. Прежний результат остаётся." in said
    assert "это всё ещё так" not in said
    assert "check-open v-fail" in said


def test_an_area_that_the_portal_does_not_answer_says_so(
    broken: str, north: Actor, north_admin: Opened, world: World, run_jobs: RunJobs
) -> None:
    world.clock.advance(minutes=1)
    url = next_url(north_admin.post("/shop/area/payments/again").text, "/shop/area/payments?since")
    refuse(north, "internal_server_error")
    run_jobs()
    assert "Прежний результат остаётся" in north_admin.get(url).text
    with portal_scope(north.portal_id):
        assert broken in [one.code for one in checklist_view().of(CountedPlace.BLOCKING)]


def test_a_check_answered_later_forgets_that_it_was_asked_in_vain(
    broken: str, north: Actor, north_admin: Opened, world: World, run_jobs: RunJobs
) -> None:
    world.clock.advance(minutes=1)
    north_admin.post(f"/shop/check/{broken}/again")
    north.portal.answer_next("html", times=5)
    run_jobs()
    north.portal.faults.clear()
    world.clock.advance(minutes=1)
    url = next_url(north_admin.post(f"/shop/check/{broken}/again").text, f"/shop/check/{broken}?since")
    run_jobs()
    assert "Прежний результат остаётся" not in north_admin.get(url).text


def test_undo_of_a_second_mute_puts_the_first_one_back(
    broken: str, north: Actor, north_admin: Opened
) -> None:
    path = f"/shop/mute/{broken}"
    first = north_admin.post(path, reason="первая", until=LATER).text
    second = north_admin.post(path, reason="вторая", until=LATER).text
    assert north_admin.post(undo_in(second)).status_code == 200
    with portal_scope(north.portal_id):
        assert mutes_in_force()[broken].reason == "первая"
    assert north_admin.post(undo_in(first)).status_code == 200
    with portal_scope(north.portal_id):
        assert broken not in mutes_in_force()


@pytest.mark.parametrize("address", ["unmute/pipelines_present", "unmute/pay_systems_still_on"])
def test_an_undo_of_another_check_or_made_up_is_refused(
    broken: str, north: Actor, north_admin: Opened, address: str
) -> None:
    path = f"/shop/mute/{broken}"
    north_admin.post(path, reason="первая", until=LATER)
    sealed = undo_in(north_admin.post(path, reason="вторая", until=LATER).text).split("before=")[1]
    before = sealed if "pipelines" in address else "made-up"
    assert north_admin.post(f"/shop/{address}?before={before}").status_code == 404
    with portal_scope(north.portal_id):
        assert mutes_in_force()[broken].reason == "вторая"


def test_a_blocker_that_is_set_aside_stands_once_and_keeps_its_colleague(
    broken: str, north: Actor, north_admin: Opened
) -> None:
    form = {"owner_id": str(north.portal.admin.id), "due_on": LATER}
    assert north_admin.post(f"/shop/give/{broken}", **form).status_code == 200
    said = north_admin.post(f"/shop/mute/{broken}", reason="так надо", until=LATER).text
    assert said.count(f'id="check-{broken}"') == 1
    row = said[said.index(f'id="check-{broken}"') :]
    with portal_scope(north.portal_id):
        name = named_owners()[broken].name
    assert name in row[: row.index("check-side") + 900]


def test_undo_of_giving_names_the_person_of_before_again(
    broken: str, north: Actor, north_admin: Opened
) -> None:
    north_admin.post(f"/shop/owner/{broken}", owner_name="Пётр")
    given = north_admin.post(f"/shop/give/{broken}", owner_id=str(north.portal.admin.id), due_on=LATER)
    assert north_admin.post(undo_in(given.text)).status_code == 200
    with portal_scope(north.portal_id):
        assert named_owners()[broken].name == "Пётр"


def answer_all(opened: Opened, portal_id: int, outcome: str) -> None:
    with portal_scope(portal_id):
        deck = checklist_view().deck
    for code in deck:
        assert opened.post(f"/shop/question/{code}", outcome=outcome).status_code == 200


def test_a_shop_of_which_something_is_not_known_is_not_called_in_order(
    first_checks: Actor, north: Actor, north_admin: Opened
) -> None:
    with portal_scope(north.portal_id):
        for row in checklist_view().of(CountedPlace.BLOCKING):
            north_admin.post(f"/shop/mute/{row.code}", reason="known", until=LATER)
    answer_all(north_admin, north.portal_id, "later")
    text = north_admin.get("/shop").text
    assert "Магазин в порядке" not in text
    assert "Ничего не мешает" in text
    assert "Неизвестно:" in text


def test_the_question_about_the_end_names_its_day_and_leads_to_the_portal(
    first_checks: Actor, north_admin: Opened
) -> None:
    north_admin.post("/money/terms", kind="plan", ends_on="2026-12-23")
    text = north_admin.get("/shop/question/ask_plan_end").text
    assert "показывает 23" in text
    assert 'data-portal-path="/settings/license.php"' in text


def test_a_blocker_of_an_answer_is_a_statement_that_can_be_answered_again(
    first_checks: Actor, north_admin: Opened
) -> None:
    said = north_admin.post("/shop/question/ask_plan_end", outcome="no").text
    row = said[said.index('id="check-ask_plan_end"') :]
    assert "другая дата окончания" in row
    assert 'href="/money"' in row
    assert "/shop/question/ask_plan_end" in row


def test_the_last_question_can_be_put_off_and_asked_for(
    first_checks: Actor, north: Actor, north_admin: Opened
) -> None:
    with portal_scope(north.portal_id):
        deck = checklist_view().deck
    for code in deck[:-1]:
        north_admin.post(f"/shop/question/{code}", outcome="later")
    assert f"skip={deck[-1]}" in north_admin.get("/shop/deck").text
    put_off = north_admin.get("/shop/deck", skip=deck[-1]).text
    assert "Отложен 1" in put_off
    assert f'id="check-{deck[-1]}"' not in put_off


def test_everything_is_checked_again_by_one_visible_button(first_checks: Actor, north_admin: Opened) -> None:
    text = north_admin.get("/shop").text
    menu = text[text.index('id="shop-more"') :]
    button = text.index('hx-post="/shop/run"', text.index('id="shop-head"'))
    assert button < text.index('id="shop-more"')
    assert '"/shop/run"' not in menu[: menu.index("</details>")]


def test_an_answer_from_before_the_activation_is_not_counted_as_answered(
    first_checks: Actor, north: Actor, north_admin: Opened, world: World
) -> None:
    assert "Ответили 1" in north_admin.post("/shop/question/ask_test_payment", outcome="yes").text
    world.clock.advance(minutes=5)
    with portal_scope(north.portal_id):
        schedule_after_activation(world.clock.now())
        db.session.commit()
    world.clock.advance(minutes=5)
    text = north_admin.get("/shop").text
    assert "Вопрос 1 из 5" in text
    assert "Ответили" not in text
