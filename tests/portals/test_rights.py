"""The end of rights as we see it ourselves: dismissed and demoted people are out at once, others stay."""

from collections.abc import Callable

import pytest

from b24app.database import portal_scope
from b24app.errors import PageStale, TokenRejected
from b24app.frames.page_token import restore_frame
from b24app.jobs.renewal import ask_people
from b24app.portals.client_factory import choose_access
from b24app.portals.people import PAGE, dismissed_ids, questions, review_rights
from b24app.rest_client import Answer
from sandbox.user import User
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.portals.rows import accesses, do, people, row


def dismissed(actor: Actor) -> frozenset[int]:
    with portal_scope(actor.portal_id):
        return dismissed_ids()


@pytest.fixture
def deputy(north: Actor) -> User:
    """A second administrator, who is the first to open the application after the wizard."""
    found = next(user for user in north.portal.users if not user.admin and user is not north.portal.employee)
    found.admin = True
    return found


def test_a_dismissed_administrator_is_out_at_once(
    north: Actor, north_admin: Opened, deputy: User, world: World
) -> None:
    theirs = north.opens(user=deputy)
    north.portal.dismiss(deputy)
    assert theirs.get("/settings/reminders").status_code == 200
    do(review_rights, north.portal_id)
    assert (
        theirs.get("/settings/reminders").status_code
        == theirs.download("/settings/calls.csv").status_code
        == 401
    )
    with pytest.raises(PageStale, match="rights_ended"):
        restore_frame(theirs.token)
    assert [access.user_id for access in accesses(north)] == [north.portal.admin.id]
    assert north_admin.get("/settings/reminders").status_code == 200


def test_a_dismissed_employee_loses_the_page_too(north: Actor, north_employee: Opened) -> None:
    north.portal.dismiss(north.portal.employee)
    do(review_rights, north.portal_id)
    assert north_employee.post("/frame/check").status_code == 401


def test_nobody_works_in_the_name_of_a_demoted_administrator(
    north: Actor, north_admin: Opened, deputy: User
) -> None:
    north.opens(user=deputy)
    north.portal.admin.admin = False
    do(review_rights, north.portal_id)
    assert [access.user_id for access in accesses(north)] == [deputy.id]
    assert north_admin.get("/settings/reminders").status_code == 401
    person = people(north)[north.portal.admin.id]
    assert not person.is_admin
    assert person.user_id not in dismissed(north)


def test_the_only_administrator_who_was_demoted_leaves_no_access(north: Actor, north_admin: Opened) -> None:
    north.portal.admin.admin = False
    do(review_rights, north.portal_id)
    with pytest.raises(TokenRejected):
        choose_access(row(north))


def test_who_opens_again_is_who_the_portal_says(north: Actor, north_admin: Opened) -> None:
    north.portal.admin.admin = False
    do(review_rights, north.portal_id)
    assert not restore_frame(north.opens().token).is_admin
    assert not accesses(north)
    north.portal.admin.admin = True
    assert restore_frame(north.opens().token).is_admin
    assert len(accesses(north)) == 1


def test_a_person_taken_back_is_let_in_by_the_next_opening(north: Actor, north_employee: Opened) -> None:
    person = north.portal.employee
    north.portal.dismiss(person)
    do(review_rights, north.portal_id)
    assert person.id in dismissed(north)
    person.active = True
    do(review_rights, north.portal_id)
    assert north_employee.post("/frame/check").status_code == 401
    assert north.opens(user=person).post("/frame/check").status_code == 204
    assert person.id not in dismissed(north)


def test_who_is_not_in_the_answer_is_not_dismissed(north: Actor, deputy: User) -> None:
    """Integrators never are in it, and may be administrators."""
    theirs = north.opens(user=deputy)
    north.portal.users.remove(deputy)
    do(review_rights, north.portal_id)
    assert deputy.id not in dismissed(north)
    assert theirs.get("/settings/reminders").status_code == 200


