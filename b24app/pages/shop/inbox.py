"""What the page «Shop» draws: what blocks, what is asked, the folds, by which day, and its parts as answers of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import g, render_template, request

from b24app.checklist.engine.check import AREA_TITLES
from b24app.checklist.engine.check_numbers import CountedPlace
from b24app.checklist.engine.checklist_view import ChecklistView, CheckView
from b24app.checklist.engine.mutes_and_owners import AREA_PREFIX
from b24app.checklist.engine.opened_checks import opened_checks
from b24app.checklist.engine.verdict import Level
from b24app.comparison.stored_comparison import snapshot_moment
from b24app.errors import NotFound
from b24app.frames.page_token import Frame
from b24app.integrators.client_frame import may
from b24app.integrators.rights import Right
from b24app.portals.model import Portal, get_portal
from b24app.reminders.check_tasks import tasks_of_checks
from b24app.reminders.dispatch import deep_link
from b24app.reminders.kinds import Screen
from b24app.renewal.case_changes import case_of
from b24app.renewal.renewal_stages import ROLE_TITLES, Stage, is_reached
from b24app.renewal.situation_reading import list_roles
from b24app.services import services
from b24app.terms.paid_terms import find_paid_term
from b24app.terms.stored_terms import timeline_view
from b24app.terms.term import TermKind
from b24app.text.messages import N_
from b24app.web.check_words import TITLES
from b24app.web.filters import today
from b24app.web.page_drawing import frame_values

USUAL_SILENCE = timedelta(days=14)
USUAL_TASK = timedelta(days=2)
TASK_SECONDS = 90
"""How long a line polls until its task is set."""
OWN_PARTS = ("own_events_bound", "own_widgets_bound", "own_events_arrive")
"""Checks of our own events and widgets: one press binds them anew."""
BY_WRITING = ("deals_can_be_made", "disk_takes_files")
"""Checks that a test write answers."""
ASKED_TITLES = {
    "backup_is_fresh": N_("Is there a copy younger than a week?"),
    "disk_fits_plan": N_("Does the disk fit the plan?"),
    "register_is_kept": N_("Which other applications work with the portal?"),
}
"""Checks that only a person answers, as the questions that they are."""
ANSWERED_BY = {"backup_is_fresh": "ask_backup", "disk_fits_plan": "ask_plan_quota"}
"""Checks that use what a person wrote into the answer to a question."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The days by which blockers are to be put right, and by which the next step of the renewal is due; empty for a paid term."""

    pay_by: date | None = None
    order_by: date | None = None
    ends_on: date | None = None


def deadlines() -> Deadlines:
    """Of the term that this portal's renewal is about; days that have passed are not named."""
    main = timeline_view(services().clock.now(), today()).main if may(g.frame, Right.TERMS) else None
    if main is None or main.plan is None:
        return Deadlines()
    case = case_of(main.term)
    marks = case.marks if case else ()
    if main.term.autopay or is_reached(marks, Stage.PAID):
        return Deadlines(ends_on=_ahead(main.term.ends_on))
    ordered = is_reached(marks, Stage.INVOICE_REQUESTED)
    return Deadlines(
        _ahead(main.pay_by), None if ordered else _ahead(main.plan.order_by), _ahead(main.term.ends_on)
    )


def _ahead(day: date | None) -> date | None:
    return day if day is not None and day >= today() else None


def find(view: ChecklistView, code: str) -> CheckView:
    """One row by its code; raises NotFound."""
    row = view.check(code)
    if row is None:
        raise NotFound("check")
    return row


def wanted_row(frame: Frame) -> str:
    """The check that an address or a link from the portal asks for."""
    asked = request.args.get("open", "")
    return asked or (frame.options.get("open", "") if "page_path" in g else "")


def people_to_give() -> tuple[tuple[int, str, str], ...]:
    """Who may be given a check: the named people of the renewal, each once, with the title of the role, and the visitor."""
    found: dict[int, tuple[int, str, str]] = {}
    for role, holder in list_roles().items():
        if holder.user_id is not None:
            found.setdefault(holder.user_id, (holder.user_id, holder.name, ROLE_TITLES[role]))
    me: Frame = g.frame
    if me.client is None:
        found.setdefault(me.user_id, (me.user_id, me.user_name, N_("you")))
    return tuple(found.values())


def inbox_values(view: ChecklistView, **more: object) -> dict[str, object]:
    """What every part of the page needs; rows of a `frozen` run, past or under way, are only read."""
    days = deadlines()
    return {
        "view": view,
        "numbers": view.numbers,
        "frozen": False,
        "past": None,
        "going": None,
        "asked_at": {code: row.at for code, row in opened_checks().items()},
        "tasks": tasks_of_checks(),
        "patience": TASK_SECONDS,
        "people": people_to_give(),
        "days": days,
        "task_day": min(days.pay_by or date.max, today() + USUAL_TASK),
        "silent_until": today() + USUAL_SILENCE,
        "snapshot_at": snapshot_moment(),
        "area_prefix": AREA_PREFIX,
        "area_titles": AREA_TITLES,
        "place_titles": TITLES,
        "restored": OWN_PARTS,
        "by_writing": BY_WRITING,
        "answered_by": ANSWERED_BY,
        "asked_titles": ASKED_TITLES,
        "plan_end": known.ends_on if (known := find_paid_term(TermKind.PLAN)) else None,
        "links": link_to,
        "now": services().clock.now(),
        "opened": "",
        "fixed": {},
        "form": {},
        "wrong": None,
        **deck_values(view, request.values.get("skip", ""), str(more.get("opened", ""))),
        **more,
    }


def deck_values(view: ChecklistView, skipped: str, opened: str) -> dict[str, object]:
    """The card on top of the deck: the question that was opened, else the first that is not answered; skipped ones come last."""
    late = [code for code in skipped.split(",") if code]
    first = [row for code in view.deck if (row := view.check(code))]
    waiting = sorted(
        (row for row in first if row.counted_in is CountedPlace.ASKED), key=lambda row: row.code in late
    )
    wanted = view.check(opened) if opened else None
    put_off = bool(waiting) and all(row.code in late for row in waiting)
    card = None if put_off else next(iter(waiting), None)
    if wanted is not None and wanted.question is not None:
        card = wanted
    return {
        "deck": first,
        "card": card,
        "card_number": len(first) - len(waiting) + 1,
        "skipped": late,
        "put_off": len(waiting) if put_off else 0,
        "answered": sorted(
            (row for row in view.rows if row.question and row.answer and row.level is not Level.ASK),
            key=lambda row: row.answer.answered_at if row.answer else services().clock.now(),
        ),
    }


def link_to(portal_id: int, code: str) -> str:
    """The address of a check inside the portal."""
    portal: Portal | None = get_portal(portal_id)
    return f"{deep_link(portal, Screen.CHECKLIST)}&params%5Bopen%5D={code}" if portal else ""


def draw_parts(frame: Frame, view: ChecklistView, *parts: str, **more: object) -> str:
    """Some parts of the page: the first one takes the place of what was asked for, the others come out of band."""
    values: Mapping[str, object] = frame_values(frame) | inbox_values(view, **more)
    return render_template("shop/parts.html", **values, parts=parts)


def draw_row(frame: Frame, view: ChecklistView, row: CheckView, **more: object) -> str:
    """One row, `opened` or folded, and, out of band, the numbers that it moves."""
    return draw_parts(frame, view, "row", "head", "counts", "sum", row=row, **more)
