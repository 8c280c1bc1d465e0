"""The five steps of the renewal as a row: what is done, what is now, what lies ahead, by when and by whom. Pure."""

from dataclasses import dataclass
from datetime import date

from b24app.renewal.case import Situation
from b24app.renewal.renewal_stages import Holder, Role, Stage, day_of
from b24app.terms.policy import State
from b24app.text.messages import N_, NOTHING, Sentence, sentence


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """One step: `state` is done, now or ahead; `late` when its day has passed undone."""

    code: str
    state: str
    late: bool
    title: Sentence
    short: Sentence
    text: Sentence
    by: date | None
    who: Holder | None


def draw_steps(s: Situation) -> tuple[ProgressStep, ...]:
    """Window open → invoice or choice → payment → activation → verified."""
    done = _done(s)
    current = next((n for n, is_done in enumerate(done) if not is_done), len(done))
    parts = (_window(s), _invoice(s), _payment(s), _activation(s), _checked())
    return tuple(_draw(s, n, current, part) for n, part in enumerate(parts))


@dataclass(frozen=True, slots=True)
class _Part:
    code: str
    title: str
    short: str
    text: Sentence
    by: date | None
    role: Role | None
    stage: Stage | None = None


def _draw(s: Situation, number: int, current: int, part: _Part) -> ProgressStep:
    state = "done" if number < current else "now" if number == current else "ahead"
    late = state != "done" and part.by is not None and part.by < s.today
    who = s.who(part.role) if part.role else None
    text = sentence(N_("it had to be done by %(day)s"), day=part.by) if late else part.text
    if state == "done":
        text = _when_done(s, part)
    return ProgressStep(
        part.code, state, late, sentence(part.title), sentence(part.short), text, part.by, who
    )


def _when_done(s: Situation, part: _Part) -> Sentence:
    """The day on which people marked it; a deadline that was kept says nothing any more."""
    if part.stage is None:
        # after the activation the window is already that of the next renewal
        return NOTHING if s.state is State.ACTIVE_AGAIN else part.text
    on = day_of(s.marks, part.stage)
    return sentence(N_("done on %(day)s"), day=on) if on else NOTHING


def _done(s: Situation) -> tuple[bool, ...]:
    opened = s.plan is not None and s.today >= s.plan.window_opens
    again = s.state is State.ACTIVE_AGAIN
    paid = s.paid or again
    prepared = s.has(Stage.INVOICE_RECEIVED if s.invoice else Stage.CHOSEN)
    active = s.has(Stage.ACTIVE) or again
    return (opened or paid, prepared or paid, paid, active, s.has(Stage.VERIFIED))


def _window(s: Situation) -> _Part:
    opens = s.plan.window_opens if s.plan else None
    if opens is None:
        text = NOTHING
    elif s.today < opens:
        text = sentence(N_("renewal is possible from %(day)s"), day=opens)
    else:
        text = sentence(N_("renewal possible since %(day)s"), day=opens)
    return _Part("window", N_("Window open"), N_("open"), text, None, None)


def _invoice(s: Situation) -> _Part:
    if s.term.autopay:
        text = sentence(N_("autopay is on"))
        return _Part("choice", N_("Choice"), N_("choice"), text, None, Role.DECIDER, Stage.CHOSEN)
    if not s.invoice:
        by = s.plan.prepare_by if s.plan else None
        text = sentence(N_("choose by %(day)s"), day=by) if by else NOTHING
        return _Part("choice", N_("Choice"), N_("choice"), text, by, Role.DECIDER, Stage.CHOSEN)
    by = s.plan.order_by if s.plan else None
    if s.has(Stage.INVOICE_REQUESTED) and not s.has(Stage.INVOICE_RECEIVED):
        return _Part(
            "invoice",
            N_("Invoice"),
            N_("invoice"),
            sentence(N_("requested, on its way")),
            None,
            Role.RESPONSIBLE,
        )
    text = sentence(N_("request by %(day)s"), day=by) if by else NOTHING
    received = Stage.INVOICE_RECEIVED
    return _Part("invoice", N_("Invoice"), N_("invoice"), text, by, Role.RESPONSIBLE, received)


def _payment(s: Situation) -> _Part:
    if s.term.autopay and s.days_left >= 0:
        text = sentence(N_("the card is charged on %(day)s"), day=s.term.ends_on)
        return _Part("payment", N_("Payment"), N_("payment"), text, None, Role.PAYER, Stage.PAID)
    by = s.pay_by
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


def _checked() -> _Part:
    text = sentence(N_("four comparisons in 72 hours"))
    return _Part("verified", N_("Verified"), N_("check"), text, None, Role.RESPONSIBLE, Stage.VERIFIED)


def _until(by: date | None) -> Sentence:
    return sentence(N_("by %(day)s"), day=by) if by else NOTHING
