"""The part of a client's report from its terms: until when everything is paid, the sums that were given, and the next step of the renewal."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from b24app.integrators.act_by import act_for
from b24app.integrators.client_reports.report_content import SheetDecision, SheetLine, SheetTerm
from b24app.integrators.client_reports.report_speech import Speech
from b24app.integrators.rights import Right
from b24app.integrators.summary_parts import term_part
from b24app.renewal.case import Situation
from b24app.renewal.case_changes import list_cases
from b24app.renewal.next_step import next_step
from b24app.renewal.opened_steps import list_openings
from b24app.renewal.renewal_stages import STAGE_TITLES
from b24app.renewal.situation_reading import situation_of
from b24app.terms.policy import State
from b24app.terms.profile import get_profile
from b24app.terms.stored_terms import timeline_view
from b24app.terms.timeline import TermRow
from b24app.terms.working_days import open_calendar
from b24app.text.messages import N_, NN_, sentence

YEAR, SOON = timedelta(days=366), timedelta(days=60)
OVER = frozenset({State.GRACE, State.LAPSED, State.LOCKED})
CLOSED_NEAR = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class RenewalPart:
    """The part of the report from the terms; `basis` are the facts that show that a draft is out of date."""

    terms: tuple[SheetTerm, ...]
    notes: tuple[SheetLine, ...]
    done: tuple[SheetLine, ...]
    decision: SheetDecision | None
    lead: SheetLine
    main: Situation | None
    end: date | None
    over: bool
    basis: tuple[str, ...]


def read_terms_part(speech: Speech, now: datetime, today: date) -> RenewalPart:
    """Read it of the portal in scope."""
    timeline, summary = timeline_view(now, today), term_part(now, today)
    main = situation_of(timeline.main, now, today) if timeline.main else None
    near = [row for row in timeline.rows if row.term.ends_on is None or row.term.ends_on <= today + YEAR]
    end = main.term.ends_on if main else None
    return RenewalPart(
        terms=tuple(_term(speech, row, dict(summary), now) for row in near),
        notes=tuple(_notes(speech, near, today)),
        done=_done(speech),
        decision=_decision(speech, main, today),
        lead=_lead(speech, timeline.main, main, today),
        main=main,
        end=end,
        over=main is not None and main.state in OVER,
        basis=tuple(str(summary.get(name) or "") for name in ("ends_on", "state", "pay_by", "date_state")),
    )


def _term(speech: Speech, row: TermRow, summary: dict[str, object], now: datetime) -> SheetTerm:
    """A row of the table; the sum of the plan is that of the board, the others have what was written with them."""
    amount, currency = row.term.price, row.term.currency
    estimate = False
    if row.main:
        found = summary.get("amount")
        amount = found if isinstance(found, Decimal) else None
        currency, estimate = str(summary.get("currency") or ""), bool(summary.get("estimate"))
    bought = row.term.pending_since is not None
    return SheetTerm(
        name=speech.say(row.name),
        until=row.term.ends_on,
        pay_by=None if bought else row.pay_by,
        source=speech.say(row.source),
        confirmed=not row.term.needs_confirming(now),
        amount=amount,
        currency=currency if amount is not None else "",
        estimate=estimate and amount is not None,
    )


def _notes(speech: Speech, rows: list[TermRow], today: date) -> list[SheetLine]:
    doubtful = sum(not row.confirmed for row in rows)
    found = []
    if doubtful:
        words = NN_("%(count)s date is not confirmed.", "%(count)s dates are not confirmed.")
        found.append(speech.tell(Right.TERMS, words, count=doubtful))
    calendar = open_calendar(get_profile().bank_country)
    for first, last in calendar.closed_spans(today, today + CLOSED_NEAR)[:1]:
        words_of_banks = N_("From %(first)s to %(last)s banks are closed.")
        found.append(speech.tell(Right.TERMS, words_of_banks, first=first, last=last))
    return found


def _done(speech: Speech) -> tuple[SheetLine, ...]:
    """The stages of renewals that were reached in the days of the report, with who marked them."""
    marks = [mark for case in list_cases() for mark in case.marks if speech.first <= mark.on <= speech.last]
    marked = N_("%(stage)s: marked by %(person)s")
    return tuple(
        speech.tell(Right.TERMS, marked, on=mark.on, stage=sentence(STAGE_TITLES[mark.stage]), person=mark.by)
        for mark in sorted(marks, key=lambda one: one.on)
    )


def _decision(speech: Speech, main: Situation | None, today: date) -> SheetDecision | None:
    """The next step of the renewal, once it is near; without a date it is the date that is missing."""
    if main is None:
        title, text = N_("Say until which day the plan is paid"), N_("Nobody has written it down.")
        return SheetDecision(speech.say(title), speech.say(text), None, Right.TERMS)
    step = next_step(main, list_openings(main.term))
    act = act_for(main, step)
    if act.on is None or act.on > today + SOON:
        return None
    says_more = bool(step.reason.values.get("tail", True))  # else the day alone, shown beside it already
    return SheetDecision(
        speech.say(step.title), speech.say(step.reason) if says_more else "", act.on, Right.TERMS
    )


def _lead(speech: Speech, row: TermRow | None, main: Situation | None, today: date) -> SheetLine:
    if row is None or main is None or row.term.ends_on is None:
        return speech.tell(Right.TERMS, N_("When the plan ends is not known."))
    end = row.term.ends_on
    if main.state is State.RENEWED_PENDING:
        return speech.tell(
            Right.TERMS, N_("The renewal is bought, and begins when the plan ends on %(day)s."), day=end
        )
    if end < today:
        return speech.tell(Right.TERMS, N_("The plan has ended on %(day)s."), day=end)
    if row.pay_by is None or main.paid:
        return speech.tell(Right.TERMS, N_("The plan ends on %(day)s."), day=end)
    words = N_("The plan ends on %(day)s, pay by %(pay)s.")
    return speech.tell(Right.TERMS, words, day=end, pay=row.pay_by)