@pytest.mark.parametrize("kind", ["html", "empty", "truncated", "cut"])
def test_a_portal_that_answers_badly_ends_nobody(north: Actor, north_admin: Opened, kind: str) -> None:
    north.portal.answer_next(kind, times=30)  # type: ignore[arg-type]
    do(review_rights, north.portal_id)
    assert north_admin.get("/settings/reminders").status_code == 200


def test_a_portal_without_the_scope_still_shows_a_demotion(north: Actor, north_admin: Opened) -> None:
    north.portal.refuse_next("insufficient_scope", method="user.get", times=9)
    north.portal.admin.admin = False
    do(review_rights, north.portal_id)
    assert north_admin.get("/settings/reminders").status_code == 401


def test_another_portals_person_of_the_same_number_stays(
    north: Actor, south: Actor, south_admin: Opened, north_employee: Opened
) -> None:
    theirs = south.opens(user=south.portal.employee)
    north.portal.dismiss(north.portal.employee)
    do(review_rights, north.portal_id)
    assert north.portal.employee.id == south.portal.employee.id
    assert north_employee.post("/frame/check").status_code == 401
    assert theirs.post("/frame/check").status_code == south_admin.post("/frame/check").status_code == 204


def test_a_run_of_checks_looks_at_people_too(
    north: Actor, north_admin: Opened, north_employee: Opened, run_jobs: Callable[[], int]
) -> None:
    north.portal.dismiss(north.portal.employee)
    run_jobs()
    assert north_employee.post("/frame/check").status_code == 401
    assert north_admin.post("/frame/check").status_code == 204


def test_the_question_before_reminders_ends_the_rights_of_a_demoted_administrator(
    north: Actor, deputy: User, world: World
) -> None:
    north.opens(user=deputy)
    world.clock.advance(hours=7)
    north.portal.admin.admin = False
    do(ask_people, north.portal_id)
    assert [access.user_id for access in accesses(north)] == [deputy.id]
    assert people(north)[north.portal.admin.id].rights_ended_at == world.clock.now()


class Answering:
    """The client of a portal that answers a batch in its own way."""

    def __init__(self, **answers: object) -> None:
        self.answers = answers

    def batch(self, _commands: object) -> dict[str, Answer]:
        return {name: Answer(result) for name, result in self.answers.items()}


def test_an_answer_without_a_word_about_rights_ends_nobody(
    north: Actor, north_admin: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Answering(me={"ID": str(north.portal.admin.id), "NAME": "Эмма"})
    monkeypatch.setattr("b24app.portals.people.open_client", lambda *_, **__: client)
    do(review_rights, north.portal_id)
    assert north_admin.get("/settings/reminders").status_code == 200
    assert [access.user_id for access in accesses(north)] == [north.portal.admin.id]


@pytest.mark.parametrize("job", [review_rights, ask_people])
def test_of_people_whom_nobody_asked_about_nothing_is_kept(
    north: Actor, world: World, monkeypatch: pytest.MonkeyPatch, job: Callable[[int], object]
) -> None:
    world.clock.advance(hours=7)
    client = Answering(accounts0=[{"ID": "4711", "ACTIVE": False}])
    monkeypatch.setattr("b24app.portals.people.open_client", lambda *_, **__: client)
    do(job, north.portal_id)
    assert dismissed(north) == frozenset()


@pytest.mark.parametrize("job", [review_rights, ask_people])
def test_people_and_the_administrator_are_asked_about_in_one_request(
    north: Actor, world: World, job: Callable[[int], object]
) -> None:
    world.clock.advance(hours=7)
    do(job, north.portal_id)
    asked = [one.commands or (one.method,) for one in world.requests]
    assert [each for each in asked if {"user.get", "profile"} & set(each)][-1:] == [("profile", "user.get")]
    assert sum("user.get" in each for each in asked) == 1


def test_people_are_asked_for_by_fifty_in_one_batch() -> None:
    asked = questions(range(1, 5000))
    assert len(asked) == PAGE
    assert asked["accounts1"].params["FILTER"]["ID"] == list(range(51, 101))
    assert list(questions([])) == ["me"]
