"""The cells of one client on the board, in the visitor's language; unknown and not allowed have different texts."""

import functools
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from babel.dates import format_date
from flask_babel import gettext, ngettext

from b24app.checklist.engine.stored_facts import load_verdict
from b24app.clock import CLOCKS_DIFFER
from b24app.integrators.act_by import ActReason
from b24app.integrators.board import ClientRow
from b24app.integrators.board_query import FRESH_COPY
from b24app.services import services
from b24app.terms.working_days import open_calendar
from b24app.text.formats import day_short, locale, money
from b24app.text.messages import N_, P_
from b24app.web.filters import day, today, who, words, zone

UNKNOWN, NOT_ALLOWED, NO_BLOCKER = P_("client", "not known"), N_("not allowed"), P_("client", "none")
BEING_COUNTED = N_("being counted")
MONDAY = date(2026, 11, 30)
LONG_WORD, BREAK_AFTER, SOFT_HYPHEN = 12, 9, "\u00ad"
TO_DO = {
    "request_invoice": N_("order the invoice"),
    "prepare": N_("order the invoice"),
    "asked_invoice": N_("ask whether the invoice is ordered"),
    "invoice_wait": N_("get the invoice"),
    "approve": N_("approve the payment"),
    "pay": N_("pay"),
    "asked_pay": N_("ask whether it is paid"),
    "card": N_("pay by card"),
    "autopay": N_("check the card of autopay"),
    "rescue": N_("pay at once"),
    "confirm_date": N_("confirm the date"),
    "new_date": N_("write the new date down"),
    "activate": N_("see that it is switched on"),
    "asked_activation": N_("write the new date down"),
    "verify": N_("compare the shop"),
}
BY_REASON = {
    ActReason.BROKE: N_("something broke"),
    ActReason.PAY: N_("pay"),
    ActReason.DATE: N_("confirm the date"),
    ActReason.FINISH: N_("finish the renewal"),
}
STAGES = {
    "window": N_("early"),
    "invoice": N_("invoice"),
    "payment": N_("payment"),
    "activation": N_("activation"),
    "verified": N_("comparison"),
}
ACCESS = {
    "alive": ("pass", N_("answers")),
    "late": ("unknown", UNKNOWN),
    "silent": ("fail", N_("silent")),
    "refused": ("fail", N_("refuses")),
    "lost": ("fail", N_("no access")),
}
SOURCES = {"invoice": N_("by the invoice"), "price": N_("by its price")}
ICONS = {ActReason.BROKE: "fail", ActReason.PAY: "card", ActReason.DATE: "calendar", ActReason.FINISH: "tick"}


@dataclass(frozen=True, slots=True)
class Cell:
    """Two lines of a cell, and how grave the first one is."""

    first: str
    second: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class ClientLine:
    """One client, ready to be drawn."""

    row: ClientRow
    groups: str
    responsible: str
    plan: Cell
    act: Cell
    dashes: tuple[str, ...]
    stage: str
    money: Cell
    blockers: Cell
    said: Cell
    access: Cell
    copy: Cell
    to_do: str
    icon: str
    asks_date: bool = False

    @property
    def who(self) -> str:
        """Its groups and who is responsible, for a narrow row."""
        person = gettext("responsible: %(name)s", name=self.responsible) if self.responsible else ""
        return " · ".join(one for one in (self.groups, person) if one)


def line_of(row: ClientRow, groups: list[str], responsible: str, *, asks: bool = False) -> ClientLine:
    """All cells of a client; `asks`: this person may ask for its date."""
    return ClientLine(
        row,
        ", ".join(groups),
        responsible,
        plan_cell(row),
        act_cell(row),
        tuple((row.steps or "").split()) or ("ahead",) * 5,
        stage_word(row),
        money_cell(row),
        blockers_cell(row),
        source_cell(row),
        access_cell(row),
        copy_cell(row),
        to_do(row),
        ICONS.get(ActReason(row.reason), "clock") if row.reason else "clock",
        asks and row.sees_terms and row.day is not None and row.date_state != "confirmed",
    )


def plan_cell(row: ClientRow) -> Cell:
    """The plan and its end."""
    if not row.sees_terms or row.day is None:
        return not_yet(allowed=row.sees_terms)
    name = softened(gettext(row.plan_name)) if row.plan_name else gettext(UNKNOWN)
    if row.ends_on is None:
        return Cell(name, gettext("the end is not known"))
    past = row.ends_on < today()
    shape = gettext("was until %(day)s") if past else gettext("until %(day)s")
    return Cell(name, shape % {"day": short(row.ends_on)})


def not_yet(*, allowed: bool) -> Cell:
    """The cell of a value that is not given, or not counted yet."""
    return Cell(gettext(BEING_COUNTED) if allowed else gettext(NOT_ALLOWED))


def softened(text: str) -> str:
    """The same text with a break opportunity in each long word, for narrow cells."""
    parts = (
        f"{word[:BREAK_AFTER]}{SOFT_HYPHEN}{word[BREAK_AFTER:]}" if len(word) > LONG_WORD else word
        for word in text.split(" ")
    )
    return " ".join(parts)


def weekday_short(value: date) -> str:
    """«ср»."""
    return _weekday(value.weekday(), str(locale()))


@functools.lru_cache(maxsize=64)
def _weekday(number: int, _language: str) -> str:
    return format_date(MONDAY + timedelta(days=number), "ccc", locale())


def short(value: date) -> str:
    """«23 дек», with the year when it is another one."""
    return _short(value, today(), str(locale()))


@functools.lru_cache(maxsize=4096)
def _short(value: date, now: date, _language: str) -> str:
    """Made once for a day and a language: a board shows the same days again and again."""
    text = day_short(value)
    return text if (value - now).days < 300 and value.year - now.year < 2 else f"{text} {value.year}"


