"""A portal is declared an integrator's, its people get roles, and the declaration is taken back."""

import re
from io import BytesIO

import pytest

from b24app.database import db, portal_scope
from b24app.integrators.members import get_integrator, list_members
from b24app.integrators.rights import MemberRole
from tests.actors import Actor, Opened
from tests.integrators.consent_story import PNG, PROFILE, agree, consents, declare, invitations, invite


def declared(actor: Actor) -> bool:
    db.session.rollback()
    with portal_scope(actor.portal_id):
        return get_integrator() is not None


def members(actor: Actor) -> dict[int, MemberRole]:
    db.session.rollback()
    with portal_scope(actor.portal_id):
        return {one.user_id: one.role for one in list_members()}


def test_declaring_makes_an_owner_and_shows_the_tab(south: Actor, south_admin: Opened) -> None:
    assert 'id="tab-clients"' not in south_admin.get("/settings/profile").text
    declare(south_admin)
    assert members(south) == {south.portal.admin.id: MemberRole.OWNER}
    assert 'id="tab-clients"' in south_admin.get("/settings/profile").text
    assert 'id="tab-clients"' in south_admin.get("/renewal").text
    assert (
        'id="tab-clients"' not in south.opens(user=south.portal.integrator).text
    )  # an administrator without a seat


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"inn": "12345"},
        {"inn": "٧٧٩٩١٠٤٥٢٠"},
        {"contact_email": "nobody"},
        {"name": "x" * 300},
    ],
)
def test_a_wrong_profile_comes_back_and_nothing_is_declared(
    south: Actor, south_admin: Opened, wrong: dict[str, str]
) -> None:
    answer = south_admin.post("/settings/profile", **(PROFILE | wrong))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert not declared(south)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (PNG, 200),
        (b"\xff\xd8\xff" + b"\0" * 20, 200),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422),
        (b"%PDF-1.7", 422),
        (PNG + b"\0" * 102_400, 422),
        (b"GIF89a", 422),
    ],
)
def test_a_logo_is_judged_by_its_first_bytes(south_admin: Opened, content: bytes, status: int) -> None:
    answer = south_admin.post("/settings/profile", logo=(BytesIO(content), "logo.png"), **PROFILE)
    assert answer.status_code == status
    assert ("data:image/" in answer.text) == (status == 200)


def test_a_logo_stays_when_the_profile_is_changed_and_goes_when_it_is_removed(south_admin: Opened) -> None:
    south_admin.post("/settings/profile", logo=(BytesIO(PNG), "logo.png"), **PROFILE)
    assert "data:image/png" in south_admin.post("/settings/profile", **PROFILE).text
    assert "data:image/png" not in south_admin.post("/settings/profile/logo/remove").text


def test_only_an_administrator_declares(south: Actor, south_admin: Opened) -> None:
    employee = south.opens(user=south.portal.employee)
    assert employee.get("/settings/profile").status_code == 403
    assert employee.post("/settings/profile", **PROFILE).status_code == 403
    assert not declared(south)
    declare(south_admin)
    assert employee.post("/settings/profile/end", sure="yes").status_code == 403
    assert employee.post("/settings/profile/logo/remove").status_code == 403
    assert declared(south)


def test_the_declaration_of_one_portal_is_none_of_another(
    north: Actor, north_admin: Opened, south_admin: Opened
) -> None:
    declare(south_admin)
    assert not declared(north)
    assert north_admin.get("/clients/setup").status_code == 403
    assert "Верный шаг" not in north_admin.get("/settings/profile").text


def test_an_end_says_what_it_takes_and_takes_it_at_once(
    north: Actor, north_admin: Opened, south: Actor, south_admin: Opened
) -> None:
    agree(north, north_admin, south, south_admin)
    invite(south, south_admin)
    assert "закончится 1 доступ" in south_admin.get("/settings/profile").text
    assert south_admin.post("/settings/profile/end").status_code == 422
    assert declared(south)
    assert south_admin.post("/settings/profile/end", sure="yes").status_code == 200
    assert not declared(south)
    assert [one.end for one in consents(north)] == ["declaration"]
    assert {one.answer for one in invitations(south)} == {"granted", "withdrawn"}
    declare(south_admin)
    assert [one.end for one in consents(north)] == ["declaration"], "a new declaration brought an access back"
    assert south_admin.post("/settings/profile/end", sure="yes").status_code == 200
    assert south_admin.post("/settings/profile/end", sure="yes").status_code == 404


