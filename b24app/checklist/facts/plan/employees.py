"""Active employees: how many there are, and the last activity of those that were read."""

from dataclasses import dataclass

from b24app.bitrix24.list_methods import PAGE
from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import UPPER, Moment, Text, counted, records
from b24app.checklist.engine.fact import fact

SCOPES = ("user_brief", "user_basic", "user")
FIELDS = ("ID", "LAST_ACTIVITY_DATE")


@dataclass(frozen=True, slots=True)
class Employee:
    __pydantic_config__ = UPPER

    id: Text
    last_activity_date: Moment = None


@dataclass(frozen=True, slots=True)
class Employees:
    """How many, and `first` the rows that were read: all of them, unless there are very many."""

    total: int
    first: tuple[Employee, ...]


@fact(
    Command(
        "user.get",
        {
            "FILTER": {"ACTIVE": True, "USER_TYPE": "employee"},
            "ADMIN_MODE": True,
            "sort": "ID",
            "order": "ASC",
            "select": list(FIELDS),
            "start": 0,
        },
    ),
    rank=21,
    scopes=SCOPES,
)
def employees(answer: Answer) -> Employees:
    """Read user.get (api-reference/user/user-get.md): the total is the answer; a short page counts itself."""
    first = records(Employee, answer.result)
    whole = answer.total is None and len(first) < PAGE
    return Employees(len(first) if whole else counted(answer), first)
