"""Pages of the intranet: feed, notifications, tasks, employees and their cards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request

from sandbox.portal import Portal
from sandbox.rest.table import Row
from sandbox.scenario.panel_texts import say
from sandbox.scenario.story import story_of
from sandbox.screen.visit import current, person_of, show_moment

SHOWN = 50
DONE = "5"
# The messenger's own marks: a link, and a line break.
LINK = re.compile(r"\[url(?:=([^\]]+))?\](.*?)\[/url\]", re.IGNORECASE | re.DOTALL)
MARKS = re.compile(r"\[/?(?:b|i|u|s)\]", re.IGNORECASE)
BREAK = re.compile(r"\[br\]|#br#", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, a link when it has an address."""

    text: str
    href: str = ""


def register(pages: Blueprint) -> None:
    """Put the pages of the intranet on the screen."""
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
    """Render the feed, newest first."""
    visit = current()
    posts = [_post(row) for row in newest(visit.portal, "blogpost")]
    return render_template(
        "feed.html", posts=posts, story=story_of(visit.portal, visit.lang), w=partial(say, visit.lang)
    )


def show_notifications() -> str:
    """Render notifications and messages to the visitor, and the chat a command asked for."""
    visit = current()
    mine = [row for row in newest(visit.portal, "notification") if row["USER_ID"] == visit.user.id]
    mine += [row for row in newest(visit.portal, "message") if row["DIALOG_ID"] == str(visit.user.id)]
    mine.sort(key=lambda row: str(row["DATE"]), reverse=True)
    return render_template("notifications.html", notes=[_note(row) for row in mine], talk=_talk())


def show_people() -> str:
    """Render the list of accounts."""
    visit = current()
    return render_template("people.html", rows=[person_of(user, visit.lang) for user in visit.portal.users])


def show_profile(user_id: int) -> str:
    """Render an employee's card."""
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
    """Render the tasks a person is responsible for or has created."""
    me = str(user_id)
    rows = [row for row in newest(current().portal, "task") if me in (row["responsibleId"], row["createdBy"])]
    return render_template("tasks.html", tasks=[_task(row) for row in rows])


def show_task(user_id: int, task_id: int) -> str:
    """Render one task."""
    del user_id
    visit = current()
    row = visit.portal.tables["task"].get(task_id) or abort(404)
    task = _task(row)
    facts = [
        (visit.say("responsible"), task["responsible"]),
        (visit.say("created_by"), task["author"]),
        (visit.say("deadline"), task["deadline"]),
        (visit.say("status"), visit.say("task_done" if task["done"] else "task_open")),
    ]
    return render_template(
        "card.html", heading=task["title"], facts=facts, lines=_lines(str(row["description"] or ""))
    )


def show_group(group_id: int) -> str:
    """Render a workgroup's card."""
    return render_template("card.html", heading=f"{current().say('group')} № {group_id}", facts=[])


def newest(portal: Portal, table: str) -> list[Row]:
    """Return the last rows of a table, newest first."""
    kept = portal.tables[table]
    return [row for row_id in islice(reversed(kept.ids), SHOWN) if (row := kept.get(row_id))]


def split_links(text: str) -> list[Piece]:
    """Split a message into text and links."""
    pieces, end = [], 0
    for found in LINK.finditer(text):
        pieces += [Piece(text[end : found.start()]), Piece(found[2], _own_path(found[1] or found[2]))]
        end = found.end()
    return [piece for piece in [*pieces, Piece(text[end:])] if piece.text]


def _own_path(address: str) -> str:
    """Return a path for links into this portal, so that they open in its slider; refuse odd schemes."""
    own = current().portal.url
    if address.startswith(own):
        return address.removeprefix(own) or "/"
    return address if address.startswith(("/", "https://", "http://")) else "#"


def _lines(text: str) -> list[list[Piece]]:
    plain = BREAK.sub("\n", MARKS.sub("", text))
    return [split_links(line) for line in plain.splitlines() if line.strip()]


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


def _note(row: Row) -> dict[str, Any]:
    return {
        "lines": _lines(row["MESSAGE"]),
        "author": _name(row["AUTHOR_ID"]),
        "moment": show_moment(row["DATE"]),
    }


def _post(row: Row) -> dict[str, Any]:
    return _note(row) | {"title": row["TITLE"], "important": row["IMPORTANT"] == "Y"}


def _task(row: Row) -> dict[str, Any]:
    owner = row["responsibleId"]
    return {
        "title": row["title"],
        "responsible": _name(owner),
        "author": _name(row["createdBy"]),
        "deadline": show_moment(row["deadline"]),
        "done": row["status"] == DONE,
        "href": f"/company/personal/user/{owner}/tasks/task/view/{row['id']}/",
    }


def _name(user_id: Any) -> str:
    user = current().portal.user(int(user_id or 0))
    return user.full_name if user else ""
