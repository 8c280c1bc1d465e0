"""The papers of this renewal, the next one that is waited for, and the archive by year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from b24app.renewal.case import CaseView, Situation
from b24app.renewal.documents import KIND_TITLES, PaperView, documents_of
from b24app.terms.profile import current_payments


@dataclass(frozen=True, slots=True)
class PastRenewal:
    """The papers of an earlier renewal, or of none; `ends_on` is the end that it was about."""

    ends_on: date | None
    case_id: int | None
    papers: tuple[PaperView, ...]


def papers_values(s: Situation | None) -> Mapping[str, object]:
    """What the card draws: papers that are here, those that are due, the archive; the same as the stages of the renewal."""
    found, case = documents_of(s), s.case if s else None
    return {
        "papers": found,
        "waited": tuple(need for need in found.needs if need.paper is None and need.due),
        "later": tuple(need for need in found.needs if need.paper is None and not need.due),
        "archive": _archive(found.rest),
        "case": case,
        "invoice_by": _invoice_by(s, case),
        "paper_kinds": list(KIND_TITLES.items()),
        "paper_titles": KIND_TITLES,
        "documents_path": current_payments().routes[s.route if s else "portal"].documents_path,
    }


def _archive(papers: tuple[PaperView, ...]) -> tuple[PastRenewal, ...]:
    """Earlier papers by their renewal, the newest first."""
    cases = dict.fromkeys((paper.ends_on, paper.case_id) for paper in papers)
    return tuple(
        PastRenewal(ends_on, case_id, tuple(paper for paper in papers if paper.case_id == case_id))
        for ends_on, case_id in sorted(cases, key=lambda one: one[0] or date.min, reverse=True)
    )


def _invoice_by(s: Situation | None, case: CaseView | None) -> date | None:
    """By when the invoice is needed; None where none comes, or the day is over."""
    if s is None or s.plan is None or s.plan.order_by is None or (case is not None and not case.invoice):
        return None
    return s.plan.order_by if s.plan.order_by >= s.today else None
