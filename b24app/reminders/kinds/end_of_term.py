"""Reminder texts about the end of a term: renewal is possible, days left, the last day, grace days, not renewed. Pure.

The text of the reminder at 7 days before the end, as of those at 30, 14, 3 and 1, is `_days_left`.
"""

from dataclasses import replace
from datetime import date, timedelta

from b24app.reminders.kinds import (
    ALL_ROLES,
    MessageDraft,
    Planned,
    ReminderKind,
    ReminderSchedule,
    Subject,
    charge_line,
)
from b24app.renewal.case import Situation, renewed_elsewhere, since_unknown
from b24app.renewal.headline import days_left_of, is_licence
from b24app.renewal.how_to_pay import how_to_pay, lines_of_payment
from b24app.renewal.licence_headline import RENEW_AND_UPDATE
from b24app.renewal.renewal_stages import Role
from b24app.terms.payment_advice import WayCode
from b24app.terms.policy import days_of_grace, grace_end
from b24app.terms.term import TermKind
from b24app.text.messages import N_, NN_, Sentence, sentence

NEW_DATE_DAYS = (1, 3, 7, 14)
STOPS_ORDERS: dict[str, str] = {
    TermKind.PLAN: N_(
        "Renew the plan first, then the Marketplace subscription, then applications and integrations."
    ),
    TermKind.ON_PREMISE: RENEW_AND_UPDATE,
    TermKind.MARKETPLACE: N_("Renew the subscription, then see that applications and integrations run."),
}

NO_GRACE: dict[str, str] = {TermKind.MARKETPLACE: N_("No grace is promised: from tomorrow it may stop.")}


def escalate(days_left: int, schedule: ReminderSchedule) -> tuple[Role, ...]:
    """Who is reminded: the responsible first, then those who decide and pay, then everybody."""
    first, second = schedule.escalate_at
    if days_left > first:
        return (Role.RESPONSIBLE,)
    if days_left > second:
        return (Role.RESPONSIBLE, Role.DECIDER)
    return ALL_ROLES if days_left <= 3 else (Role.RESPONSIBLE, Role.DECIDER, Role.PAYER)


def _roles(subject: Subject, schedule: ReminderSchedule, on: date) -> tuple[Role, ...]:
    return escalate((subject.ends_on - on).days, schedule)


def _days_before(subject: Subject, schedule: ReminderSchedule) -> list[date]:
    """The chosen days before the end that come after renewal became possible."""
    window = (subject.ends_on - subject.plan.window_opens).days
    return [subject.ends_on - timedelta(days=days) for days in schedule.days_before if days and days < window]


def _on_the_end(subject: Subject, schedule: ReminderSchedule) -> list[date]:
    chosen = 0 in schedule.days_before and subject.plan.window_opens < subject.ends_on
    return [subject.ends_on] if chosen else []


def _grace_days(subject: Subject, schedule: ReminderSchedule) -> list[date]:
    """The days of grace, and the one after them."""
    if not schedule.daily_in_grace:
        return []
    after = grace_end(subject.ends_on, subject.grace_days) + timedelta(days=1)
    return [*days_of_grace(subject.ends_on, subject.grace_days), after]


