"""The five stages of the tab as they are drawn: the step, its marks, the chosen way to pay with three lines of how-to, papers, a note."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from b24app.renewal.case import CaseView, Situation
from b24app.renewal.documents import PaperView, list_papers
from b24app.renewal.guides import GuideStep, how_to
from b24app.renewal.page_phase import Phase
from b24app.renewal.progress_steps import ProgressStep, card_is_due, draw_steps
from b24app.renewal.renewal_stages import (
    STAGE_TITLES,
    Holder,
    Mark,
    Role,
    Stage,
    day_of,
    is_reached,
    may_mark,
    may_unmark,
)
from b24app.renewal.step_details import StageDetail, list_details, own_days
from b24app.terms.payment_plan import send_on
from b24app.terms.profile import current_payments
from b24app.terms.term import TermKind
from b24app.text.messages import N_, NOTHING, Sentence, sentence

MARKED_IN: Mapping[str, tuple[Stage, ...]] = {
    "window": (),
    "invoice": (Stage.INVOICE_REQUESTED, Stage.INVOICE_RECEIVED),
    "payment": (Stage.APPROVED, Stage.PAID),
    "activation": (Stage.ACTIVE,),
    "verified": (Stage.VERIFIED,),
}
ROLES = {
    "invoice": Role.RESPONSIBLE,
    "payment": Role.PAYER,
    "activation": Role.ACTIVATOR,
    "verified": Role.RESPONSIBLE,
}
PAPERS = {"invoice": "invoice", "payment": "payment", "activation": "payment", "verified": "closing"}
ORDER_PATH, PLAN_PATH = "/settings/order/", "/settings/license.php"
BY_CARD, BY_TRANSFER, BY_PARTNER = "card", "transfer", "partner"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to order or to pay, as a segment."""

    code: str
    title: str
    current: bool


@dataclass(frozen=True, slots=True)
class MarkLine:
    """One mark of a stage: made by whom and when, or still to be made."""

    stage: Stage
    title: str
    mark: Mark | None
    reached: bool
    may_mark: bool
    may_unmark: bool


@dataclass(frozen=True, slots=True)
class StageView:
    """One stage, with everything that its panel shows."""

    step: ProgressStep
    marks: tuple[MarkLine, ...]
    ways: tuple[Way, ...]
    warning: Sentence
    how: tuple[GuideStep, ...]
    role: Role | None
    named: Holder | None
    counted: date | None
    detail: StageDetail | None
    paper_kind: str
    papers: tuple[PaperView, ...]
    path: str

    @property
    def code(self) -> str:
        """Its name in addresses."""
        return self.step.code


def stages_of(
    s: Situation, phase: Phase, way: str = "", closed: CaseView | None = None
) -> tuple[StageView, ...]:
    """All five; `way` is the segment that a person has just pressed, `closed` the renewal that was verified lately."""
    details = list_details(s.term)
    counted = {step.code: step.by for step in draw_steps(s)}
    case = closed or s.case
    papers = list_papers(case.id) if case else ()
    made = closed.marks if closed else s.marks
    return tuple(
        StageView(
            step=_settled(step, made) if closed else step,
            marks=tuple(_marks(made, step.code, paid=s.paid)),
            ways=tuple(_ways(s, step.code, phase, way)),
            warning=_warning(s, step.code, phase, way),
            how=_how(s, step.code, phase, way),
            role=ROLES.get(step.code),
            named=s.who(ROLES[step.code]) if step.code in ROLES else None,
            counted=counted.get(step.code),
            detail=details.get(step.code),
            paper_kind=PAPERS.get(step.code, ""),
            papers=tuple(paper for paper in papers if paper.kind == PAPERS.get(step.code)),
            path=_path(s, step.code),
        )
        for step in draw_steps(s, own_days(details))
    )


