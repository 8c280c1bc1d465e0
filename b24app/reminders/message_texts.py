"""What a reminder says: subject, lines, deadline and where to go. Pure: sentences before translation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from b24app.reminders.schedule import Planned
from b24app.renewal.case import Situation, since_unknown
from b24app.renewal.headline import RENEW_AND_UPDATE, days_left_of, is_licence
from b24app.terms.policy import State
from b24app.terms.term import TermKind
from b24app.text.messages import N_, NN_
from b24app.text.sentences import NOTHING, Sentence, sentence


@dataclass(frozen=True, slots=True)
class MessageDraft:
    """A letter before translation; `deadline` is for tasks and calendars, `public` may be read by every employee, `screen` is where it leads."""

    subject: Sentence
    lines: tuple[Sentence, ...]
    deadline: date | None = None
    public: bool = False
    screen: str = "renewal"


def draft_message(item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    """The letter of one reminder; `name` is what the term is called."""
    return _LETTERS.get(item.code, _delay)(item, s, name)


def _window(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    ends, plan = s.term.ends_on, s.plan
    lines = [sentence(N_("It ends on %(day)s, %(left)s."), day=ends, left=days_left_of(max(0, s.days_left)))]
    if s.term.autopay:
        lines.append(_charge(s))
    elif plan is not None:
        lines.append(_pay_by(plan.pay_by, s.today))
        if plan.invoice_by is not None and plan.invoice_by >= s.today:
            lines.append(sentence(N_("Request the invoice by %(day)s."), day=plan.invoice_by))
    return MessageDraft(sentence(N_("Renewal is possible: %(name)s"), name=name), tuple(lines), _act_by(s))


def _pay_by(day: date, today: date) -> Sentence:
    """By which day to pay; of a day that has passed, what it was for and what still works."""
    if day >= today:
        return sentence(N_("Pay by %(day)s: later the money may not arrive in time."), day=day)
    return sentence(
        N_("For the money to arrive before the end it had to be sent by %(day)s. A card pays at once."),
        day=day,
    )


def _act_by(s: Situation) -> date | None:
    """The day to pay by; the end itself when that day has passed: a task is not set for yesterday."""
    if s.plan is None or s.plan.pay_by < s.today:
        return s.term.ends_on
    return s.plan.pay_by


def _left(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    by_hand = _pay_by(s.plan.pay_by, s.today) if s.plan else NOTHING
    line = _charge(s) if s.term.autopay else by_hand
    text = NN_("%(count)s day left: %(name)s", "%(count)s days left: %(name)s")
    subject = sentence(text, count=max(0, s.days_left), name=name)
    return MessageDraft(subject, (sentence(N_("It ends on %(day)s."), day=s.term.ends_on), line), _act_by(s))


def _charge(s: Situation) -> Sentence:
    return sentence(N_("Autopay charges the card on %(day)s: nothing to pay by hand."), day=s.term.ends_on)


def _autopay(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    lines = (
        _charge(s),
        sentence(N_("Check that the card does not expire before that day and holds enough money.")),
        sentence(
            N_(
                "The portal itself shows no warnings while autopay is on. A failed charge is repeated in “Purchases and documents”."
            )
        ),
    )
    return MessageDraft(
        sentence(N_("Check the card before the charge: %(name)s"), name=name), lines, s.term.ends_on
    )


def _last_day(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    if s.policy.grace_days:
        text = N_("From tomorrow only the grace days keep it working, until %(day)s.")
        tail = sentence(text, day=s.policy.grace_ends(s.term.ends_on) if s.term.ends_on else None)
    else:
        tail = sentence(N_("No grace is promised: from tomorrow it may stop."))
    return MessageDraft(sentence(N_("The last day: %(name)s"), name=name), (tail, _card()), s.term.ends_on)


def _card() -> Sentence:
    return sentence(N_("A card pays at once; a bank transfer will not arrive today."))


def _grace(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    ends, unknown = s.plan.grace_ends if s.plan else None, since_unknown(s.last_answer)
    stops = N_("Everything works until %(day)s, then applications and integrations stop.")
    if is_licence(s):
        stops = N_("Everything works until %(day)s, then the portal is fully blocked.")
    if unknown:
        stops = N_("The grace days end on %(day)s, then applications and integrations stop.")
        if is_licence(s):
            stops = N_("The grace days end on %(day)s, then the portal is fully blocked.")
    lines = (sentence(stops, day=ends), *((unknown,) if unknown else ()), _card())
    return MessageDraft(
        sentence(N_("Grace days, %(left)s: %(name)s"), left=days_left_of(s.grace_left), name=name),
        lines,
        ends,
    )


def _lapsed(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    ended = sentence(N_("It ended on %(day)s and was not renewed."), day=s.term.ends_on)
    return MessageDraft(sentence(N_("Not renewed: %(name)s"), name=name), (ended, *_way_back(s.term.kind)))


def _way_back(kind: str) -> tuple[Sentence, ...]:
    """What to do first, by what has ended."""
    if kind not in STOPS_ORDERS:
        return (sentence(N_("Renew it, then see that what depends on it works.")),)
    orders = sentence(N_("Data is safe. Orders that came meanwhile must be collected from the shop."))
    return (sentence(STOPS_ORDERS[kind]), orders)


STOPS_ORDERS: dict[str, str] = {
    TermKind.PLAN: N_(
        "Renew the plan first, then the Marketplace subscription, then applications and integrations."
    ),
    TermKind.ON_PREMISE: RENEW_AND_UPDATE,
    TermKind.MARKETPLACE: N_("Renew the subscription, then see that applications and integrations run."),
}


def _invoice(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    by = s.plan.invoice_by if s.plan else None
    approval = s.plan.conditions.approval_days if s.plan else 0
    text = NN_(
        "Approval usually takes %(count)s working day: request the invoice by %(day)s.",
        "Approval usually takes %(count)s working days: request the invoice by %(day)s.",
    )
    line = (
        sentence(text, count=approval, day=by)
        if approval
        else sentence(N_("Request the invoice by %(day)s."), day=by)
    )
    return MessageDraft(sentence(N_("The invoice is not requested yet: %(name)s"), name=name), (line,), by)


def _invoice_last(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    by = s.plan.invoice_by if s.plan else None
    if by is not None and by < s.today:
        line = sentence(
            N_("It had to be requested by %(day)s. Request it today, or pay by card: that is at once."),
            day=by,
        )
        return MessageDraft(sentence(N_("The invoice is late: %(name)s"), name=name), (line,), s.today)
    line = sentence(N_("Requested later, the invoice leaves no time for approval and for the bank."))
    return MessageDraft(sentence(N_("The last day for the invoice: %(name)s"), name=name), (line,), by)


def _pay_last(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    plan = s.plan
    if plan is not None and plan.pay_by < s.today:
        subject = sentence(N_("The day to pay has passed: %(name)s"), name=name)
        return MessageDraft(subject, (_pay_by(plan.pay_by, s.today),), s.today)
    lines = [sentence(N_("Sent today, the money arrives on %(day)s."), day=plan.arrives_on if plan else None)]
    return MessageDraft(
        sentence(N_("The last day to pay: %(name)s"), name=name), tuple(lines), plan.pay_by if plan else None
    )


def _last_chance(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    if s.plan is not None and s.plan.last_chance_on < s.today:
        line = sentence(N_("Money sent now arrives after the grace days. A card still pays at once."))
        return MessageDraft(sentence(N_("Only a card pays in time: %(name)s"), name=name), (line,), s.today)
    line = sentence(N_("Money sent later arrives after the grace days. A card still pays at once."))
    return MessageDraft(
        sentence(N_("The last chance to pay by transfer: %(name)s"), name=name), (line,), s.today
    )


def _delay(item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    found = next((delay for delay in s.delays if delay.code == item.code), None)
    if found is None:
        return MessageDraft(sentence(N_("Renewal: %(name)s"), name=name), ())
    return MessageDraft(
        sentence(N_("Something waits too long: %(name)s"), name=name), (found.message, found.advice)
    )


_LETTERS: dict[str, Callable[[Planned, Situation, Sentence], MessageDraft]] = {
    "window_open": _window,
    "days_left": _left,
    "last_day": _last_day,
    "grace": _grace,
    "lapsed": _lapsed,
    "invoice_soon": _invoice,
    "invoice_last": _invoice_last,
    "pay_last": _pay_last,
    "last_chance": _last_chance,
    "autopay_check": _autopay,
}
CODE_TITLES = {
    "window_open": N_("Renewal is possible"),
    "days_left": N_("Days left"),
    "last_day": N_("The last day"),
    "grace": N_("Grace days"),
    "lapsed": N_("Not renewed"),
    "invoice_soon": N_("The invoice is not requested yet"),
    "invoice_last": N_("The last day for the invoice"),
    "pay_last": N_("The last day to pay"),
    "last_chance": N_("The last chance to pay by transfer"),
    "autopay_check": N_("The card before the charge"),
    "invoice_late": N_("The invoice does not come"),
    "invoice_stale": N_("The invoice grows old"),
    "approval_late": N_("The approval takes long"),
    "activation_late": N_("Paid but not activated"),
    "check_late": N_("Nobody has checked after the activation"),
    "digest": N_("The week in short"),
    "test": N_("A test"),
    "notice": N_("A notice to employees"),
    "worse": N_("Checks got worse"),
    "denied": N_("The application is not found in the portal"),
    "report": N_("An employee tells"),
    "unplanned": N_("A term that no reminders could be planned for"),
}


def team_notice(s: Situation, window: Sentence = NOTHING) -> MessageDraft:
    """What every employee should know: no money, no blame, only what changes for them."""
    ends = s.term.ends_on
    lines = [
        sentence(N_("Signing in, tasks and deals stay as they are; nobody has to sign in again.")),
        sentence(N_("Calls and chats are not switched off by the renewal.")),
    ]
    if window:
        lines.append(window)
    lines.append(
        sentence(N_("If something stopped working, open the application and press “Tell the administrator”."))
    )
    subject = N_("The portal is being renewed")
    if s.state is State.ACTIVE_AGAIN:
        subject = N_("The portal is renewed, it is paid until %(day)s")
    elif s.days_left >= 0:
        subject = N_("The portal is being renewed, it is paid until %(day)s")
    return MessageDraft(sentence(subject, day=ends), tuple(lines), public=True)
