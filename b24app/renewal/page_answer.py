"""The answer of the tab «Renewal»: it has the shop and the comparison as the page shows them below, so that nothing contradicts. Pure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from b24app.renewal.case import Situation, since_unknown
from b24app.renewal.comparison_answer import answer_after
from b24app.renewal.headline import Headline, is_licence, working_days_of, write_headline
from b24app.renewal.how_to_pay import money_by
from b24app.renewal.page_phase import ActivationOutcome, AnswerParts, Found, Phase, ShopState
from b24app.renewal.progress_steps import card_is_due
from b24app.terms.payment_advice import WayCode
from b24app.terms.payment_plan import TransferOutcome, send_on
from b24app.terms.term import TermKind
from b24app.text.messages import N_, NN_, NOTHING, Sentence, sentence

IN_THE_WAY = N_("In the way of the shop: %(count)s.")
BLOCKED = NN_("%(word)s · %(count)s thing blocks the shop", "%(word)s · %(count)s things block the shop")
LEFT = NN_("Left: %(count)s day", "Left: %(count)s days")


def answer_of(s: Situation, phase: Phase, shop: ShopState, outcome: ActivationOutcome) -> Headline:
    """The answer for a phase; parts that the phase does not replace are those of the situation."""
    base = write_headline(s)
    if phase is Phase.AFTER:
        return replace(base, **(answer_after(s, outcome) | _blocked_after(outcome, shop)))
    if phase is Phase.BEFORE:
        return replace(base, **(_before(s, base) | _blocked(base, shop)))
    own = _OWN.get(phase)
    return replace(base, **own(s, shop)) if own else base


def _before(s: Situation, base: Headline) -> AnswerParts:
    if s.plan is None or s.term.autopay or s.today < s.plan.window_opens:
        return {"why": _grace_days(s)}
    return {"lead": _pay_by(s, base.lead), "why": _grace_days(s)}


def _blocked(base: Headline, shop: ShopState) -> AnswerParts:
    """The blockers of the shop beside the days: the badge alone would promise that all is well."""
    if not shop.blockers:
        return {}
    level = "warn" if base.level == "pass" else base.level
    return {"level": level, "word": sentence(BLOCKED, word=base.word, count=shop.blockers)}


def _blocked_after(outcome: ActivationOutcome, shop: ShopState) -> AnswerParts:
    if outcome.found is not Found.WHOLE or not shop.blockers:
        return {}
    text = N_("Nothing is left to put back. In the way of the shop, as before the renewal: %(count)s.")
    return {"lead": sentence(text, count=shop.blockers)}


def _given_up(_s: Situation, _shop: ShopState) -> AnswerParts:
    return {
        "level": "unknown",
        "word": sentence(N_("Given up")),
        "lead": sentence(N_("You decided not to renew; nobody is reminded any more.")),
        "why": NOTHING,
    }


def _pay_by(s: Situation, usual: Sentence) -> Sentence:
    """«Оплатите до 18 декабря: перевод идёт 3 рабочих дня», while a transfer still fits; a card where the invoice is late."""
    first = s.advice.first if s.advice else None
    if s.plan is None or first is None or not s.invoice or card_is_due(s) or s.today > s.plan.pay_by:
        return usual
    days = s.plan.conditions.transfer_days
    if first.code is WayCode.CARD and s.advice and s.advice.transfer:
        return _card_first(s, s.advice.transfer.by)
    if not days:
        return usual
    if s.plan.pay_by == s.today:
        return sentence(N_("Pay today: it is the last day for a transfer."))
    text = N_("Pay by %(day)s: a transfer takes %(days)s.")
    return sentence(text, day=s.plan.pay_by, days=working_days_of(days))


def _card_first(s: Situation, by: date) -> Sentence:
    """The invoice would be late, so the step is a card; how long a transfer could still leave comes second."""
    if by == s.today:
        return sentence(N_("A card is credited at once; for a transfer today is the last day."))
    return sentence(N_("A card is credited at once; a transfer is in time if it leaves by %(day)s."), day=by)


def _grace_days(s: Situation) -> Sentence:
    if s.plan is None or not s.policy.grace_days:
        return NOTHING
    closed = next((run for run in s.plan.closed if run[1] >= s.today), None)
    if closed is None or closed[0] > s.plan.grace_ends:
        return sentence(N_("Grace days last until %(day)s."), day=s.plan.grace_ends)
    text = N_("Grace days last until %(day)s, but from %(first)s banks are closed.")
    return sentence(text, day=s.plan.grace_ends, first=closed[0])


def _arrives(s: Situation, sent: date) -> date | None:
    return send_on(sent, s.plan.conditions, s.calendar).arrives_on if s.plan else None


TODAY = sentence(N_("today, until midnight"))


def _late(s: Situation, _shop: ShopState) -> AnswerParts:
    """The chosen transfer is late: a card first, and when a transfer that leaves today would arrive."""
    first = s.advice.first if s.advice else None
    by = first.by if first else s.term.ends_on
    return {
        "level": "warn",
        "word": sentence(LEFT, count=s.days_left) if s.days_left else sentence(N_("Today is the last day")),
        "answer": sentence(N_("A transfer will not be in time. Pay by card %(left)s"), left=TODAY)
        if by == s.today
        else sentence(N_("A transfer will not be in time. Pay by card by %(left)s"), left=by),
        "lead": sentence(N_("A card pays at once, a transfer arrives on %(day)s."), day=_arrives(s, s.today)),
        "why": NOTHING,
    }


def _paid(s: Situation, shop: ShopState) -> AnswerParts:
    """Nothing is left for the renewal; the same answer names what the shop lacks."""
    if s.days_left < 0:
        return {}
    if s.delays:
        return _paid_and_late(s, shop)
    by = money_by(s)
    lead = sentence(N_("Everything for the renewal is done."))
    if shop.blockers:
        text_shop = N_("Everything for the renewal is done. In the way of the shop: %(count)s.")
        lead = sentence(text_shop, count=shop.blockers)
    return {
        "level": "ask",
        "word": sentence(N_("The money is on its way") if by and by >= s.today else N_("Paid")),
        "answer": _paid_until(s, by),
        "lead": lead,
        "why": NOTHING if is_licence(s) else _when_asked(s, by),
    }


def _paid_until(s: Situation, by: date | None) -> Sentence:
    if by == s.today:
        return sentence(N_("Paid. The money is due %(left)s"), left=sentence(N_("today")))
    if by and by > s.today:
        return sentence(N_("Paid. The money arrives by %(left)s"), left=by)
    if by is None and not s.invoice and not s.term.autopay and not is_licence(s):
        return sentence(N_("Paid by card: the plan is extended at once"))
    return sentence(N_("Paid. The activation is expected by %(left)s"), left=s.term.ends_on)


def _when_asked(s: Situation, by: date | None) -> Sentence:
    """The day on which the page asks for the new date; it stays until it is answered."""
    if by and by > s.today:
        return sentence(N_("The portal does not report the activation: on %(day)s we will ask you."), day=by)
    return sentence(N_("The portal does not report the activation: look into “My plan” yourself."))


def _paid_and_late(s: Situation, shop: ShopState) -> AnswerParts:
    """The money is due and the plan is not renewed: the renewal is not done, somebody has to ask."""
    by = money_by(s)
    answer = sentence(N_("Paid, but the plan is not renewed yet"))
    if by is not None:
        answer = sentence(N_("Paid. The money was due by %(left)s"), left=by)
    return {
        "level": "warn",
        "word": sentence(N_("The activation is late")),
        "answer": answer,
        "lead": s.delays[0].message,
        "why": sentence(IN_THE_WAY, count=shop.blockers) if shop.blockers else NOTHING,
    }


def _grace(s: Situation, _shop: ShopState) -> AnswerParts:
    """The way to pay that still works, with its last day; what a transfer can still do comes second."""
    if is_licence(s):
        return {}
    advice = s.advice
    stops = s.plan.grace_ends if s.plan else None
    lead = sentence(N_("A card switches the plan on at once."))
    if advice and advice.transfer:
        lead = sentence(N_("A transfer is in time if it leaves by %(day)s."), day=advice.transfer.by)
    elif s.plan is not None and s.plan.conditions.invoice:
        sent = s.today if s.calendar.is_open(s.today) else s.calendar.after(s.today, 1)
        found = send_on(sent, s.plan.conditions, s.calendar)
        if found.outcome is TransferOutcome.LATE:
            text = N_("A transfer is too late: sent on %(day)s, it works only from %(arrives)s.")
            lead = sentence(text, day=sent, arrives=found.arrives_on)
    after = sentence(N_("After that the portal falls to the free plan."))
    unknown = since_unknown(s.last_answer)
    return {
        "answer": sentence(N_("Pay by card by %(left)s"), left=stops),
        "lead": lead,
        "why": sentence("%(unknown)s %(after)s", unknown=unknown, after=after) if unknown else after,
    }


def _verified(s: Situation, shop: ShopState) -> AnswerParts:
    lead = sentence(N_("The shop was checked after the activation."))
    if shop.blockers:
        lead = sentence(N_("The renewal is over. In the way of the shop: %(count)s."), count=shop.blockers)
    why = NOTHING
    if s.plan is not None:
        text = N_("Next time it can be renewed from %(day)s. We will remind you.")
        why = sentence(text, day=s.plan.window_opens)
    return {
        "level": "pass",
        "word": sentence(N_("Done")),
        "about": sentence(N_("plan “%(plan)s”"), plan=s.plan_name)
        if s.plan_name and s.term.kind == TermKind.PLAN
        else NOTHING,
        "answer": sentence(N_("Renewed until %(left)s"), left=s.term.ends_on),
        "lead": lead,
        "why": why,
    }


_OWN: dict[Phase, Callable[[Situation, ShopState], AnswerParts]] = {
    Phase.LATE: _late,
    Phase.GIVEN_UP: _given_up,
    Phase.PAID: _paid,
    Phase.GRACE: _grace,
    Phase.VERIFIED: _verified,
}
