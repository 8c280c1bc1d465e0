"""Groups of a manager: his own he changes and fills; those of others, and so their clients, he cannot take."""

import pytest
from flask import Flask

from b24app.database import db, portal_scope
from b24app.integrators.bulk.model import BulkStep
from b24app.integrators.client_groups import add_group, clients_in, list_groups, put_in
from b24app.integrators.client_notes import set_responsible
from b24app.integrators.consents import list_consents
from b24app.integrators.members import set_member
from b24app.integrators.rights import MemberRole
from b24app.services import services
from tests.actors import Actor, Opened
from tests.integrators.boards import ANNA, add_client, declare

pytestmark = pytest.mark.dialect
OTHER = 901


@pytest.fixture
def home(app: Flask, south: Actor) -> Actor:
    """An integrator's portal with two managers; the employee is one of them."""
    declare(south)
    now = services().clock.now()
    with portal_scope(south.portal_id):
        set_member(OTHER, "Другой", MemberRole.MANAGER, by=ANNA, at=now)
        set_member(south.portal.employee.id, "Менеджер", MemberRole.MANAGER, by=ANNA, at=now)
        db.session.commit()
    return south


@pytest.fixture
def manager(home: Actor) -> Opened:
    return home.opens(user=home.portal.employee)


def a_group(home: Actor, name: str, manager_id: int | None, *clients: int) -> int:
    with portal_scope(home.portal_id):
        group_id = add_group(name, manager_id)
        for client_id in clients:
            put_in(group_id, client_id)
        db.session.commit()
    return group_id


def own_client(app: Flask, home: Actor, number: int) -> tuple[int, str]:
    client_id = add_client(app, number, home.portal_id)
    with portal_scope(home.portal_id):
        set_responsible(client_id, home.portal.employee.id, at=services().clock.now())
        db.session.commit()
    with portal_scope(client_id):
        return client_id, list_consents()[0].code


def managers(home: Actor) -> dict[str, int | None]:
    db.session.expire_all()
    with portal_scope(home.portal_id):
        return {group.name: group.manager_id for group in list_groups()}


def test_a_manager_takes_no_group_of_another(app: Flask, home: Actor, manager: Opened) -> None:
    me = home.portal.employee.id
    foreign = a_group(home, "Чужая", OTHER, add_client(app, 7, home.portal_id))
    nobodys = a_group(home, "Ничья", None)
    for group_id, name in ((foreign, "Чужая"), (nobodys, "Ничья")):
        taken = manager.post(f"/clients/groups/{group_id}", name=name, manager=str(me))
        assert taken.status_code == 403, name
        assert manager.post(f"/clients/groups/{group_id}/delete").status_code == 403, name
    assert managers(home) == {"Чужая": OTHER, "Ничья": None}
    assert "Клиент 7" not in manager.get("/clients", view="all").text
    assert f'hx-post="/clients/groups/{foreign}"' not in manager.get("/clients/groups").text


def test_a_manager_makes_and_keeps_his_own_group_and_names_nobody_else(home: Actor, manager: Opened) -> None:
    me = home.portal.employee.id
    assert manager.post("/clients/groups", name="Моя").status_code == 200
    assert managers(home) == {"Моя": me}
    assert manager.post("/clients/groups", name="Ему", manager=str(OTHER)).status_code == 403
    assert manager.post("/clients/groups/1", name="Моя", manager=str(OTHER)).status_code == 403
    assert manager.post("/clients/groups/1", name="Наша", manager=str(me)).status_code == 200
    assert managers(home) == {"Наша": me}
    assert manager.post("/clients/groups/1/delete").status_code == 200


def test_an_owner_gives_groups_to_managers(home: Actor) -> None:
    group_id = a_group(home, "Опт", None)
    opened = home.opens()
    assert opened.post(f"/clients/groups/{group_id}", name="Опт", manager=str(OTHER)).status_code == 200
    assert managers(home) == {"Опт": OTHER}


def test_a_manager_fills_his_own_groups_alone(app: Flask, home: Actor, manager: Opened) -> None:
    client_id, code = own_client(app, home, 1)
    mine = a_group(home, "Моя", home.portal.employee.id)
    into, out_of = a_group(home, "Чужая", OTHER), a_group(home, "Ещё чужая", OTHER, client_id)
    assert "Чужая" not in manager.get(f"/clients/{code}/card").text
    me = str(home.portal.employee.id)
    saved = manager.post(f"/clients/{code}/card", responsible=me, group=[str(mine), str(into)])
    assert saved.status_code == 200
    with portal_scope(home.portal_id):
        assert [clients_in(one) for one in (mine, into, out_of)] == [{client_id}, set(), {client_id}]


def test_work_on_many_puts_a_managers_clients_into_no_foreign_group(
    app: Flask, home: Actor, manager: Opened
) -> None:
    _client_id, code = own_client(app, home, 1)
    foreign = a_group(home, "Чужая", OTHER)
    before = manager.post("/clients/bulk/before", kind="group", code=code)
    assert (before.status_code, "Чужая" in before.text) == (200, False)
    assert manager.post("/clients/bulk", kind="group", value=str(foreign), code=code).status_code == 403
    with portal_scope(home.portal_id):
        assert db.session.query(BulkStep).count() == 0


def test_work_of_a_kind_that_no_page_offers_is_refused(home: Actor) -> None:
    opened = home.opens()
    for path in ("/clients/bulk", "/clients/bulk/before"):
        assert opened.post(path, kind="ungroup", all="yes", conditions="view=all").status_code == 403, path
