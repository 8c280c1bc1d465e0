"""The list of changes: each change once, whatever runs saw and whichever are gone; who made it only where the journal names it."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from b24app.backup.settings_versions import authors
from b24app.backup.settings_versions.authors import name_authors
from b24app.backup.settings_versions.change_list import list_run
from b24app.backup.settings_versions.listed_changes import ListedChange, open_changes, read_year
from b24app.backup.settings_versions.model import ChangeListState, SettingsChange
from b24app.checklist.engine.run_jobs import rerun
from b24app.checklist.engine.runs import latest_run, start_run
from b24app.checklist.model import Run
from b24app.comparison.compare import Difference
from b24app.comparison.resource import load_resources
from b24app.comparison.snapshot_details import check_of
from b24app.database import db, every_portal, portal_scope
from b24app.portals.model import Portal
from b24app.services import services
from b24app.terms.term import Author
from b24app.web.filters import zone
from sandbox.shop.event_log import note_setting
from sandbox.world import World
from tests.actors import Actor

RunJobs = Callable[[], int]
STORE = ("store", "1")


@pytest.fixture(autouse=True)
def scope(first_checks: Actor) -> Iterator[None]:
    with portal_scope(first_checks.portal_id):
        yield


@pytest.fixture
def look(world: World, run_jobs: RunJobs) -> Callable[..., int]:
    """A run a day later; answers its number."""

    def do(kind: str = "manual", *, hours: int = 24) -> int:
        world.clock.advance(hours=hours)
        run = start_run(by=Author(1, "Марина"), at=services().clock.now(), kind=kind)
        number = run if isinstance(run, int) else run.id
        run_jobs()
        return number

    return do


Look = Callable[..., int]


def listed() -> list[tuple[str, str, str]]:
    """Kind, key and difference, oldest first."""
    rows = db.session.scalars(select(SettingsChange).order_by(SettingsChange.seen_at, SettingsChange.key))
    return [(one.kind, one.key, one.difference) for one in rows]


def opened() -> list[ListedChange]:
    year = read_year(services().clock.now(), zone()).rows
    return open_changes(year, year)


def rename(north: Actor, title: str) -> None:
    north.portal.tables["store"].update(1, title=title)


def test_each_change_is_listed_once_however_often_it_is_looked_at(first_checks: Actor, look: Look) -> None:
    rename(first_checks, "Химки")
    look()
    look()
    assert listed() == [(*STORE, "altered")]
    rename(first_checks, "Основной")
    look()
    look()
    assert listed() == [(*STORE, "altered")] * 2
    newest, oldest = opened()
    assert (newest.former["name"], oldest.former["name"]) == ("Химки", "Основной склад")
    assert (newest.is_last, oldest.is_last) == (True, False)


def test_a_loss_and_what_comes_back_are_two_changes(first_checks: Actor, look: Look) -> None:
    table = first_checks.portal.tables["price_type"]
    row = table.get(2)
    assert row is not None
    table.delete(2)
    look()
    table.add(row)
    look()
    assert listed() == [("price_type", "2", "lost"), ("price_type", "2", "new")]


def test_a_loss_that_came_back_before_the_same_run_was_asked_again_is_two_changes(
    first_checks: Actor, look: Look, world: World, run_jobs: RunJobs
) -> None:
    table = first_checks.portal.tables["price_type"]
    row = table.get(2)
    assert row is not None
    table.delete(2)
    number = look()
    table.add(row)
    world.clock.advance(minutes=5)
    rerun(number, check_of(load_resources()["price_type"]))
    run_jobs()
    assert listed() == [("price_type", "2", "lost"), ("price_type", "2", "new")]
    back, lost = opened()
    assert (back.is_last, lost.is_last) == (True, False)
    assert lost.seen_at <= back.since < back.seen_at
    list_run(number, services().clock.now())
    look()
    assert len(listed()) == 2


def test_a_run_whose_turn_never_came_is_listed_before_the_next_one(first_checks: Actor, look: Look) -> None:
    state = db.session.scalars(select(ChangeListState)).one()
    content, run_id, table = state.content, state.run_id, first_checks.portal.tables["price_type"]
    row = table.get(2)
    assert row is not None
    table.delete(2)
    look()
    db.session.execute(delete(SettingsChange))
    state.content, state.run_id = content, run_id
    db.session.commit()
    table.add(row)
    look()
    assert listed() == [("price_type", "2", "lost"), ("price_type", "2", "new")]


def test_a_change_is_found_although_the_run_before_is_gone(first_checks: Actor, look: Look) -> None:
    last = latest_run(finished=True)
    assert last is not None
    rename(first_checks, "Химки")
    look()
    db.session.execute(delete(Run).where(Run.id == last.id))
    rename(first_checks, "Основной")
    look()
    assert [one[2] for one in listed()] == ["altered", "altered"]


def test_a_run_that_is_settled_again_has_its_lines_once(first_checks: Actor, look: Look) -> None:
    rename(first_checks, "Химки")
    number = look()
    assert list_run(number, services().clock.now()) == 1
    assert list_run(number, services().clock.now()) == 1
    assert listed() == [(*STORE, "altered")]


def test_who_made_a_change_stays_known_when_its_run_is_settled_again(
    first_checks: Actor, look: Look, world: World
) -> None:
    rename(first_checks, "Химки")
    world.clock.advance(hours=2)
    note_setting(first_checks.portal, first_checks.portal.employee, "STORE_UPDATE", "catalog", "1")
    list_run(look(), services().clock.now())
    assert opened()[0].user_name == first_checks.portal.employee.full_name


def test_a_run_that_comes_late_to_the_list_changes_nothing(first_checks: Actor, look: Look) -> None:
    first = look()
    rename(first_checks, "Химки")
    look()
    assert list_run(first, services().clock.now()) == 0
    assert listed() == [(*STORE, "altered")]


def test_what_one_run_could_not_see_is_no_loss_and_is_compared_when_it_is_seen_again(
    first_checks: Actor, look: Look
) -> None:
    first_checks.portal.refuse_next("ACCESS_DENIED", times=None, method="catalog.store.list")
    look()
    assert listed() == []
    first_checks.portal.faults.clear()
    rename(first_checks, "Химки")
    look()
    assert listed() == [(*STORE, "altered")]


def test_a_run_without_the_rights_of_an_administrator_lists_nothing_and_the_next_one_tells_all(
    first_checks: Actor, look: Look
) -> None:
    state = db.session.scalars(select(ChangeListState)).one()
    content, run_id = state.content, state.run_id
    rename(first_checks, "Химки")
    number = look()
    db.session.execute(delete(SettingsChange))
    state.content, state.run_id = content, run_id
    db.session.execute(update(Run).where(Run.id == number).values(seen_by_admin=False))
    assert list_run(number, services().clock.now()) == 0
    look()
    assert listed() == [(*STORE, "altered")]


def test_a_night_without_an_answer_is_kept_and_is_no_change(first_checks: Actor, look: Look) -> None:
    first_checks.portal.answer_next("html", times=None)
    look("daily")
    year = read_year(services().clock.now(), zone())
    assert (len(year.unanswered), year.rows) == (1, ())


def test_what_the_journal_names_has_its_author_and_moment(
    first_checks: Actor, look: Look, world: World
) -> None:
    rename(first_checks, "Химки")
    world.clock.advance(hours=2)
    note_setting(first_checks.portal, first_checks.portal.employee, "CATALOG_STORE_UPDATE", "catalog", "1")
    at = world.clock.now().replace(microsecond=0)
    look()
    (found,) = opened()
    assert found.user_name == first_checks.portal.employee.full_name
    assert found.happened_at == at


@pytest.mark.parametrize(
    "entry",
    [
        ("CATALOG_STORE_UPDATE", "catalog", "2"),
        ("CATALOG_STORE_UPDATE", "sale", "1"),
        ("CATALOG_VAT_UPDATE", "catalog", "1"),
        ("STORE", "catalog", ""),
    ],
)
def test_an_entry_that_is_only_near_names_nobody(
    first_checks: Actor, look: Look, world: World, entry: tuple[str, str, str]
) -> None:
    rename(first_checks, "Химки")
    world.clock.advance(hours=2)
    note_setting(first_checks.portal, first_checks.portal.employee, *entry)
    look()
    (found,) = opened()
    assert (found.row.user_id, found.user_name) == (None, "")


def test_of_two_people_who_changed_it_neither_is_named(first_checks: Actor, look: Look, world: World) -> None:
    rename(first_checks, "Химки")
    world.clock.advance(hours=2)
    for user in (first_checks.portal.employee, first_checks.portal.admin):
        note_setting(first_checks.portal, user, "STORE_UPDATE", "catalog", "1")
    look()
    assert opened()[0].user_name == ""


def test_a_journal_too_long_to_be_read_whole_names_nobody(
    first_checks: Actor, look: Look, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind what was read another person may have changed the same."""
    monkeypatch.setattr(authors, "MOST_PAGES", 1)
    rename(first_checks, "Химки")
    world.clock.advance(hours=2)
    note_setting(first_checks.portal, first_checks.portal.employee, "STORE_UPDATE", "catalog", "1")
    for number in range(60):
        note_setting(first_checks.portal, first_checks.portal.admin, "VAT_UPDATE", "catalog", f"{number}")
    note_setting(first_checks.portal, first_checks.portal.admin, "STORE_UPDATE", "catalog", "1")
    look()
    assert opened()[0].user_name == ""


