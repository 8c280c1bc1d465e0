"""The employee's card: how long is left, who is on it, what changes for me, and «tell the administrator»."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request

from b24app.checklist.test_writes.write_runs import read_switch
from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.shown import shown_integrators
from b24app.pages.renewal.renewal_page import draw_renewal
from b24app.portals.people import find_administrator
from b24app.reminders.kinds.employee_messages import REASONS, report_to_administrator, settle_report
from b24app.renewal.case import Situation, since_unknown
from b24app.renewal.headline import Headline, is_licence, write_headline
from b24app.renewal.progress_steps import ProgressStep, draw_steps
from b24app.renewal.renewal_stages import Holder, Role
from b24app.renewal.situation_reading import main_situation
from b24app.services import services
from b24app.terms.policy import State
from b24app.text.messages import N_, NN_, Sentence, sentence
from b24app.web import author, fragment, framed
from b24app.web.filters import today
from b24app.web.kept_pages import kept
from b24app.web.page_drawing import bare_page

blueprint = Blueprint("widget", __name__)

CALM = {State.ACTIVE, State.WINDOW_OPEN, State.WARNING, State.RENEWED_PENDING, State.ACTIVE_AGAIN}
STOPPED = {State.LAPSED, State.LOCKED}


@dataclass(frozen=True, slots=True)
class ChangeForEmployees:
    """One line of what changes for every employee, preceded by a verdict's level or a shape."""

    title: Sentence
    text: Sentence
    level: str = ""
    shape: str = ""


