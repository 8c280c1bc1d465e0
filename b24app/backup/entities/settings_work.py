"""Settings of the work around the shop: processes, open lines, sites, people and their places, lines, what we bound. Pure."""

from collections.abc import Iterator
from typing import Any

from b24app.backup.entities.entity import Back, Entity, PerItem, PortalShape, Tier
from b24app.json_values import JsonObject
from b24app.text.messages import N_

PEOPLE = frozenset({
    "ID", "ACTIVE", "NAME", "LAST_NAME", "SECOND_NAME", "WORK_POSITION", "UF_DEPARTMENT", "USER_TYPE",
})  # fmt: skip
"""All that is kept of an employee: no address, no telephone, no birthday, no time of the last visit."""
BOUND_AGAIN = N_(
    "The check “Subscriptions of this application are in place” has a button that binds them again."
)
TEMPLATE = (
    "ID", "MODULE_ID", "ENTITY", "DOCUMENT_TYPE", "AUTO_EXECUTE", "NAME", "DESCRIPTION", "TEMPLATE", "PARAMETERS",
    "VARIABLES", "CONSTANTS", "MODIFIED", "IS_MODIFIED", "USER_ID", "SYSTEM_CODE",
)  # fmt: skip
SITE = ("ID", "CODE", "ACTIVE", "TITLE", "TYPE", "DOMAIN_ID", "DESCRIPTION", "LANDING_ID_INDEX", "LANDING_ID_404", "LANDING_ID_503", "LANG", "TPL_ID")  # fmt: skip


LINES: JsonObject = {
    "PARAMS": {"select": ["ID", "LINE_NAME", "ACTIVE"], "order": {"ID": "ASC"}, "limit": 200}
}
EMPLOYEES: JsonObject = {
    "FILTER": {"USER_TYPE": "employee"},
    "ADMIN_MODE": True,
    "sort": "ID",
    "order": "ASC",
}
PICTURES = frozenset({"preview", "preview2x", "preview3x", "preview_url"})


def entities(shape: PortalShape) -> Iterator[Entity]:  # noqa: ARG001 - the same in every portal
    """The settings of the work around the shop."""
    yield _of(
        "process_template", N_("Templates of processes"), "bizproc.workflow.template.list", "bizproc",
        params={"SELECT": list(TEMPLATE)}, id="ID", back=Back.GUIDED, secrets=frozenset({"CONSTANTS", "Handler"}),
        note=N_("A process comes back from a .bpt file alone: export it and keep it with the copy."),
    )  # fmt: skip
    yield from _channels()
    yield from _sites()
    yield from _people()
    yield _of(
        "own_event",
        N_("Events of this application"),
        "event.get",
        "",
        id="event",
        back=Back.GUIDED,
        note=BOUND_AGAIN,
    )
    yield _of(
        "own_widget",
        N_("Widgets of this application"),
        "placement.get",
        "placement",
        id="placement",
        back=Back.GUIDED,
        note=BOUND_AGAIN,
    )


def _of(code: str, title: str, method: str, scope: str, **more: Any) -> Entity:
    return Entity(code, title, Tier.SETTINGS, method, scope, **more)


def _channels() -> Iterator[Entity]:
    users = frozenset({"QUEUE_USERS_FIELDS"})
    yield _of(
        "open_line", N_("Open lines"), "imopenlines.config.list.get", "imopenlines", id="ID", drops=users
    )
    yield _of(
        "open_line_settings", N_("Settings of open lines"), "imopenlines.config.get", "imopenlines", id="ID",
        params={"WITH_QUEUE": "Y", "SHOW_OFFLINE": "Y"}, per_item=PerItem("open_line", {"CONFIG_ID": "{id}"}),
        drops=users | {"QUEUE_FULL", "QUEUE_ONLINE", "DATE_MODIFY"}, note=N_("Connectors are connected again by a person."),
    )  # fmt: skip
    yield _of(
        "phone_line", N_("Telephony lines"), "voximplant.line.get", "telephony", back=Back.GUIDED,
        note=N_("Numbers are rented from the vendor: a person connects them again."),
    )  # fmt: skip


def _sites() -> Iterator[Entity]:
    yield _of(
        "site", N_("Sites"), "landing.site.getList", "landing", id="ID",
        params={"params": {"select": list(SITE)}},
    )  # fmt: skip
    yield _of(
        "site_export", N_("Pages of sites"), "landing.site.fullExport", "landing",
        per_item=PerItem("site", {"id": "{id}"}), back=Back.GUIDED, id="site_code", drops=PICTURES,
        note=N_("A site comes back as a new one with another address; the button and the icon are set again."),
    )  # fmt: skip


def _people() -> Iterator[Entity]:
    never = N_("People and rights are never put back.")
    yield _of(
        "department",
        N_("Departments"),
        "department.get",
        "department",
        id="ID",
        parts={"PARENT": "department"},
    )
    yield _of(
        "employee",
        N_("Employees: name, post, department"),
        "user.get",
        "user_brief",
        id="ID",
        back=Back.NONE,
        note=never,
        keeps=PEOPLE,
        params=EMPLOYEES,
    )
    yield _of(
        "workgroup", N_("Workgroups and projects"), "sonet_group.get", "sonet_group", params={"IS_ADMIN": "Y"}, id="ID",
        back=Back.NONE, drops=frozenset({"DATE_ACTIVITY", "DATE_UPDATE", "NUMBER_OF_MEMBERS"}),
    )  # fmt: skip
