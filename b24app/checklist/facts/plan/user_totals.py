"""Users of every kind, and employees who have long been away; integrators, bots and system users are not counted by the portal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import counted
from b24app.checklist.engine.fact import Asking, facts_of
from b24app.json_values import Json

SCOPES = ("user_brief", "user_basic", "user")
AWAY = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class UserTotals:
    """`away` counts active employees last seen 60 days ago or earlier; older releases kept none."""

    every: int
    active: int
    away: int | None = None

    def away_of(self, employees: int) -> int | None:
        """How many of the employees are away; None when they were not counted, or the count is that of all.

        A person opened this application, so not all are away: a filter that counts all was not applied.
        """
        return None if self.away is None or self.away >= employees else self.away

    @property
    def dismissed(self) -> int:
        """Those who are not active any more."""
        return max(0, self.every - self.active)


def _get(**more: Json) -> Command:
    return Command("user.get", {"ADMIN_MODE": True, "select": ["ID"], "start": 0, **more})


def _calls(asking: Asking) -> dict[str, Command]:
    """The list itself does not return when a person was last active, but its filter takes it."""
    away = (asking.now - AWAY).isoformat(timespec="seconds")
    employees: dict[str, Json] = {"ACTIVE": True, "USER_TYPE": "employee"}
    return {
        "every": _get(),
        "active": _get(FILTER={"ACTIVE": True}),
        "away": _get(FILTER={**employees, "<LAST_ACTIVITY_DATE": away}),
    }


@facts_of(_calls, "user.get", rank=117, scopes=SCOPES)
def user_totals(answers: Mapping[str, Answer], _asking: Asking) -> UserTotals:
    """Read totals of user.get (api-reference/user/user-get.md)."""
    return UserTotals(*(counted(answers[key]) for key in ("every", "active", "away")))
