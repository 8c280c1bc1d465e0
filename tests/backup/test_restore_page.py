"""The pages of putting back: the preview, the press with its two guards, progress, the journal, the way back."""

from __future__ import annotations

import re

from b24app.backup.restore.undoing import load_before
from b24app.backup.settings_versions.nightly import keep_settings
from sandbox.shop.further_settings import settings_table
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.backup.restoring import Jobs, states, stored

ID = re.compile(r"/restore/(\d+)")


def preview(admin: Opened, run_jobs: Jobs) -> int:
    """Press «Restore» in the head of the comparison and wait for the preview."""
    answer = admin.post("/restore/new", must="yes")
    assert answer.status_code == 200, answer.text
    made = int(answer.headers["HX-Push-Url"].rsplit("/", 1)[1])
    run_jobs()
    return made


def test_the_comparison_offers_to_put_its_lines_back(loss: Opened) -> None:
    page = loss.get("/shop/compare").text
    assert 'hx-post="/restore/new"' in page
    assert "must" in page


def test_a_preview_tells_what_will_happen_and_asks_for_permission(loss: Opened, run_jobs: Jobs) -> None:
    made = preview(loss, run_jobs)
    page = loss.get(f"/restore/{made}").text
    assert 'name="allow" value="yes"' in page
    assert "Новый заказ" in page
    assert "Пока ничего не изменено" in page


def test_while_the_portal_is_read_the_page_waits_and_then_draws_itself_anew(
    loss: Opened, run_jobs: Jobs
) -> None:
    answer = loss.post("/restore/new", must="yes")
    made = int(answer.headers["HX-Push-Url"].rsplit("/", 1)[1])
    assert f"/restore/{made}/progress" in answer.text
    run_jobs()
    assert "load, every 2s" in loss.get(f"/restore/{made}/progress").text


def test_without_permission_nothing_is_written(loss: Opened, first_checks: Actor, run_jobs: Jobs) -> None:
    made = preview(loss, run_jobs)
    assert loss.post(f"/restore/{made}/begin").status_code == 409
    run_jobs()
    assert states(first_checks, made) == []


def test_allowing_and_putting_back_writes_and_shows_the_journal(
    loss: Opened, first_checks: Actor, run_jobs: Jobs
) -> None:
    made = preview(loss, run_jobs)
    begun = loss.post(f"/restore/{made}/begin", allow="yes")
    assert begun.status_code == 200
    run_jobs()
    page = loss.get(f"/restore/{made}").text
    assert states(first_checks, made) == ["created", "changed"]
    assert "Отменить" in page
    assert f"/restore/{made}/undo" in page
    journal = loss.download(f"/restore/{made}/journal")
    assert journal.status_code == 200
    assert "Новый заказ" in journal.text


def test_of_settings_as_many_are_told_as_saved_as_are_stored(
    loss: Opened, first_checks: Actor, run_jobs: Jobs
) -> None:
    made = preview(loss, run_jobs)
    assert "Сначала сохраним нынешнее: 1 объект<" in loss.get(f"/restore/{made}").text
    loss.post(f"/restore/{made}/begin", allow="yes")
    run_jobs()
    assert states(first_checks, made) == ["created", "changed"]
    assert len(load_before(stored(first_checks, made).before)) == 1
    assert "Сохранили нынешнее: 1 объект<" in loss.get(f"/restore/{made}").text


def test_a_setting_that_is_taken_away_again_is_saved_before(
    loss: Opened, first_checks: Actor, run_jobs: Jobs
) -> None:
    settings_table(first_checks.portal, "measure").delete(4)
    first_checks.portal.world.clock.advance(minutes=20)
    keep_settings(first_checks.portal_id)
    run_jobs()
    answer = loss.post("/restore/settings", setting="measure|4")
    made = int(answer.headers["HX-Push-Url"].rsplit("/", 1)[1])
    run_jobs()
    loss.post(f"/restore/{made}/begin", allow="yes")
    run_jobs()
    assert "Сохранили нынешнее" not in loss.get(f"/restore/{made}").text
    undo = int(loss.post(f"/restore/{made}/undo").headers["HX-Push-Url"].rsplit("/", 1)[1])
    run_jobs()
    assert "Сначала сохраним нынешнее: 1 объект<" in loss.get(f"/restore/{undo}").text
    loss.post(f"/restore/{undo}/begin")
    run_jobs()
    assert len(load_before(stored(first_checks, undo).before)) == 1
    assert "Сохранили нынешнее: 1 объект<" in loss.get(f"/restore/{undo}").text


