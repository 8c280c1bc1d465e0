"""The page of probes that write: off at first, switched on by an administrator, tried, shown step by step."""

from collections.abc import Callable

import pytest

from b24app.checklist.test_writes.write_runs import latest_write_run, read_switch, write_run_under_way
from b24app.database import db, portal_scope
from sandbox.world import World
from tests.actors import Actor, Opened

RunJobs = Callable[[], int]
PATHS = ("/shop/test-writes/switch", "/shop/test-writes/run")


@pytest.fixture
def allowed(first_checks: Actor, north_admin: Opened) -> Opened:
    """The administrator who has just switched the probes on."""
    north_admin.post("/shop/test-writes/switch", on="yes")
    return north_admin


def is_on(actor: Actor) -> bool:
    db.session.rollback()
    with portal_scope(actor.portal_id):
        return read_switch().on


def test_the_page_says_what_a_probe_does_and_what_nobody_documents(north_admin: Opened) -> None:
    text = north_admin.get("/shop/test-writes").text
    assert "обмен с 1С" in text
    assert "ещё никто не включал" in text
    assert "/shop/test-writes/run" not in text


def test_the_switch_names_who_and_when(north: Actor, allowed: Opened) -> None:
    text = allowed.get("/shop/test-writes").text
    assert f"включено: {north.portal.admin.full_name}, сегодня, 09:40" in text
    assert "/shop/test-writes/run" in text
    assert "выключено: " in allowed.post("/shop/test-writes/switch", on="no").text
    assert not is_on(north)


def test_a_probe_shows_its_progress_and_then_every_step(allowed: Opened, run_jobs: RunJobs) -> None:
    assert "/shop/test-writes/progress" in allowed.post("/shop/test-writes/run").text
    assert "every 1s" in allowed.get("/shop/test-writes/progress").text
    run_jobs()
    ended = allowed.get("/shop/test-writes/progress").text
    assert 'hx-get="/shop/test-writes"' in ended
    text = allowed.get("/shop/test-writes").text
    assert text.count("От проверки ничего не осталось") == 2
    assert "Помеченная сделка создана" in allowed.get("/shop/check/deals_can_be_made").text


def test_a_refusal_is_shown_in_words_of_a_person_and_in_the_portals(
    north: Actor, allowed: Opened, run_jobs: RunJobs
) -> None:
    north.portal.fill_disk()
    allowed.post("/shop/test-writes/run")
    run_jobs()
    text = allowed.get("/shop/test-writes").text
    assert "ERROR_COULD_NOT_SAVE_FILE Could not save file" in text
    assert "кончилось место" in text


def test_a_deal_that_stays_is_linked(north: Actor, allowed: Opened, run_jobs: RunJobs) -> None:
    north.portal.withhold_right(north.portal.admin, "crm_delete")
    allowed.post("/shop/test-writes/run")
    run_jobs()
    assert "/crm/deal/details/" in allowed.get("/shop/test-writes").text


def test_a_probe_that_could_not_begin_says_why(allowed: Opened, run_jobs: RunJobs) -> None:
    allowed.post("/shop/test-writes/run")
    allowed.post("/shop/test-writes/switch", on="no")
    run_jobs()
    assert "Проверка не удалась" in allowed.get("/shop/test-writes").text


def test_a_second_press_joins_the_probe_under_way(north: Actor, allowed: Opened, run_jobs: RunJobs) -> None:
    run_jobs()
    allowed.post("/shop/test-writes/run")
    allowed.post("/shop/test-writes/run")
    assert run_jobs() == 1


def test_a_probe_whose_worker_died_is_not_waited_for(allowed: Opened, world: World) -> None:
    allowed.post("/shop/test-writes/run")
    world.clock.advance(minutes=31)
    text = allowed.get("/shop/test-writes").text
    assert "Идёт проверка записью" not in text
    assert "/shop/test-writes/run" in text
    assert "Идёт проверка записью" in allowed.post("/shop/test-writes/run").text


@pytest.mark.parametrize("form", [{}, {"on": "maybe"}])
def test_a_wrong_word_switches_nothing(north: Actor, north_admin: Opened, form: dict[str, str]) -> None:
    answer = north_admin.post("/shop/test-writes/switch", **form)
    assert answer.status_code == 422
    assert not is_on(north)


def test_with_the_switch_off_the_button_is_refused(
    north: Actor, north_admin: Opened, world: World, run_jobs: RunJobs
) -> None:
    run_jobs()
    answer = north_admin.post("/shop/test-writes/run")
    assert answer.status_code == 422
    assert "Проверка записью выключена" in answer.text
    assert run_jobs() == 0
    assert not [name for record in world.requests for name in record.commands if "import" in name]


def test_the_switch_of_one_portal_says_nothing_of_another(
    south: Actor, allowed: Opened, south_admin: Opened
) -> None:
    assert not is_on(south)
    assert south_admin.post("/shop/test-writes/run").status_code == 422
    with portal_scope(south.portal_id):
        assert (latest_write_run(), write_run_under_way()) == (None, None)


def test_an_employee_may_neither_look_nor_try(north: Actor, north_employee: Opened) -> None:
    for path in ("/shop/test-writes", "/shop/test-writes/progress"):
        assert north_employee.get(path).status_code == 403
    for path in PATHS:
        assert north_employee.post(path, on="yes").status_code == 403
    assert not is_on(north)


def test_the_page_speaks_english(north: Actor, run_jobs: RunJobs) -> None:
    admin = north.opens(lang="en")
    admin.post("/shop/test-writes/switch", on="yes")
    admin.post("/shop/test-writes/run")
    run_jobs()
    text = admin.get("/shop/test-writes").text
    assert "Nothing of ours is left" in text
    assert "No message to a customer" in text