def test_an_entry_of_another_day_names_nobody(first_checks: Actor, look: Look) -> None:
    note_setting(first_checks.portal, first_checks.portal.employee, "STORE_UPDATE", "catalog", "1")
    look()
    rename(first_checks, "Химки")
    look()
    assert opened()[0].user_name == ""


def test_a_portal_that_does_not_show_its_journal_leaves_the_author_unknown(
    first_checks: Actor, look: Look
) -> None:
    with every_portal():
        portal = db.session.get_one(Portal, first_checks.portal_id)
        portal.scopes = [one for one in portal.scopes if one != "main"]
        db.session.commit()
    rename(first_checks, "Химки")
    number = look()
    assert name_authors(first_checks.portal_id, number) == 0
    assert listed() == [(*STORE, "altered")]


def test_a_clock_that_was_put_back_lists_the_change_in_its_order(first_checks: Actor, look: Look) -> None:
    rename(first_checks, "Химки")
    db.session.execute(update(ChangeListState).values(run_at=services().clock.now() + timedelta(days=300)))
    look()
    row = db.session.scalars(select(SettingsChange)).one()
    assert row.since <= row.seen_at


def test_what_another_release_has_kept_is_shown_by_its_name_and_begins_anew(
    first_checks: Actor, look: Look
) -> None:
    rename(first_checks, "Химки")
    look()
    db.session.execute(update(SettingsChange).values(content=b'{"line": 1}'))
    db.session.execute(update(ChangeListState).values(content=b"of another release"))
    (found,) = opened()
    assert (found.change, found.row.name) == (None, "Химки")
    rename(first_checks, "Основной")
    look()
    assert len(listed()) == 1
    rename(first_checks, "Химки")
    look()
    assert len(listed()) == 2