def test_the_lines_that_were_put_back_turn_green(loss: Opened, run_jobs: Jobs) -> None:
    made = preview(loss, run_jobs)
    loss.post(f"/restore/{made}/begin", allow="yes")
    run_jobs()
    run_jobs()
    page = loss.get(f"/restore/{made}").text
    assert "отличия больше нет" in page


def test_who_is_no_administrator_any_more_writes_nothing(
    loss: Opened, first_checks: Actor, run_jobs: Jobs
) -> None:
    made = preview(loss, run_jobs)
    first_checks.portal.admin.admin = False
    assert loss.post(f"/restore/{made}/begin", allow="yes").status_code == 403
    assert str(stored(first_checks, made).state) == "preview"


def test_an_employee_reaches_none_of_it(
    loss: Opened, first_checks: Actor, run_jobs: Jobs, north_employee: Opened
) -> None:
    made = preview(loss, run_jobs)
    for path in ("begin", "stop", "undo", "go-on", "again", "forbid", "journal", "by-hand"):
        assert north_employee.post(f"/restore/{made}/{path}").status_code == 403
    assert north_employee.get(f"/restore/{made}").status_code == 403
    assert north_employee.post("/restore/new", must="yes").status_code == 403


def test_another_portal_sees_and_presses_none_of_it(
    loss: Opened, run_jobs: Jobs, south_admin: Opened
) -> None:
    made = preview(loss, run_jobs)
    for path in ("begin", "stop", "undo", "go-on", "again", "forbid", "journal", "by-hand"):
        assert south_admin.post(f"/restore/{made}/{path}").status_code == 404
    assert south_admin.get(f"/restore/{made}").status_code == 404


def test_lines_that_are_not_there_are_refused(loss: Opened) -> None:
    assert loss.post("/restore/new", line="0123456789ab").status_code == 422
    assert loss.get("/restore/999").status_code == 404


def test_a_silent_portal_says_so_in_the_preview_and_is_asked_again(
    loss: Opened, first_checks: Actor, run_jobs: Jobs, world: World
) -> None:
    answer = loss.post("/restore/new", must="yes")
    made = int(answer.headers["HX-Push-Url"].rsplit("/", 1)[1])
    first_checks.portal.withhold_right(first_checks.portal.admin, "crm_read")
    run_jobs()
    page = loss.get(f"/restore/{made}").text
    assert "Прочитать не удалось" in page or "Снова" in page
    first_checks.portal.grant_right(first_checks.portal.admin, "crm_read")
    assert loss.post(f"/restore/{made}/again").status_code == 200
    assert world is not None


def test_a_setting_that_the_comparison_does_not_tell_is_chosen_from_the_copy(
    loss: Opened, first_checks: Actor, run_jobs: Jobs
) -> None:
    unit = settings_table(first_checks.portal, "measure").get(4)
    assert unit is not None
    then = dict(unit)
    settings_table(first_checks.portal, "measure").update(4, symbol="kilo")
    first_checks.portal.world.clock.advance(minutes=20)
    keep_settings(first_checks.portal_id)
    run_jobs()
    page = loss.get("/restore/settings").text
    assert "measure|4" in page
    answer = loss.post("/restore/settings", setting="measure|4")
    made = int(answer.headers["HX-Push-Url"].rsplit("/", 1)[1])
    run_jobs()
    loss.post(f"/restore/{made}/begin", allow="yes")
    run_jobs()
    assert states(first_checks, made) == ["changed"]
    assert settings_table(first_checks.portal, "measure").get(4)["symbol"] == then["symbol"]  # type: ignore[index]


def test_nothing_ticked_is_refused_and_an_employee_sees_none_of_it(
    loss: Opened, north_employee: Opened
) -> None:
    assert loss.post("/restore/settings").status_code == 422
    assert north_employee.get("/restore/settings").status_code == 403


def test_what_is_left_for_a_person_is_marked_as_put_back_and_that_is_undone_in_place(
    loss: Opened, first_checks: Actor, run_jobs: Jobs
) -> None:
    made = preview(loss, run_jobs)
    loss.post(f"/restore/{made}/begin", allow="yes")
    assert loss.post(f"/restore/{made}/by-hand", done="yes").status_code == 404
    run_jobs()
    page = loss.get(f"/restore/{made}").text
    assert "Отметить: вернули вручную" in page
    assert "К сверке" in page
    marked = loss.post(f"/restore/{made}/by-hand", done="yes").text
    assert "Уже вернули" not in marked
    assert "{&#34;done&#34;: &#34;no&#34;}" in marked
    assert stored(first_checks, made).by_hand_at is not None
    assert "Отметить: вернули вручную" in loss.post(f"/restore/{made}/by-hand", done="no").text
    assert stored(first_checks, made).by_hand_at is None
