"""Recovery after the end: what works, what stops next, and how to get back to work, for one term on one day. Pure: sentences before translation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from b24app.bitrix24.error_codes import Refusal
from b24app.renewal.case import LastAnswer, Situation, since_unknown
from b24app.renewal.headline import LICENCE_PATH, UPDATE, is_licence
from b24app.renewal.renewal_stages import Holder, Role
from b24app.terms.payment_plan import TransferOutcome, conditions_for, send_on
from b24app.terms.policy import Loss, State
from b24app.text.messages import N_, NOTHING, Sentence, sentence

PLAN_PATH, SUBSCRIPTION_PATH = "/settings/license_all.php", "/settings/license_all.php?subscr=o"
SCANNER_PATH = "/settings/license.php"
OVER = (State.GRACE, State.LAPSED, State.LOCKED)
SAFE = (sentence(N_("Data is safe")),)
LOSS_TITLES = {
    "bi_box": N_("BI analytics stops"),
    "scanner_notice": N_("The portal may show all employees a notice that the plan is over"),
    "bi_builder": N_(
        "The last day to save or switch off BI Builder: on a smaller plan its dashboards are deleted"
    ),
    "free_plan": N_("The portal falls to the free plan"),
    "rest": N_("Applications, webhooks and the exchange with the site stop"),
    "over_5_gb": N_("If more than 5 GB are used, data can only be read and deleted"),
    "scanner_lock": N_(
        "If something does not fit the free plan, the portal may lock itself until it is cleared or paid"
    ),
    "support": N_("Specialists of support do not answer any more"),
    "deletion": N_("A portal that nobody enters may be deleted for good"),
    "box_blocked": N_("The portal is fully blocked until the licence is renewed"),
    "marketplace_rest": N_("Applications, webhooks and the exchange with the site stop"),
    "numbers": N_("Rented numbers stop when the balance is empty"),
}


@dataclass(frozen=True, slots=True)
class RescueStep:
    """One step of the recovery; `path` is a place in the portal, empty when there is nothing to open."""

    code: str
    title: Sentence
    text: Sentence
    who: Holder | None = None
    path: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class PaymentOption:
    """One method of paying, by card now or by invoice: when the money arrives, and when it takes effect."""

    code: str
    paid_on: date
    arrives_on: date
    works_on: date
    level: str


@dataclass(frozen=True, slots=True)
class LossLine:
    """What stops on a day, and in how many days from now; zero or less means that it has stopped."""

    code: str
    title: Sentence
    day: date
    left: int
    loss: Loss


@dataclass(frozen=True, slots=True)
class PortalRefusal:
    """Why the portal refuses applications, and since which day; nothing when it does not."""

    kind: Refusal | None = None
    since: date | None = None


NO_REFUSAL = PortalRefusal()
LAPSED_BY_ANSWER = (Refusal.PLAN_LAPSED, Refusal.LOCKED)


def losses_of(s: Situation, refusal: PortalRefusal = NO_REFUSAL) -> tuple[LossLine, ...]:
    """What stops on which day, soonest first; of a paid term nothing counts as stopped because of a date.

    Where the portal itself answers that the plan has lapsed, no loss of a later day is listed: a page would name two days for one loss.
    """
    if s.term.ends_on is None:
        return ()
    rows = s.policy.losses_after(s.term.ends_on, s.today)
    if refusal.kind in LAPSED_BY_ANSWER:
        rows = tuple(row for row in rows if row[2] <= 0)
    return tuple(
        LossLine(loss.code, sentence(LOSS_TITLES[loss.code]), day, left, loss)
        for loss, day, left in rows
        if loss.code in LOSS_TITLES and not (s.paid and left <= 0)
    )


Works = tuple[tuple[bool | None, Sentence], ...]


def works_of(s: Situation | None, refusal: PortalRefusal, last: LastAnswer) -> Works:
    """What works and what does not, now; None where it is unknown, because the portal has not answered for a day."""
    found, unknown = _works_by_the_last_answer(s, refusal), since_unknown(last)
    if not unknown:
        return found
    stopped = tuple((ok, text) for ok, text in found if not ok or text in SAFE)
    return (*stopped, (None, unknown))


def _works_by_the_last_answer(s: Situation | None, refusal: PortalRefusal) -> Works:
    inside = (True, sentence(N_("Signing in and reading: data is safe")))
    stopped = (False, sentence(N_("Applications, webhooks and the exchange with the site")))
    if refusal.kind is Refusal.LOCKED or (s is not None and s.state is State.LOCKED):
        return (
            (True, sentence(N_("Data is safe"))),
            (False, sentence(N_("Work in the portal until the lock is lifted"))),
            stopped,
        )
    if s is not None and is_licence(s) and s.state is State.LAPSED and not s.may_be_renewed:
        return (
            (True, sentence(N_("Data is safe"))),
            (False, sentence(N_("Work in the portal until the licence is renewed"))),
        )
    if refusal.kind is Refusal.MARKETPLACE_ENDED:
        return ((True, sentence(N_("The portal itself: CRM, tasks, chats, calls"))), stopped)
    lapsed = s is not None and s.state is State.LAPSED and not s.may_be_renewed
    if refusal.kind is Refusal.PLAN_LAPSED or lapsed:
        paid = (False, sentence(N_("What only paid plans have: robots, business processes, extra pipelines")))
        return (inside, stopped, paid)
    return ((True, sentence(N_("Everything: employees, applications, the exchange with the site"))),)


def payment_options(s: Situation, transfer_days: int) -> tuple[PaymentOption, ...]:
    """When it works again: paid by card now, or by invoice."""
    card = PaymentOption("card", s.today, s.today, s.today, "pass")
    if s.term.ends_on is None:
        return (card,)
    conditions = conditions_for(s.term.ends_on, s.policy, method="transfer", transfer_days=transfer_days)
    sent = send_on(s.today, conditions, s.calendar)
    late = sent.outcome is TransferOutcome.LATE or s.state in (State.LAPSED, State.LOCKED)
    level = "fail" if late else "warn" if sent.outcome is TransferOutcome.IN_GRACE else "pass"
    arrives = s.calendar.after(sent.sent_on, transfer_days)
    return (card, PaymentOption("transfer", sent.sent_on, arrives, sent.arrives_on, level))


def recovery(
    s: Situation, refusal: PortalRefusal, *, subscription_over: bool = False
) -> tuple[RescueStep, ...]:
    """The order of the recovery: the plan, the Marketplace subscription, applications, integrations, missed orders."""
    return tuple(_steps(s, refusal, subscription_over=subscription_over))


def _steps(s: Situation, refusal: PortalRefusal, *, subscription_over: bool) -> Iterator[RescueStep]:
    plan_over = (
        s.state in OVER
        or refusal.kind in (Refusal.PLAN_LAPSED, Refusal.LOCKED)
        or _only_imagined(s, refusal, subscription_over)
    )
    if s.may_be_renewed:
        yield _look(s, refusal)
    elif s.paid and s.days_left < 0 and not refusal.kind:
        yield _new_end(s)
    if s.belied or (plan_over and not seems_paid(s, refusal)):
        yield _lock(s) if refusal.kind is Refusal.LOCKED or s.state is State.LOCKED else _pay(s)
    if plan_over or subscription_over or refusal.kind is Refusal.MARKETPLACE_ENDED:
        yield _subscription(s)
    if plan_over and s.route == "partner":
        yield _coupon(s)
    yield from _afterwards(s)


def seems_paid(s: Situation, refusal: PortalRefusal) -> bool:
    """Whether the plan has lapsed by the dates, but the portal refuses only for the subscription, or not at all."""
    return s.belied or (s.state is State.LAPSED and refusal.kind is Refusal.MARKETPLACE_ENDED)


def _look(s: Situation, refusal: PortalRefusal) -> RescueStep:
    """Before any payment: whoever renewed it by a partner would pay twice."""
    text = N_("Look first: if it is renewed already, write its new end down and do not pay a second time.")
    if s.belied:
        text = N_("The portal answers as a paid one. Look at the new end of the plan and write it down.")
    elif seems_paid(s, refusal):
        text = N_(
            "The portal refuses only because of the subscription now, so the plan seems to be paid. "
            "Look at its new end and write it down."
        )
    path, link = where_the_end_is(s)
    return RescueStep(
        "look", sentence(N_("Was it renewed? Write down the new date")), sentence(text), None, path, link
    )


def where_the_end_is(s: Situation) -> tuple[str, str]:
    """The page of the portal that shows the last paid day, and its name."""
    return (LICENCE_PATH, N_("Licence")) if is_licence(s) else (SCANNER_PATH, N_("My plan"))


def _new_end(s: Situation) -> RescueStep:
    title, text = (
        N_("Write down the new date"),
        N_("The renewal was bought: look up its last paid day and write it down."),
    )
    path, link = where_the_end_is(s)
    return RescueStep("new_end", sentence(title), sentence(text), s.who(Role.ACTIVATOR), path, link)


def _only_imagined(s: Situation, refusal: PortalRefusal, subscription_over: bool) -> bool:
    """Whether nothing has ended yet: then the whole order is shown, as it would be."""
    return s.days_left >= 0 and not refusal.kind and not subscription_over


def _pay(s: Situation) -> RescueStep:
    if is_licence(s):
        title = sentence(N_("Renew the licence"))
        return RescueStep("pay", title, sentence(UPDATE), s.who(Role.PAYER), LICENCE_PATH, N_("Licence"))
    text = N_("It switches on at once. Renew the same plan: a smaller one needs a clean-up first.")
    return RescueStep(
        "pay",
        sentence(N_("Pay for the plan by card")),
        sentence(text),
        s.who(Role.PAYER),
        PLAN_PATH,
        N_("My plan"),
    )


def _lock(s: Situation) -> RescueStep:
    text = N_("Renew the same plan: it opens at once. Or the owner clears what the scanner lists.")
    title = N_("Lift the lock")
    return RescueStep("lock", sentence(title), sentence(text), s.who(Role.PAYER), SCANNER_PATH, N_("My plan"))


def _subscription(s: Situation) -> RescueStep:
    title = N_("Renew the BitrixGPT + Marketplace subscription")
    text = N_(
        "The plan does not replace it: without it the portal refuses applications in the same words as without the plan."
    )
    return RescueStep(
        "subscription",
        sentence(title),
        sentence(text),
        s.who(Role.PAYER),
        SUBSCRIPTION_PATH,
        N_("Subscription"),
    )


def _coupon(s: Situation) -> RescueStep:
    text = N_(
        "A paid invoice does not switch the plan on by itself. The coupon comes from the partner by mail."
    )
    return RescueStep(
        "coupon",
        sentence(N_("Enter the coupon")),
        sentence(text),
        s.who(Role.ACTIVATOR),
        SCANNER_PATH,
        N_("My plan"),
    )


def _afterwards(s: Situation) -> Iterator[RescueStep]:
    text = N_("Open each paid application once; do not create webhooks anew, they start by themselves.")
    yield RescueStep(
        "applications",
        sentence(N_("See that applications and integrations run")),
        sentence(text),
        s.who(Role.RESPONSIBLE),
    )
    text = N_("Settings were saved before: the comparison shows in a minute what is different.")
    yield RescueStep(
        "compare",
        sentence(N_("Compare the portal with what it was")),
        sentence(text),
        s.who(Role.RESPONSIBLE),
    )
    text = N_("The portal does not repeat events. Collect what the shop took while the exchange stood still.")
    yield RescueStep(
        "orders", sentence(N_("Bring the missed orders back")), sentence(text), s.who(Role.RESPONSIBLE)
    )


def headline(s: Situation | None, refusal: PortalRefusal) -> tuple[Sentence, Sentence]:
    """The answer when the portal refuses applications, whatever the dates are; nothing when the dates explain it."""
    if s is not None and s.state in (State.LAPSED, State.LOCKED) and not seems_paid(s, refusal):
        return NOTHING, NOTHING
    since = sentence(N_("Applications are refused since %(day)s."), day=refusal.since)
    titles = {
        Refusal.PLAN_LAPSED: N_("The portal is on the free plan: data is safe, applications stand still"),
        Refusal.MARKETPLACE_ENDED: N_("The Marketplace subscription has ended: applications stand still"),
        Refusal.LOCKED: N_("The portal is locked by the plan compatibility scanner"),
    }
    return (sentence(titles[refusal.kind]), since) if refusal.kind else (NOTHING, NOTHING)