def test_owners_give_roles_change_and_remove_them(south: Actor, south_admin: Opened) -> None:
    declare(south_admin)
    person = south.portal.employee
    form = {"member_user_id": str(person.id), "member_name": person.full_name}
    assert south_admin.post("/clients/setup/people", **form, role="engineer").status_code == 200
    assert members(south)[person.id] is MemberRole.ENGINEER
    assert south_admin.post(f"/clients/setup/people/{person.id}", role="viewer").status_code == 200
    assert members(south)[person.id] is MemberRole.VIEWER
    removed = south_admin.post(f"/clients/setup/people/{person.id}/remove")
    assert person.id not in members(south)
    undo = removed.text.split('hx-post="/clients/setup/undo/')[1].split('"')[0]
    assert south_admin.post(f"/clients/setup/undo/{undo}").status_code == 200
    assert members(south)[person.id] is MemberRole.VIEWER


@pytest.mark.parametrize(
    "wrong",
    [{"member_user_id": ""}, {"member_user_id": "40404"}, {"role": "king"}, {"member_user_id": "x"}],
)
def test_a_wrong_person_comes_back(south: Actor, south_admin: Opened, wrong: dict[str, str]) -> None:
    declare(south_admin)
    form = {"member_user_id": "77", "member_name": "Олег", "role": "viewer"} | wrong
    assert south_admin.post("/clients/setup/people", **form).status_code == 422
    assert len(members(south)) == 1


def test_the_last_owner_stays(south: Actor, south_admin: Opened) -> None:
    declare(south_admin)
    owner = south.portal.admin.id
    assert south_admin.post(f"/clients/setup/people/{owner}", role="viewer").status_code == 422
    assert south_admin.post(f"/clients/setup/people/{owner}/remove").status_code == 422
    assert members(south) == {owner: MemberRole.OWNER}
    assert south_admin.post("/clients/setup/people/4040/remove").status_code == 404
    assert south_admin.post("/clients/setup/people/4040", role="viewer").status_code == 404


@pytest.mark.parametrize("role", [role for role in MemberRole if role is not MemberRole.OWNER])
def test_only_owners_and_administrators_name_people(
    south: Actor, south_admin: Opened, role: MemberRole
) -> None:
    declare(south_admin)
    person = south.portal.employee
    form = {"member_user_id": str(person.id), "member_name": person.full_name, "role": str(role)}
    assert south_admin.post("/clients/setup/people", **form).status_code == 200
    theirs = south.opens(user=person)
    for path in ("people", f"people/{person.id}", f"people/{person.id}/remove", "undo/x"):
        assert (
            theirs.post(
                f"/clients/setup/{path}", role="owner", member_name="a", member_user_id="5"
            ).status_code
            == 403
        )
    assert members(south)[person.id] is role
    helper = south.opens(user=south.portal.integrator)
    assert helper.post(f"/clients/setup/people/{person.id}", role="owner").status_code == 200


def test_a_person_with_a_seat_sees_this_tab_alone(south: Actor, south_admin: Opened) -> None:
    person = south.portal.employee
    assert 'id="tab-' not in south.opens(user=person).text
    declare(south_admin)
    south_admin.post(
        "/clients/setup/people", member_user_id=str(person.id), member_name=person.full_name, role="manager"
    )
    theirs = south.opens(user=person)
    assert theirs.status == 200
    assert re.findall(r'id="tab-(\w+)"', theirs.text) == ["clients"]
    assert 'aria-label="Настройки"' not in theirs.text
    assert theirs.get("/renewal").status_code == 403
    assert theirs.get("/clients/setup").status_code == 200
    south_admin.post(f"/clients/setup/people/{person.id}/remove")
    assert theirs.get("/clients/setup").status_code == 403
    assert 'id="tab-' not in south.opens(user=person).text
