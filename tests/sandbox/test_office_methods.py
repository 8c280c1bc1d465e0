"""What an application tells and gives people: notifications, posts, tasks, events, files, records."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import requests

from sandbox.world import World
from tests.sandbox.caller import Caller
from tests.sandbox.clients import a_client

NOTE = {"USER_ID": 1, "MESSAGE": "14 days left", "TAG": "RENEWAL"}
EVENT = {
    "type": "user",
    "ownerId": 1,
    "name": "Pay",
    "from": "2026-12-01T10:00:00",
    "to": "2026-12-01T11:00:00",
}
FILE = {"data": {"NAME": "plan.txt"}, "fileContent": ["plan.txt", base64.b64encode(b"pay in time").decode()]}


@pytest.fixture
def client(world: World, session: requests.Session) -> Caller:
    return a_client(world, session)


def test_a_notification_with_the_same_tag_replaces_the_older_one(client: Caller) -> None:
    first = client.result("im.notify.system.add", **NOTE)
    second = client.result("im.notify.system.add", **{**NOTE, "MESSAGE": "13 days left"})
    rows = client.portal.tables["notification"].all()
    assert second > first
    assert [row["MESSAGE"] for row in rows] == ["13 days left"]


def test_notifications_for_others_or_without_a_tag_stay(client: Caller) -> None:
    client.result("im.notify.personal.add", **NOTE)
    client.result("im.notify", **{**NOTE, "USER_ID": 7}, TYPE="SYSTEM")
    client.result("im.notify.personal.add", USER_ID=1, MESSAGE="Hello")
    client.result("im.notify.personal.add", USER_ID=1, MESSAGE="Hello again")
    assert len(client.portal.tables["notification"]) == 4


def test_a_notification_is_taken_back_by_its_tag(client: Caller) -> None:
    client.result("im.notify.system.add", **NOTE)
    assert client.result("im.notify.delete", TAG="RENEWAL") is True
    assert len(client.portal.tables["notification"]) == 0
    assert client.error("im.notify.delete")[1] == "PARAMS_ERROR"


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("im.notify.system.add", {"MESSAGE": "x"}, "USER_ID_EMPTY"),
        ("im.notify.personal.add", {"USER_ID": 1}, "MESSAGE_EMPTY"),
        ("im.message.add", {"MESSAGE": "x"}, "USER_ID_EMPTY"),
        ("im.message.add", {"DIALOG_ID": "1"}, "MESSAGE_EMPTY"),
        ("im.message.add", {"DIALOG_ID": "404", "MESSAGE": "x"}, "USER_NOT_FOUND"),
        ("log.blogpost.add", {}, "SONET_CONTROLLER_LIVEFEED_BLOGPOST_ADD_ERROR"),
        ("tasks.task.add", {}, "100"),
        ("tasks.task.add", {"fields": {"RESPONSIBLE_ID": 1}}, "ERROR_CORE"),
        ("tasks.task.add", {"fields": {"TITLE": "x"}}, "ERROR_CORE"),
        ("tasks.task.add", {"fields": {"TITLE": "x", "RESPONSIBLE_ID": 404}}, "ERROR_CORE"),
        ("tasks.task.get", {"taskId": 404}, "0"),
        ("tasks.task.delete", {}, "0"),
        ("calendar.event.add", {"type": "user"}, ""),
        ("calendar.event.add", {**EVENT, "from": "soon"}, ""),
        ("calendar.event.update", {"id": 404}, ""),
        ("calendar.event.delete", {}, ""),
        ("calendar.event.delete", {"id": 404}, ""),
        ("calendar.section.get", {}, ""),
        ("disk.storage.get", {"id": 404}, "ERROR_NOT_FOUND"),
        ("disk.folder.get", {"id": "x"}, "ERROR_ARGUMENT"),
        ("disk.storage.uploadFile", {"id": 3}, "DISK_BASE_SERVICE_22001"),
        ("disk.storage.uploadFile", {"id": 3, "data": {"NAME": "x"}}, "ERROR_COULD_NOT_SAVE_FILE"),
        (
            "disk.storage.uploadFile",
            {"id": 3, "data": {"NAME": "x"}, "fileContent": "!!"},
            "ERROR_COULD_NOT_SAVE_FILE",
        ),
        ("entity.add", {}, "ERROR_ARGUMENT"),
        ("entity.add", {"ENTITY": "longer_than_13"}, "ERROR_ARGUMENT"),
        ("entity.delete", {"ENTITY": "none"}, "ERROR_ENTITY_NOT_FOUND"),
    ],
)
def test_a_wrong_call_is_refused_with_the_documented_code(
    client: Caller, method: str, params: dict[str, Any], code: str
) -> None:
    assert client.error(method, **params)[:2] == (400, code)


def test_a_post_goes_to_everybody_unless_told_otherwise(client: Caller) -> None:
    number = client.result("log.blogpost.add", POST_MESSAGE="We renew", POST_TITLE="Renewal", IMPORTANT="Y")
    post = client.portal.tables["blogpost"].get(number)
    assert (post["DEST"], post["IMPORTANT"], post["TITLE"]) == (["UA"], "Y", "Renewal")


def test_a_message_reaches_a_person(client: Caller) -> None:
    number = client.result("im.message.add", DIALOG_ID="7", MESSAGE="Hi")
    assert client.portal.tables["message"].get(number)["DIALOG_ID"] == "7"


def test_an_employee_lists_only_the_tasks_that_touch_him(client: Caller) -> None:
    mine, other = client.portal.employee, client.portal.users[4]
    for person in (mine, other):
        client.result("tasks.task.add", fields={"TITLE": "Renew", "RESPONSIBLE_ID": person.id})
    assert client.call("tasks.task.list")["total"] == 2
    tasks = client.becomes(mine).result("tasks.task.list", filter={"RESPONSIBLE_ID": mine.id, "!STATUS": 5})[
        "tasks"
    ]
    assert [task["responsibleId"] for task in tasks] == [str(mine.id)]


def test_a_stranger_may_not_delete_a_task(client: Caller) -> None:
    number = client.result("tasks.task.add", fields={"TITLE": "Renew", "RESPONSIBLE_ID": 1})["task"]["id"]
    admin = client.token
    assert client.becomes(client.portal.employee).error("tasks.task.delete", taskId=number)[1] == "1048582"
    client.token = admin
    assert client.result("tasks.task.delete", taskId=number) == {"task": True}


def test_a_whole_task_is_given_when_nothing_is_selected(client: Caller) -> None:
    number = client.result("tasks.task.add", fields={"TITLE": "Renew", "RESPONSIBLE_ID": 1})["task"]["id"]
    assert client.result("tasks.task.get", taskId=number)["task"]["checkListCanAdd"]
    assert "checkListTree" in client.result("tasks.task.list")["tasks"][0]
    assert client.error("tasks.task.get", taskId=number, select="x")[1] == "100"


def test_events_are_found_between_two_dates(client: Caller) -> None:
    number = client.result("calendar.event.add", **EVENT)
    inside = client.result(
        "calendar.event.get", type="user", ownerId=1, **{"from": "01.12.2026", "to": "2026-12-02"}
    )
    assert [row["ID"] for row in inside] == [str(number)]
    assert client.result("calendar.event.get", type="user", ownerId=1, **{"from": "2026-12-05"}) == []
    assert client.result("calendar.event.update", id=number, name="Pay now") == number
    assert client.portal.tables["calendar_event"].get(number)["NAME"] == "Pay now"
    assert client.result("calendar.event.delete", id=number)


def test_the_company_has_a_calendar_without_an_owner(client: Caller) -> None:
    assert client.result("calendar.section.get", type="company_calendar")[0]["OWNER_ID"] == "0"
    assert client.result("calendar.event.add", **{**EVENT, "type": "company_calendar", "ownerId": ""})


def test_an_application_has_one_storage_of_its_own(client: Caller) -> None:
    own = client.result("disk.storage.getForApp")
    assert client.result("disk.storage.getForApp") == own
    assert client.result("disk.storage.getChildren", id=own["ID"]) == []
    hook = client.portal.webhook(client.portal.admin, ["disk"])
    assert client.session.post(f"{hook}disk.storage.getForApp").json()["error"] == "ACCESS_DENIED"


def test_a_file_is_put_found_and_deleted(client: Caller) -> None:
    own = client.result("disk.storage.getForApp")["ID"]
    made = client.result("disk.storage.uploadFile", id=own, **FILE)
    assert client.error("disk.storage.uploadFile", id=own, **FILE)[1] == "DISK_OBJ_22000"
    copy = client.result("disk.storage.uploadFile", id=own, generateUniqueName=True, **FILE)
    assert (made["SIZE"], copy["NAME"]) == ("11", "plan (1).txt")
    assert client.result("disk.file.delete", id=made["ID"])
    assert [row["NAME"] for row in client.result("disk.storage.getChildren", id=own)] == ["plan (1).txt"]


def test_a_folder_name_is_taken_once(client: Caller) -> None:
    made = client.result("disk.storage.addFolder", id=3, data={"NAME": "Backups"})
    assert client.error("disk.storage.addFolder", id=3, data={"NAME": "Backups"})[1] == "DISK_OBJ_22000"
    assert client.result("disk.folder.uploadFile", id=made["ID"], **FILE)["PARENT_ID"] == str(made["ID"])
    found = client.result("disk.folder.getChildren", id=made["ID"], filter={"NAME": "plan%"})
    assert [row["NAME"] for row in found] == ["plan.txt"]


def test_an_employee_sees_the_common_storage_and_his_own(client: Caller) -> None:
    assert client.call("disk.storage.getList")["total"] == 45
    assert client.becomes(client.portal.employee).call("disk.storage.getList")["total"] == 2


def test_records_live_in_the_applications_own_store(client: Caller) -> None:
    client.result("entity.add", ENTITY="baseline", NAME="Baselines")
    assert client.error("entity.add", ENTITY="baseline")[1] == "ERROR_ENTITY_ALREADY_EXISTS"
    assert [row["ENTITY"] for row in client.result("entity.get")] == ["baseline"]
    number = client.result("entity.item.add", ENTITY="baseline", NAME="run 1", PROPERTY_VALUES={"sum": 5})
    client.result("entity.item.update", ENTITY="baseline", ID=number, NAME="run 2")
    found = client.result("entity.item.get", ENTITY="baseline", FILTER={"NAME": "run 2"})
    assert (found[0]["NAME"], found[0]["PROPERTY_VALUES"]) == ("run 2", {"sum": 5})


@pytest.mark.parametrize(("params", "code"), [({}, "ERROR_ARGUMENT"), ({"ID": 404}, "ERROR_ITEM_NOT_FOUND")])
def test_a_record_that_is_not_there_is_refused(client: Caller, params: dict[str, Any], code: str) -> None:
    client.result("entity.add", ENTITY="baseline")
    assert client.error("entity.item.delete", ENTITY="baseline", **params)[1] == code
    assert client.error("entity.item.add", ENTITY="baseline")[1] == "ERROR_ARGUMENT"


def test_deleting_a_store_deletes_its_records(client: Caller) -> None:
    client.result("entity.add", ENTITY="baseline")
    client.result("entity.item.add", ENTITY="baseline", NAME="run 1")
    client.result("entity.delete", ENTITY="baseline")
    assert len(client.portal.tables["entity_item"]) == 0


# dismissed people


@pytest.fixture
def gone(client: Caller) -> int:
    client.portal.dismiss(client.portal.employee)
    return client.portal.employee.id


@pytest.mark.parametrize("method", ["im.notify.system.add", "im.notify.personal.add", "im.notify"])
def test_nobody_notifies_a_dismissed_person(client: Caller, gone: int, method: str) -> None:
    refused = (400, "USER_NOT_FOUND", "User not found")
    assert client.error(method, USER_ID=gone, MESSAGE="m") == refused
    assert client.error(method, USER_ID=4711, MESSAGE="m") == refused
    client.portal.employee.active = True
    assert client.result(method, USER_ID=gone, MESSAGE="m")


def test_nobody_writes_to_a_dismissed_person(client: Caller, gone: int) -> None:
    assert client.error("im.message.add", DIALOG_ID=str(gone), MESSAGE="m")[1] == "USER_NOT_FOUND"


def test_a_dismissed_person_gets_no_task(client: Caller, gone: int) -> None:
    text = 'Пользователь указанный в поле "Исполнитель" не найден'
    fields = {"TITLE": "t", "RESPONSIBLE_ID": gone}
    assert client.error("tasks.task.add", fields=fields) == (400, "ERROR_CORE", text)
    task = client.result("tasks.task.add", fields=fields | {"RESPONSIBLE_ID": 1})["task"]["id"]
    refused = client.error("tasks.task.update", taskId=task, fields={"RESPONSIBLE_ID": gone})
    assert refused == (400, "ERROR_CORE", text)
    assert client.result("tasks.task.update", taskId=task, fields={"TITLE": "u"})["task"]["title"] == "u"
