"""Users of every kind; integrators, bots and system users are not counted by the portal."""

from collections.abc import Mapping
from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import counted
from b24app.checklist.engine.fact import Asking, facts_of
from b24app.json_values import Json

SCOPES = ("user", "user_brief", "user_basic")


@dataclass(frozen=True, slots=True)
class UserTotals:
    extranet: int
    every: int
    active: int

    @property
    def dismissed(self) -> int:
        """Those who are not active any more."""
        return max(0, self.every - self.active)


def _get(**more: Json) -> Command:
    return Command("user.get", {"ADMIN_MODE": True, "select": ["ID"], "start": 0, **more})


def _calls(_asking: Asking) -> dict[str, Command]:
    return {
        "extranet": _get(FILTER={"ACTIVE": True, "USER_TYPE": "extranet"}),
        "every": _get(),
        "active": _get(FILTER={"ACTIVE": True}),
    }


@facts_of(_calls, "user.get", rank=117, scopes=SCOPES)
def user_totals(answers: Mapping[str, Answer], _asking: Asking) -> UserTotals:
    """Read totals of user.get (api-reference/user/user-get.md)."""
    return UserTotals(*(counted(answers[key]) for key in ("extranet", "every", "active")))