def _window_open(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    ends, plan = s.term.ends_on, s.plan
    lines = [sentence(N_("It ends on %(day)s, %(left)s."), day=ends, left=days_left_of(max(0, s.days_left)))]
    if s.term.autopay:
        lines.append(charge_line(s))
    elif plan is not None:
        lines.append(how_to_pay(s))
        if plan.order_by is not None and not s.ordered and s.advice and s.advice.of(WayCode.INVOICE):
            lines.append(sentence(N_("Request the invoice by %(day)s."), day=plan.order_by))
    return MessageDraft(sentence(N_("Renewal is possible: %(name)s"), name=name), tuple(lines), _act_by(s))


def _act_by(s: Situation) -> date | None:
    """The day to pay by; the end itself when that day has passed: a task is not set for yesterday."""
    if s.plan is None or s.pay_by is None or s.pay_by < s.today:
        return s.term.ends_on
    return s.pay_by


def _days_left(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    lines = (charge_line(s),) if s.term.autopay else lines_of_payment(s)
    text = NN_("%(count)s day left: %(name)s", "%(count)s days left: %(name)s")
    subject = sentence(text, count=max(0, s.days_left), name=name)
    return MessageDraft(
        subject, (sentence(N_("It ends on %(day)s."), day=s.term.ends_on), *lines), _act_by(s)
    )


def _last_day(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    if s.policy.grace_days:
        text = N_("From tomorrow only the grace days keep it working, until %(day)s.")
        tail = sentence(text, day=s.policy.grace_ends(s.term.ends_on) if s.term.ends_on else None)
    else:
        tail = sentence(
            NO_GRACE.get(s.term.kind, N_("No grace is promised: from tomorrow what it pays for may stop."))
        )
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
    if s.may_be_renewed:
        written = _new_date(_item, s, name)
        look = sentence(N_("First see whether it is renewed already, so as not to pay twice."))
        return (
            written
            if s.belied
            else replace(written, lines=(*written.lines, look, *_first_steps(s.term.kind)))
        )
    ended = sentence(N_("It ended on %(day)s and was not renewed."), day=s.term.ends_on)
    return MessageDraft(sentence(N_("Not renewed: %(name)s"), name=name), (ended, *_first_steps(s.term.kind)))


def _first_steps(kind: str) -> tuple[Sentence, ...]:
    """The first step to take, by what has ended."""
    if kind not in STOPS_ORDERS:
        return (sentence(N_("Renew it, then see that what depends on it works.")),)
    orders = sentence(N_("Data is safe. Orders that came meanwhile must be collected from the shop."))
    return (sentence(STOPS_ORDERS[kind]), orders)


def _new_date_days(subject: Subject, _schedule: ReminderSchedule) -> list[date]:
    """The days after the end of a term whose renewal was bought and whose new end nobody wrote down."""
    asked = NEW_DATE_DAYS if subject.end_unknown else ()
    return [subject.ends_on + timedelta(days=days) for days in asked]


def _new_date(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    text = N_("The old term ended on %(day)s and its renewal is bought. Write its new last paid day down.")
    if s.belied:
        text = N_(
            "It ended on %(day)s by the written date, yet the portal answers. If it was renewed, write the new date down."
        )
    subject = sentence(N_("The new date is needed: %(name)s"), name=name)
    if s.may_be_renewed and not s.belied:
        subject = sentence(N_("By the written date it is over: %(name)s"), name=name)
        return MessageDraft(subject, (renewed_elsewhere(s),))
    line = sentence(text, day=s.term.ends_on)
    unknown = since_unknown(s.last_answer)
    return MessageDraft(subject, (line, unknown) if unknown else (line,))


KINDS = (
    ReminderKind(
        "window_open",
        N_("Renewal is possible"),
        line="term",
        days=lambda subject, schedule: [subject.plan.window_opens] if schedule.days_before else [],
        roles=_roles,
        draft=_window_open,
        as_task=True,
        task_day=lambda plan, _ends_on: plan.pay_by if plan else None,
        in_calendar=True,
    ),
    ReminderKind(
        "days_left",
        N_("Days left"),
        line="term",
        days=_days_before,
        roles=_roles,
        draft=_days_left,
        counted_title=NN_("Ends in %(num)s day", "Ends in %(num)s days"),
    ),
    ReminderKind(
        "last_day",
        N_("The last day"),
        line="term",
        days=_on_the_end,
        roles=_roles,
        draft=_last_day,
        in_calendar=True,
    ),
    ReminderKind(
        "grace",
        N_("Grace days"),
        line="term",
        days=lambda subject, schedule: _grace_days(subject, schedule)[:-1],
        draft=_grace,
    ),
    ReminderKind(
        "lapsed",
        N_("Not renewed"),
        line="term",
        days=lambda subject, schedule: _grace_days(subject, schedule)[-1:],
        draft=_lapsed,
    ),
    ReminderKind(
        "new_date",
        N_("The new date is needed"),
        line="new_date",
        days=_new_date_days,
        roles=(Role.RESPONSIBLE, Role.ACTIVATOR),
        draft=_new_date,
        after_payment=True,
    ),
)
