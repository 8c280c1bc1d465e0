"""The answer of «Terms and money»: what to pay and by when, or what is missing for that."""

from collections.abc import Callable
from dataclasses import dataclass

from b24app.renewal.case import Situation, renewed_elsewhere
from b24app.renewal.headline import is_licence, write_headline
from b24app.renewal.plan_money import PlanPrice
from b24app.terms.payment_advice import WayCode
from b24app.terms.policy import State
from b24app.text.formats import money
from b24app.text.messages import N_, NOTHING, Sentence, sentence


@dataclass(frozen=True, slots=True)
class Head:
    """The badge of the renewal, the answer whose `left` is in link colour, and the sentence below it."""

    level: str
    word: Sentence
    title: Sentence
    lead: Sentence


def write_head(s: Situation | None, price: PlanPrice | None) -> Head:
    """The answer for a situation; the badge is that of the renewal's own page."""
    if s is None or s.term.ends_on is None:
        where = N_(
            "The portal does not tell applications this day: look it up in “My plan” and write it down below."
        )
        return Head(
            "warn", sentence(N_("No date yet")), sentence(N_("Until when is the plan paid?")), sentence(where)
        )
    found = write_headline(s)
    title, lead = _ANSWERS.get(s.state, _to_pay)(s, price)
    if s.given_up and s.state is not State.ACTIVE_AGAIN:
        text = N_("You decided not to renew: the plan ends on %(left)s")
        title, lead = sentence(text, left=s.term.ends_on), NOTHING
    elif s.paid and s.state not in (State.RENEWED_PENDING, State.ACTIVE_AGAIN):
        title, lead = _paid(s, price)
    return Head(found.level, found.word, title, lead)


def _to_pay(s: Situation, price: PlanPrice | None) -> tuple[Sentence, Sentence]:
    day = s.pay_by
    if s.term.autopay:
        text = N_("The card will be charged by %(left)s")
        return sentence(text, left=s.term.ends_on), sentence(
            N_("Check the card and its limit before that day.")
        )
    if day is None or day < s.today:
        return _late(s, price)
    return _pay(s, price, sentence(N_("by %(day)s"), day=day)), NOTHING


def _late(s: Situation, price: PlanPrice | None) -> tuple[Sentence, Sentence]:
    """The day is over: the best way to pay that is left, and by when."""
    way = s.advice.first if s.advice else None
    if way is None:
        none = N_("No way to pay takes effect before the end any more: see what to do on “Renewal”.")
        return _pay(s, price, sentence(N_("today"))), sentence(none)
    if way.code is WayCode.CARD:
        until = sentence(N_("by card by %(day)s"), day=way.by)
        return _pay(s, price, until), sentence(N_("A bank transfer would not arrive in time any more."))
    lead = sentence(N_("The money arrives by %(day)s."), day=way.arrives_on)
    return _pay(s, price, sentence(N_("by %(day)s"), day=way.by)), lead


def _pay(s: Situation, price: PlanPrice | None, until: Sentence) -> Sentence:
    if price is not None:
        amount = money(price.amount, price.currency)
        return sentence(N_("Pay %(left)s %(until)s"), left=amount, until=until)
    text = N_("Pay for the licence %(left)s") if is_licence(s) else N_("Pay for the plan %(left)s")
    return sentence(text, left=until)


def _grace(s: Situation, price: PlanPrice | None) -> tuple[Sentence, Sentence]:
    title, _ = _late(s, price)
    stops = s.plan.grace_ends if s.plan else None
    return title, sentence(
        N_("The term ended on %(day)s, the grace days end on %(stops)s."), day=s.term.ends_on, stops=stops
    )


def _lapsed(s: Situation, price: PlanPrice | None) -> tuple[Sentence, Sentence]:
    if s.may_be_renewed:
        return sentence(N_("Write the new date down")), renewed_elsewhere(s)
    lead = sentence(N_("The term ended on %(day)s, the grace days are over."), day=s.term.ends_on)
    return _pay(s, price, sentence(N_("today"))), lead


def _paid(s: Situation, price: PlanPrice | None) -> tuple[Sentence, Sentence]:
    lead = sentence(N_("The new term starts when the old one ends, on %(day)s."), day=s.term.ends_on)
    if s.days_left < 0:
        return sentence(N_("Until when is it paid now?")), sentence(
            N_("The old term ended on %(day)s."), day=s.term.ends_on
        )
    if price is None:
        return sentence(N_("The renewal is paid")), lead
    return sentence(N_("Paid: %(left)s"), left=money(price.amount, price.currency)), lead


def _renewed(s: Situation, price: PlanPrice | None) -> tuple[Sentence, Sentence]:  # noqa: ARG001 - all answers are asked alike
    return sentence(N_("Renewed until %(left)s"), left=s.term.ends_on), NOTHING


_ANSWERS: dict[State, Callable[[Situation, PlanPrice | None], tuple[Sentence, Sentence]]] = {
    State.GRACE: _grace,
    State.LAPSED: _lapsed,
    State.LOCKED: _lapsed,
    State.RENEWED_PENDING: _paid,
    State.ACTIVE_AGAIN: _renewed,
}
