"""The recovery as a part of the renewal's page: steps back, what works by the last answer, what stops, what integrations missed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import request

from b24app.bitrix24.error_codes import Refusal
from b24app.checklist.engine.runs import facts_of_run, latest_run
from b24app.checklist.facts.delivery.recent_orders import RecentOrders
from b24app.clock import holds_still
from b24app.database import current_portal_id
from b24app.errors import BadInput
from b24app.jobs.queue import is_asked
from b24app.portals.availability import get_availability
from b24app.renewal.activation import (
    ADVICE,
    TITLES,
    View,
    latest_reconciliation,
    usual_window,
)
from b24app.renewal.case import LastAnswer, Situation
from b24app.renewal.failure_explanations import explain
from b24app.renewal.opened_steps import partner_email
from b24app.renewal.recovery import (
    LossLine,
    PaymentOption,
    PortalRefusal,
    RescueStep,
    losses_of,
    payment_options,
)
from b24app.renewal.renewal_stages import Stage, day_of
from b24app.renewal.situation_reading import last_answer
from b24app.renewal.steps_back import steps_back
from b24app.renewal.works_now import LastOrder, PortalReply, WorkLine, gravest_by_day, works_now
from b24app.services import services
from b24app.sources import Source
from b24app.terms.policy import State
from b24app.terms.profile import days_of_method, get_profile
from b24app.terms.stored_terms import timeline_view
from b24app.terms.term import TermKind
from b24app.terms.timeline import Timeline
from b24app.text.messages import NOTHING
from b24app.web.filters import today, zone
from b24app.web.kept_pages import do_not_keep

ONE_MINUTE = timedelta(minutes=1)  # fields hold no seconds: the last moment must not be cut off
ASK = "ask_portal"
SHOWN_AFTER = timedelta(days=14)
STOPPED = (State.LAPSED, State.LOCKED)
WINDOW = ("since", "until")


@dataclass(frozen=True, slots=True)
class RecoveryCards:
    """The content of the part. Without `late` nothing has to be brought back, only missed records may be counted."""

    s: Situation | None
    missed: bool
    counted: View | None
    window: tuple[str, str]
    late: bool = False
    refused: bool = False
    about_plan: bool = False
    steps: tuple[RescueStep, ...] = ()
    ways: tuple[PaymentOption, ...] = ()
    partner: str = ""
    works: tuple[WorkLine, ...] = ()
    last: LastAnswer = field(default_factory=LastAnswer)
    asking: bool = False
    silent_at: datetime | None = None
    losses: tuple[LossLine, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    grace_ends: date | None = None

    @property
    def in_stage(self) -> bool:
        """Whether the steps belong to the stage of the payment; what is only about the subscription is below."""
        return bool(self.steps) and self.about_plan


def recovery_values(s: Situation | None, wrong: BadInput | None = None) -> dict[str, object]:
    """What the recovery's templates draw: `recovery`, None while all is well; `wrong` may be about any form of the page."""
    of_window = {wrong.field: wrong.message} if wrong and wrong.field in WINDOW else {}
    return {
        "recovery": _cards(s, asked=bool(of_window)),
        "titles": TITLES,
        "advice": ADVICE,
        "explain": explain,
        "window_wrong": of_window,
    }


def _cards(s: Situation | None, *, asked: bool) -> RecoveryCards | None:
    now, counted = services().clock.now(), latest_reconciliation()
    late = get_availability().refused or (s is not None and s.days_left < 0 and not s.paid)
    missed = asked or _may_have_missed(s, counted, now)
    if not (late or missed):
        return None
    window = (request.form.get("since", ""), request.form.get("until", "")) if asked else _window(now)
    cards = RecoveryCards(s, missed, counted, window)
    return replace(cards, late=True, **_answers(s, now), **_way_back(s)) if late else cards


def _may_have_missed(s: Situation | None, counted: View | None, now: datetime) -> bool:
    """Whether integrations did not work lately: the portal refuses or refused, or the old term had lapsed."""
    found = get_availability()
    moments = [found.back_at, counted.until if counted else None]
    lately = any(one is not None and now - one < SHOWN_AFTER for one in moments)
    stood = s is not None and not s.may_be_renewed and (s.state in STOPPED or _had_lapsed(s))
    return found.refused or lately or stood


def _had_lapsed(s: Situation) -> bool:
    """Whether the new term was activated after the grace of the old one: until then everything worked."""
    begun = day_of(s.case.marks, Stage.ACTIVE) if s.case else None
    if s.state is not State.ACTIVE_AGAIN or s.case is None or begun is None:
        return False
    return begun > s.policy.grace_ends(s.case.ends_on)


def _answers(s: Situation | None, now: datetime) -> dict[str, Any]:
    """The portal's last answer, and whether it is being asked now."""
    found, asking, last = get_availability(), is_asked(ASK, current_portal_id()), last_answer(now)
    if asking:
        do_not_keep()
    said = PortalReply(last, found.refusal, s.plan_name if s else NOTHING, _last_order(now))
    return {
        "refused": found.refused,
        "works": works_now(said),
        "last": last,
        "asking": asking,
        "silent_at": found.silent_at,
    }


def _way_back(s: Situation | None) -> dict[str, Any]:
    """Steps, ways to pay and losses of the term that is over."""
    if s is None:
        return {}
    found = get_availability()
    since = found.refused_since.astimezone(zone()).date() if found.refused_since else None
    refusal = PortalRefusal(found.refusal, since)
    over = subscription_over(timeline_view(services().clock.now(), today()))
    return {
        "about_plan": s.days_left < 0 and found.refusal is not Refusal.MARKETPLACE_ENDED,
        "steps": steps_back(s, refusal, subscription_over=over),
        "ways": payment_options(s, transfer_days()),
        "partner": partner_email(),
        "losses": () if s.may_be_renewed else gravest_by_day(losses_of(s, refusal)),
        "sources": s.policy.sources,
        "grace_ends": s.plan.grace_ends if s.plan and s.policy.grace_days else None,
    }


def _window(now: datetime) -> tuple[str, str]:
    since, until = usual_window(get_availability(), now)
    return field_of(since), field_of(until + ONE_MINUTE)


def _last_order(now: datetime) -> LastOrder | None:
    """The newest order of the newest checks that were carried through."""
    run = latest_run(finished=True)
    orders = facts_of_run(run.id, {"recent_orders"}).of(RecentOrders) if run else None
    if run is None or run.finished_at is None or orders is None or not orders.moments:
        return None
    return LastOrder(orders.moments[0], run.finished_at, holds_still(run.finished_at, now))


def subscription_over(timeline: Timeline) -> bool:
    """Whether the Marketplace subscription has ended by its written date."""
    row = next((row for row in timeline.rows if row.term.kind == TermKind.MARKETPLACE), None)
    return row is not None and row.days_left is not None and row.days_left < 0


def transfer_days() -> int:
    """Working days that a bank transfer takes in this portal."""
    return days_of_method("transfer", get_profile())


def field_of(moment: datetime) -> str:
    """The value of a field of date and time."""
    return moment.astimezone(zone()).strftime("%Y-%m-%dT%H:%M")