def act_cell(row: ClientRow) -> Cell:
    """By which day, and in how many working days that is or what there is to do today."""
    if row.act_on is None:
        if row.day is None:
            return Cell(gettext(BEING_COUNTED))
        return Cell(gettext("nothing to do") if row.sees_terms else gettext(NOT_ALLOWED))
    left = open_calendar().between(today(), row.act_on)
    if row.act_on <= today():
        return Cell(gettext("today"), to_do(row), "fail")
    days = ngettext("%(num)s working day", "%(num)s working days", left)
    return Cell(f"{short(row.act_on)}, {weekday_short(row.act_on)}", days, "warn" if left <= 1 else "")


def to_do(row: ClientRow) -> str:
    """The next deed, in a few words."""
    if row.reason == ActReason.BROKE:
        return gettext(BY_REASON[ActReason.BROKE])
    if row.act_step in TO_DO:
        return gettext(TO_DO[row.act_step])
    return gettext(BY_REASON[ActReason(row.reason)]) if row.reason in set(ActReason) else ""


def stage_word(row: ClientRow) -> str:
    """Which stage the renewal is at."""
    if not row.sees_terms:
        return gettext(NOT_ALLOWED)
    return gettext(STAGES.get(row.stage or "", UNKNOWN))


def money_cell(row: ClientRow) -> Cell:
    """The sum and where it comes from, or how far the money is."""
    on_its_way = gettext("paid, on its way") if row.money == "paid" else ""
    if not row.sees_papers:
        return Cell(gettext(NOT_ALLOWED), on_its_way)
    if row.day is None:
        return not_yet(allowed=True)
    if row.amount is None:
        return Cell(gettext(UNKNOWN), on_its_way or gettext("no price"))
    source = gettext(SOURCES[row.amount_from]) if row.amount_from in SOURCES else ""
    return Cell(_money(row.amount, row.currency or "", str(locale())), on_its_way or source)


@functools.lru_cache(maxsize=4096)
def _money(amount: Decimal, currency: str, _language: str) -> str:
    return money(amount, currency)


def blockers_cell(row: ClientRow) -> Cell:
    """How many checks block, and what broke within a week."""
    if not row.sees_checks or row.day is None:
        return not_yet(allowed=row.sees_checks)
    if row.blockers is None:
        return Cell(gettext(UNKNOWN), gettext("not checked yet"), "unknown")
    new = gettext("nothing to compare with") if row.broke_count is None else gettext("nothing new")
    if not row.blockers:
        return Cell(gettext(NO_BLOCKER), new)
    return Cell(str(row.blockers), broke_words(row) or new, "fail")


def broke_words(row: ClientRow) -> str:
    """What broke within a week: the first by name, and how many more."""
    names = [words(load_verdict(one).sentence) for one in row.broke or ()]
    if not names or not row.broke_count:
        return ""
    more = row.broke_count - 1
    return f"{names[0]} +{more}" if more else names[0]


def source_cell(row: ClientRow) -> Cell:
    """When the end was written down, and by whom."""
    if not row.sees_terms or row.day is None:
        return not_yet(allowed=row.sees_terms)
    if row.date_state in (None, "", "unknown") or row.said_at is None:
        return Cell(gettext(UNKNOWN), gettext("nobody has said it"), "ask")
    moment = short(row.said_at.astimezone(zone()).date())
    if row.date_state == "told":
        return Cell(moment, gettext("told by an integrator"), "ask")
    if row.date_state == "doubtful":
        return Cell(moment, gettext("half a year ago"), "ask")
    return Cell(moment, who(row.said_by or ""), "pass")


def access_cell(row: ClientRow) -> Cell:
    """Whether the portal answers, or since when it does not; when it was looked at last."""
    level, word = ACCESS.get(row.access, ("unknown", UNKNOWN))
    since = row.access_since if level == "fail" else None
    note = gettext("since %(day)s", day=short(since.astimezone(zone()).date())) if since else ""
    if not since and row.swept_at is not None:
        note = gettext("checked %(day)s", day=ago(row.swept_at.astimezone(zone()).date()))
    return Cell(gettext(word), note, level)


def ago(value: date) -> str:
    """«сегодня», «вчера», «37 дней»."""
    days = (today() - value).days
    if days <= 0:
        return gettext("today")
    return gettext("yesterday") if days == 1 else ngettext("%(num)s day", "%(num)s days", days)


def copy_cell(row: ClientRow) -> Cell:
    """How old the copy is, and whether it is verified."""
    if not row.sees_copies:
        return Cell(gettext(NOT_ALLOWED))
    if row.copy_set_up is None:
        return Cell(gettext(UNKNOWN), level="unknown")
    now = services().clock.now()
    if row.copied_at is None:
        return Cell(gettext("no copy"), level="unknown")
    if row.copied_at - now > CLOCKS_DIFFER:
        return Cell(gettext(UNKNOWN), level="unknown")
    fresh = now - row.copied_at <= FRESH_COPY
    level = "fail" if not fresh else "pass" if row.copy_verified else "unknown"
    note = "" if row.copy_verified else gettext("not verified")
    return Cell(ago(row.copied_at.astimezone(zone()).date()), note, level)


def first_words(row: ClientRow) -> str:
    """Why this client comes first: its end and what to do."""
    if row.reason == ActReason.BROKE:
        return broke_words(row) or to_do(row)
    if row.ends_on is None:
        return to_do(row)
    if row.ends_on < today():
        return gettext("the plan ended on %(day)s, %(what)s", day=day(row.ends_on), what=to_do(row))
    return gettext("the plan ends on %(day)s, %(what)s", day=day(row.ends_on), what=to_do(row))