@dataclass(frozen=True, slots=True)
class EmployeeCard:
    """The card for every employee: no money, no blockers, no tasks of others."""

    level: str
    word: Sentence
    title: Sentence
    lead: Sentence
    steps: tuple[ProgressStep, ...] = ()
    who: Holder | None = None
    administrator: Holder | None = None
    """The person to ask where nobody was named responsible."""
    changes: tuple[ChangeForEmployees, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportForm:
    """The form under the card, as it was typed."""

    url: str = "/widget/report"
    reason: str = ""
    text: str = ""
    error: str = ""
    wrong: str = ""
    is_open: bool = False


@blueprint.get("/widget")
@framed()
@kept
def show_widget(frame: Frame) -> str:
    """Draw the card from what is stored."""
    return _draw(frame, ReportForm())


@blueprint.get("/widget/orders")
@framed()
@kept
def show_widget_for_orders(frame: Frame) -> str:
    """The card as the list of deals opens it: it asks at once what does not work."""
    return _draw(frame, ReportForm(reason="orders", is_open=True))


def _draw(frame: Frame, report: ReportForm) -> str:
    return bare_page(
        "widget/employee.html",
        frame,
        card=employee_card(),
        report=report,
        reasons=REASONS,
        integrators=shown_integrators(),
    )


def draw_report_form(frame: Frame, wrong: BadInput) -> str:
    """The form as it was typed, with what is wrong."""
    reason, text = request.form.get("reason", ""), request.form.get("text", "")
    form = ReportForm(reason=reason, text=text, error=wrong.message, wrong=wrong.field, is_open=True)
    return fragment("widget/employee.html", "report_form", frame, report=form, reasons=REASONS)


@blueprint.post("/widget/report")
@framed(redraw=draw_report_form)
def report(frame: Frame) -> str:
    """Keep and pass on an employee's report."""
    reason, text = request.form.get("reason", ""), request.form.get("text", "")
    at = services().clock.now()
    name = report_to_administrator(reason, text, by=author(frame), at=at)
    return render_template("widget/reported.html", sent_to=name, at=at)


@blueprint.post("/widget/report/<int:report_id>/settle")
@framed(admin=True)
def settle(frame: Frame, report_id: int) -> str:
    """An administrator has dealt with a report."""
    settle_report(report_id, by=author(frame), at=services().clock.now())
    return draw_renewal(frame)


def employee_card() -> EmployeeCard:
    """The card of the term that this portal's renewal is about."""
    now = services().clock.now()
    s = main_situation(now, today())
    if s is None:
        return EmployeeCard(
            "unknown",
            sentence(N_("No date yet")),
            title=sentence(N_("The administrator has not written the date down yet")),
            lead=sentence(N_("Nothing is needed from you.")),
            administrator=_administrator(),
        )
    answer = write_headline(s)
    return EmployeeCard(
        answer.level,
        sentence(N_("The date is being looked up")) if s.belied else answer.word,
        title=_title(s, answer),
        lead=_lead(s),
        steps=draw_steps(s) if s.state in CALM else (),
        who=s.who(Role.RESPONSIBLE),
        administrator=None if s.who(Role.RESPONSIBLE) else _administrator(),
        changes=tuple(_changes(s)),
    )


def _administrator() -> Holder | None:
    found = find_administrator()
    return Holder(Role.RESPONSIBLE, *found) if found else None


def _title(s: Situation, answer: Headline) -> Sentence:
    if s.term.ends_on is not None and s.days_left >= 0:
        return sentence(N_("The portal is paid until %(day)s"), day=s.term.ends_on)
    if s.term.ends_on is not None and s.state is State.GRACE and s.plan is not None:
        return sentence(_in_grace(s), day=s.plan.grace_ends)
    if s.state is State.RENEWED_PENDING:
        return sentence(N_("The renewal is bought, the administrator writes the new date down"))
    return sentence(N_("The portal works as usual")) if s.belied else answer.answer


def _in_grace(s: Situation) -> str:
    """The portal works until the end of the grace, as long as it has answered within a day."""
    if not s.last_answer.holds:
        if is_licence(s):
            return N_("The licence has ended, the grace days end on %(day)s")
        return N_("The plan has ended, the grace days end on %(day)s")
    if is_licence(s):
        return N_("The licence has ended, the portal works until %(day)s")
    return N_("The plan has ended, the portal works until %(day)s")


def _lead(s: Situation) -> Sentence:
    if s.state is State.RENEWED_PENDING and s.days_left < 0:
        return sentence(N_("Nothing is needed from you."))
    if s.state in CALM:
        return _days_left(max(0, s.days_left))
    if s.may_be_renewed:
        return since_unknown(s.last_answer) or sentence(N_("The administrator knows. Data is safe."))
    if s.state in STOPPED:
        return sentence(N_("The administrator knows. Data is safe."))
    if s.state is State.GRACE and (unknown := since_unknown(s.last_answer)):
        return unknown
    return sentence(N_("Work as usual: the renewal is being done."))


def _days_left(days: int) -> Sentence:
    if not days:
        return sentence(N_("Today is the last paid day. Nothing is needed from you."))
    left = NN_("%(count)s day is left.", "%(count)s days are left.")
    calm = sentence(N_("Nothing is needed from you."))
    return sentence("%(left)s %(calm)s", left=sentence(left, count=days), calm=calm)


def _changes(s: Situation) -> list[ChangeForEmployees]:
    """What changes for every employee, in three lines."""
    if s.state in STOPPED and not s.belied:
        sign_in = sentence(N_("may be limited until the plan is renewed"))
        exchange = sign_in if s.may_be_renewed else sentence(N_("stand still until the plan is renewed"))
        return [
            ChangeForEmployees(sentence(N_("Signing in")), sign_in, "warn"),
            ChangeForEmployees(sentence(N_("Orders and exchange with the site")), exchange, "warn"),
        ]
    stays = sentence(N_("stay as they are"))
    calls = sentence(N_("go on working"))
    looks = [_last_look(s, s.term.ends_on)] if s.term.ends_on is not None else []
    return [
        ChangeForEmployees(sentence(N_("Sign-in, tasks and deals")), stays, "pass"),
        *looks,
        ChangeForEmployees(sentence(N_("Calls and chats")), calls, shape="phone"),
    ]


def _last_look(s: Situation, ends_on: date) -> ChangeForEmployees:
    """When the shop is looked at: on the day of the activation while it is ahead, otherwise without a day."""
    when = sentence("%(day)s", day=ends_on)
    if ends_on < s.today or s.state is State.ACTIVE_AGAIN:
        when = sentence(N_("After the renewal"))
    text = N_("an administrator watches the orders")
    if read_switch().on:  # a trial deal comes only where an administrator allowed it
        text = N_(
            "an administrator watches the orders; a trial deal may appear for a few seconds, leave it alone"
        )
    return ChangeForEmployees(when, sentence(text), shape="clock")
