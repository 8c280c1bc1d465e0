"""Pages of the office: feed, notifications, tasks, employees and their cards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request

from sandbox.portal import Portal
from sandbox.rest.table import Row
from sandbox.screen.visit import current, person_of, show_moment

SHOWN = 50
# The messenger's own marks: a link, and a line break.
LINK = re.compile(r"\[url=([^\]]+)\](.*?)\[/url\]", re.IGNORECASE | re.DOTALL)
MARKS = re.compile(r"\[/?(?:b|i|u|s)\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, a link when it has an address."""

    text: str
    href: str = ""


def register(pages: Blueprint) -> None:
    """Put the pages of the office on the screen."""
    pages.add_url_rule("/", view_func=lambda: redirect("/stream/"), endpoint="home")
    pages.add_url_rule("/stream/", view_func=show_feed)
    pages.add_url_rule("/online/", view_func=show_notifications)
    pages.add_url_rule("/company/", view_func=show_people)
    pages.add_url_rule("/company/personal/user/<int:user_id>/", view_func=show_profile)
    pages.add_url_rule("/company/personal/user/<int:user_id>/tasks/", view_func=show_tasks)
    pages.add_url_rule(
        "/company/personal/user/<int:user_id>/tasks/task/view/<int:task_id>/", view_func=show_task
    )
    pages.add_url_rule("/workgroups/group/<int:group_id>/", view_func=show_group)


def show_feed() -> str:
    """Draw the feed, newest first."""
    posts = [_post(row) for row in newest(current().portal, "blogpost")]
    return render_template("feed.html", posts=posts)


def show_notifications() -> str:
    """Draw notifications of the visitor, and the talk a command asked for."""
    visit = current()
    mine = [row for row in newest(visit.portal, "notification") if _is_for(row, visit.user.id)]
    notes = [
        {
            "lines": [split_links(line) for line in _lines(read(row, "MESSAGE", "message"))],
            "moment": show_moment(read(row, "DATE", "date")),
        }
        for row in mine
    ]
    return render_template("notifications.html", notes=notes, talk=_talk())


def show_people() -> str:
    """Draw the list of accounts."""
    visit = current()
    return render_template("people.html", rows=[person_of(user, visit.lang) for user in visit.portal.users])


def show_profile(user_id: int) -> str:
    """Draw an employee's card."""
    visit = current()
    user = visit.portal.user(user_id) or abort(404)
    person = person_of(user, visit.lang)
    facts = [
        (visit.say("position"), person.position),
        (visit.say("email"), person.email),
        (visit.say("status"), person.role or visit.say("active")),
    ]
    return render_template("card.html", heading=person.name, facts=facts)


def show_tasks(user_id: int) -> str:
    """Draw the tasks a person answers for."""
    rows = [row for row in newest(current().portal, "task") if _of(row, user_id)]
    return render_template("tasks.html", tasks=[_task(row, user_id) for row in rows])


def show_task(user_id: int, task_id: int) -> str:
    """Draw one task."""
    visit = current()
    table = visit.portal.tables.get("task")
    row = (table.get(task_id) if table else None) or abort(404)
    task = _task(row, user_id)
    author = visit.portal.user(int(read(row, "CREATED_BY", "createdBy") or 0))
    facts = [
        (visit.say("responsible"), task["responsible"]),
        (visit.say("created_by"), author.full_name if author else ""),
        (visit.say("deadline"), task["deadline"]),
        (visit.say("status"), visit.say("task_done" if task["done"] else "task_open")),
    ]
    lines = _lines(read(row, "DESCRIPTION", "description"))
    return render_template("card.html", heading=task["title"], facts=facts, lines=lines)


def show_group(group_id: int) -> str:
    """Draw a workgroup's card."""
    return render_template("card.html", heading=f"{current().say('group')} № {group_id}", facts=[])


def newest(portal: Portal, table: str) -> list[Row]:
    """Return the last rows of a table, newest first; nothing when the portal has no such table."""
    kept = portal.tables.get(table)
    if kept is None:
        return []
    return [row for row_id in islice(reversed(kept.ids), SHOWN) if (row := kept.get(row_id))]


def read(row: Row, *names: str) -> Any:
    """Return the first of the named fields that is filled."""
    return next((row[name] for name in names if row.get(name) not in (None, "")), "")


def split_links(text: str) -> list[Piece]:
    """Cut a message into text and links."""
    pieces, end = [], 0
    for found in LINK.finditer(text):
        pieces += [Piece(text[end : found.start()]), Piece(found[2], _own_path(found[1]))]
        end = found.end()
    return [piece for piece in [*pieces, Piece(text[end:])] if piece.text]


def _own_path(address: str) -> str:
    """Return a path for links into this portal, so that they open in its slider; refuse odd schemes."""
    own = current().portal.url
    if address.startswith(own):
        return address.removeprefix(own) or "/"
    return address if address.startswith(("/", "https://", "http://")) else "#"


def _lines(text: Any) -> list[str]:
    plain = MARKS.sub("", str(text or "")).replace("[br]", "\n").replace("#BR#", "\n")
    return [line for line in plain.splitlines() if line.strip()]


def _talk() -> str:
    visit = current()
    for key, words in (
        ("IM_CALL", "call_to"),
        ("IM_PHONE", "call_to"),
        ("IM_DIALOG", "chat_with"),
        ("IM_HISTORY", "history_of"),
    ):
        if key in request.args:
            return visit.say(words, who=request.args[key] or "—")
    return ""


def _post(row: Row) -> dict[str, Any]:
    author = current().portal.user(int(read(row, "AUTHOR_ID", "USER_ID", "authorId") or 0))
    return {
        "title": read(row, "TITLE", "POST_TITLE", "title"),
        "lines": _lines(read(row, "DETAIL_TEXT", "POST_MESSAGE", "message")),
        "author": author.full_name if author else "",
        "moment": show_moment(read(row, "DATE_PUBLISH", "DATE", "date")),
        "important": bool(read(row, "IMPORTANT", "important") == "Y"),
    }


def _task(row: Row, user_id: int) -> dict[str, Any]:
    number = read(row, "ID", "id")
    responsible = current().portal.user(int(read(row, "RESPONSIBLE_ID", "responsibleId") or 0))
    return {
        "title": read(row, "TITLE", "title"),
        "responsible": responsible.full_name if responsible else "",
        "deadline": show_moment(read(row, "DEADLINE", "deadline")),
        "done": str(read(row, "STATUS", "status")) == "5",
        "href": f"/company/personal/user/{user_id}/tasks/task/view/{number}/",
    }


def _of(row: Row, user_id: int) -> bool:
    return str(user_id) in {
        str(read(row, "RESPONSIBLE_ID", "responsibleId")),
        str(read(row, "CREATED_BY", "createdBy")),
    }


def _is_for(row: Row, user_id: int) -> bool:
    return str(read(row, "USER_ID", "userId", "to")) == str(user_id)
