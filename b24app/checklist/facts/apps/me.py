"""The user whose access is used: only an administrator sees the whole shop."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import UPPER, Flag, Number, Text, record
from b24app.checklist.engine.fact import fact


@dataclass(frozen=True, slots=True)
class Me:
    __pydantic_config__ = UPPER

    id: Number = None
    admin: Flag = False
    name: Text = ""
    last_name: Text = ""


@fact(Command("profile", {}), rank=3)
def me(answer: Answer) -> Me:
    """Read profile (api-reference/common/users/profile.md)."""
    return record(Me, answer.result)
