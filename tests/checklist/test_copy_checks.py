"""Checks of the area «Резервная копия» answered by the application's own copy in place of a person."""

from datetime import UTC, datetime, timedelta

import pytest

from b24app.checklist.engine.check import load_checks
from b24app.checklist.engine.checklist_view import _answered_by_checks
from b24app.checklist.engine.own_facts import LastBackup, OwnCopy
from b24app.checklist.engine.verdict import Level, Verdict

NOW = datetime(2026, 12, 10, 9, tzinfo=UTC)
GOOD = OwnCopy(set_up=True, made_at=NOW - timedelta(hours=5), verified=True)


def judge(code: str, *given: object) -> Verdict:
    return load_checks()[code].judge(*given)


@pytest.mark.parametrize(
    ("copy", "level"),
    [
        (None, Level.NA),
        (OwnCopy(), Level.NA),
        (OwnCopy(set_up=True), Level.FAIL),
        (OwnCopy(set_up=True, being_made=True), Level.WARN),
        (GOOD, Level.PASS),
        (OwnCopy(set_up=True, made_at=NOW, missing=("Trial",), why="Not made"), Level.WARN),
        (OwnCopy(set_up=True, made_at=NOW, damaged=True, missing=("Packs",), why="Missing"), Level.FAIL),
    ],
)
def test_only_six_proofs_make_a_copy_verified(copy: OwnCopy | None, level: Level):
    found = judge("copy_is_proven", NOW, copy)
    assert found.level is level
    assert found.sentence.is_whole


@pytest.mark.parametrize(
    ("copy", "level"),
    [
        (OwnCopy(set_up=True), Level.FAIL),
        (GOOD, Level.PASS),
        (OwnCopy(set_up=True, made_at=NOW - timedelta(days=8), verified=True), Level.FAIL),
        (OwnCopy(set_up=True, made_at=NOW - timedelta(hours=30), fresh=False), Level.FAIL),
        (OwnCopy(set_up=True, made_at=NOW - timedelta(days=5)), Level.PASS),
    ],
)
def test_the_moment_of_our_copy_counts_where_it_is_set_up(copy: OwnCopy, level: Level):
    told = LastBackup(NOW - timedelta(days=40), day_only=True)
    assert judge("backup_is_fresh", NOW, told, copy).level is level


def test_a_copy_made_by_a_clock_that_ran_ahead_is_not_called_too_old():
    copy = OwnCopy(set_up=True, made_at=NOW + timedelta(days=2), fresh=False)
    found = judge("backup_is_fresh", NOW, LastBackup(), copy)
    assert found.level is Level.FAIL
    assert "has not come yet" in found.sentence.message


def test_without_a_copy_of_ours_the_question_remains():
    assert judge("backup_is_fresh", NOW, LastBackup(), OwnCopy()).level is Level.ASK
    assert _answered_by_checks({"copy_is_proven": judge("copy_is_proven", NOW, OwnCopy())}) == {}


def test_a_copy_that_is_set_up_takes_the_place_of_the_question():
    found = _answered_by_checks({"copy_is_proven": judge("copy_is_proven", NOW, GOOD)})
    assert found["ask_backup"].level is Level.NA


@pytest.mark.parametrize(("losses", "level"), [(0, Level.PASS), (1, Level.FAIL), (3, Level.FAIL)])
def test_a_mass_loss_stands_in_the_way_until_people_decide(losses: int, level: Level):
    found = judge("nothing_lost_in_bulk", OwnCopy(set_up=True, losses=losses))
    assert found.level is level


def test_nobody_without_a_copy_is_told_that_nothing_is_lost():
    assert judge("nothing_lost_in_bulk", OwnCopy()).level is Level.NA


def test_a_loss_waits_for_people_though_the_copy_is_not_set_up_any_more():
    assert judge("nothing_lost_in_bulk", OwnCopy(losses=1)).level is Level.FAIL


def test_nothing_is_said_of_losses_where_nobody_could_look():
    assert judge("nothing_lost_in_bulk", OwnCopy(set_up=True, unwatched=True)).level is Level.UNKNOWN
    assert judge("nothing_lost_in_bulk", OwnCopy(set_up=True, unwatched=True, losses=1)).level is Level.FAIL
