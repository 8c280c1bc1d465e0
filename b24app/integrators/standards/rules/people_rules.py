"""Rules of people: administrators, webhooks and lines of those who were dismissed."""

from datetime import timedelta

from b24app.checklist.engine.own_facts import Register
from b24app.checklist.facts.channels.open_lines import OpenLines
from b24app.checklist.facts.plan.named_people import NamedPeople
from b24app.integrators.rights import Right
from b24app.integrators.standards.standard_rule import (
    BY_CHECKS,
    Comparing,
    FoundReading,
    KnownOfPortal,
    Lack,
    NotRead,
    StandardRule,
)
from b24app.text.messages import N_

WEBHOOKS = frozenset({"incoming_webhook", "outgoing_webhook"})
ROLE_HOLDS = timedelta(days=90)
"""How long a role that the portal has confirmed counts; no method lists all administrators (user-get.md)."""


def count_administrators(known: KnownOfPortal) -> FoundReading:
    """How many administrators have opened the application lately: there may be more."""
    if not known.administrators:
        raise NotRead(Lack.NEVER)
    return known.found(len(known.administrators), read_at=known.administrators[0])


def count_left_webhooks(known: KnownOfPortal) -> FoundReading:
    """How many of the webhooks that the client has written down belong to dismissed employees; no method lists webhooks."""
    register = known.need(Register, "register")
    if not register.rows:
        raise NotRead(Lack.NO_LIST)
    webhooks = [row for row in register.rows if row.kind in WEBHOOKS]
    if not webhooks:
        return known.found(0)
    people = known.need(NamedPeople, "named_people")
    left = tuple(row.name for row in webhooks if people.is_dismissed(row.owner_id))
    if not left and any(str(row.owner_id) not in people.active for row in webhooks):
        raise NotRead(Lack.NO_OWNER)
    return known.found(len(left), left)


def count_empty_lines(known: KnownOfPortal) -> FoundReading:
    """How many open lines are answered by dismissed employees alone."""
    lines = known.need(OpenLines, "open_lines").active()
    if not any(line.queue for line in lines):
        return known.found(0)
    people = known.need(NamedPeople, "named_people")
    left = tuple(line.name for line in lines if people.all_dismissed(line.queue))
    return known.found(len(left), left)


RULES = (
    StandardRule(
        code="administrators",
        title=N_("Administrators of the portal"),
        right=Right.CHECKS,
        comparing=Comparing.AT_LEAST,
        usual=2,
        read=count_administrators,
        source=N_("by who has opened the application"),
        most=20,
        icon="users",
        lower_bound=True,
        holds=ROLE_HOLDS,
    ),
    StandardRule(
        code="left_webhooks",
        title=N_("Webhooks of dismissed employees"),
        right=Right.CHECKS,
        comparing=Comparing.AT_MOST,
        usual=0,
        read=count_left_webhooks,
        source=N_("by the client’s own list of webhooks"),
        facts=("register", "named_people"),
        icon="plug",
        place="/shop/register",
    ),
    StandardRule(
        code="empty_lines",
        title=N_("Open lines of dismissed employees"),
        right=Right.CHECKS,
        comparing=Comparing.AT_MOST,
        usual=0,
        read=count_empty_lines,
        source=BY_CHECKS,
        facts=("open_lines", "named_people"),
        icon="chat",
        loses_orders=True,
    ),
)
