"""A run asks by what the run before it knew, and keeps in its own facts what it did not ask again."""

from collections.abc import Callable
from datetime import datetime, timedelta

from b24app.checklist.engine.runs import earlier_facts, facts_of_run, get_run, start_run
from b24app.checklist.facts.channels.connector_states import ConnectorStates
from b24app.checklist.questions.answers import RegisterDraft, register_application
from b24app.database import db, portal_scope
from b24app.services import services
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor

RunJobs = Callable[[], int]
ANNA = Author(1, "Анна")


def a_run(actor: Actor, run_jobs: RunJobs) -> int:
    with portal_scope(actor.portal_id):
        run_id = start_run(at=services().clock.now(), by=ANNA)
        db.session.commit()
    run_jobs()
    return run_id


def states(actor: Actor, run_id: int) -> ConnectorStates:
    with portal_scope(actor.portal_id):
        found = facts_of_run(run_id).of(ConnectorStates)
    assert found is not None
    return found


def made(found: ConnectorStates) -> dict[str, datetime]:
    """The moments of the channels that the test has registered."""
    return {pair: at for pair, at in found.asked_at.items() if pair.startswith("made")}


def test_moments_of_answers_go_from_run_to_run(first_checks: Actor, world: World, run_jobs: RunJobs) -> None:
    table = first_checks.portal.tables["connector"]
    for number in range(26):
        table.add({"ID": f"made{number}", "NAME": "Канал", "ACTIVE": False, "LINES": [], "ERROR": False})
    first = a_run(first_checks, run_jobs)
    with portal_scope(first_checks.portal_id):
        began = get_run(first).started_at
    world.clock.advance(days=1)
    second = a_run(first_checks, run_jobs)
    older = made(states(first_checks, second))
    assert made(states(first_checks, first)) == {}
    assert older
    assert began is not None
    assert set(older.values()) == {began}
    world.clock.advance(days=1)
    third = states(first_checks, a_run(first_checks, run_jobs))
    assert len(third.pairs) == len(states(first_checks, first).pairs)
    assert set(made(third).values()) == {began, began + timedelta(days=1)}


def test_only_a_run_that_was_carried_through_is_the_one_before(
    first_checks: Actor, run_jobs: RunJobs
) -> None:
    run_id = a_run(first_checks, run_jobs)
    first_checks.portal.lapse_to_free()
    refused = a_run(first_checks, run_jobs)
    with portal_scope(first_checks.portal_id):
        assert get_run(refused).state == "refused"
        assert earlier_facts(refused + 1).at == get_run(run_id).started_at


def test_a_run_asks_about_the_owners_in_the_register(first_checks: Actor, run_jobs: RunJobs) -> None:
    owner = first_checks.portal.employee
    with portal_scope(first_checks.portal_id):
        draft = RegisterDraft("incoming_webhook", "Остатки", owner_id=owner.id)
        register_application(draft, by=ANNA, at=services().clock.now())
        db.session.commit()
    first_checks.portal.dismiss(owner)
    run_id = a_run(first_checks, run_jobs)
    with portal_scope(first_checks.portal_id):
        assert facts_of_run(run_id).values["named_people"].is_dismissed(owner.id)
