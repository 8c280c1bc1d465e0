"""calendar.*: sections and events of people and of the company."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from sandbox.php import truthy
from sandbox.rest.list_parameters import as_list, as_map, as_number
from sandbox.rest.registry import Call, Refusal, method
from sandbox.rest.table import Row
from sandbox.shop.formats import listed

REGIONAL = "%d.%m.%Y %H:%M:%S"
REGIONAL_DATE = re.compile(r"\d{2}\.\d{2}\.\d{4}")
COLOR = "#9dcf00"
NOTHING = dict.fromkeys(
    listed(
        "ORIGINAL_DATE_FROM EVENT_TYPE RECURRENCE_ID SYNC_STATUS SECTION_DAV_XML_ID RRULE RELATIONS COLLAB_ID"
    )
)
BLANK = {
    "DELETED": "N",
    "TZ_FROM": "Europe/Moscow",
    "TZ_TO": "Europe/Moscow",
    "PRIVATE_EVENT": "",
    "MEETING_STATUS": "H",
    "EXDATE": "",
    "G_EVENT_ID": "",
    "DAV_EXCH_LABEL": "",
    "CAL_DAV_LABEL": "",
    "VERSION": "1",
    "UF_WEBDAV_CAL_EVENT": False,
    "~RRULE_DESCRIPTION": "",
}


@method("calendar.section.get", scope="calendar")
def list_sections(call: Call) -> list[Row]:
    """calendar.section.get: calendars of an owner; everybody has one from the start."""
    _demand(call, "calendar.section.get", "type", "ownerId")
    kind, owner = str(call.get("type")), str(call.get("ownerId") or "0")
    rows = [
        row
        for row in call.portal.tables["calendar_section"]
        if (row["CAL_TYPE"], row["OWNER_ID"]) == (kind, owner)
    ]
    return rows or [_open_section(call, kind, owner)]


@method("calendar.event.add", scope="calendar")
def add_event(call: Call) -> int:
    """calendar.event.add: answers with the id."""
    _demand(call, "calendar.event.add", "type", "ownerId", "name", "from", "to")
    table = call.portal.tables["calendar_event"]
    row = _event(call, table.next_id() if len(table) else 1201)
    table.add(row)
    return int(row["ID"])


@method("calendar.event.update", scope="calendar")
def change_event(call: Call) -> int:
    """calendar.event.update: answers with the id."""
    table = call.portal.tables["calendar_event"]
    row = table.get(call.get("id"))
    if row is None:
        raise Refusal("", "Не задан id события")
    known = {"from": row["DATE_FROM"], "to": row["DATE_TO"], "name": row["NAME"], "type": row["CAL_TYPE"]}
    known |= {"ownerId": row["OWNER_ID"], "description": row["DESCRIPTION"]}
    call.params = known | call.params
    table.update(row["ID"], **_event(call, int(row["ID"])))
    return int(row["ID"])


@method("calendar.event.get", scope="calendar")
def list_events(call: Call) -> list[Row]:
    """calendar.event.get: events of an owner between two dates."""
    _demand(call, "calendar.event.get", "type")
    kind, owner = str(call.get("type")), str(call.get("ownerId") or "0")
    sections = {str(one) for one in as_list(call.get("section"))}
    begin, end = _moment(call, call.get("from")), _moment(call, call.get("to"))
    return [
        row
        for row in call.portal.tables["calendar_event"]
        if row["CAL_TYPE"] == kind
        and row["OWNER_ID"] == owner
        and (not sections or row["SECTION_ID"] in sections)
        and (begin is None or int(row["DATE_TO_TS_UTC"]) >= begin.timestamp())
        and (end is None or int(row["DATE_FROM_TS_UTC"]) <= (end + timedelta(days=1)).timestamp())
    ]


@method("calendar.event.delete", scope="calendar")
def delete_event(call: Call) -> bool:
    """calendar.event.delete."""
    if not as_number(call.get("id")):
        raise Refusal("", "Не задан id события")
    if not call.portal.tables["calendar_event"].delete(call.get("id")):
        raise Refusal("", "При удалении события произошла ошибка")
    return True


def _demand(call: Call, name: str, *params: str) -> None:
    for param in params:
        company = param == "ownerId" and call.get("type") == "company_calendar"
        if call.get(param) in (None, "") and not company:
            raise Refusal("", f'Не задан обязательный параметр "{param}" для метода "{name}"')


def _open_section(call: Call, kind: str, owner: str) -> Row:
    table = call.portal.tables["calendar_section"]
    stamp = call.portal.now().strftime("%Y-%m-%d %H:%M:%S")
    rights = ("view_time", "view_title", "view_full", "add", "edit", "edit_section", "access")
    row: Row = {
        "ID": str(table.next_id()),
        "NAME": "Мой календарь" if kind == "user" else "Календарь компании",
    }
    row |= {
        "GAPI_CALENDAR_ID": None,
        "DESCRIPTION": "",
        "COLOR": COLOR,
        "TEXT_COLOR": "",
        "EXPORT": {"ALLOW": True},
    }
    row |= {"CAL_TYPE": kind, "OWNER_ID": owner, "CREATED_BY": str(call.user.id), "DATE_CREATE": stamp}
    row |= {"TIMESTAMP_X": stamp, "CAL_DAV_CON": None, "SYNC_TOKEN": None, "PAGE_TOKEN": None}
    row |= {"EXTERNAL_TYPE": "local", "ACCESS": {"G2": 13, f"U{call.user.id}": 19}, "IS_COLLAB": False}
    return table.add(row | {"PERM": dict.fromkeys(rights, True)})


def _moment(call: Call, value: Any) -> datetime | None:
    """Read an ISO or a regional date; without an offset it is the portal's own time."""
    text = str(value)
    if REGIONAL_DATE.match(text):
        day, month, year, rest = text[:2], text[3:5], text[6:10], text[10:]
        text = f"{year}-{month}-{day}{rest}"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=call.portal.now().tzinfo)


