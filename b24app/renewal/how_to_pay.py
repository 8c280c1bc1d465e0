"""How to pay on a day, in one place: the way that still fits first, then what else does; how it was paid. Pure: message ids and values."""

from datetime import date

from b24app.renewal.case import Situation
from b24app.renewal.renewal_stages import Stage, day_of
from b24app.terms.payment_advice import Advice, PayingWay, WayCode
from b24app.terms.payment_plan import known_methods, send_on
from b24app.terms.term import TermKind
from b24app.text.messages import N_, NN_, NOTHING, Sentence, sentence


def how_to_pay(s: Situation) -> Sentence:
    """By when and how to pay; where the chosen way does not fit any more, the way that still does comes first."""
    advice = s.advice
    if advice is None or s.plan is None:
        return NOTHING
    way = advice.first
    if way is None:
        return sentence(N_("The time to pay is over. A card still switches on at once."))
    if way.code is WayCode.CARD:
        return _chosen_card(s, way) if not s.plan.conditions.invoice else _card_instead(way, advice)
    if way.in_time:
        return sentence(N_("Pay by %(day)s: later the money may not arrive in time."), day=way.by)
    return sentence(N_("Send the money by %(day)s: later it arrives after the grace days."), day=way.by)


def lines_of_payment(s: Situation) -> tuple[Sentence, ...]:
    """The same for a letter: what was missed comes before what still fits."""
    how = how_to_pay(s)
    missed = s.plan is not None and s.plan.conditions.invoice and s.today > s.plan.pay_by
    return (why_by_card(s), how) if missed else (how,)


def _chosen_card(s: Situation, way: PayingWay) -> Sentence:
    """The sentence for a chosen card: until the day to pay it names the days that are kept in reserve."""
    conditions = s.plan.conditions if s.plan else None
    if not way.in_time:
        return sentence(N_("Pay by card today: it switches on at once."))
    if conditions is None or not conditions.reserve_days:
        return sentence(N_("Pay by %(day)s: a card pays at once."), day=way.by)
    if s.plan is not None and way.by == s.plan.pay_by:
        text = NN_(
            "Pay by %(day)s: %(count)s working day stays in reserve in case the payment has to be repeated.",
            "Pay by %(day)s: %(count)s working days stay in reserve in case the payment has to be repeated.",
        )
        return sentence(text, day=way.by, count=conditions.reserve_days)
    return sentence(
        N_("Pay today: no day in reserve is left to repeat the payment before %(day)s."), day=way.by
    )


def _card_instead(way: PayingWay, advice: Advice) -> Sentence:
    """A card in place of the invoice, and what a transfer can still do."""
    transfer = advice.transfer
    if transfer is None:
        return sentence(N_("Pay by card today: a bank transfer arrives too late."))
    if transfer.in_time:
        text = N_(
            "Pay by card today: an invoice with its usual approval would be late. A transfer still arrives in time if it leaves by %(day)s."
        )
    elif way.in_time:
        text = N_(
            "Pay by card today: a transfer arrives only after the end. Sent by %(day)s, it is still within the grace days."
        )
    else:
        text = N_(
            "Pay by card today: it switches on at once. A transfer sent by %(day)s still arrives within the grace days."
        )
    return sentence(text, day=transfer.by)


def why_by_card(s: Situation) -> Sentence:
    """What was missed, so that the chosen way does not fit any more."""
    if s.plan is None:
        return NOTHING
    order_by, pay_by = s.plan.order_by, s.plan.pay_by
    if s.today > pay_by:
        text = N_("For the money to arrive before the end it had to be sent by %(day)s. A card pays at once.")
        return sentence(text, day=pay_by)
    if order_by is not None and s.today > order_by:
        return sentence(
            N_("With an invoice it had to be done by %(day)s. A card pays at once."), day=order_by
        )
    text = N_("An invoice with its usual approval is not ready by %(day)s. A card pays at once.")
    return sentence(text, day=pay_by)


def is_way_known(s: Situation) -> bool:
    """Whether it is known how the plan was paid: a card pays at once, so that a guess would name a wrong day."""
    if s.paid or s.term.autopay or s.term.kind != TermKind.PLAN or not s.invoice or s.route == "partner":
        return True
    card_first = s.advice is None or s.advice.first is None or s.advice.first.code is WayCode.CARD
    return s.has(Stage.INVOICE_REQUESTED) and not card_first


def money_by(s: Situation) -> date | None:
    """When a transfer that was marked as paid arrives; None for a card."""
    paid = day_of(s.marks, Stage.PAID)
    method = known_methods().get(s.case.method) if s.case else None
    if s.plan is None or paid is None or method is None or not method.invoice or not s.invoice:
        return None
    return send_on(paid, s.plan.conditions, s.calendar).arrives_on
