"""What works by the portal's last answer, line by line, and what stops, in the order of its days; older than a day, no answer holds. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from b24app.bitrix24.error_codes import Refusal
from b24app.renewal.case import LastAnswer
from b24app.renewal.recovery import LossLine
from b24app.text.messages import N_, Sentence, sentence


@dataclass(frozen=True, slots=True)
class LastOrder:
    """The newest order that checks have seen, and when they looked; `holds` for a day."""

    came_at: datetime
    seen_at: datetime
    holds: bool


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One line of what works, does not, or is unknown; `at` is the time in its sentence."""

    works: bool | None
    title: Sentence
    text: Sentence
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PortalReply:
    """The portal's last answer: when, whether it holds still, what it refused and as which plan it answered."""

    last: LastAnswer
    refusal: Refusal | None
    plan: Sentence
    order: LastOrder | None = None


PORTAL, APPLICATIONS = N_("The portal and its plan"), N_("Applications, webhooks, the exchange with 1C")
ORDERS, PEOPLE = N_("Orders in CRM"), N_("Sign-in of employees")
REFUSED = {
    Refusal.PLAN_LAPSED: (False, N_("answers that no paid plan is active")),
    Refusal.MARKETPLACE_ENDED: (True, N_("refuses only because of the Marketplace subscription")),
    Refusal.LOCKED: (False, N_("answers that the portal is locked")),
}


def works_now(said: PortalReply) -> tuple[WorkLine, ...]:
    """The four lines; a portal returns nothing to applications about the sign-in of employees."""
    people = WorkLine(None, sentence(PEOPLE), sentence(N_("not known: the portal does not tell it")))
    if not said.last.holds:
        return (*(_unknown(title, said.last) for title in (PORTAL, APPLICATIONS, ORDERS)), people)
    return (_portal(said), _applications(said), _orders(said), people)


def _unknown(title: str, last: LastAnswer) -> WorkLine:
    if last.at is None:
        return WorkLine(None, sentence(title), sentence(N_("not known: the portal has not answered yet")))
    return WorkLine(None, sentence(title), sentence(N_("not known since")), last.at)


def _portal(said: PortalReply) -> WorkLine:
    if said.refusal is not None:
        works, words = REFUSED[said.refusal]
        return WorkLine(works, sentence(PORTAL), sentence(words))
    text = sentence(N_("answers as “%(plan)s”"), plan=said.plan) if said.plan else sentence(N_("answers"))
    return WorkLine(True, sentence(PORTAL), text)


def _applications(said: PortalReply) -> WorkLine:
    if said.refusal is not None:
        return WorkLine(False, sentence(APPLICATIONS), sentence(N_("the portal refuses them")))
    return WorkLine(True, sentence(APPLICATIONS), sentence(N_("the portal lets applications in")))


def _orders(said: PortalReply) -> WorkLine:
    order = said.order
    if said.refusal is not None:
        return WorkLine(None, sentence(ORDERS), sentence(N_("not known: applications may not look")))
    if order is None or not order.holds:
        return WorkLine(None, sentence(ORDERS), sentence(N_("not known: no checks have looked for a day")))
    return WorkLine(True, sentence(ORDERS), sentence(N_("the last one came")), order.came_at)


GRAVE = frozenset({"rest", "free_plan", "box_blocked", "marketplace_rest", "numbers"})


MOST_SHOWN = 3


def gravest_by_day(losses: tuple[LossLine, ...]) -> tuple[LossLine, ...]:
    """The few lines that a page shows, what stops a shop among them, and then the rest; both in the order of their days.

    What has stopped already is listed only when something grave has.
    """
    over = any(line.left <= 0 and line.code in GRAVE for line in losses)
    told = sorted((line for line in losses if over or line.left > 0), key=lambda line: line.code not in GRAVE)
    shown, rest = told[:MOST_SHOWN], told[MOST_SHOWN:]
    return (*sorted(shown, key=_day_of), *sorted(rest, key=_day_of))


def _day_of(line: LossLine) -> date:
    return line.day
