"""«How to put back» names the copy that still holds what is gone: its day, whether it is verified, how old it is, and leads to it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from b24app.backup.backup_plan import plan_to_change
from b24app.checklist.engine.runs import latest_run
from b24app.database import db, portal_scope
from b24app.pages.shop.compare_rows import id_of
from b24app.pages.shop.copy_of_line import age_note
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.web.copies import add_whole_copy
from tests.web.test_compare import row_of, run

pytestmark = pytest.mark.usefixtures("first_checks")
RunJobs = Callable[[], int]
DEALS = id_of("crm_total", "deals")
WAY = "/restore/copy?copy=%d&amp;entity=deal"


@pytest.fixture
def before(north: Actor) -> datetime:
    """The run after which the deals are gone."""
    with portal_scope(north.portal_id):
        last = latest_run(finished=True)
    assert last is not None
    assert last.finished_at is not None
    return last.finished_at


@pytest.fixture
def poor(north: Actor, north_admin: Opened, run_jobs: RunJobs, before: datetime, world: World) -> Opened:
    """A comparison that misses deals."""
    assert before <= world.clock.now()
    world.clock.advance(hours=1)
    table = north.portal.tables["deal"]
    for number in list(table.ids[-5:]):
        table.delete(number)
    run(north_admin, run_jobs)
    return north_admin


def test_a_verified_copy_is_named_by_its_day_with_its_age_and_leads_to_the_deals_in_it(
    north: Actor, poor: Opened, before: datetime
) -> None:
    number = add_whole_copy(north, before - timedelta(hours=30))
    text = row_of(poor, DEALS, open="how")
    assert ", проверена</b>" in text
    assert "Ей 1 день: того, что появилось позже, в ней нет." in text
    assert WAY % number in text
    page = poor.get(f"/restore/copy?copy={number}&entity=deal").text
    assert f'<option value="{number}" selected' in page
    assert '<option value="deal" selected' in page


def test_a_copy_of_the_same_day_has_no_age_and_one_without_a_proof_is_not_called_verified(
    north: Actor, poor: Opened, before: datetime
) -> None:
    number = add_whole_copy(north, before - timedelta(hours=2), without=("sample",))
    text = row_of(poor, DEALS, open="how")
    assert ", не проверена</b>" in text
    assert "того, что появилось позже" not in text
    assert WAY % number in text


@pytest.mark.parametrize(("days", "told"), [(-3, []), (0, []), (1, [1]), (5, [5])])
def test_only_a_day_that_has_passed_makes_a_copy_old(world: World, days: int, told: list[int]) -> None:
    made_at = world.clock.now()
    notes = age_note(made_at, made_at + timedelta(days=days, hours=2))
    assert [one.values["count"] for one in notes] == told


def test_a_copy_that_was_made_after_the_loss_is_not_offered_for_it(
    north: Actor, poor: Opened, world: World
) -> None:
    add_whole_copy(north, world.clock.now())
    text = row_of(poor, DEALS, open="how")
    assert "Пока это было на месте, копии не делали" in text
    assert "/restore/copy" not in text
    assert 'href="/copy"' in text


def test_a_copy_in_a_storage_that_was_given_up_is_named_without_a_way(
    north: Actor, poor: Opened, before: datetime, world: World
) -> None:
    add_whole_copy(north, before - timedelta(hours=2))
    with portal_scope(north.portal_id):
        plan_to_change().target_since = world.clock.now() - timedelta(minutes=1)
        db.session.commit()
    text = row_of(poor, DEALS, open="how")
    assert "в хранилище, от которого отказались" in text
    assert "/restore/copy" not in text


def test_a_setting_that_comes_back_without_a_copy_names_none(
    north: Actor, poor: Opened, before: datetime, run_jobs: RunJobs
) -> None:
    add_whole_copy(north, before - timedelta(hours=2))
    north.portal.tables["paysystem"].delete(2)
    run(poor, run_jobs)
    text = row_of(poor, id_of("pay_system", "2"), open="how")
    assert "Вернули?" in text
    assert "Копия от" not in text
