"""What the pages of a restore say of data: records are no settings, and only what stands in the portal is saved before."""

from __future__ import annotations

from pathlib import Path

import pytest

from b24app.backup.restore.data.choices import by_field, by_numbers
from b24app.backup.restore.undoing import load_before
from tests.actors import Actor
from tests.backup.copied_data import Copied, Jobs, choose, lines, make_copy, press, rows_of_deals, stored
from tests.backup.test_undo_of_used_data import undo_of

pytestmark = pytest.mark.usefixtures("first_checks")

DEALS = range(150, 153)


@pytest.fixture
def copied(first_checks: Actor, tmp_path: Path) -> Copied:
    return make_copy(first_checks, tmp_path, rows_of_deals(first_checks.portal, DEALS))


def test_records_are_called_records_and_limits_stand_apart(copied: Copied, run_jobs: Jobs) -> None:
    for deal in DEALS:
        copied.actor.portal.tables["deal"].delete(deal)
    made = choose(copied, by_numbers("deal", map(str, DEALS)), run_jobs)
    opened = copied.actor.opens()
    preview = opened.get(f"/restore/{made}").text
    assert "Не так, как было" in preview
    assert "Не вернём" not in preview
    assert "Сначала сохраним" not in preview
    press(copied, made, run_jobs)
    page = opened.get(f"/restore/{made}").text
    assert "Вернули 3 записи" in page.split("<h1", 1)[1].split("</h1>", 1)[0]
    assert "настро" not in page.split("<h1", 1)[1].split("</h1>", 1)[0]


def test_where_nothing_is_saved_no_page_says_so(copied: Copied, run_jobs: Jobs) -> None:
    for deal in DEALS:
        copied.actor.portal.tables["deal"].delete(deal)
    made, opened = choose(copied, by_numbers("deal", map(str, DEALS)), run_jobs), copied.actor.opens()
    press(copied, made, run_jobs)
    assert "Сохранили нынешнее" not in opened.get(f"/restore/{made}").text
    undo = undo_of(copied, made, run_jobs)
    preview = opened.get(f"/restore/{undo}").text
    assert "Удалим" in preview
    assert "Сначала сохраним" not in preview
    press(copied, undo, run_jobs)
    page = opened.get(f"/restore/{undo}").text
    assert page.count("Удалили:") == 3
    assert "Сохранили нынешнее" not in page
    assert [load_before(stored(copied, one).before) for one in (made, undo)] == [{}, {}]


def test_as_many_as_are_changed_are_told_as_saved(copied: Copied, run_jobs: Jobs) -> None:
    deals = copied.actor.portal.tables["deal"]
    for deal in DEALS:
        deals.update(deal, sourceId="")
    made, opened = choose(copied, by_field("deal", "sourceId"), run_jobs), copied.actor.opens()
    assert "Сначала сохраним нынешнее: 3 объекта" in opened.get(f"/restore/{made}").text
    press(copied, made, run_jobs)
    assert [line.state for line in lines(copied, made)] == ["changed"] * 3
    assert "Сохранили нынешнее: 3 объекта" in opened.get(f"/restore/{made}").text
    undo = undo_of(copied, made, run_jobs)
    assert "Сначала сохраним нынешнее: 3 объекта" in opened.get(f"/restore/{undo}").text


def test_while_nothing_is_written_yet_only_what_is_kept_is_promised(copied: Copied, run_jobs: Jobs) -> None:
    for deal in DEALS:
        copied.actor.portal.tables["deal"].delete(deal)
    made, opened = choose(copied, by_numbers("deal", map(str, DEALS)), run_jobs), copied.actor.opens()
    begun = opened.post(f"/restore/{made}/begin", allow="yes").text
    assert "Ещё раз смотрим на портал, потом запишем." in begun
    assert "Сохраняем нынешнее" not in begun
