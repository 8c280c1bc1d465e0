"""The page of a standard in words: its sentence, its rules with their counts, its differences row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask_babel import gettext

from b24app.integrators.board_conditions import BoardField
from b24app.integrators.standards.decisions import REASONS
from b24app.integrators.standards.deviation_list import PAGE, DeviationRow
from b24app.integrators.standards.deviation_query import (
    ACCEPTED,
    DIFFERS,
    HANDED,
    NOT_KNOWN,
    LineCount,
    StandardTally,
)
from b24app.integrators.standards.model import HandedState
from b24app.integrators.standards.standard_rule import Comparing, Lack, StandardRule
from b24app.integrators.standards.stored_standards import ExpectedValue, StandardView
from b24app.integrators.standards.value_words import (
    LACKS,
    MORE_UNSEEN,
    NO_RIGHT,
    OLD,
    UNCOUNTED,
    expected_words,
    found_words,
)
from b24app.pages.clients.board_view import ConditionChip
from b24app.pages.clients.client_words import short
from b24app.text.messages import N_, NN_, P_, Sentence, sentence
from b24app.web.filters import day, moment, words, zone

HOME = "/clients/standards"
PARTS = {"all": N_("All differences"), "open": N_("To decide"), "handed": N_("Handed on"), "accepted": N_("Accepted"), "unknown": P_("standard", "Not known")}  # fmt: skip
PART_COUNTS = {"open": "differs", "handed": "handed", "accepted": "accepted", "unknown": "unknown"}
"""The counts of each part of the list."""

LEVELS = {DIFFERS: "fail", HANDED: "fail", ACCEPTED: "warn", NOT_KNOWN: "unknown"}
UNREAD = LACKS[Lack.NEVER]
ALL_AGREE = N_("Everything agrees")
NOBODY = N_("This standard is about no client now")
DIFFERING = NN_("%(count)s client of %(total)s differs", "%(count)s clients of %(total)s differ")
LOSING = NN_("%(count)s may be losing orders", "%(count)s may be losing orders")
OPEN = NN_("%(count)s difference is to be decided", "%(count)s differences are to be decided")
HANDED_ON = NN_("%(count)s is handed on as a task", "%(count)s are handed on as tasks")
UNKNOWN_CLIENTS = NN_(
    "Of %(count)s client something is not known", "Of %(count)s clients something is not known"
)


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule with what it expects and its counts."""

    title: str
    icon: str
    expected: str
    counts: LineCount


@dataclass(frozen=True, slots=True)
class DeviationLine:
    """One difference, ready to be drawn."""

    row: DeviationRow
    rule: StandardRule
    person: str
    expected: str
    found: str
    note: str
    level: str
    decided: str
    explained: str
    open: bool
    can_ask: bool

    @property
    def key(self) -> str:
        """Names the row in an address."""
        return f"{self.row.client_code}:{self.row.code}"


def url_of(standard_id: int, shown: str = "all", **more: str) -> str:
    """The address of a part of a standard's page."""
    return f"{HOME}?{urlencode({'standard': standard_id, 'shown': shown, **more})}"


def answer_of(found: StandardTally) -> tuple[Sentence, ...]:
    """The sentence of the page: how many differ, of how many, and how many may be losing orders."""
    if not found.clients:
        return (sentence(NOBODY),)
    if not found.differing:
        known = all(one.unknown == 0 for one in found.lines.values())
        return (sentence(ALL_AGREE if known else N_("No difference among what is known")),)
    first = sentence(DIFFERING, count=found.differing, total=found.clients)
    return (first, sentence(LOSING, count=found.losing)) if found.losing else (first,)


def lead_of(found: StandardTally) -> tuple[Sentence, ...]:
    """What is left to decide, what was handed on, how many clients have an unknown value."""
    sums = (
        (OPEN, found.sum_of("differs")),
        (HANDED_ON, found.sum_of("handed")),
        (UNKNOWN_CLIENTS, found.unknown),
    )
    return tuple(sentence(text, count=number) for text, number in sums if number)


def rule_lines(standard: StandardView, found: StandardTally) -> tuple[RuleLine, ...]:
    """The rules with their counts, in the order of the standard."""
    return tuple(
        RuleLine(
            gettext(one.rule.title),
            one.rule.icon,
            words(expected_words(one.rule, one.expected)),
            found.lines[one.rule.code],
        )
        for one in standard.lines
    )


