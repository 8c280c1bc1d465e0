"""im.*, log.blogpost.add: notifications, chat messages and feed posts from an application."""

from __future__ import annotations

from sandbox import assumptions
from sandbox.php import truthy
from sandbox.rest.list_parameters import as_list, as_number
from sandbox.rest.registry import Call, Refusal, method
from sandbox.shop.formats import iso


@method("im.notify.system.add", scope="im")
def notify_by_system(call: Call) -> int:
    """im.notify.system.add: a notification from the portal itself."""
    return _notify(call, "system")


@method("im.notify.personal.add", scope="im")
def notify_by_person(call: Call) -> int:
    """im.notify.personal.add: a notification from the caller."""
    return _notify(call, "personal")


@method("im.notify", scope="im")
def notify(call: Call) -> int:
    """im.notify: a system or a personal notification, by TYPE."""
    return _notify(call, "system" if str(call.get("TYPE", "USER")).upper() == "SYSTEM" else "personal")


@method("im.notify.delete", scope="im", application_only=True)
def forget_notification(call: Call) -> bool:
    """im.notify.delete: by ID, or all with a TAG or SUB_TAG of the application."""
    table = call.portal.tables["notification"]
    wanted = [(name, call.get(name)) for name in ("ID", "TAG", "SUB_TAG") if call.get(name) not in (None, "")]
    if not wanted:
        raise Refusal("PARAMS_ERROR", "Incorrect params")
    name, value = wanted[0]
    own = call.card.client_id if call.card else ""
    for row in table.all():
        if str(row[name]) == str(value) and row["CLIENT_ID"] == own:
            table.delete(row["ID"])
    return True


def _notify(call: Call, kind: str) -> int:
    to, text = as_number(call.get("USER_ID") or call.get("TO")), str(call.get("MESSAGE") or "")
    if not to:
        raise Refusal("USER_ID_EMPTY", "User ID can't be empty")
    if not text:
        raise Refusal("MESSAGE_EMPTY", "Message can't be empty")
    _demand_working(call, to)
    table = call.portal.tables["notification"]
    own, tag = call.card.client_id if call.card else "", str(call.get("TAG") or "")
    for row in table.all() if tag else []:
        if (row["USER_ID"], row["CLIENT_ID"], row["TAG"]) == (to, own, tag):
            table.delete(row["ID"])
    row = {
        "ID": _fresh(call),
        "USER_ID": to,
        "AUTHOR_ID": 0 if kind == "system" else call.user.id,
        "TYPE": kind,
        "MESSAGE": text,
        "MESSAGE_OUT": str(call.get("MESSAGE_OUT") or ""),
        "TAG": tag,
        "SUB_TAG": str(call.get("SUB_TAG") or ""),
        "CLIENT_ID": own,
        "DATE": iso(call.portal.now()),
        "READ": "N",
    }
    return int(table.add(row)["ID"])


@method("im.message.add", scope="im")
def send_message(call: Call) -> int:
    """im.message.add: to a person by id, or to a chat by chatN."""
    dialog = str(call.get("DIALOG_ID") or call.get("USER_ID") or "")
    text = str(call.get("MESSAGE") or "")
    if not dialog:
        raise Refusal("USER_ID_EMPTY", "User ID can't be empty")
    if not text and not call.get("ATTACH"):
        raise Refusal("MESSAGE_EMPTY", "Message can't be empty")
    if dialog.isdigit():
        _demand_working(call, int(dialog))
    row = {"ID": _fresh(call), "DIALOG_ID": dialog, "MESSAGE": text, "AUTHOR_ID": call.user.id}
    return int(call.portal.tables["message"].add(row | {"DATE": iso(call.portal.now())})["ID"])


@method("log.blogpost.add", scope="log")
def publish_post(call: Call) -> int:
    """log.blogpost.add: a post in the feed, for everybody unless DEST names others."""
    text = str(call.get("POST_MESSAGE") or "")
    if not text:
        raise Refusal("SONET_CONTROLLER_LIVEFEED_BLOGPOST_ADD_ERROR", "Blog post hasn't been added")
    author = as_number(call.get("USER_ID")) if call.portal.has_right(call.user, "admin") else 0
    row = {
        "ID": _fresh(call),
        "AUTHOR_ID": author or call.user.id,
        "TITLE": str(call.get("POST_TITLE") or ""),
        "MESSAGE": text,
        "DEST": as_list(call.get("DEST") or call.get("SPERM")) or ["UA"],
        "IMPORTANT": "Y" if truthy(call.get("IMPORTANT")) and call.get("IMPORTANT") != "N" else "N",
        "DATE": iso(call.portal.now()),
    }
    return int(call.portal.tables["blogpost"].add(row)["ID"])


def _demand_working(call: Call, user_id: int) -> None:
    """Refuse a recipient who does not exist or was dismissed."""
    user = call.portal.user(user_id)
    if user is None or (not user.active and assumptions.DISMISSED_ARE_REFUSED):
        raise Refusal("USER_NOT_FOUND", "User not found")


def _fresh(call: Call) -> int:
    """Give the next number of messages and notifications, which a deletion does not free."""
    with call.world.lock:
        number: int = call.portal.extra.get("last_message", 34000) + 1
        call.portal.extra["last_message"] = number
    return number
