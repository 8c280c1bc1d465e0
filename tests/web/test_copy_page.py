"""The tab «Copy»: its steps one after another, what is inside and what is not, and who may change it."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from b24app.backup.backup_plan import plan_to_change, read_choices
from b24app.backup.copy_estimate import KeptEstimate, read_estimate
from b24app.backup.model import TargetKind
from b24app.backup.not_in_copy import NOT_IN_COPY
from b24app.backup.proofs.model import MassLoss
from b24app.database import db, portal_scope
from sandbox.world import World
from tests.actors import Actor, Opened

AT = datetime(2026, 11, 29, 9, tzinfo=UTC)


@pytest.fixture
def north_scope(north: Actor) -> Iterator[Actor]:
    with portal_scope(north.portal_id):
        yield north


def choose(actor: Actor, **values: object) -> None:
    with portal_scope(actor.portal_id):
        row = plan_to_change()
        for name, value in values.items():
            setattr(row, name, value)
        db.session.commit()


def filled(text: str) -> int:
    return text.count("btn-filled")


def test_without_a_copy_the_page_says_so_and_names_the_day(north_admin: Opened) -> None:
    text = north_admin.get("/copy", lang="en").text
    assert 'id="step-target" aria-current="step"' in text
    assert 'id="step-copy"' in text
    assert text.count('aria-current="step"') == 1


def test_the_last_step_says_what_it_waits_for_until_the_tick(north: Actor, north_admin: Opened) -> None:
    assert 'id="copy-waits"' in north_admin.get("/copy").text
    choose(north, target_kind=TargetKind.S3, target_checked_at=AT, recipient="age1x")
    half = north_admin.get("/copy").text
    assert 'id="step-key" aria-current="step"' in half
    assert 'id="copy-waits"' in half
    choose(north, key_kept_at=AT)
    whole = north_admin.get("/copy").text
    assert 'id="step-copy" aria-current="step"' in whole
    assert 'id="copy-waits"' not in whole
    assert filled(whole) == 1


def test_what_is_not_inside_is_named_with_its_reason(north: Actor) -> None:
    text = north.opens(lang="en").get("/copy").text
    for one in NOT_IN_COPY:
        assert one.title in text
        assert one.why in text


@pytest.mark.parametrize("kind", TargetKind)
@pytest.mark.parametrize("nightly", [True, False])
def test_the_night_says_of_each_storage_how_much_is_copied(
    north: Actor, kind: TargetKind, nightly: bool
) -> None:
    chosen = AT if kind != TargetKind.NONE else None
    choose(
        north, target_kind=kind, target_checked_at=chosen, recipient="age1x", key_kept_at=AT, nightly=nightly
    )
    text = " ".join(north.opens(lang="en").get("/copy/setup").text.split())
    waits = nightly and chosen is not None
    when = "The next one " if waits else "Between 1 and 5 o’clock: "
    assert when in text
    assert ("what changes, once a week everything" in text) is (kind != TargetKind.DOWNLOAD)
    assert ("each time everything, to be downloaded within a day" in text) is (kind == TargetKind.DOWNLOAD)


def test_a_switch_is_kept_at_once(north: Actor, north_admin: Opened) -> None:
    assert north_admin.post("/copy/contents", part="files", state="on").status_code == 200
    assert north_admin.post("/copy/contents", part="data", state="off").status_code == 200
    with portal_scope(north.portal_id):
        assert (read_choices().with_files, read_choices().with_data) == (True, False)


@pytest.mark.parametrize(
    "form", [{}, {"part": "settings", "state": "off"}, {"part": "files", "state": "perhaps"}]
)
def test_nothing_else_can_be_switched(north: Actor, north_admin: Opened, form: dict[str, str]) -> None:
    assert north_admin.post("/copy/contents", **form).status_code == 422
    with portal_scope(north.portal_id):
        assert read_choices().with_data


def test_a_portal_chooses_for_itself_alone(north_admin: Opened, south: Actor) -> None:
    north_admin.post("/copy/contents", part="files", state="on")
    with portal_scope(south.portal_id):
        assert not read_choices().with_files


def test_who_is_no_administrator_neither_sees_nor_changes(north: Actor) -> None:
    employee = north.opens(user=north.portal.employee)
    assert employee.get("/copy").status_code == 403
    assert employee.post("/copy/contents", part="files", state="on").status_code == 403


def test_open_alarms_are_counted_on_the_tab(north_scope: Actor) -> None:
    loss = MassLoss(kind="items", entity="deal", lost=500, before=2000, since=AT, found_at=AT)
    db.session.add(loss)
    db.session.commit()
    assert "open alarms: 1" in north_scope.opens(lang="en").get("/money").text
    loss.closed_at = AT
    db.session.commit()
    assert "open alarms" not in north_scope.opens(lang="en").get("/money").text


def test_what_it_takes_is_counted_by_a_job_and_said(
    north: Actor, north_admin: Opened, run_jobs: Callable[[], int]
) -> None:
    assert 'hx-post="/copy/estimate"' in north_admin.get("/copy").text
    waiting = north_admin.post("/copy/estimate").text
    assert 'hx-get="/copy/estimate"' in waiting
    run_jobs()
    english = north.opens(lang="en")
    said = english.get("/copy/estimate").text
    assert re.search(r"[\d,]+ records, about", said)
    assert "hx-get" not in said
    assert said.strip() in english.get("/copy").text


def test_a_portal_that_does_not_count_is_said_and_asked_again_later(
    north: Actor, north_admin: Opened, world: World, run_jobs: Callable[[], int]
) -> None:
    north_admin.post("/copy/estimate")
    north.portal.answer_next("html", times=None)
    run_jobs()
    north.portal.forgive()
    assert "hx-get" not in north_admin.get("/copy/estimate").text
    with portal_scope(north.portal_id):
        assert read_estimate(world.clock.now()) == KeptEstimate(world.clock.now())
    world.clock.advance(minutes=11)
    assert 'hx-post="/copy/estimate"' in north.opens().get("/copy").text


@pytest.mark.parametrize(
    "kept", [{}, {"at": "yesterday"}, {"at": "2026-11-29T09:00:00"}, {"at": AT.isoformat(), "rows": None}]
)
def test_an_estimate_of_another_shape_or_clock_is_asked_for_anew(
    north: Actor, kept: dict[str, object]
) -> None:
    choose(north, estimate=kept)
    with portal_scope(north.portal_id):
        assert read_estimate(AT) is None
    choose(north, estimate={"at": (AT + timedelta(days=3)).isoformat(), "rows": 1, "seconds": 1, "size": 1})
    with portal_scope(north.portal_id):
        assert read_estimate(AT) is None