def part_chips(standard: StandardView, shown: str, found: StandardTally) -> tuple[ConditionChip, ...]:
    """The parts of the list with how many values each holds."""
    sums = {name: found.sum_of(of) for name, of in PART_COUNTS.items()}
    return tuple(
        ConditionChip(title, url_of(standard.id, code), sums.get(code, sum(sums.values())), shown == code)
        for code, title in PARTS.items()
    )


def has_rows(found: StandardTally, shown: str) -> bool:
    """Whether a part of the list has rows: a part with a count of zero is not queried."""
    return any(
        found.sum_of(name)
        for name in ((PART_COUNTS[shown],) if shown in PART_COUNTS else PART_COUNTS.values())
    )


def who_chips(standard: StandardView, names: Mapping[BoardField, Mapping[str, str]], titles: Mapping[BoardField, str]) -> tuple[ConditionChip, ...]:  # fmt: skip
    """Which clients a standard is about, in words."""
    return tuple(
        ConditionChip(names.get(one.field, {}).get(one.value, one.value), "", excluded=one.excluded, label=titles.get(one.field, ""))
        for one in standard.conditions.chosen
    )  # fmt: skip


def deviation_lines(
    standard: StandardView, rows: Sequence[DeviationRow], people: Mapping[int, str], now: datetime
) -> tuple[DeviationLine, ...]:
    """The rows of a page."""
    lines = {one.rule.code: one for one in standard.lines}
    return tuple(_line(row, lines[row.code], people, now) for row in rows[:PAGE] if row.code in lines)


def next_url(standard: StandardView, shown: str, rows: Sequence[DeviationRow]) -> str:
    """The address of the next rows; empty where there are none."""
    return url_of(standard.id, shown, after=rows[PAGE - 1].cursor) if len(rows) > PAGE else ""


def _line(row: DeviationRow, line: ExpectedValue, people: Mapping[int, str], now: datetime) -> DeviationLine:
    person = people.get(row.responsible_id or 0, "")
    decided, explained = _decided(row)
    return DeviationLine(
        row,
        line.rule,
        gettext("responsible: %(name)s", name=person) if person else "",
        words(expected_words(line.rule, line.expected)),
        found_text(row, line.rule, now),
        read_text(row, line.rule),
        LEVELS[row.state],
        decided,
        explained,
        row.state == DIFFERS,
        row.state == NOT_KNOWN and not row.sees,
    )


def found_text(row: DeviationRow, rule: StandardRule, now: datetime) -> str:
    """The value found in the portal; of an unknown one the reason."""
    if row.state != NOT_KNOWN:
        return words(found_words(rule, row, now))
    if not row.sees:
        return gettext(NO_RIGHT)
    if row.lack:
        why = LACKS.get(row.lack, UNREAD)
        return gettext(why)
    if row.read_at is None:
        return gettext(UNCOUNTED)
    if row.is_known and rule.lower_bound:
        return gettext(MORE_UNSEEN, count=row.number)
    return gettext(OLD)


def read_text(row: DeviationRow, rule: StandardRule) -> str:
    """Since when this value is seen, when it was read last, and from what."""
    if not row.sees or row.read_at is None:
        return ""
    read = gettext("read %(moment)s %(source)s", moment=moment(row.read_at), source=gettext(rule.source))
    if row.state == NOT_KNOWN:
        return read
    if rule.comparing is Comparing.AGE and row.moment is not None:
        made = gettext("of %(day)s", day=short(row.moment.astimezone(zone()).date()))
        return f"{made} · {read}"
    since = row.since.astimezone(zone()).date() if row.since else None
    seen = gettext("since %(day)s", day=short(since)) if since else ""
    return f"{seen} · {read}" if seen else read


def _decided(row: DeviationRow) -> tuple[str, str]:
    """What was decided and by whom, and why or what became of the task."""
    if row.state == ACCEPTED and row.until is not None:
        reason = gettext(REASONS.get(row.reason or "", REASONS["other"]))
        told = ": ".join(one for one in (reason, row.note or "") if one)
        return gettext("accepted until %(day)s", day=day(row.until)), f"{told} · {row.by}"
    if row.state == HANDED and row.until is not None:
        text = gettext("task: %(name)s, until %(day)s", name=row.user_name or "", day=day(row.until))
        if row.task_state == HandedState.FAILED:
            return text, gettext(row.task_error) if row.task_error else gettext("The task was not set.")
        return text, gettext("is being set") if row.task_state == HandedState.WAITING else gettext(
            "by %(name)s", name=row.by or ""
        )
    return "", ""
