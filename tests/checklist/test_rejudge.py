"""What a person writes down is heard by the checks of the newest run, without asking the portal again."""

from collections.abc import Callable
from datetime import date

import pytest

from b24app.checklist.engine.runs import latest_run, verdicts_of_run
from b24app.checklist.engine.verdict import Level, Verdict
from b24app.checklist.questions.answers import RegisterDraft, answer_question, register_application
from b24app.database import db, portal_scope
from b24app.services import services
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor

pytestmark = pytest.mark.usefixtures("first_checks")
Jobs = Callable[[], int]
ANNA = Author(1, "Анна")


def verdict(actor: Actor, code: str) -> Verdict:
    with portal_scope(actor.portal_id):
        run = latest_run(finished=True)
        assert run is not None
        return verdicts_of_run(run.id)[code]


def write_date(actor: Actor, ends_on: date) -> None:
    with portal_scope(actor.portal_id):
        set_paid_term("plan", ends_on, by=Author(1, "Анна"), at=services().clock.now())
        db.session.commit()


def test_a_date_that_was_written_down_ends_the_complaint(north: Actor, world: World, run_jobs: Jobs) -> None:
    write_date(north, date(2026, 12, 1))
    run_jobs()
    assert verdict(north, "plan_time_left").level is Level.WARN
    asked = len(world.traffic.requests)
    write_date(north, date(2027, 12, 1))
    run_jobs()
    assert verdict(north, "plan_time_left").level is Level.PASS
    assert len(world.traffic.requests) == asked


def test_an_answer_about_the_copy_and_an_entry_of_the_register_are_heard(
    north: Actor, run_jobs: Jobs
) -> None:
    with portal_scope(north.portal_id):
        now = services().clock.now()
        answer_question("ask_backup", "yes", value=now.date().isoformat(), by=ANNA, at=now)
        register_application(RegisterDraft("application", "1С"), by=ANNA, at=now)
        db.session.commit()
    run_jobs()
    assert verdict(north, "backup_is_fresh").level is Level.PASS
    assert verdict(north, "register_is_kept").level is Level.PASS
