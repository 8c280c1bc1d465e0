"""«Clients → Setup → Pipeline»: what will be made in the integrator's CRM, the press that makes it, its switches and companies."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.integrators.alerts.alert_looks import LOOK
from b24app.integrators.alerts.alert_tasks import switch_tasks
from b24app.integrators.members import demand_seat
from b24app.integrators.pipeline.companies import choose_company
from b24app.integrators.pipeline.counts import count_pipeline
from b24app.integrators.pipeline.deal_stages import MARKS, PROVEN, STAGES, DealStage
from b24app.integrators.pipeline.given_clients import find_given
from b24app.integrators.pipeline.states import CompanyMatch, PipelineProblem, PipelineState
from b24app.integrators.pipeline.stored_pipeline import allow_by_hand, ask_pipeline, get_pipeline
from b24app.integrators.rights import MemberRole
from b24app.services import services
from b24app.terms.corrections import current_plan
from b24app.text.messages import N_
from b24app.web import author, framed, page, toast
from b24app.web.access import show_path
from b24app.web.kept_pages import do_not_keep

blueprint = Blueprint("client_pipeline", __name__)

OWNERS = frozenset({MemberRole.OWNER})
BY_ITSELF = {
    DealStage.WINDOW: N_("30 days before the end"),
    DealStage.INVOICE: N_("when the client or you mark it"),
    DealStage.PAID: N_("when the client or you mark it"),
    DealStage.COUPON: N_("no, by a proposal alone"),
    DealStage.ACTIVE: N_("when the portal has a new end"),
    DealStage.VERIFIED: N_("when the comparison is in order"),
    DealStage.REFUSED: N_("no, the reason is asked for"),
}
PROBLEMS = {
    PipelineProblem.SCOPE: N_("The application was not granted the permission “crm”: an administrator of your portal grants it."),
    PipelineProblem.RIGHT: N_("The portal did not allow it: whoever the application works for has to be an administrator of the CRM."),
    PipelineProblem.PLAN: N_("Your plan does not allow another pipeline."),
    PipelineProblem.CLOSED: N_("Your portal refuses applications now: its plan or subscription has ended. What was made stays."),
    PipelineProblem.SILENT: N_("Your portal did not answer. What was made stays, nothing is made twice."),
    PipelineProblem.REFUSED: N_("Your CRM did not accept it. Perhaps your plan has no room for another pipeline."),
}  # fmt: skip
GONE = N_("The pipeline was deleted in the CRM. It can be made anew; deals that are there are found again.")


def draw_pipeline(frame: Frame, wrong: BadInput | None = None) -> str:
    """The whole page."""
    demand_seat(frame.portal_id, frame.user_id, OWNERS)
    row, now = get_pipeline(), services().clock.now()
    if row is not None and row.state == PipelineState.WAITING:
        do_not_keep()
    return page(
        "clients/pipeline.html",
        frame,
        line=row,
        counts=count_pipeline(frame.portal_id, now, planned=row is None or row.made_at is None),
        stages=STAGES,
        marks=MARKS,
        by_itself=BY_ITSELF,
        proven=PROVEN,
        by_hand=row.by_hand if row else [str(one) for one in DealStage if one not in PROVEN],
        problem=_problem(row.state, row.problem) if row else "",
        one_pipeline=_has_one_pipeline(),
        matched=CompanyMatch,
        wrong={wrong.field: wrong.message} if wrong else {},
        form=request.form if wrong else {},
    )


def _problem(state: str, problem: str) -> str:
    if state == PipelineState.GONE:
        return GONE
    return PROBLEMS[PipelineProblem(problem)] if problem in PROBLEMS else ""


def _has_one_pipeline() -> bool:
    """Whether the own portal's plan has room for a single pipeline; False while the plan is unknown."""
    plan = current_plan()
    return plan is not None and plan.limit("pipelines") == 1


@blueprint.get("/clients/pipeline")
@framed(own=True)
def show_pipeline(frame: Frame) -> str:
    """The pipeline that exists, or that will be made."""
    return draw_pipeline(frame)


@blueprint.post("/clients/pipeline")
@framed(own=True, admin=True, asks_portal=True, redraw=draw_pipeline)
def make_pipeline(frame: Frame) -> str:
    """Make it, look for it again, or make it anew: the work is a job's."""
    demand_seat(frame.portal_id, frame.user_id, OWNERS)
    ask_pipeline(by=author(frame), at=services().clock.now())
    toast(N_("The pipeline is being made"))
    return draw_pipeline(frame)


@blueprint.post("/clients/pipeline/by-hand/<stage>/<switch>")
@framed(own=True, redraw=draw_pipeline)
def switch_by_hand(frame: Frame, stage: str, switch: str) -> str:
    """Whether deals may be moved to a stage by hand."""
    demand_seat(frame.portal_id, frame.user_id, OWNERS)
    if switch not in ("on", "off"):
        raise NotFound
    allow_by_hand(stage, allowed=switch == "on")
    return draw_pipeline(frame)


@blueprint.post("/clients/pipeline/tasks/<switch>")
@framed(own=True, redraw=draw_pipeline)
def switch_alert_tasks(frame: Frame, switch: str) -> str:
    """Whether what breaks at a client becomes a task in the own portal."""
    demand_seat(frame.portal_id, frame.user_id, OWNERS)
    if switch not in ("on", "off") or get_pipeline() is None:
        raise NotFound
    switch_tasks(on=switch == "on")
    services().queue.later(LOOK, frame.portal_id)
    return draw_pipeline(frame)


def draw_companies(frame: Frame, wrong: BadInput | None = None) -> str:
    """The clients whose company was not found."""
    demand_seat(frame.portal_id, frame.user_id, OWNERS)
    return page(
        "clients/pipeline_companies.html",
        frame,
        waiting=count_pipeline(frame.portal_id, services().clock.now(), planned=False).waiting,
        wrong=wrong,
        client_id=int((request.view_args or {}).get("client_id", 0)),
        form=request.form if wrong else {},
    )


@blueprint.get("/clients/pipeline/companies")
@framed(own=True)
def show_companies(frame: Frame) -> str:
    """Which company is whose."""
    return draw_companies(frame)


@blueprint.post("/clients/pipeline/companies/<int:client_id>")
@framed(own=True, redraw=draw_companies)
def keep_company(frame: Frame, client_id: int) -> str:
    """Name the company of a client, or keep that its deal has none."""
    demand_seat(frame.portal_id, frame.user_id, OWNERS)
    if find_given(frame.portal_id, client_id, services().clock.now()) is None:
        raise NotFound
    typed = "" if "none" in request.form else request.form.get("company", "").strip()
    if not typed and "none" not in request.form:
        raise BadInput(N_("Write the number of the company or the address of its card."), "company")
    choose_company(client_id, typed)
    services().queue.later("follow_client", frame.portal_id, client_id)
    toast(N_("The deal is being made"))
    return draw_companies(frame)


@blueprint.get("/clients/deals/<int:client_id>")
@framed(own=True)
def open_client(frame: Frame, client_id: int) -> ResponseReturnValue:
    """The link of a deal: the client, by the consent that lives now; without one nothing of the client is shown."""
    demand_seat(frame.portal_id, frame.user_id)
    given = find_given(frame.portal_id, client_id, services().clock.now())
    if given is None:
        raise NotFound
    return show_path(f"/clients/{given.consent_code}/open", frame)
