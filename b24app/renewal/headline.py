"""The answer of the overview: one sentence and what it means. Pure: message ids and values."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from b24app.renewal.answer_age import since_unknown
from b24app.renewal.on_premise import is_licence, licence_words
from b24app.renewal.situation import Situation
from b24app.terms.payment_plan import Conditions, PaymentPlan
from b24app.terms.policy import State
from b24app.text.messages import N_, NN_
from b24app.text.sentences import NOTHING, Said, say


@dataclass(frozen=True, slots=True)
class Answer:
    """The hero: badge, the answer whose `left` stands in link colour, the second sentence, and why."""

    level: str
    word: Said
    about: Said
    answer: Said
    lead: Said
    why: Said


def days_of(number: int) -> Said:
    """A number of days as a sentence inside a sentence."""
    return say(NN_("%(count)s day", "%(count)s days"), count=number)


def working_days_of(number: int) -> Said:
    """A number of working days as a sentence inside a sentence."""
    return say(NN_("%(count)s working day", "%(count)s working days"), count=number)


def days_left_of(number: int) -> Said:
    """How many days are left, as a part of a sentence."""
    return say(NN_("%(count)s day left", "%(count)s days left"), count=number)


def working_days_left_of(number: int) -> Said:
    """How many working days are left, as a part of a sentence."""
    return say(NN_("%(count)s working day left", "%(count)s working days left"), count=number)


def give_answer(s: Situation) -> Answer:
    """The answer for a situation."""
    answer = _ANSWERS.get(s.state, _before_the_end)(s)
    if not is_licence(s):
        return answer
    left = answer.answer.values.get("left")
    return replace(answer, **licence_words(s, left if isinstance(left, Said) else NOTHING))


def _about(s: Situation) -> Said:
    if s.term.ends_on is None:
        return NOTHING
    if s.plan_name:
        return say(N_("“%(plan)s” plan, until %(day)s"), plan=s.plan_name, day=s.term.ends_on)
    return say(N_("until %(day)s"), day=s.term.ends_on)


def _unknown(s: Situation) -> Answer:
    return Answer(
        level="warn",
        word=say(N_("Date not confirmed")),
        about=_about(s),
        answer=say(N_("When does the plan end?")),
        lead=say(
            N_("The portal does not tell applications this date. Look it up in “My plan” and write it down.")
        ),
        why=NOTHING,
    )


def _before_the_end(s: Situation) -> Answer:
    late = s.plan is not None and s.today > s.plan.pay_by
    days = s.days_left
    level = "pass" if days > s.policy.days("warning_days") and not late else "warn"
    word = N_("On schedule") if level == "pass" else N_("Time to pay")
    if s.state is State.ACTIVE and not late:
        word = N_("According to plan")
    left = days_of(days) if days else say(N_("today"))
    text = N_("Until the end of the plan: %(left)s") if days else N_("The plan ends %(left)s")
    return Answer(level, say(word), _about(s), say(text, left=left), _lead(s, late=late), _why(s))


def _lead(s: Situation, *, late: bool) -> Said:
    if s.plan is None:
        return NOTHING
    if s.term.autopay:
        return say(N_("Autopay is on: check the card before %(day)s."), day=s.term.ends_on)
    if s.today < s.plan.window_opens:
        return say(N_("The plan can be renewed from %(day)s."), day=s.plan.window_opens)
    if late and s.today <= s.plan.last_chance_on:
        return say(N_("Pay now: money sent after %(day)s arrives too late."), day=s.plan.last_chance_on)
    if late:
        return say(N_("Pay by card today: a bank transfer arrives too late."))
    return say(N_("Pay by %(day)s: later the money may not arrive in time."), day=s.plan.pay_by)


def _why(s: Situation) -> Said:
    if s.plan is None:
        return NOTHING
    told = {"bank": _bank(s.plan.conditions), "grace": _grace_ends(s, s.plan)}
    promise = _promise(s)
    if promise:
        return say("%(bank)s %(grace)s %(promise)s", **told, promise=promise)
    return say("%(bank)s %(grace)s", **told)


def _bank(conditions: Conditions) -> Said:
    days = conditions.transfer_days
    if not days:
        return say(N_("The money arrives at once."))
    if not conditions.invoice:
        spare = NN_(
            "The money arrives at once, %(count)s working day is kept in case the payment has to be repeated.",
            "The money arrives at once, %(count)s working days are kept in case the payment has to be repeated.",
        )
        return say(spare, count=days)
    text = NN_("The bank needs %(count)s working day.", "The bank needs %(count)s working days.")
    return say(text, count=days)


def _grace_ends(s: Situation, plan: PaymentPlan) -> Said:
    grace = s.policy.grace_days
    if not grace:
        return say(N_("No grace is promised after the end."))
    closed = next((run for run in plan.closed if run[1] >= s.today), None)
    if closed is None:
        text = NN_("%(count)s day of grace ends on %(day)s.", "%(count)s days of grace end on %(day)s.")
        return say(text, count=grace, day=plan.grace_ends)
    text = NN_(
        "%(count)s day of grace ends on %(day)s, but banks are closed from %(first)s to %(last)s.",
        "%(count)s days of grace end on %(day)s, but banks are closed from %(first)s to %(last)s.",
    )
    return say(text, count=grace, day=plan.grace_ends, first=closed[0], last=closed[1])


def _promise(s: Situation) -> Said:
    """What the vendor promises, beside the fewer days that are counted; nothing when a person wrote the days down."""
    promised = s.policy.promised_grace_days
    if promised <= s.policy.grace_days or promised != s.policy.days("grace_days"):
        return NOTHING
    text = NN_(
        "The vendor promises %(count)s day; the portal itself blocks earlier, so fewer are counted.",
        "The vendor promises %(count)s days; the portal itself blocks earlier, so fewer are counted.",
    )
    return say(text, count=promised)


def _grace(s: Situation) -> Answer:
    return Answer(
        level="fail",
        word=say(N_("Grace days: %(left)s"), left=days_left_of(s.grace_left)),
        about=_about(s),
        answer=say(N_("The plan has ended, grace days: %(left)s"), left=days_left_of(s.grace_left)),
        lead=_works_until(s),
        why=say(
            N_(
                "After that the portal falls to the free plan: applications and the exchange with the site stop."
            )
        ),
    )


def _works_until(s: Situation) -> Said:
    stops, unknown = s.plan.grace_ends if s.plan else None, since_unknown(s.heard)
    if not unknown:
        return say(N_("Everything works until %(day)s. Pay by card: it switches on at once."), day=stops)
    text = N_("The grace days end on %(day)s. %(unknown)s Pay by card: it switches on at once.")
    return say(text, day=stops, unknown=unknown)


def _lapsed(s: Situation) -> Answer:
    return Answer(
        level="fail",
        word=say(N_("The plan has lapsed")),
        about=_about(s),
        answer=say(N_("The portal is on the free plan: data is safe, applications stand still")),
        lead=say(N_("The plan ended on %(day)s, the grace days are over."), day=s.term.ends_on),
        why=say(
            N_("Renew the plan first, then the Marketplace subscription, then applications and integrations.")
        ),
    )


def _locked(s: Situation) -> Answer:
    return Answer(
        level="fail",
        word=say(N_("The portal is locked")),
        about=_about(s),
        answer=say(N_("The portal is locked by the plan compatibility scanner")),
        lead=say(N_("Renew the same plan, or the owner clears what the scanner lists.")),
        why=say(N_("Data is safe. Applications and integrations stand still until the lock is lifted.")),
    )


def _pending(s: Situation) -> Answer:
    return Answer(
        level="warn",
        word=say(N_("Paid, awaiting activation")),
        about=_about(s),
        answer=say(N_("Paid, the activation is awaited")),
        lead=say(N_("The new term starts when the old one ends, on %(day)s."), day=s.term.ends_on),
        why=_first_delay(s),
    )


def _first_delay(s: Situation) -> Said:
    return s.delays[0].message if s.delays else NOTHING


def _again(s: Situation) -> Answer:
    return Answer(
        level="pass",
        word=say(N_("Renewed")),
        about=_about(s),
        answer=say(N_("Renewed until %(left)s"), left=s.term.ends_on),
        lead=say(N_("Check what works after the activation: four short comparisons in 72 hours.")),
        why=NOTHING,
    )


_ANSWERS: dict[State, Callable[[Situation], Answer]] = {
    State.UNKNOWN: _unknown,
    State.GRACE: _grace,
    State.LAPSED: _lapsed,
    State.LOCKED: _locked,
    State.RENEWED_PENDING: _pending,
    State.ACTIVE_AGAIN: _again,
}
