"""The tab «Renewal» as one frozen record, read from what is stored: the answer, the acting panel, blockers, stages."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from b24app.checklist.engine.check import load_checks
from b24app.checklist.engine.check_numbers import CountedPlace
from b24app.checklist.engine.checklist_view import ChecklistView, CheckView
from b24app.checklist.engine.mutes_and_owners import AREA_PREFIX
from b24app.checklist.engine.opened_checks import opened_checks
from b24app.checklist.model import CheckOpening
from b24app.comparison.snapshot_details import check_of
from b24app.pages.renewal.comparison_outcome import Compared, read_comparison
from b24app.pages.renewal.stage_view import StageView, stages_of
from b24app.renewal.case import CaseView, Situation
from b24app.renewal.case_changes import list_cases, why_given_up
from b24app.renewal.headline import Headline
from b24app.renewal.next_step import next_step
from b24app.renewal.opened_steps import list_openings
from b24app.renewal.page_answer import answer_of
from b24app.renewal.page_phase import OVER, ActivationOutcome, Phase, ShopState, phase_of
from b24app.renewal.renewal_stages import Delay
from b24app.renewal.situation_reading import situation_of
from b24app.renewal.step_parts import NextStep
from b24app.terms.date_suggestions import OpenSuggestion, list_suggestions
from b24app.terms.paid_terms import TermChange
from b24app.terms.stored_terms import timeline_view
from b24app.terms.timeline import TermRow, Timeline
from b24app.text.messages import NOTHING

MOST_BLOCKERS = 3
TERM_CHECK = "plan_time_left"
SHOWN_AFTER = timedelta(days=30)
NOTHING_COMPARED = Compared(ActivationOutcome(), None, None, ())


@dataclass(frozen=True, slots=True)
class RenewalView:
    """Everything the tab draws; `answer` and the rest are None until a main term is written down."""

    situation: Situation | None
    phase: Phase
    answer: Headline | None
    step: NextStep | None
    stages: tuple[StageView, ...]
    shop: ShopState
    blocker: CheckView | None
    blockers: tuple[CheckView, ...]
    opened: Mapping[str, CheckOpening]
    compared: Compared
    closed: CaseView | None
    gave_up: TermChange | None
    timeline: Timeline
    suggestions: tuple[OpenSuggestion, ...]
    delays: tuple[Delay, ...]

    @property
    def case_id(self) -> int:
        """The case whose marks the stages show."""
        case = self.closed or (self.situation.case if self.situation else None)
        return case.id if case else 0

    @property
    def may_give_up(self) -> bool:
        """Whether the renewal can still be given up."""
        return self.phase in (Phase.BEFORE, Phase.LATE)

    @property
    def panel_asks_date(self) -> bool:
        """Whether the acting panel holds the form of the new date already."""
        step = self.step
        shown = self.phase not in (Phase.AFTER, Phase.VERIFIED) and self.blocker is None and step is not None
        return shown and step is not None and "write_new_date" in (step.action, step.other)

    @property
    def next_terms(self) -> tuple[TermRow, ...]:
        """The terms that end next, the soonest first; what is left after a renewal is never empty of them."""
        rows = [row for row in self.timeline.rows if row.term.ends_on and (row.days_left or 0) >= 0]
        return tuple(sorted(rows, key=lambda row: row.term.ends_on or date.max))[:2]


def renewal_view(
    now: datetime, today: date, checks: ChecklistView, way: str = "", *, compares: bool = True
) -> RenewalView:
    """Read the whole tab from what is stored; asks no portal. Without `compares` it has no comparison."""
    timeline = timeline_view(now, today)
    s = situation_of(timeline.main, now, today) if timeline.main else None
    found = checks.of(CountedPlace.BLOCKING)
    shop = ShopState(checks.run_id is not None, checks.numbers.blockers, found[0].title if found else NOTHING)
    if s is None:
        return RenewalView(
            None, Phase.UNKNOWN, None, None, (), shop, None, found[:MOST_BLOCKERS], opened_checks(), NOTHING_COMPARED, None, None,
            timeline, list_suggestions(), (),
        )  # fmt: skip
    closed = closed_lately(s, now)
    phase = phase_of(s, verified=closed is not None)
    compared = (
        read_comparison(now) if compares and phase in (Phase.AFTER, Phase.VERIFIED) else NOTHING_COMPARED
    )
    step = next_step(s, list_openings(s.term))
    blocker = found[0] if found and takes_blocker(s, phase, step) else None
    listed = [row for row in found if row is not blocker and not told_by(compared, phase, row)]
    return RenewalView(
        situation=s,
        phase=phase,
        answer=answer_of(s, phase, shop, compared.outcome),
        step=step,
        stages=stages_of(s, phase, way, closed if phase is Phase.VERIFIED else None),
        shop=shop,
        blocker=blocker,
        blockers=tuple(listed[:MOST_BLOCKERS]),
        opened=opened_checks(),
        compared=compared,
        closed=closed,
        gave_up=why_given_up(s.case) if s.case and phase is Phase.GIVEN_UP else None,
        timeline=timeline,
        suggestions=list_suggestions(),
        delays=() if phase in (Phase.AFTER, Phase.VERIFIED, Phase.PAID, *OVER) else s.delays,
    )


def without_papers(view: RenewalView) -> RenewalView:
    """The same for somebody who sees neither papers nor their content: the number and the sum of the invoice."""
    s = view.situation
    if s is not None and s.case is not None:
        s = replace(s, case=replace(s.case, invoice_number="", amount=None))
    return replace(view, situation=s, stages=tuple(replace(stage, papers=()) for stage in view.stages))


def takes_blocker(s: Situation, phase: Phase, step: NextStep) -> bool:
    """While a paid renewal needs nothing, the acting panel belongs to what blocks the shop."""
    return phase is Phase.PAID and s.days_left >= 0 and step.opening is None and not s.delays


def told_by(compared: Compared, phase: Phase, row: CheckView) -> bool:
    """Whether the page shows already what a check reports: the rows of the comparison, or the answer of a term that is over."""
    if phase in OVER and row.code == TERM_CHECK:
        return True
    kinds = [line.change.kind for line in compared.view.must_return] if compared.view else []
    told = {check_of(kind) for kind in kinds}
    if row.code in told or f"{AREA_PREFIX}{row.area}" in told:
        return True
    spec = load_checks()[row.code]
    seen = {*spec.facts, *spec.optional}
    return "baseline" in spec.given and any(seen.issuperset(kind.facts) for kind in kinds)


def closed_lately(s: Situation, now: datetime) -> CaseView | None:
    """The renewal of this term that was verified a short while ago."""
    closed = [case for case in list_cases() if case.term_id == s.term.id and case.outcome == "verified"]
    return next((case for case in closed if case.closed_at and now - case.closed_at < SHOWN_AFTER), None)
