"""The administrator's file of calls: works, not for employees, not for others, not without a frame."""

import csv

from b24app.portals.client_factory import open_client
from tests.actors import Actor, Opened


def test_an_administrator_takes_the_calls_of_the_portal(north_admin: Opened) -> None:
    with north_admin.download("/settings/calls.csv") as answer:
        assert answer.status_code == 200
        assert "profile" in answer.text
        assert "attachment" in answer.headers["Content-Disposition"]


def test_an_empty_cell_stays_empty(north_admin: Opened) -> None:
    with north_admin.download("/settings/calls.csv") as answer:
        cells = [cell for row in csv.reader(answer.text.splitlines()) for cell in row]
    assert "" in cells
    assert "'" not in cells


def test_an_employee_may_not(north_employee: Opened) -> None:
    assert north_employee.download("/settings/calls.csv").status_code == 403


def test_another_portal_sees_its_own_calls_only(north: Actor, south_admin: Opened) -> None:
    open_client(north.portal_id).call("server.time")
    with south_admin.download("/settings/calls.csv") as answer:
        assert "server.time" not in answer.text
    with north.opens().download("/settings/calls.csv") as answer:
        assert "server.time" in answer.text


def test_without_a_frame_there_is_no_file(north: Actor) -> None:
    assert north.client.post("/settings/calls.csv").status_code in (401, 403, 419)