def _settled(step: ProgressStep, made: Sequence[Mark]) -> ProgressStep:
    """A step of a renewal that is over: done, on the day on which it was marked."""
    days = [day for stage in MARKED_IN[step.code] if (day := day_of(made, stage))]
    text = sentence(N_("done on %(day)s"), day=days[-1]) if days else NOTHING
    return replace(step, state="done", late=False, text=text)


def _marks(made: Sequence[Mark], code: str, *, paid: bool) -> Iterator[MarkLine]:
    by_stage = {mark.stage: mark for mark in made}
    waits = {Stage.VERIFIED: Stage.ACTIVE, Stage.ACTIVE: Stage.PAID}
    for stage in MARKED_IN[code]:
        shown = Stage.ACTIVATION_AWAITED if stage is Stage.PAID else stage
        ready = stage not in waits or is_reached(made, waits[stage]) or (stage is Stage.ACTIVE and paid)
        yield MarkLine(
            stage=stage,
            title=STAGE_TITLES[stage],
            mark=by_stage.get(stage),
            reached=is_reached(made, stage),
            may_mark=ready and may_mark(made, stage),
            may_unmark=stage in by_stage and may_unmark(made, shown),
        )


def _chosen(s: Situation, code: str, phase: Phase, way: str) -> str:
    """The segment that is shown: the pressed one, the one that still fits, or the one that was chosen."""
    if code == "invoice":
        return s.route
    if way:
        return way
    if s.route == BY_PARTNER:
        return BY_PARTNER
    return BY_CARD if phase is Phase.LATE or not s.invoice or card_is_due(s) else BY_TRANSFER


def _ways(s: Situation, code: str, phase: Phase, way: str) -> Iterator[Way]:
    chosen = _chosen(s, code, phase, way)
    if s.term.kind != TermKind.PLAN or code not in ("invoice", "payment"):
        return
    if code == "invoice":
        for route in current_payments().routes.values():
            yield Way(route.code, WAY_TITLES.get(route.code, route.title), route.code == chosen)
        return
    for method in (BY_CARD, BY_TRANSFER, BY_PARTNER):
        yield Way(method, PAY_TITLES[method], method == chosen)


WAY_TITLES = {"portal": N_("In the portal"), "partner": N_("From a partner"), "site": N_("On the site")}
PAY_TITLES = {BY_CARD: N_("By card"), BY_TRANSFER: N_("By invoice"), BY_PARTNER: N_("Through a partner")}


def _warning(s: Situation, code: str, phase: Phase, way: str) -> Sentence:
    """When the money of a transfer that leaves today arrives, once that is after the end."""
    if code != "payment" or s.plan is None or s.paid or _chosen(s, code, phase, way) == BY_CARD:
        return NOTHING
    found = send_on(max(s.today, s.plan.window_opens), s.plan.conditions, s.calendar)
    if s.term.ends_on is None or not s.invoice or found.arrives_on <= s.term.ends_on:
        return NOTHING
    text = N_("Sent today, the money arrives on %(day)s, after the end of the plan.")
    return sentence(text, day=found.arrives_on)


def _how(s: Situation, code: str, phase: Phase, way: str) -> tuple[GuideStep, ...]:
    if s.term.kind != TermKind.PLAN:
        return ()
    chosen = _chosen(s, code, phase, way)
    if code == "payment":
        stage = BY_CARD if chosen == BY_CARD else BY_TRANSFER
        return how_to(
            BY_PARTNER if chosen == BY_PARTNER else "portal" if s.route == BY_PARTNER else s.route, stage
        )
    return how_to(s.route, code)


def _path(s: Situation, code: str) -> str:
    """The portal's own page of a stage; empty where there is none."""
    if s.term.kind != TermKind.PLAN:
        return ""
    if code == "activation":
        return PLAN_PATH
    if code in ("invoice", "payment"):
        return order_path(s)
    return ""


def order_path(s: Situation) -> str:
    """Where the portal takes an order; one that was placed already has a page of its own."""
    if s.has(Stage.INVOICE_REQUESTED) and not s.paid:
        return ORDER_PATH
    return current_payments().routes["portal"].open_path
