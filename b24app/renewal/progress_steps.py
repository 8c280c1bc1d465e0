"""The five steps of the renewal as a row: what is done, now, ahead or not needed, by when and by whom. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from b24app.renewal.case import Situation
from b24app.renewal.renewal_stages import Holder, Role, Stage, day_of
from b24app.terms.payment_advice import WayCode
from b24app.terms.policy import State
from b24app.text.messages import N_, NOTHING, Sentence, sentence


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """One step: `state` is done, now, ahead or none (not needed); `late` when its day has passed undone."""

    code: str
    state: str
    late: bool
    title: Sentence
    short: Sentence
    text: Sentence
    by: date | None
    who: Holder | None


STEP_CODES = ("window", "invoice", "payment", "activation", "verified")
NO_DAYS: Mapping[str, date] = {}


def draw_steps(s: Situation, own: Mapping[str, date] = NO_DAYS) -> tuple[ProgressStep, ...]:
    """May be renewed → invoice → payment → activation → checked; `own` are the days that people have set for steps."""
    done = _done(s)
    current = next((n for n, is_done in enumerate(done) if not is_done), len(done))
    parts = (_window(s), _invoice(s), _payment(s), _activation(s), _checked(s))
    return tuple(_draw(s, n, current, _set_day(part, own)) for n, part in enumerate(parts))


def card_is_due(s: Situation) -> bool:
    """Whether the invoice that was chosen is of no use any more, because only a card still pays before the end."""
    advice = s.advice
    if advice is None or advice.first is None or not s.invoice or s.paid or s.term.autopay:
        return False
    late = advice.transfer is None or not advice.transfer.in_time
    return late and advice.first.code is WayCode.CARD


def _set_day(part: "_Part", own: Mapping[str, date]) -> "_Part":
    day = own.get(part.code)
    return replace(part, by=day, text=_until(day)) if day and part.by else part


@dataclass(frozen=True, slots=True)
class _Part:
    code: str
    title: str
    short: str
    text: Sentence
    by: date | None
    role: Role | None
    stage: Stage | None = None
    needed: bool = True


def _draw(s: Situation, number: int, current: int, part: _Part) -> ProgressStep:
    state = "done" if number < current else "now" if number == current else "ahead"
    if not part.needed:
        return ProgressStep(
            part.code, "none", False, sentence(part.title), sentence(part.short), part.text, None, None
        )
    late = state != "done" and part.by is not None and part.by < s.today
    who = s.who(part.role) if part.role else None
    text = sentence(N_("it had to be done by %(day)s"), day=part.by) if late else part.text
    if state == "done":
        text = _when_done(s, part)
    return ProgressStep(
        part.code, state, late, sentence(part.title), sentence(part.short), text, part.by, who
    )


def _when_done(s: Situation, part: _Part) -> Sentence:
    """The day on which people marked it; a deadline that was kept is not shown any more."""
    if part.stage is None:
        # after the activation the window is already that of the next renewal
        return NOTHING if s.state is State.ACTIVE_AGAIN else part.text
    on = day_of(s.marks, part.stage)
    return sentence(N_("done on %(day)s"), day=on) if on else NOTHING


def _done(s: Situation) -> tuple[bool, ...]:
    opened = s.plan is not None and s.today >= s.plan.window_opens
    again = s.state is State.ACTIVE_AGAIN
    paid = s.paid or again
    prepared = not _needs_invoice(s) or s.has(Stage.INVOICE_RECEIVED)
    active = s.has(Stage.ACTIVE) or again
    return (opened or paid, prepared or paid, paid, active, s.has(Stage.VERIFIED))


def _needs_invoice(s: Situation) -> bool:
    return s.invoice and not s.term.autopay and (not card_is_due(s) or s.has(Stage.INVOICE_RECEIVED))


def _window(s: Situation) -> _Part:
    opens = s.plan.window_opens if s.plan else None
    if opens is None:
        text = NOTHING
    elif s.today < opens:
        text = sentence(N_("from %(day)s"), day=opens)
    else:
        text = sentence(N_("since %(day)s"), day=opens)
    return _Part("window", N_("May be renewed"), N_("open"), text, None, None)


def _invoice(s: Situation) -> _Part:
    title, short = N_("Invoice"), N_("invoice")
    if not _needs_invoice(s):
        text = sentence(N_("none is needed"))
        return _Part("invoice", title, short, text, None, Role.RESPONSIBLE, needed=False)
    by = s.plan.order_by if s.plan else None
    if s.has(Stage.INVOICE_REQUESTED) and not s.has(Stage.INVOICE_RECEIVED):
        text = sentence(N_("ordered, on its way"))
        return _Part("invoice", title, short, text, None, Role.RESPONSIBLE)
    return _Part("invoice", title, short, _until(by), by, Role.RESPONSIBLE, Stage.INVOICE_RECEIVED)


def _payment(s: Situation) -> _Part:
    if s.term.autopay and s.days_left >= 0:
        text = sentence(N_("the card is charged on %(day)s"), day=s.term.ends_on)
        return _Part("payment", N_("Payment"), N_("payment"), text, None, Role.PAYER, Stage.PAID)
    first = s.advice.first if s.advice else None
    by = first.by if first and card_is_due(s) else s.pay_by
    return _Part("payment", N_("Payment"), N_("payment"), _until(by), by, Role.PAYER, Stage.PAID)


def _activation(s: Situation) -> _Part:
    if s.state is State.RENEWED_PENDING and s.days_left < 0:
        text = sentence(N_("bought, write the new date down"))
        return _Part(
            "activation", N_("Activation"), N_("activation"), text, None, Role.ACTIVATOR, Stage.ACTIVE
        )
    by = s.term.ends_on
    return _Part(
        "activation", N_("Activation"), N_("activation"), _until(by), by, Role.ACTIVATOR, Stage.ACTIVE
    )


def _checked(s: Situation) -> _Part:
    text = sentence(N_("is being compared") if s.state is State.ACTIVE_AGAIN else N_("after the activation"))
    return _Part(
        "verified", N_("Shop checked"), N_("comparison"), text, None, Role.RESPONSIBLE, Stage.VERIFIED
    )


def _until(by: date | None) -> Sentence:
    return sentence(N_("by %(day)s"), day=by) if by else NOTHING
