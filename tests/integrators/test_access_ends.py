"""An access that has ended ends at once: pages, old tokens, kept pages, files; whatever ended it. The journal stays."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from b24app.database import db, every_portal, portal_scope
from b24app.errors import PageStale
from b24app.frames.page_token import restore_frame, sign_frame
from b24app.integrators.members import end_declaration, remove_member, set_member
from b24app.integrators.model import Consent
from b24app.integrators.rights import MemberRole, Right
from b24app.portals.model import InstallStatus, Portal
from b24app.services import services
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import NORTH, Actor
from tests.integrators.looking import Looking, every_address, journal_of, looks_after, state_of

pytestmark = pytest.mark.usefixtures("first_checks")
NINA = Author(1, "Нина Рябова")
PAGES = ("/renewal", "/shop", "/money", "/copy", "/shop/changes", "/shop/report")


@pytest.fixture
def looking(south: Actor, north: Actor) -> Looking:
    """A client whose pages were opened, so that those that are kept ready are kept."""
    looking = looks_after(south, north)
    looking.opens()
    for path in PAGES:
        assert looking.get(path).status_code == 200
    return looking


def removed(looking: Looking, integrator: Actor) -> None:
    with portal_scope(integrator.portal_id):
        set_member(9_001, "Хозяин", MemberRole.OWNER, by=NINA, at=services().clock.now())
        remove_member(integrator.portal.admin.id, at=services().clock.now())


def narrow(looking: Looking, integrator: Actor) -> None:
    """A manager sees his own clients alone, and nobody has made this one his."""
    with portal_scope(integrator.portal_id):
        set_member(9_001, "Хозяин", MemberRole.OWNER, by=NINA, at=services().clock.now())
        set_member(integrator.portal.admin.id, "Нина", MemberRole.MANAGER, by=NINA, at=services().clock.now())


def undeclared(looking: Looking, integrator: Actor) -> None:
    with portal_scope(integrator.portal_id):
        end_declaration(services().clock.now())


def uninstalled(looking: Looking, _integrator: Actor) -> None:
    db.session.get_one(Portal, looking.client.portal_id).status = InstallStatus.DELETED


def expired(looking: Looking, _integrator: Actor) -> None:
    with portal_scope(looking.client.portal_id):
        db.session.query(Consent).one().ends_at = services().clock.now()
        db.session.commit()


ENDS: dict[str, Callable[[Looking, Actor], None]] = {
    "by the client": lambda looking, _integrator: looking.ends(),
    "the person was removed": removed,
    "the person sees his own clients alone": narrow,
    "the integrator is none any more": undeclared,
    "the client removed the application": uninstalled,
    "its time is over": expired,
}


@pytest.mark.parametrize("end", ENDS)
def test_the_next_request_is_refused(looking: Looking, south: Actor, end: str):
    ENDS[end](looking, south)
    db.session.commit()
    before = state_of(looking.client)
    for path in PAGES:
        answer = looking.get(path)
        assert (path, answer.status_code) == (path, 404)
        assert NORTH not in answer.text
        assert answer.headers["HX-Retarget"] == "#page"
        assert "К списку клиентов" in answer.text
    assert looking.post("/renewal/mark/mark_paid", way="card").status_code == 404
    assert looking.download("/shop/report.pdf").status_code == 404
    assert looking.own.get(f"/clients/{looking.code}/open").status_code == 404
    assert looking.own.get(f"/clients/{looking.code}/ask").status_code == 404
    assert state_of(looking.client) == before


def test_a_clock_that_was_set_back_lets_nobody_in(looking: Looking, world: World):
    world.clock.advance(minutes=-10)
    assert {looking.get(path).status_code for path in PAGES} == {401}


def test_no_view_answers_once_the_access_has_ended(looking: Looking):
    looking.ends()
    lines = len(journal_of(looking.client))
    answered = [one.path for one in every_address() if looking.ask(one.method, one.path).status_code != 404]
    assert answered == []
    assert len(journal_of(looking.client)) == lines


def test_the_answer_brings_back_the_persons_own_portal(looking: Looking, south: Actor):
    looking.ends()
    answer = looking.get("/renewal")
    frame = restore_frame(answer.headers["X-Frame-Token"])
    assert (frame.portal_id, frame.consent_code) == (south.portal_id, "")
    assert south.host in answer.headers["Content-Security-Policy"]
    assert NORTH not in str(answer.headers)


def test_a_poll_is_answered_with_the_end_too(looking: Looking):
    looking.ends()
    answer = looking.browser.get("/freshness", headers={"X-Frame-Token": looking.token, "HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (404, "#page")


def test_a_narrowed_access_is_narrow_at_once(looking: Looking):
    looking.given(Right.TERMS)
    assert looking.get("/renewal").status_code == 200
    refused = {path: looking.get(path).status_code for path in PAGES if path not in ("/renewal", "/money")}
    assert set(refused.values()) == {403}
    assert "Мешает" not in looking.get("/renewal").text


def test_a_role_that_changes_counts_at_once(looking: Looking, south: Actor):
    with portal_scope(south.portal_id):
        set_member(9_001, "Хозяин", MemberRole.OWNER, by=NINA, at=services().clock.now())
        set_member(south.portal.admin.id, "Нина", MemberRole.ACCOUNTANT, by=NINA, at=services().clock.now())
        db.session.commit()
    assert looking.get("/shop").status_code == 403
    assert looking.get("/money").status_code == 200


def test_a_code_of_another_integrators_consent_opens_nothing(looking: Looking, world: World):
    east = Actor(looking.browser, world.add_portal("east.bitrix24.example")).installs()
    other = looks_after(east, looking.client)
    own = restore_frame(looking.own.token)
    stolen = sign_frame(replace(own, consent_code=other.code))
    answer = looking.browser.get("/renewal", headers={"X-Frame-Token": stolen, "HX-Request": "true"})
    assert answer.status_code == 404
    assert NORTH not in answer.text
    assert looking.own.get(f"/clients/{other.code}/open").status_code == 404


def test_a_forged_token_is_refused(looking: Looking):
    with pytest.raises(PageStale):
        restore_frame(looking.token[:-2] + "xx")
    looking.token = looking.token[:-2] + "xx"
    assert looking.get("/renewal").status_code == 401


def test_the_journal_stays_when_the_access_ends(looking: Looking, app: Flask):
    assert app
    seen = {line.detail for line in journal_of(looking.client)}
    looking.ends()
    lines = journal_of(looking.client)
    assert seen | {""} == {line.detail for line in lines}
    assert lines[-1].action == "ended"
    with every_portal():
        assert db.session.query(Consent).one().ended_at is not None
