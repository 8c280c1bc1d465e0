"""The tab «Renewal»: one page for every state, from the first date to the verified renewal; its answer, panel and offers."""

from datetime import date, datetime, timedelta

from flask import Blueprint, request
from flask_babel import gettext

from b24app.checklist.engine.checklist_view import NOTHING_SEEN, checklist_view
from b24app.comparison.after_activation import repeats_ahead
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.integrators.bulk.date_requests import open_requests
from b24app.integrators.client_frame import may
from b24app.integrators.pipeline.proposals import open_proposals
from b24app.integrators.rights import Right
from b24app.pages.copy.renewal_line import copy_line
from b24app.pages.renewal.days_card import days_values
from b24app.pages.renewal.reach_panel import reach_values
from b24app.pages.renewal.ready_texts import order_letter, support_text, task_text
from b24app.pages.renewal.recovery_cards import recovery_values
from b24app.pages.renewal.renewal_view import RenewalView, renewal_view, without_papers
from b24app.pages.renewal.stage_view import order_path
from b24app.pages.shop.compare_page import repeats_text
from b24app.pages.shop.compare_rows import comparison_values
from b24app.pages.shop.repeated_checks import stamp_of_now
from b24app.plans.plan_catalogue import read_plans
from b24app.plans.usage import month_after
from b24app.reminders.kinds.employee_messages import REASONS, open_reports
from b24app.reminders.recipients import list_dismissed_people
from b24app.renewal.case import Situation
from b24app.renewal.headline import LICENCE_PATH
from b24app.renewal.opened_steps import order_place
from b24app.renewal.page_phase import OVER, Found, Phase
from b24app.renewal.renewal_stages import ROLE_TITLES
from b24app.renewal.signed_links import list_links
from b24app.renewal.situation_reading import main_situation
from b24app.services import services
from b24app.terms.profile import get_profile
from b24app.text.formats import day_field
from b24app.web import framed, page
from b24app.web.filters import today
from b24app.web.kept_pages import do_not_keep, kept

blueprint = Blueprint("renewal", __name__)

A_YEAR = 12


def draw_renewal(
    frame: Frame,
    wrong: BadInput | None = None,
    *,
    opened: str | None = None,
    way: str = "",
    checking: str = "",
    asks_way: bool = False,
) -> str:
    """The whole page; htmx takes `#page` of it, or the stages alone. `opened` is the stage whose panel is open."""
    now, sees_checks = services().clock.now(), may(frame, Right.CHECKS)
    checks = checklist_view() if sees_checks else NOTHING_SEEN
    view = renewal_view(now, today(), checks, way, compares=may(frame, Right.CHECKS, Right.CHANGES))
    if not may(frame, Right.PAPERS):
        view = without_papers(view)
    if view.compared.outcome.found is Found.RUNNING or checking:
        do_not_keep()
    return page(
        "renewal.html",
        frame,
        view=view,
        s=view.situation,
        checks=checks,
        opened=opened_stage(view, request.args.get("open") if opened is None else opened),
        checking=checking,
        asks_way=asks_way,
        asked_at=stamp_of_now(),
        reports=open_reports() if sees_checks else (),
        reasons=REASONS,
        wrong=wrong,
        form=request.form if wrong else {},
        dismissed=list_dismissed_people(),
        **_beside(frame, view, now),
        **_comparison(view),
        **_stage_values(view),
        **_texts(view.situation, frame, wrong),
        **days_values(view.situation),
        **(recovery_values(view.situation, wrong) if sees_checks else {}),
        **(_outside() if frame.client is None else {}),
    )


def _beside(frame: Frame, view: RenewalView, now: datetime) -> dict[str, object]:
    """The line about the copy, what integrators propose (each of them sees his own), and the date they ask for."""
    whose = frame.client.own_portal_id if frame.client else None
    line = copy_line(view.situation, view.phase, now) if may(frame, Right.COPY) else None
    asked = () if frame.client else open_requests(now)
    return {"copy_line": line, "proposals": open_proposals(now, whose), "date_requests": asked}


def _outside() -> dict[str, object]:
    """Who is reached outside the portal, and the page that colleagues open there; not shown to an integrator."""
    link = next((one for one in list_links() if one.purpose == "status" and one.expires_on is None), None)
    return {"link": link, **reach_values()}


def _comparison(view: RenewalView) -> dict[str, object]:
    """The rows of the comparison and when it is repeated; only an activation shows them."""
    if view.phase is not Phase.AFTER:
        return {"rows": None, "repeats": ""}
    compared = view.compared.view
    rows = comparison_values(compared) if compared else None
    return {"rows": rows, "repeats": repeats_text(repeats_ahead())}


def _stage_values(view: RenewalView) -> dict[str, object]:
    """The choices in the panels of the stages."""
    return {
        "closing": any(stage.papers for stage in view.stages if stage.code == "verified"),
        "plan_names": plan_names(),
        "roles": ROLE_TITLES,
        "licence_path": LICENCE_PATH,
        "number_of": {stage.code: number for number, stage in enumerate(view.stages, 1)},
    }


def _texts(s: Situation | None, frame: Frame, wrong: BadInput | None) -> dict[str, object]:
    """The letters and messages that are ready, where there is a term to write about."""
    if s is None:
        return {"place": None}
    typed = request.form.get("ends_on", "") if wrong else ""
    place = order_place(s)
    return {
        "place": place,
        "new_end": typed or likely_end(s),
        "letter": order_letter(s, place, frame.domain),
        "support": support_text(s, frame.domain),
        "task_text": lambda code: task_text(s, code, frame.domain),
        "order_path": order_path(s),
    }


def plan_names() -> list[tuple[str, str]]:
    """The plans that can be chosen for an order, the present one first."""
    offered = read_plans(get_profile().region).offered()
    return [("", gettext("The same plan")), *((plan.code, gettext(plan.title)) for plan in offered)]


def likely_end(s: Situation) -> str:
    """The new end that is offered: a period of months after the present one, a year when the period is unknown."""
    if s.term.ends_on is None:
        return ""
    months = (s.case.period_months if s.case else None) or s.term.period_months or A_YEAR
    return day_field(same_day_after(s.term.ends_on, months))


def same_day_after(day: date, months: int) -> date:
    """The same day some months later; the last one of a shorter month."""
    first = month_after(day, months)
    last = (month_after(first) - timedelta(days=1)).day
    return first.replace(day=min(day.day, last))


def opened_stage(view: RenewalView, wanted: str | None) -> str:
    """The stage that is open: the one asked for; on entry none, but the payment when it is late or over."""
    if wanted is None:
        return "payment" if view.phase in (Phase.LATE, *OVER) else ""
    return wanted if wanted in {stage.code for stage in view.stages} else ""


@blueprint.get("/renewal")
@framed(admin=True, right=Right.TERMS)
@kept
def show_renewal(frame: Frame) -> str:
    """Draw everything from what is stored; `?open=` opens a stage."""
    return draw_renewal(frame)


def find_situation() -> Situation | None:
    """The situation of the term that the tab is about; none until its end is written down."""
    return main_situation(services().clock.now(), today())


def present_situation() -> Situation:
    """The same; raises NotFound when there is none."""
    found = find_situation()
    if found is None:
        raise NotFound
    return found
