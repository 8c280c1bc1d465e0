"""What the conditions of the board are called, and which values each of them may have."""

from collections.abc import Mapping

from flask_babel import gettext

from b24app.integrators.act_by import ActReason
from b24app.integrators.board import plans_seen
from b24app.integrators.board_conditions import BoardConditions, BoardField, read_days
from b24app.integrators.board_filters import NONE, UNKNOWN
from b24app.integrators.board_query import BoardAt
from b24app.integrators.client_groups import list_groups
from b24app.integrators.members import list_members
from b24app.pages.clients.client_words import STAGES, short
from b24app.pages.clients.client_words import UNKNOWN as NOT_KNOWN
from b24app.text.messages import N_, P_

FIELD_TITLES = {
    BoardField.GROUP: N_("Group"),
    BoardField.PERSON: P_("client", "Person"),
    BoardField.PLAN: N_("Plan"),
    BoardField.STAGE: P_("client", "Stage"),
    BoardField.MONEY: N_("Money"),
    BoardField.REASON: N_("What to do"),
    BoardField.DATE: N_("Date"),
    BoardField.ACCESS: N_("Portal"),
    BoardField.COPY: P_("tab", "Copy"),
    BoardField.DAYS: N_("Act by"),
    BoardField.PAY: N_("Pay by"),
    BoardField.TEXT: N_("Search"),
}
FIXED: Mapping[BoardField, Mapping[str, str]] = {
    BoardField.STAGE: {**STAGES, UNKNOWN: NOT_KNOWN},
    BoardField.MONEY: {"paid": N_("paid, on its way"), "invoice": N_("invoice received"), NONE: N_("nothing on its way")},
    BoardField.REASON: {
        ActReason.BROKE: N_("something broke"),
        ActReason.PAY: N_("pay"),
        ActReason.DATE: N_("confirm the date"),
        ActReason.FINISH: N_("finish the renewal"),
        NONE: N_("nothing to do"),
    },
    BoardField.DATE: {
        "confirmed": N_("confirmed"),
        "doubtful": N_("older than half a year"),
        UNKNOWN: NOT_KNOWN,
    },
    BoardField.ACCESS: {
        "alive": N_("answers"),
        "late": N_("no answer for two days"),
        "silent": N_("silent"),
        "refused": N_("refuses"),
        "lost": N_("no access"),
        UNKNOWN: NOT_KNOWN,
    },
    BoardField.COPY: {
        "fresh": N_("fresh and verified"),
        "old": N_("older than a day and a half"),
        "unproven": N_("not verified"),
        NONE: N_("no copy"),
        UNKNOWN: NOT_KNOWN,
    },
}  # fmt: skip
NO_GROUP, NO_PERSON = N_("without a group"), P_("client", "nobody")


def values_of(at: BoardAt, *, plans: bool = True) -> dict[BoardField, dict[str, str]]:
    """The values of every field by what an address calls them, in the visitor's language."""
    known = {
        field: {code: gettext(title) for code, title in values.items()} for field, values in FIXED.items()
    }
    groups = {str(one.id): one.name for one in list_groups()}
    people = {str(one.user_id): one.name for one in list_members()}
    return {
        BoardField.GROUP: {**groups, NONE: gettext(NO_GROUP)},
        BoardField.PERSON: {**people, NONE: gettext(NO_PERSON)},
        BoardField.PLAN: {code: gettext(name) for code, name in (plans_seen(at) if plans else {}).items()},
        **known,
    }


def names_of(at: BoardAt, conditions: BoardConditions) -> dict[BoardField, dict[str, str]]:
    """The names of the values that are chosen; plans are asked for only where one is."""
    named = {one.field for one in conditions.chosen}
    values = values_of(at, plans=BoardField.PLAN in named)
    days = {
        field: {one.value: _days(one.value) for one in conditions.chosen if one.field is field}
        for field in (BoardField.DAYS, BoardField.PAY)
    }
    return {**values, **days}


def _days(value: str) -> str:
    found = read_days(value)
    if found is None:
        return value
    first, last = found
    return short(first) if first == last else f"{short(first)} – {short(last)}"
