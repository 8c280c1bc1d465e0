"""The employee's card: how long is left, who is on it, what changes for me, and «tell the administrator»."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from b24app.checklist.test_writes.switch import read_switch
from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.pages.renewal.overview import draw_overview
from b24app.reminders.kinds.employee_messages import REASONS, report_to_administrator, settle_report
from b24app.renewal.case import Situation, since_unknown
from b24app.renewal.headline import Headline, is_licence, write_headline
from b24app.renewal.progress_steps import draw_steps
from b24app.renewal.renewal_stages import Role
from b24app.renewal.renewal_state import main_situation
from b24app.services import services
from b24app.terms.policy import State
from b24app.web import fragment, framed, page
from b24app.web.formats import day, moment, today, words

blueprint = Blueprint("widget", __name__)

CALM = {State.ACTIVE, State.WINDOW_OPEN, State.WARNING, State.RENEWED_PENDING, State.ACTIVE_AGAIN}


@blueprint.get("/widget")
@framed()
def show_widget(frame: Frame) -> str:
    """Draw the card from what is stored: no money, no blockers, no tasks of others."""
    return page("widget/employee.html", frame, card=draw_card(), report=report_form())


@blueprint.post("/widget/report")
@framed()
def report(frame: Frame) -> ResponseReturnValue:
    """Keep and pass on what an employee tells."""
    reason, text = request.form.get("reason", ""), request.form.get("text", "")
    now = services().clock.now()
    try:
        name = report_to_administrator(reason, text, user_id=frame.user_id, user_name=frame.user_name, at=now)
    except BadInput as wrong:
        form = report_form(reason, text, wrong)
        return fragment("widget/employee.html", "report_form", frame, card=draw_card(), report=form), 422
    values = {"sent_to": name or gettext("the administrator"), "moment": moment(now)}
    return render_template("widget/reported.html", **values)


@blueprint.post("/widget/report/<int:report_id>/settle")
@framed(admin=True)
def settle(frame: Frame, report_id: int) -> str:
    """An administrator has dealt with a report."""
    settle_report(report_id, by=frame.user_name, at=services().clock.now())
    return draw_overview(frame)


def report_form(reason: str = "", text: str = "", wrong: BadInput | None = None) -> dict[str, Any]:
    """What the form under the card is drawn from."""
    return {
        "url": "/widget/report",
        "reasons": [(code, gettext(title)) for code, title in REASONS.items()],
        "reason": reason,
        "text": text,
        "error": gettext(wrong.message) if wrong else "",
        "wrong": wrong.field if wrong else "",
        "open": wrong is not None,
    }


def draw_card() -> dict[str, Any]:
    """The card in the shapes of the template."""
    now = services().clock.now()
    situation = main_situation(now, today())
    if situation is None:
        return _unknown_card(moment(now))
    answer = write_headline(situation)
    holder = situation.who(Role.RESPONSIBLE)
    return {
        "level": answer.level,
        "word": words(answer.word),
        "moment": moment(now),
        "title": _title(situation, answer),
        "lead": _lead(situation),
        "steps": [{"state": step.state, "title": words(step.short)} for step in draw_steps(situation)],
        "who": {"name": holder.name, "user_id": holder.user_id} if holder else None,
        "changes": draw_changes(situation),
    }


def _unknown_card(at: str) -> dict[str, Any]:
    return {
        "level": "unknown",
        "word": gettext("No date yet"),
        "moment": at,
        "title": gettext("The administrator has not written the date down yet"),
        "lead": gettext("Nothing is needed from you."),
        "steps": [],
        "who": None,
        "changes": [],
    }


def _title(s: Situation, answer: Headline) -> str:
    if s.term.ends_on is None:
        return words(answer.answer)
    if s.days_left >= 0:
        return gettext("The portal is paid until %(day)s", day=day(s.term.ends_on))
    if s.state is State.GRACE and s.plan is not None:
        until = day(s.plan.grace_ends)
        return _in_grace(s, until)
    return words(answer.answer)


def _in_grace(s: Situation, until: str) -> str:
    """The portal works until the end of the grace, as long as it has answered within a day."""
    if not s.last_answer.holds:
        if is_licence(s):
            return gettext("The licence has ended, the grace days end on %(day)s", day=until)
        return gettext("The plan has ended, the grace days end on %(day)s", day=until)
    if is_licence(s):
        return gettext("The licence has ended, the portal works until %(day)s", day=until)
    return gettext("The plan has ended, the portal works until %(day)s", day=until)


def _lead(s: Situation) -> str:
    if s.state in CALM:
        return gettext("Days left: %(count)s. Nothing is needed from you.", count=max(0, s.days_left))
    if s.state in (State.LAPSED, State.LOCKED):
        return gettext("The administrator knows. Data is safe.")
    if s.state is State.GRACE and (unknown := since_unknown(s.last_answer)):
        return words(unknown)
    return gettext("Work as usual: the renewal is being done.")


def draw_changes(s: Situation) -> list[dict[str, str]]:
    """What changes for every employee, in three lines."""
    stopped = s.state in (State.LAPSED, State.LOCKED)
    lines = [
        (
            "pass",
            "",
            gettext("Sign-in, tasks and deals"),
            gettext("stay as they are, nobody has to sign in again"),
        ),
        ("", "phone", gettext("Calls and chats"), gettext("the renewal does not switch them off")),
    ]
    if stopped:
        lines = [
            ("warn", "", gettext("Signing in"), gettext("may be limited until the plan is renewed")),
            (
                "warn",
                "",
                gettext("Orders and exchange with the site"),
                gettext("stand still until the plan is renewed"),
            ),
        ]
    elif s.term.ends_on is not None:
        lines.insert(1, ("", "clock", *_short_checks(s, s.term.ends_on)))
    return [
        {"level": level, "shape": shape, "title": title, "text": text} for level, shape, title, text in lines
    ]


def _short_checks(s: Situation, ends_on: date) -> tuple[str, str]:
    """When the checks come: on the day of the activation while it lies ahead, otherwise without a day."""
    writes = read_switch().on  # a marked deal comes only where an administrator allowed the probes
    if ends_on < s.today or s.state is State.ACTIVE_AGAIN:
        marked = gettext("short checks; please do not touch deals marked “B24-CHECK”")
        return gettext("After the renewal"), marked if writes else gettext("short checks")
    marked = gettext("short checks after the renewal; please do not touch deals marked “B24-CHECK”")
    return day(ends_on), marked if writes else gettext("short checks after the renewal")