def test_a_difference_of_another_release_is_left_out(first_checks: Actor, look: Look) -> None:
    rename(first_checks, "Химки")
    look()
    db.session.execute(update(SettingsChange).values(difference="moved"))
    assert opened() == []


def test_changes_are_forgotten_after_a_year_and_its_first_month_once_two_runs_agree_about_the_time(
    first_checks: Actor, look: Look
) -> None:
    rename(first_checks, "Химки")
    look()
    number, later = look(), services().clock.now() + timedelta(days=401)
    list_run(number, later)
    assert listed() == [(*STORE, "altered")]
    db.session.execute(update(ChangeListState).values(before_at=later - timedelta(days=1)))
    list_run(number, later)
    assert listed() == []


def test_a_part_of_the_year_is_counted_month_by_month(first_checks: Actor, look: Look) -> None:
    rename(first_checks, "Химки")
    first_checks.portal.tables["price_type"].delete(2)
    look(hours=48)
    year = read_year(services().clock.now(), zone())
    bars = year.bars(services().clock.now().date())
    assert [(one.month.month, one.count, one.red) for one in bars] == [(11, 0, 0), (12, 2, 1)]
    assert year.by_part() == {"other": 2}
    assert {one.difference for one in year.rows} == {Difference.LOST, Difference.ALTERED}
