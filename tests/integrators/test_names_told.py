"""Whose name is told to whom: a client's only while its access lives, or as it was then; a person's as his portal says it."""

from datetime import date

import pytest
from flask import Flask

from b24app.database import db, portal_scope
from b24app.integrators.audit import list_lines
from b24app.integrators.board import ended_lately
from b24app.integrators.board_query import BoardAt
from b24app.integrators.consents import ConsentChoice, grant, last_day
from b24app.integrators.members import find_seat, list_members
from b24app.integrators.model import ClientNote
from b24app.integrators.rights import ROLE_HINTS, ROLE_RIGHTS, MemberRole, Right
from b24app.portals.model import Portal
from b24app.services import services
from b24app.text.messages import sentence
from b24app.text.translation import Translator
from tests.actors import Actor, Opened
from tests.integrators.boards import ANNA, consent, declare
from tests.integrators.consent_story import agree, enter, invite
from tests.integrators.consent_story import declare as declares
from tests.integrators.test_consent_ends import Jobs, subjects
from tests.portals.rows import row
from tests.story import DAY_OF_THE_STORY

MOVED = "moved.bitrix24.example"
SAID = {
    Right.TERMS: "сроки",
    Right.CHECKS: "проверки",
    Right.CHANGES: "изменения",
    Right.COPY: "копии",
    Right.RESTORE: "возвраты",
}


def move(client: Actor) -> None:
    """The client's portal gets another address after the end."""
    row(client).domain = MOVED
    db.session.commit()


def told_after_the_end(integrator: Actor) -> tuple[str, ...]:
    """Whom the list of clients names as ended."""
    seat = find_seat(integrator.portal_id, integrator.portal.admin.id)
    assert seat is not None
    return ended_lately(BoardAt(seat, services().clock.now(), DAY_OF_THE_STORY.date()))


def test_a_client_who_declined_is_not_named(
    north: Actor, north_admin: Opened, south: Actor, south_admin: Opened, run_jobs: Jobs
) -> None:
    declares(south_admin)
    made = invite(south, south_admin)
    north_admin.post(f"/settings/integrator/asks/{enter(north_admin, made.code)}/decline")
    assert north.host not in south_admin.get("/clients/invitations").text
    north.portal.world.clock.advance(seconds=30)
    run_jobs()
    assert [one.split(":")[0] for one in subjects(south)] == [f"{made.code[:4]}-{made.code[4:]}"]


def test_a_client_who_ended_the_access_keeps_the_name_of_then(
    north: Actor, north_admin: Opened, south: Actor, south_admin: Opened, run_jobs: Jobs
) -> None:
    given = agree(north, north_admin, south, south_admin)
    run_jobs()
    north_admin.post(f"/settings/integrator/{given.code}/end")
    move(north)
    run_jobs()
    text = south_admin.get("/clients/invitations").text
    assert north.host in text
    assert MOVED not in text
    assert told_after_the_end(south) == (north.host,)
    assert north.host in subjects(south)[-1]


def test_what_the_integrator_calls_a_client_is_told_after_the_end(
    north: Actor, north_admin: Opened, south: Actor
) -> None:
    declare(south)
    code = consent(north.portal_id, south.portal_id).code
    with portal_scope(south.portal_id):
        note = ClientNote(client_id=north.portal_id, name="Тёплая сторона", changed_at=DAY_OF_THE_STORY)
        db.session.add(note)
        db.session.commit()
    north_admin.post(f"/settings/integrator/{code}/end")
    assert told_after_the_end(south) == ("Тёплая сторона",)


def test_a_person_is_called_as_his_portal_calls_him(north: Actor, south: Actor) -> None:
    declare(south)
    code, own, person = consent(north.portal_id, south.portal_id).code, south.opens(), south.portal.employee
    for user in (south.portal.admin, person):
        form = {"member_user_id": str(user.id), "member_name": "Служба Битрикс24", "role": "owner"}
        assert own.post("/clients/setup/people", **form).status_code == 200
    own.get(f"/clients/{code}/open")
    with portal_scope(south.portal_id):
        assert {one.name for one in list_members()} == {south.portal.admin.full_name, person.full_name}
    with portal_scope(north.portal_id):
        assert all("Битрикс24" not in line.person for line in list_lines())


def test_nobody_is_named_whom_the_portal_does_not_list(south: Actor) -> None:
    declare(south)
    for number in ("40404", str(south.portal.integrator.id)):
        form = {"member_user_id": number, "member_name": "Олег", "role": "viewer"}
        assert south.opens().post("/clients/setup/people", **form).status_code == 422


def test_both_sides_read_the_last_day_of_the_clients_zone(north: Actor, south: Actor) -> None:
    declare(south)
    late = DAY_OF_THE_STORY.replace(hour=22, minute=30)
    db.session.get_one(Portal, north.portal_id).time_zone = "Asia/Vladivostok"
    with portal_scope(north.portal_id):
        given = grant(south.portal_id, ConsentChoice(frozenset(Right), 6, prolongs=False), by=ANNA, at=late)
        db.session.commit()
    there = date.fromordinal(given.ends_at.date().toordinal() + 1)
    assert last_day(given, late) == there
    shown = f"до {there.day} "
    assert shown in south.opens().get(f"/clients/{given.code}/open").text.replace("\u00a0", " ")


@pytest.mark.parametrize("role", [MemberRole.MANAGER, MemberRole.ENGINEER, MemberRole.VIEWER])
def test_a_role_says_all_that_it_may_see(app: Flask, role: MemberRole) -> None:
    with app.test_request_context():
        said = Translator("ru", "UTC").say(sentence(ROLE_HINTS[role])).lower()
    assert {right for right, word in SAID.items() if word in said} == ROLE_RIGHTS[role] & set(SAID)