def _event(call: Call, number: int) -> Row:
    kind, owner = str(call.get("type")), str(call.get("ownerId") or "0")
    begin, end = _moment(call, call.get("from")), _moment(call, call.get("to"))
    if begin is None or end is None:
        raise Refusal("", "При создании события произошла ошибка")
    section = str(call.get("section") or _first_section(call, kind, owner))
    stamp, text = call.portal.now().strftime(REGIONAL), str(call.get("description") or "")
    return {
        **NOTHING,
        **BLANK,
        "ID": str(number),
        "PARENT_ID": str(number),
        "CAL_TYPE": kind,
        "OWNER_ID": owner,
        "NAME": str(call.get("name")),
        **_times(begin, end),
        "DT_SKIP_TIME": str(call.get("skip_time") or "N"),
        "CREATED_BY": str(call.user.id),
        "DATE_CREATE": stamp,
        "TIMESTAMP_X": stamp,
        "DESCRIPTION": text,
        "~DESCRIPTION": text,
        "ACCESSIBILITY": str(call.get("accessibility") or "free"),
        "IMPORTANCE": str(call.get("importance") or "normal"),
        **_people(call, number),
        "LOCATION": str(call.get("location") or ""),
        "REMIND": as_list(call.get("remind")),
        "COLOR": str(call.get("color") or COLOR),
        "DAV_XML_ID": f"{number:08d}@sandbox",
        "SECTION_ID": section,
        "SECT_ID": section,
        "UF_CRM_CAL_EVENT": as_list(call.get("crm_fields")),
    }


def _times(begin: datetime, end: datetime) -> Row:
    offset = int((begin.utcoffset() or timedelta()).total_seconds())
    return {
        "DATE_FROM": begin.strftime(REGIONAL),
        "DATE_TO": end.strftime(REGIONAL),
        "TZ_OFFSET_FROM": str(offset),
        "TZ_OFFSET_TO": str(offset),
        "DATE_FROM_TS_UTC": str(int(begin.timestamp())),
        "DATE_TO_TS_UTC": str(int(end.timestamp())),
        "DT_LENGTH": int((end - begin).total_seconds()) or 86400,
        "DATE_FROM_FORMATTED": f"{begin:%a %b %d %Y %H:%M:%S}",
        "DATE_TO_FORMATTED": f"{end:%a %b %d %Y %H:%M:%S}",
        "~USER_OFFSET_FROM": offset,
        "~USER_OFFSET_TO": offset,
    }


def _people(call: Call, number: int) -> Row:
    people = [as_number(one) for one in as_list(call.get("attendees"))]
    return {
        "IS_MEETING": bool(people),
        "MEETING_HOST": str(call.user.id),
        "MEETING": _meeting(call),
        "ATTENDEES_CODES": [f"U{one}" for one in people],
        "ATTENDEE_LIST": [{"id": one, "entryId": str(number), "status": "Q"} for one in people],
        "attendeesEntityList": [{"entityId": "user", "id": one} for one in people],
    }


def _first_section(call: Call, kind: str, owner: str) -> str:
    for row in call.portal.tables["calendar_section"]:
        if (row["CAL_TYPE"], row["OWNER_ID"]) == (kind, owner):
            return str(row["ID"])
    return str(_open_section(call, kind, owner)["ID"])


def _meeting(call: Call) -> Row:
    given = as_map(call.get("meeting"))
    flags = {
        name.upper(): truthy(given.get(name))
        for name in ("notify", "reinvite", "allow_invite", "hide_guests")
    }
    who = {"HOST_NAME": call.user.full_name, "MEETING_CREATOR": call.user.id}
    return who | flags | {"LANGUAGE_ID": call.portal.lang, "MAIL_FROM": ""}
