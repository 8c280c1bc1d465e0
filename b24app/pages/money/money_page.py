"""«Terms and money» as one page: terms, whether the plan fits, sums, papers, sources; parts unfold in place and have addresses of their own."""

from collections.abc import Mapping

from flask import Blueprint, request

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.client_frame import may
from b24app.integrators.rights import Right
from b24app.pages.money.budget_view import budget_chart, budget_estimates, downtime_title
from b24app.pages.money.fit_view import fit_of
from b24app.pages.money.money_head import write_head
from b24app.pages.money.papers_view import papers_values
from b24app.pages.money.plans_view import plans_values
from b24app.pages.money.sources_view import checked_on, sources_values
from b24app.pages.money.term_rows import OpenRow, listed_terms, open_row, term_choices, term_history
from b24app.plans.plan_catalogue import VAT
from b24app.renewal.plan_money import Money, count_money
from b24app.renewal.situation_reading import main_situation
from b24app.services import services
from b24app.terms.paid_terms import find_paid_term, get_paid_term
from b24app.terms.profile import own_currency
from b24app.terms.stored_terms import timeline_view
from b24app.terms.term import DRAFT_FIELDS
from b24app.terms.timeline import Timeline
from b24app.web import framed, page
from b24app.web.filters import today
from b24app.web.form_fields import read_id, read_year
from b24app.web.kept_pages import kept

blueprint = Blueprint("money_page", __name__)

FOLDS = ("plans", "papers", "sources", "history")
"""The parts that are read only when somebody unfolds them."""


def draw_money(
    frame: Frame,
    wrong: BadInput | None = None,
    *,
    opened: str = "",
    editing: int | None = None,
    form: Mapping[str, object] | None = None,
    focus: int = 0,
) -> str:
    """The whole page; `opened` is the part that is unfolded, `editing` the term whose row is a form, 0 for a new one, `focus` the one whose row takes the focus."""
    now = services().clock.now()
    timeline, situation = timeline_view(now, today()), main_situation(now, today())
    money = count_money(now, today(), read_year(request.args, "year"))
    errors = {wrong.field: wrong.message} if wrong else {}
    fit = fit_of(money.usage, today())
    return page(
        "money/page.html",
        frame,
        head=write_head(situation, money.price if may(frame, Right.PAPERS) else None),
        situation=situation,
        timeline=timeline,
        terms=listed_terms(timeline),
        open=None if editing is None else _open(editing, form or {}, errors, timeline),
        fit=fit,
        money=money,
        chart=budget_chart(money.year) if money.year else None,
        estimates=budget_estimates(money.year, money.table) if money.year else {},
        downtime_title=downtime_title(money.downtime, money.year.budget.base if money.year else None),
        vat_choices=list(VAT.items()),
        **papers_values(situation),
        opened=opened,
        form=form or {},
        wrong=errors,
        focus=focus,
        checked_on=checked_on(money),
        **_unfolded(opened, money, timeline),
        **(term_choices() if editing is not None or opened == "history" else {}),
    )


def _open(term_id: int, form: Mapping[str, object], wrong: Mapping[str, str], timeline: Timeline) -> OpenRow:
    row = next((row for row in timeline.rows if row.term.id == term_id), None)
    bought = row is not None and row.term.pending_since is not None
    values = {name: getattr(row.term, name) for name in DRAFT_FIELDS} if row else {}
    if bought:
        values["ends_on"] = ""
    before = row.term.ends_on if row else None
    return open_row(term_id, {**values, **form}, wrong, before=before, bought=bought)


def _unfolded(opened: str, money: Money, timeline: Timeline) -> Mapping[str, object]:
    """The values that only an unfolded part needs."""
    match opened:
        case "plans":
            return plans_values(money, timeline.main)
        case "sources":
            return sources_values()
        case "history":
            return {"history": term_history()}
    return {}


@blueprint.get("/money")
@framed(admin=True, right=Right.TERMS)
@kept
def show_money(frame: Frame) -> str:
    """Everything folded."""
    return draw_money(frame)


@blueprint.get("/money/terms")
@framed(admin=True, right=Right.TERMS)
def show_terms(frame: Frame) -> str:
    """`?edit=<id>` opens the row of a term, `?subscription` that of the Marketplace, `?add=<kind>` a new one, `?left=<id>` closes it; else the history."""
    if "left" in request.args:
        return draw_money(frame, focus=read_id(request.args, "left") or 0)
    editing = read_id(request.args, "edit")
    kind = "marketplace" if "subscription" in request.args else request.args.get("add")
    if known := find_paid_term(kind) if kind in ("marketplace", "plan") else None:
        editing = known.id
    if editing:
        return draw_money(frame, editing=get_paid_term(editing).id)
    if kind is not None:
        return draw_money(frame, editing=0, form={"kind": kind, "currency": own_currency()})
    return draw_money(frame, opened="history")


@blueprint.get("/money/plan")
@framed(admin=True, right=Right.PAPERS)
def show_plan(frame: Frame) -> str:
    """The comparison of plans, unfolded; `?to=` names the plan whose consequences are shown."""
    return draw_money(frame, opened="plans")


@blueprint.get("/money/documents")
@framed(admin=True, right=Right.PAPERS)
def show_papers(frame: Frame) -> str:
    """The papers, with the archive unfolded."""
    return draw_money(frame, opened="papers")


@blueprint.get("/money/rules")
@framed(admin=True, right=Right.PAPERS)
def show_sources(frame: Frame) -> str:
    """The sources of every number, unfolded."""
    return draw_money(frame, opened="sources")
