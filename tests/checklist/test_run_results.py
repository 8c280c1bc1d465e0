"""What runs found lies in the database once: shared facts, two workers at once, contents that nobody can read."""

import zlib
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from b24app.checklist.engine.fact import FactRefusal, Facts, Reason
from b24app.checklist.engine.run_results import read_facts, write_result
from b24app.checklist.engine.runs import (
    facts_of_run,
    get_run,
    latest_run,
    start_run,
    store_facts,
    store_results,
    store_verdicts,
    verdicts_of_run,
)
from b24app.checklist.engine.stored_facts import FactContent
from b24app.checklist.engine.verdict import Level, Verdict, failed, passed, sentence
from b24app.checklist.facts.apps.me import Me
from b24app.checklist.model import KeptFact, Run, RunResult
from b24app.database import db, every_portal, portal_scope
from b24app.services import services
from tests.actors import Actor
from tests.at_once import at_once

pytestmark = [pytest.mark.usefixtures("first_checks"), pytest.mark.dialect]
Jobs = Callable[[], int]


def count(table: type[KeptFact | RunResult]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def a_run() -> int:
    run = Run(created_at=services().clock.now())
    db.session.add(run)
    db.session.commit()
    return run.id


def test_a_run_of_an_unchanged_portal_keeps_hardly_anything_anew(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        start_run(
            at=services().clock.now()
        )  # the first one after the baseline also counts what is left of it
        run_jobs()
        before, kept = facts_of_run(latest_run(finished=True).id), count(KeptFact)
        run_id = start_run(at=services().clock.now())
        run_jobs()
        after = facts_of_run(run_id)
        assert len(after.values) == len(before.values) > 60
        assert count(KeptFact) - kept < 6


def test_two_facts_of_one_content_lie_there_once_and_a_refusal_apart(north: Actor) -> None:
    with portal_scope(north.portal_id):
        run_id, kept = a_run(), count(KeptFact)
        same, no = FactContent(b'{"rows":["one"]}'), FactContent(b'{"rows":["one"]}', refused=True)
        write_result(
            run_id, facts={"shops": same, "sites": same, "no": no}, verdicts={}, at=services().clock.now()
        )
        assert count(KeptFact) - kept == 2
        assert read_facts(run_id) == {"shops": same, "sites": same, "no": no}


def test_portals_share_nothing(north: Actor, south: Actor) -> None:
    numbers: list[int] = []
    for one in (north, south):
        with portal_scope(one.portal_id):
            run_id = a_run()
            store_facts(run_id, Facts({"me": Me(id=77, admin=True)}))
            numbers.append(db.session.get_one(RunResult, run_id).facts["me"])
            db.session.commit()
    assert numbers[0] != numbers[1]
    with portal_scope(south.portal_id):
        db.session.get_one(RunResult, run_id).facts = {"me": numbers[0]}
        db.session.flush()
        assert facts_of_run(run_id) == Facts()


def test_a_fact_asked_again_replaces_the_older_one_and_its_refusal(north: Actor) -> None:
    with portal_scope(north.portal_id):
        run_id = a_run()
        store_facts(run_id, Facts({}, {"me": FactRefusal(Reason.RIGHT)}))
        store_facts(run_id, Facts({"me": Me(id=7, admin=False)}))
        assert facts_of_run(run_id) == Facts({"me": Me(id=7, admin=False)})


def test_levels_are_counted_over_all_verdicts_of_a_run(north: Actor) -> None:
    with portal_scope(north.portal_id):
        run_id = a_run()
        store_verdicts(run_id, {"base_price_present": passed("ok"), "currencies_present": passed("ok")})
        store_results(run_id, Facts(), {"base_price_present": failed("gone")})
        assert get_run(run_id).counts == {"fail": 1, "pass": 1}


@pytest.mark.parametrize("damage", [b"xxxx", zlib.compress(b"[1]"), None])
def test_verdicts_that_nobody_can_read_are_none(north: Actor, damage: bytes | None) -> None:
    with portal_scope(north.portal_id):
        run_id = a_run()
        store_verdicts(run_id, {"base_price_present": passed("ok")})
        db.session.execute(text("UPDATE run_result SET verdicts = :one"), {"one": damage})
        assert verdicts_of_run(run_id) == {}


def test_a_fact_that_nobody_can_read_was_not_asked(north: Actor) -> None:
    with portal_scope(north.portal_id):
        run_id = a_run()
        store_facts(run_id, Facts({"me": Me(id=7, admin=False)}))
        db.session.execute(text("UPDATE kept_fact SET content = :one"), {"one": b"xxxx"})
        assert facts_of_run(run_id) == Facts()


def test_two_workers_may_keep_the_same_new_facts_at_once(app: Flask, north: Actor) -> None:
    with portal_scope(north.portal_id):
        runs = [a_run() for _ in range(6)]
        kept = count(KeptFact)
    new = [(f"fact{number}", FactContent(f'"{number} of today"'.encode())) for number in range(40)]

    def keep(run_id: int) -> None:
        with portal_scope(north.portal_id):
            facts = dict(new if run_id % 2 else reversed(new))
            write_result(run_id, facts=facts, verdicts={}, at=services().clock.now())

    db.session.commit()
    assert at_once(app, *(lambda run_id=run_id: keep(run_id) for run_id in runs)) == []
    with portal_scope(north.portal_id):
        assert count(KeptFact) - kept == 40
        assert all(read_facts(run_id) == dict(new) for run_id in runs)


def test_two_workers_may_judge_one_run_at_once(app: Flask, north: Actor) -> None:
    with portal_scope(north.portal_id):
        run_id = a_run()
    codes = [f"check{number}" for number in range(8)]

    def judge(code: str) -> None:
        with portal_scope(north.portal_id):
            write_result(run_id, facts={}, verdicts={code: a_verdict()}, at=services().clock.now())

    db.session.commit()
    assert at_once(app, *(lambda code=code: judge(code) for code in codes)) == []
    with portal_scope(north.portal_id):
        kept = db.session.get_one(RunResult, run_id).verdicts.decode()
    assert all(code in kept for code in codes)


def a_verdict() -> Verdict:
    return Verdict(Level.PASS, sentence("ok"))


def test_an_erased_portal_leaves_no_fact(north: Actor) -> None:
    with every_portal():
        assert count(KeptFact) > 60
        db.session.execute(text("DELETE FROM portal"))
        assert (count(KeptFact), count(RunResult)) == (0, 0)
