"""The days of a renewal as a part of its page: the ribbon, what follows when the money leaves later, and the conditions of the count."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import request

from b24app.pages.money.sources_view import RULE_TITLES
from b24app.renewal.case import Situation
from b24app.renewal.days_ribbon import DayMark, DaysRibbon, draw_ribbon, vendor_says
from b24app.renewal.label_places import LabelPlace, place_labels, text_width
from b24app.renewal.opened_steps import partner_email
from b24app.renewal.payment_rows import OUTCOMES, PaymentRow, choose_rows, is_choice_open, rows_by_day
from b24app.renewal.recovery import LossLine, losses_of
from b24app.renewal.works_now import gravest_by_day
from b24app.sources import Claim, Source
from b24app.terms.payment_plan import Payments, TransferOutcome
from b24app.terms.policy import Policy
from b24app.terms.profile import RenewalProfile, current_payments, get_profile, offered_countries
from b24app.terms.stored_terms import CalendarView, calendar_view
from b24app.text.messages import N_, NOTHING, Sentence, sentence
from b24app.web.filters import words

NARROWEST = 912
"""The least width of the ribbon beside the labels, in pixels: below that the labels become a list."""
CONDITIONS = "/renewal/days"
COUNTED = "/renewal/days/counted"
"""The paths that the conditions of the count are sent to: the answer keeps the folds open."""
RULES_COUNTED = ("grace_days", "safe_grace_days", "late_activation_days")
BESIDE_LINE = 9
"""The distance of a text from its line, in pixels."""


@dataclass(frozen=True, slots=True)
class LabelText:
    """One label in its place: its line in per cent of the row, the side of the text, and how low."""

    kind: str
    x: float
    left: bool
    row: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class DaysCard:
    """All that the part shows. `choice`: ways to pay are compared, so their table is open."""

    ribbon: DaysRibbon | None
    labels: tuple[LabelText, ...]
    count: CalendarView
    choice: bool
    rows: tuple[PaymentRow, ...]
    losses: tuple[LossLine, ...]
    policy: Policy
    profile: RenewalProfile
    payments: Payments
    paid: bool
    partner: str

    @property
    def title(self) -> Sentence:
        """The title of the card."""
        if self.choice:
            return sentence(N_("What still makes it") if self.ribbon else N_("When it works again"))
        return self.ribbon.title if self.ribbon else sentence(N_("If the money does not come"))

    @property
    def saved_until(self) -> Sentence:
        """The last day on which money that is sent still keeps the service running; nothing when every day ahead is too late."""
        days = [row.what for row in self.rows if row.outcome is not TransferOutcome.LATE]
        return days[-1] if days else NOTHING

    @property
    def sent_late(self) -> bool:
        """Whether the only transfer that still fits arrives after the end: then the sum counts back from the grace."""
        way = self.count.advice.transfer
        return way is not None and not way.in_time

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries whose bank calendar there is; elsewhere in the world only one that somebody has chosen."""
        return offered_countries(self.profile)

    @property
    def origin(self) -> tuple[tuple[Sentence, Claim, Mapping[str, Source]], ...]:
        """The claims that the days are counted from, each with its sources."""
        transfer = self.payments.methods[self.profile.method].days
        told = [(sentence(N_("Days of the transfer, working days")), transfer, self.payments.sources)]
        told += [
            (sentence(RULE_TITLES[code]), self.policy.fact(code), self.policy.sources)
            for code in RULES_COUNTED
        ]
        return tuple((title, fact.used, sources) for title, fact, sources in told if fact.used)

    @property
    def vendor(self) -> Sentence:
        """The vendor's name of the last day of the grace."""
        return vendor_says(self.count.plan.promised_ends)

    @property
    def label_rows(self) -> int:
        """How many rows the labels take."""
        return max((label.row + 1 for label in self.labels), default=0)


def days_values(s: Situation | None) -> dict[str, object]:
    """What `renewal/days.html` draws of a situation: `days`, None where there is no day to show.

    There is none while the end is unknown or in doubt: `recovery_values` and the headline show what to do then.
    """
    card = None if s is None or s.may_be_renewed else _card_of(s)
    return {"days": card, "outcomes": OUTCOMES, "days_open": request.path in (CONDITIONS, COUNTED)}


def _card_of(s: Situation) -> DaysCard | None:
    count = calendar_view(s.term, s.today, ordered=s.ordered)
    by_transfer = calendar_view(s.term, s.today, method="transfer")
    if count is None or by_transfer is None:
        return None
    ribbon, choice = draw_ribbon(s), is_choice_open(s)
    return DaysCard(
        ribbon=ribbon,
        labels=labels_of(ribbon) if ribbon else (),
        count=count,
        choice=choice,
        rows=choose_rows(s, by_transfer.plan) if choice else rows_by_day(s, count.plan),
        losses=gravest_by_day(losses_of(s)),
        policy=s.policy,
        profile=get_profile(),
        payments=current_payments(),
        paid=s.paid,
        partner=partner_email(),
    )


def labels_of(ribbon: DaysRibbon) -> tuple[LabelText, ...]:
    """The labels of the marks in the visitor's language, each where it crosses nothing; none when they do not fit."""
    marks = [mark for mark in ribbon.marks if ribbon.days]
    points, widths = [ribbon.at(mark.day) for mark in marks], [width_of(mark) for mark in marks]
    places = place_labels(points, widths)
    return tuple(_labels(marks, points, places)) if places else ()


def _labels(
    marks: Sequence[DayMark], points: Sequence[float], places: Sequence[LabelPlace]
) -> Iterator[LabelText]:
    for mark, x, place in zip(marks, points, places, strict=True):
        yield LabelText(mark.kind, x, place.left, place.row, words(mark.title), words(mark.text))


def width_of(mark: DayMark) -> float:
    """How wide a label is at most, in per cent of the narrowest ribbon."""
    longest = max(text_width(words(mark.title), bold=True), text_width(words(mark.text)))
    return (longest + BESIDE_LINE) * 100 / NARROWEST
