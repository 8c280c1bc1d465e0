"""Consent × role × every view: without a living consent that holds the right, and a role that includes it, nothing is read and nothing written."""

import pytest

from b24app.integrators.rights import NEEDS, ROLE_RIGHTS, MemberRole, Right, whole
from tests.actors import Actor
from tests.integrators.looking import (
    EVERYTHING,
    Address,
    Looking,
    every_address,
    journal_of,
    looks_after,
    state_of,
)

pytestmark = pytest.mark.usefixtures("first_checks")
NEVER = (
    "settings",
    "install",
    "widget",
    "copy/key",
    "copy/target",
    "copy/alarm",
    "shop/mute",
    "shop/report/links",
)


def sets_of_rights() -> list[frozenset[Right]]:
    """Each right with the one that it rests on and nothing else, and everything but one."""
    alone = [frozenset({right, NEEDS.get(right, right)}) for right in Right]
    return alone + [whole(set(Right) - {right}) for right in Right]


def wrongly_answered(looking: Looking, given: frozenset[Right]) -> list[str]:
    """The views that answered otherwise than with a refusal although a right is missing, or wrote anything, or named the client."""
    before, wrong = state_of(looking.client), []
    for one in every_address():
        if one.needed and one.needed <= given:
            continue
        answer = looking.ask(one.method, one.path)
        if answer.status_code != 403 or looking.client.host in answer.text:
            wrong.append(f"{one.method} {one.path}: {answer.status_code}")
    assert state_of(looking.client) == before
    return wrong


@pytest.mark.cases
@pytest.mark.parametrize("given", sets_of_rights(), ids=lambda given: " ".join(sorted(given)))
def test_what_was_not_given_is_neither_shown_nor_done(south: Actor, north: Actor, given: frozenset[Right]):
    looking = looks_after(south, north, given)
    looking.opens()
    assert wrongly_answered(looking, given) == []


@pytest.mark.cases
@pytest.mark.parametrize("role", [role for role in MemberRole if role is not MemberRole.MANAGER])
def test_a_role_gets_no_more_than_it_includes(south: Actor, north: Actor, role: MemberRole):
    looking = looks_after(south, north, EVERYTHING, role)
    looking.opens()
    assert wrongly_answered(looking, whole(ROLE_RIGHTS[role])) == []


def test_with_everything_given_no_view_falls(south: Actor, north: Actor):
    looking = looks_after(south, north)
    looking.opens()
    fell = {}
    for one in every_address():
        if one.needed:
            answer = looking.ask(one.method, one.path)
            if answer.status_code not in (200, 202, 204, 404, 422):
                fell[f"{one.method} {one.path}"] = answer.status_code
    assert fell == {}
    assert {line.person_id for line in journal_of(north)} - {1} == {south.portal.admin.id} - {1}


def test_what_belongs_to_the_administrator_alone_needs_what_nobody_can_give(south: Actor, north: Actor):
    looks_after(south, north)
    addresses = every_address()
    assert [
        one.path
        for one in addresses
        if one.path.startswith(tuple(f"/{place}" for place in NEVER)) and one.needed
    ] == []
    pressed = {
        "begin_restore",
        "go_on_with_restore",
        "undo_restore",
        "renewed",
        "accept",
        "accept_all",
        "prove",
    }
    assert {name_of(one) for one in addresses if name_of(one) in pressed and one.needed} == set()


def name_of(one: Address) -> str:
    """The name of a view."""
    return one.endpoint.rpartition(".")[2]
