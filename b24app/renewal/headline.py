"""The answer of the overview: one sentence and what it means. Pure: message ids and values."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from b24app.renewal.case import Situation, renewed_elsewhere, since_unknown
from b24app.renewal.how_to_pay import how_to_pay
from b24app.renewal.licence_headline import licence_words
from b24app.terms.payment_plan import Conditions, PaymentPlan
from b24app.terms.policy import State
from b24app.terms.term import TermKind
from b24app.text.messages import N_, NN_, NOTHING, Sentence, sentence

LICENCE_PATH = "/bitrix/admin/buy_support.php"
UPDATE = N_("Then run the update of the system: the block is lifted by it.")


@dataclass(frozen=True, slots=True)
class Headline:
    """The hero: badge, the answer whose `left` is in link colour, the second sentence, and why."""

    level: str
    word: Sentence
    about: Sentence
    answer: Sentence
    lead: Sentence
    why: Sentence


def days_of(number: int) -> Sentence:
    """A number of days as a sentence inside a sentence."""
    return sentence(NN_("%(count)s day", "%(count)s days"), count=number)


def working_days_of(number: int) -> Sentence:
    """A number of working days as a sentence inside a sentence."""
    return sentence(NN_("%(count)s working day", "%(count)s working days"), count=number)


def days_left_of(number: int) -> Sentence:
    """How many days are left, as a part of a sentence."""
    return sentence(NN_("%(count)s day left", "%(count)s days left"), count=number)


def write_headline(s: Situation) -> Headline:
    """The answer for a situation."""
    answer = _ANSWERS.get(s.state, _before_the_end)(s)
    if not is_licence(s) or s.belied:
        return answer
    left = answer.answer.values.get("left")
    return replace(answer, **licence_words(s, left if isinstance(left, Sentence) else NOTHING))


def _about(s: Situation) -> Sentence:
    if s.term.ends_on is None:
        return NOTHING
    if s.plan_name:
        return sentence(N_("“%(plan)s” plan, until %(day)s"), plan=s.plan_name, day=s.term.ends_on)
    return sentence(N_("until %(day)s"), day=s.term.ends_on)


def _unknown(s: Situation) -> Headline:
    return Headline(
        level="warn",
        word=sentence(N_("Date not confirmed")),
        about=_about(s),
        answer=sentence(N_("When does the plan end?")),
        lead=sentence(
            N_("The portal does not tell applications this date. Look it up in “My plan” and write it down.")
        ),
        why=NOTHING,
    )


def _before_the_end(s: Situation) -> Headline:
    late = _is_late(s)
    days = s.days_left
    level = "pass" if days > s.policy.days("warning_days") and not late else "warn"
    pay = N_("Check the card") if s.term.autopay else N_("Time to pay")
    word = N_("On schedule") if level == "pass" else pay
    if s.state is State.ACTIVE and not late:
        word = N_("According to plan")
    left = days_of(days) if days else sentence(N_("today"))
    text = N_("Until the end of the plan: %(left)s") if days else N_("The plan ends %(left)s")
    return Headline(level, sentence(word), _about(s), sentence(text, left=left), _lead(s), _why(s))


def _is_late(s: Situation) -> bool:
    """Whether the chosen way to pay does not take effect before the end any more, or its day in reserve is over."""
    advice = s.advice
    if advice is None or s.plan is None or s.term.autopay or s.today < s.plan.window_opens:
        return False
    return s.today > s.plan.pay_by or not advice.in_order


def _lead(s: Situation) -> Sentence:
    if s.plan is None:
        return NOTHING
    if s.term.autopay:
        return sentence(N_("Autopay is on: check the card before %(day)s."), day=s.term.ends_on)
    if s.today < s.plan.window_opens:
        text = N_("The plan can be renewed from %(day)s.")
        if is_licence(s):
            text = N_("The licence can be renewed from %(day)s.")
        return sentence(text, day=s.plan.window_opens)
    return how_to_pay(s)


def _why(s: Situation) -> Sentence:
    if s.plan is None:
        return NOTHING
    parts = {"bank": _bank(s.plan.conditions), "grace": _grace_ends(s, s.plan)}
    promise = _promise(s)
    if promise:
        return sentence("%(bank)s %(grace)s %(promise)s", **parts, promise=promise)
    return sentence("%(bank)s %(grace)s", **parts)


def _bank(conditions: Conditions) -> Sentence:
    days = conditions.transfer_days
    if not days:
        return sentence(N_("The money arrives at once."))
    if not conditions.invoice:
        spare = NN_(
            "The money arrives at once, %(count)s working day is kept in case the payment has to be repeated.",
            "The money arrives at once, %(count)s working days are kept in case the payment has to be repeated.",
        )
        return sentence(spare, count=days)
    text = NN_("The bank needs %(count)s working day.", "The bank needs %(count)s working days.")
    return sentence(text, count=days)


def _grace_ends(s: Situation, plan: PaymentPlan) -> Sentence:
    grace = s.policy.grace_days
    if not grace:
        return sentence(N_("No grace is promised after the end."))
    closed = next((run for run in plan.closed if run[1] >= s.today), None)
    if closed is None:
        text = NN_("%(count)s day of grace ends on %(day)s.", "%(count)s days of grace end on %(day)s.")
        return sentence(text, count=grace, day=plan.grace_ends)
    text = NN_(
        "%(count)s day of grace ends on %(day)s, but banks are closed from %(first)s to %(last)s.",
        "%(count)s days of grace end on %(day)s, but banks are closed from %(first)s to %(last)s.",
    )
    return sentence(text, count=grace, day=plan.grace_ends, first=closed[0], last=closed[1])


def _promise(s: Situation) -> Sentence:
    """The grace that the vendor promises, beside the fewer days that are counted; nothing when a person wrote the days down."""
    promised = s.policy.promised_grace_days
    if promised <= s.policy.grace_days or promised != s.policy.days("grace_days"):
        return NOTHING
    text = NN_(
        "The vendor promises %(count)s day; the portal itself blocks earlier, so fewer are counted.",
        "The vendor promises %(count)s days; the portal itself blocks earlier, so fewer are counted.",
    )
    return sentence(text, count=promised)


def _grace(s: Situation) -> Headline:
    return Headline(
        level="fail",
        word=sentence(N_("Grace days: %(left)s"), left=days_left_of(s.grace_left)),
        about=_about(s),
        answer=sentence(N_("The plan has ended, grace days: %(left)s"), left=days_left_of(s.grace_left)),
        lead=_works_until(s),
        why=sentence(
            N_(
                "After that the portal falls to the free plan: applications and the exchange with the site stop."
            )
        ),
    )


def _works_until(s: Situation) -> Sentence:
    stops, unknown = s.plan.grace_ends if s.plan else None, since_unknown(s.last_answer)
    if not unknown:
        return sentence(N_("Everything works until %(day)s. Pay by card: it switches on at once."), day=stops)
    text = N_("The grace days end on %(day)s. %(unknown)s Pay by card: it switches on at once.")
    return sentence(text, day=stops, unknown=unknown)


def _belied(s: Situation) -> Headline:
    """The dates and the portal disagree: the portal is right, and the date is an old one."""
    return Headline(
        level="warn",
        word=sentence(N_("The date is in doubt")),
        about=_about(s),
        answer=sentence(N_("By the written date it is over, yet the portal answers as a paid one")),
        lead=renewed_elsewhere(s),
        why=NOTHING,
    )


def _lapsed(s: Situation) -> Headline:
    if s.belied:
        return _belied(s)
    answer = sentence(N_("The portal is on the free plan: data is safe, applications stand still"))
    lead = sentence(N_("The plan ended on %(day)s, the grace days are over."), day=s.term.ends_on)
    if s.may_be_renewed:
        answer = sentence(N_("By the written date the plan and its grace days are over"))
        lead = renewed_elsewhere(s)
    return Headline(
        level="fail",
        word=sentence(N_("The date is in doubt") if s.may_be_renewed else N_("The plan has lapsed")),
        about=_about(s),
        answer=answer,
        lead=lead,
        why=sentence(
            N_("Renew the plan first, then the Marketplace subscription, then applications and integrations.")
        ),
    )


def _locked(s: Situation) -> Headline:
    return Headline(
        level="fail",
        word=sentence(N_("The portal is locked")),
        about=_about(s),
        answer=sentence(N_("The portal is locked by the plan compatibility scanner")),
        lead=sentence(N_("Renew the same plan, or the owner clears what the scanner lists.")),
        why=sentence(N_("Data is safe. Applications and integrations stand still until the lock is lifted.")),
    )


def _pending(s: Situation) -> Headline:
    if s.days_left < 0:
        return _new_end_asked(s)
    return Headline(
        level="warn",
        word=sentence(N_("Paid, awaiting activation")),
        about=_about(s),
        answer=sentence(N_("Paid, the activation is awaited")),
        lead=sentence(N_("The new term starts when the old one ends, on %(day)s."), day=s.term.ends_on),
        why=_first_delay(s),
    )


def _new_end_asked(s: Situation) -> Headline:
    """The old term is over and its renewal was bought: only the new date is missing."""
    return Headline(
        level="warn",
        word=sentence(N_("The new date is needed")),
        about=_about(s),
        answer=sentence(N_("The renewal was bought. Until when is it paid now?")),
        lead=sentence(
            N_(
                "The old term ended on %(day)s, and the bought one should have started. Write down its last paid day."
            ),
            day=s.term.ends_on,
        ),
        why=_first_delay(s) or since_unknown(s.last_answer),
    )


def _first_delay(s: Situation) -> Sentence:
    return s.delays[0].message if s.delays else NOTHING


def _again(s: Situation) -> Headline:
    return Headline(
        level="pass",
        word=sentence(N_("Renewed")),
        about=_about(s),
        answer=sentence(N_("Renewed until %(left)s"), left=s.term.ends_on),
        lead=sentence(N_("Check what works after the activation: four short comparisons in 72 hours.")),
        why=NOTHING,
    )


def is_licence(s: Situation) -> bool:
    """Whether the term is an on-premise licence and not a plan of the cloud."""
    return s.term.kind == TermKind.ON_PREMISE


_ANSWERS: dict[State, Callable[[Situation], Headline]] = {
    State.UNKNOWN: _unknown,
    State.GRACE: _grace,
    State.LAPSED: _lapsed,
    State.LOCKED: _locked,
    State.RENEWED_PENDING: _pending,
    State.ACTIVE_AGAIN: _again,
}
